"""The GATT service of the plush. Generated from protocol/gatt.toml by protocol/generate.py; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Way:
    """A characteristic. encrypted: nothing of it is to be had on a link that is not."""

    uuid: str
    properties: tuple[str, ...]
    encrypted: bool


SERVICE: Final = "6d1f0001-7b62-4c5e-9a50-1f0c3a7e5d21"
PAIRING_MODE: Final = "6d1f0005-7b62-4c5e-9a50-1f0c3a7e5d21"
TO_TOY: Final = Way("6d1f0002-7b62-4c5e-9a50-1f0c3a7e5d21", ("WRITE", "WRITE_WITHOUT_RESPONSE"), True)
FROM_TOY: Final = Way("6d1f0003-7b62-4c5e-9a50-1f0c3a7e5d21", ("NOTIFY",), True)
PAIRING: Final = Way("6d1f0004-7b62-4c5e-9a50-1f0c3a7e5d21", ("WRITE", "WRITE_WITHOUT_RESPONSE", "NOTIFY"), False)

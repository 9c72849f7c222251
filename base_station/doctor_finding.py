"""What a check of `plush doctor` has found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """A note costs a feature that not everybody wants; what is wrong must be mended."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line for a person. `mend` is what to do, usually a command to type; empty where nothing needs doing."""

    name: str
    state: State
    text: str
    mend: str = ""

    def to_json(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items()}

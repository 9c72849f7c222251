"""Looks into a GGUF file without llama.cpp, so that a bad file costs one clear line and no noise.

In      a path
Out     the metadata (arrays are skipped), and the certainty that every tensor lies inside the file
Raises  ModelError: absent, not GGUF, cut short, of a version that nobody writes any more
Source  the GGUF specification (ggml, docs/gguf.md), versions 2 and 3
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base_station.errors import ModelError

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
# ggml type -> (values in a block, bytes of a block)
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip
_MOST_ITEMS = 1 << 24


@dataclass(frozen=True)
class GgufFile:
    """metadata: scalars and strings by key; tensors: how many; data_bytes: what the header promises in all."""

    metadata: dict[str, Any]
    tensors: int
    data_bytes: int


def check_gguf(path: Path | str) -> GgufFile:
    """Reads the header and compares what it promises with what is there. Raises ModelError."""
    path = Path(path)
    if not path.exists():
        raise ModelError(f"no such file: {path}")
    if not path.is_file():
        raise ModelError(f"{path} is not a file")
    size = path.stat().st_size
    if size < 24:
        raise ModelError(f"{path} is not a GGUF file, or cut short: it has {size} bytes")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] != b"GGUF":
            raise ModelError(f"{path} is not a GGUF file")
        try:
            return _read(path, data, size)
        except (struct.error, UnicodeDecodeError, _OutsideError) as error:
            raise ModelError(f"{path} is cut short or damaged: its header does not end within {size} bytes") from error


class _OutsideError(Exception):
    """The header points outside the file."""


class _Reader:
    def __init__(self, data: mmap.mmap, size: int) -> None:
        self.data, self.size, self.at = data, size, 4

    def take(self, form: str) -> Any:
        (value,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def count(self) -> int:
        value: int = self.take("<Q")
        if value > _MOST_ITEMS:
            raise _OutsideError
        return value

    def skip(self, length: int) -> bytes:
        start, self.at = self.at, self.at + length
        if self.at > self.size:
            raise _OutsideError
        return self.data[start : self.at]

    def text(self) -> str:
        return self.skip(self.count()).decode("utf-8", "replace")

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.text()
        if kind != _ARRAY:
            return self.take(_SCALARS[kind]) if kind in _SCALARS else self._unknown()
        inner, items = self.take("<I"), self.count()
        if inner in _SCALARS:
            self.skip(items * struct.calcsize(_SCALARS[inner]))
        else:
            for _ in range(items):
                self.value(inner)
        return None

    def _unknown(self) -> Any:
        raise _OutsideError


def _read(path: Path, data: mmap.mmap, size: int) -> GgufFile:
    reader = _Reader(data, size)
    version = reader.take("<I")
    if version not in (2, 3):
        raise ModelError(f"{path} is a GGUF file of version {version}; 2 and 3 can be read")
    tensors, keys = reader.count(), reader.count()
    metadata: dict[str, Any] = {}
    for _ in range(keys):
        key = reader.text()
        metadata[key] = reader.value(reader.take("<I"))
    ends = [0]
    for _ in range(tensors):
        reader.text()
        shape = [reader.take("<Q") for _ in range(reader.take("<I"))]
        kind, offset = reader.take("<I"), reader.take("<Q")
        values = 1
        for length in shape:
            values *= length
        per_block, block_bytes = _BLOCKS.get(kind, (1, 0))  # of a newer type only the beginning is checked
        ends.append(offset + values // per_block * block_bytes)
    alignment = int(metadata.get("general.alignment") or 32)
    start = -(-reader.at // alignment) * alignment
    if start + max(ends) > size:
        raise ModelError(f"{path} is cut short: it has {size} bytes of {start + max(ends)}")
    return GgufFile(metadata, tensors, start + max(ends))

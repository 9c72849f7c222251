"""The first corpus of fuzz_frame or fuzz_messages, out of protocol/vectors/: `seeds.py frame|messages FOLDER`."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[3] / "protocol" / "vectors"
STEP_1 = bytes([0x50, 7, 1, 0]) + b"12345678"


def block(path: Path, name: str) -> bytes:
    """The bytes under `name:` in a vector."""
    found = re.search(rf"^{name}:\n((?:[0-9a-f# ].*\n)*)", path.read_text(encoding="utf-8"), re.M)
    return bytes.fromhex("".join(line.split("#")[0] for line in found[1].splitlines())) if found else b""


def seeds(frame: bytes, wire: bytes) -> list[bytes]:
    """One for each way into fuzz_frame.c."""
    made = [b"\x00" + wire]
    if frame:
        packets = (bytes([len(each), 5]) + each for each in (STEP_1, frame))
        body = frame[4:-16]
        made += [b"\x01" + b"".join(packets), b"\x02" + bytes([len(body), 5]) + body]
    return made


def bodies(frame: bytes, _wire: bytes) -> list[bytes]:
    """One for each way into fuzz_messages.c."""
    return [b"\x00" + frame[5:-16], b"\x01" + frame[4:-16]] if frame else []


def main(target: str, folder: Path) -> None:
    make = bodies if target == "messages" else seeds
    folder.mkdir(parents=True, exist_ok=True)
    for path in VECTORS.rglob("*.txt"):
        for seed in make(block(path, "frame"), block(path, "wire")):
            (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

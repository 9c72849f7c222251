"""The first corpus of fuzz_frame or fuzz_messages, out of protocol/vectors/: `seeds.py frame|messages FOLDER`."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[3] / "protocol" / "vectors"
NEXT_DATA, OTHER_DATA, ACK, CLOSE, PAIR, HANDSHAKE, APP, RAW = range(8)


def block(path: Path, name: str) -> bytes:
    """The bytes under `name:` in a vector."""
    found = re.search(rf"^{name}:\n((?:[0-9a-f# ].*\n)*)", path.read_text(encoding="utf-8"), re.M)
    return bytes.fromhex("".join(line.split("#")[0] for line in found[1].splitlines())) if found else b""


def operation(kind: int, *, time: int = 2, field: int = 0, epoch: int = 0, payload: bytes = b"") -> bytes:
    return bytes([kind, len(payload), time, field, epoch]) + payload


def seeds(frame: bytes, wire: bytes) -> list[bytes]:
    """One for each way into fuzz_frame.c."""
    made = [b"\x00" + wire]
    if frame:
        body = frame[4:-16]
        hello = operation(HANDSHAKE, field=1) + operation(NEXT_DATA, epoch=1, payload=body)
        made += [
            b"\x01" + operation(RAW, payload=frame),
            b"\x01"
            + hello
            + operation(ACK, field=1, epoch=1, payload=b"\3\0")
            + operation(OTHER_DATA, field=255, epoch=1),
            b"\x01"
            + hello
            + operation(APP, field=4) * 3
            + operation(ACK, epoch=1, payload=b"\2\0")
            + operation(APP, field=3),
            b"\x01" + hello + operation(CLOSE, epoch=1) + operation(NEXT_DATA, epoch=1, payload=body),
            b"\x01" + hello + operation(APP, field=4) + operation(APP, time=255) * 5,
            b"\x01" + operation(PAIR, payload=b"\0") * 2 + operation(PAIR, field=6, time=255, payload=body[:32]),
        ]
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

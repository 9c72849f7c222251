"""Makes fuzz_link's first corpus out of protocol/vectors/: `python tests/c/fuzz/seeds.py FOLDER`."""

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
    """One for each way into the fuzzer; see fuzz_link.c."""
    made = [b"\x02" + wire]
    if frame:
        packets = (bytes([len(each), 5]) + each for each in (STEP_1, frame))
        body = frame[4:-16]
        made += [b"\x03" + b"".join(packets), b"\x00" + body[1:], b"\x01" + body]
        made += [b"\x04" + bytes([len(body), 5]) + body]
    return made


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in VECTORS.rglob("*.txt"):
        for seed in seeds(block(path, "frame"), block(path, "wire")):
            (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

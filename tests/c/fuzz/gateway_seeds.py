"""Makes fuzz_gateway's first corpus: a way into every call, and a pairing that goes right: `... FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

PASS_TIME, ANSWER, SEAL, OPEN, PAIR, WINDOW, LOOK, FORGET, HEAR, TAKE, PLAY, LET_GO, WAKE, POWER, FRAME, MUTE = range(
    16
)


def call(
    number: int, *, slot: int = 0, step: int = 0, identity: int = 1, counter: int = 0, payload: bytes = b""
) -> bytes:
    head = bytes([number, slot, step, len(payload), identity])
    return head + counter.to_bytes(4, "little") + payload


ASK_CABLE, ASK_DIGITS = call(PAIR, step=1, payload=b"\0"), call(PAIR, step=1, payload=b"\1")
POINT = call(PAIR, step=3, payload=bytes(16) + b"\x09" + bytes(31))
SEEDS = {
    "answer": call(ANSWER, payload=b"\x09" + bytes(47)) + call(SEAL, payload=b"hello") + call(OPEN, payload=bytes(24)),
    "rekey": call(ANSWER, payload=b"\x09" + bytes(47))
    + call(SEAL, counter=65535, payload=b"a")
    + call(SEAL, counter=65536),
    "cable": call(WINDOW) + ASK_CABLE + POINT + call(PAIR, step=5, payload=bytes(32)),
    "digits": call(WINDOW) + ASK_DIGITS + call(LOOK) + POINT + call(PAIR, step=5, payload=bytes(32)),
    "lock": (call(WINDOW) + ASK_DIGITS + POINT) * 3
    + call(WINDOW)
    + ASK_DIGITS
    + call(LOOK)
    + call(PASS_TIME, counter=61000),
    "power": call(FORGET) + call(POWER) + call(POWER, slot=1) + ASK_CABLE,
    "ear": call(TAKE, counter=50) + call(WAKE) + call(TAKE, counter=50) + call(LET_GO, slot=2) + call(TAKE, counter=50),
    "hear": (call(FRAME, payload=bytes(range(64))) + call(HEAR, slot=7, step=7)) * 3
    + call(WAKE)
    + call(TAKE, counter=161),
    "play": call(PLAY, payload=bytes(range(240))) + call(FRAME) + call(HEAR, slot=15, step=5) + call(PLAY, counter=600),
    "let go": call(LET_GO) + call(LET_GO, slot=1) + call(LET_GO, slot=3) + call(FRAME) + call(HEAR, slot=16),
    "touch": b"".join(call(MUTE, slot=slot) for slot in (2, 5, 6, 6, 2, 4, 3, 13)),
    "late word": call(WAKE) + call(MUTE, slot=6) + call(FRAME) + call(HEAR) + call(TAKE, counter=160),
    "mute": call(MUTE) + call(WAKE) + call(FRAME, payload=b"a") + call(HEAR, slot=3) + call(MUTE, slot=1) + call(WAKE),
    "late": call(WINDOW) + call(PASS_TIME, counter=60000) + ASK_DIGITS + call(LOOK),
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, seed in SEEDS.items():
        (folder / name).write_bytes(seed)
    for tag in range(256):  # the weak comparison looks at one byte
        seed = call(WINDOW) + ASK_CABLE + POINT + call(PAIR, step=5, payload=bytes([tag]) + bytes(31)) + call(LOOK)
        (folder / f"tag-{tag}").write_bytes(seed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

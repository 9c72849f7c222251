"""Makes fuzz_llm's first corpus, a way into each check of the loader and tokenizer: `python llm_seeds.py FOLDER`.

In      tests/c/llm_small_model.h, the model that fuzz_llm patches; fuzz_llm.c says what its bytes mean
Out     files of a few bytes: a patched header field, tensor entry or table, a cut, a text
"""

from __future__ import annotations

import hashlib
import re
import struct
import sys
from pathlib import Path

HEADER = Path(__file__).resolve().parents[1] / "llm_small_model.h"
ENTRY_BYTES, WORD, CUT = 20, 0x2000, 2
# Header places of models/FORMAT.md, and values beyond what each allows.
FIELDS = {
    0: [0], 4: [2, 0x20001], 8: [0, 255, 2**31], 16: [0, 6, 18, 1024], 20: [0, 6, 22, 4096], 24: [0, 3, 64],
    28: [0, 2, 3, 16, 17], 32: [0, 3, 5], 36: [0, 3, 40000], 40: [0, 70000], 44: [1, 0, 129 << 16, 1 << 16 | 1 << 8],
    52: [2**31], 56: [1, 8, 2**31], 60: [2, 2**31], 64: [3, 2**31], 68: [0, 100, 2**31], 72: [1, 256, 2**31],
    76: [4, 2**31], 80: [0, 99],
}  # fmt: skip
TEXTS = [
    b"", b"the hello", b"hello the the  hello\n\nthe", b"caf\xc3\xa9 \xf0\x9f\xa7\xb8!", b"\xc3\x28\x80\x80\x80\x80",
    b"   \n \n", bytes(range(256)), b"hel lo helo \xff\xfe", b"the" * 60,
]  # fmt: skip


def small_model() -> bytes:
    text = HEADER.read_text(encoding="utf-8").partition("small_model[")[2]
    return b"".join(struct.pack("<Q", int(word, 16)) for word in re.findall(r"0x([0-9a-f]{16})", text))


def in_header(place: int, value: int) -> bytes:
    return struct.pack("<HI", WORD | place, value)


def in_table(place: int, value: int) -> bytes:
    """A byte of the tensor table, counted from its start."""
    number = 0x4000 + (place - 0x4000) % 300  # the first number of the table's quarter with that remainder
    return struct.pack("<HB", number, value)


def anywhere(place: int, value: int, size: int) -> bytes:
    number = place
    while number < 0x8000:
        number += size
    number = number if not number & WORD or number + size > 0xFFFF else number + size
    return struct.pack("<HI", number, value) if number & WORD else struct.pack("<HB", number, value & 0xFF)


def patches(model: bytes) -> list[bytes]:
    def at(place: int) -> int:
        return int(struct.unpack_from("<I", model, place)[0])

    kind, rotation, pieces, vocab, tensors = at(44), at(60), at(64), at(36), at(80)
    made = [in_header(place, value) for place, values in FIELDS.items() for value in values]
    made += [in_header(44, kind | 2 << 8), in_header(44, kind | 1 << 8) + in_header(80, tensors + 1)]
    for entry in range(min(tensors, 300 // ENTRY_BYTES)):
        first = entry * ENTRY_BYTES
        made += [in_table(first + place, value) for place in (0, 1, 2, 3, 4, 8, 12, 16, 19) for value in (0, 255)]
        made += [in_table(first + 2, 4), in_table(first + 3, 29), in_table(first + 3, 40)]
    marks = 4 * -(-vocab // 16)
    for place in (rotation, rotation + 2, pieces, pieces + 4, pieces + marks, pieces + marks + 1, len(model) - 9):
        made += [anywhere(place // 4 * 4, value, len(model)) for value in (0x8000, 0x80000000, 0xFFFFFFFF)]
    made += [anywhere(pieces + marks + 2 * vocab + token, 255, len(model)) for token in (260, vocab - 1)]
    return made


def seeds() -> list[bytes]:
    model = small_model()
    made = [b"\x00"] + [b"\x00" + patch for patch in patches(model)]
    made += [bytes([CUT]) + struct.pack("<HB", size, 0) for size in (0, 100, 255, 256, 300, 4096, len(model) - 1)]
    # The first byte of a text also says how much too small the room for its tokens is (mod 4).
    return made + [b"\x01" + first + text for text in TEXTS for first in (b"", b" ", b"a", b"d")]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds():
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

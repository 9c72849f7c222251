"""Writes tests/golden/wake.h: what the NumPy reference makes of a test sound, for the C tests on host and Cortex-M33.

In      the shipped weights
Out     hashes (FNV-1a) of bands and of both networks' scores, and where the events of a made-up score track fall
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.wake import reference
from models.wake.blob import Net, NetShape, random_net
from models.wake.paths import CHECKOUT, HERE

SAMPLES = 48000
TINY = NetShape(4, 4, 8, 2, 3, 5)


def test_sound(count: int) -> NDArray[np.int16]:
    """tests/c/wake_sound.h in NumPy."""
    state, out = 12345, np.zeros(count, np.int64)
    for number in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        noise = (state >> 16) - 32768
        tone = ((number + 1) * (number + 1) & 0xFFFFFFFF) // 64 & 0xFFFF
        third = -(-noise // 3) if noise < 0 else noise // 3  # C divides towards zero
        out[number] = (third + (6000 if tone < 0x8000 else -6000)) >> ((number * 7 & 0xFFFF) >> 13)
    return out.astype(np.int16)


def fnv(data: bytes) -> int:
    value = 2166136261
    for byte in data:
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def header() -> str:
    bands = reference.features(test_sound(SAMPLES))
    lines = [
        "/* Written by models/wake/golden.py from the NumPy reference; do not edit. */",
        "#ifndef GOLDEN_WAKE_H",
        "#define GOLDEN_WAKE_H",
        "",
        "#include <stdint.h>",
        "",
        f"#define GOLDEN_WAKE_SAMPLES {SAMPLES}u",
        f"#define GOLDEN_WAKE_BANDS_HASH {fnv(bands.tobytes())}u",
    ]
    for name in ("hey_teddy", "commands"):
        net = Net.from_bytes((HERE / "weights" / f"{name}.bin").read_bytes())
        scores = reference.scores(net, bands).astype("<u2").tobytes()
        lines.append(f"#define GOLDEN_WAKE_{name.upper()}_HASH {fnv(scores)}u")
    tiny = random_net(TINY, 5)
    blob = tiny.to_bytes()
    scores = reference.scores(tiny, bands).astype("<u2").tobytes()
    words = np.frombuffer(blob, "<u4").tolist()
    lines += [
        f"#define GOLDEN_WAKE_TINY_HASH {fnv(scores)}u",
        "",
        f"static const uint32_t golden_wake_tiny[{len(words)}] = {{",
    ]
    lines += ["    " + " ".join(f"{word}u," for word in words[at : at + 8]) for at in range(0, len(words), 8)]
    return "\n".join([*lines, "};", "", "#endif", ""])


if __name__ == "__main__":
    (CHECKOUT / "tests" / "golden" / "wake.h").write_text(header(), encoding="utf-8")

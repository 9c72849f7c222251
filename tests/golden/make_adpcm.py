"""Write adpcm.h, the reference for audio/codec: a signal, its IMA ADPCM and what that decodes to.

In      nothing; the signal is a chirp that passes full scale, noise, full-scale squares and silence, int16[640]
Out     tests/golden/adpcm.h
Source  IMA "Recommended Practices" 3.00, section 6; written from the text, apart from the C
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STEPS = [7, 8, 9, 10, 11, 12, 13, 14]
# Each further step of the published table, spelled out so that a slip in the C table shows.
STEPS += [16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118, 130, 143, 157, 173]
STEPS += [190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282]
STEPS += [1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132]
STEPS += [7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767]
MOVES = [-1, -1, -1, -1, 2, 4, 6, 8]


def signal() -> NDArray[np.int16]:
    """int16[640] at 16 kHz."""
    t = np.arange(400) / 16000
    chirp = 36000 * np.sin(2 * np.pi * (200 * t + 60000 * t * t)) * np.linspace(0.01, 1, 400)
    noise = np.random.default_rng(7).normal(0, 900, 140)
    square = np.repeat([32767, -32768, 32767, -32768], 10)
    whole = np.concatenate([chirp, noise, square, np.zeros(60)])
    return np.asarray(np.clip(whole, -32768, 32767), dtype=np.int16)


def encode(samples: NDArray[np.int16]) -> tuple[list[int], list[int]]:
    """Nibbles and decoded samples, from state (0, 0)."""
    predictor, index = 0, 0
    nibbles: list[int] = []
    decoded: list[int] = []
    for sample in samples.tolist():
        step = STEPS[index]
        rest = abs(sample - predictor)
        sign = 8 if sample < predictor else 0
        bits = 0
        change = step >> 3
        for bit, part in ((4, step), (2, step >> 1), (1, step >> 2)):
            if rest >= part:
                bits |= bit
                rest -= part
                change += part
        predictor = max(-32768, min(32767, predictor - change if sign else predictor + change))
        index = max(0, min(88, index + MOVES[bits]))
        nibbles.append(sign | bits)
        decoded.append(predictor)
    return nibbles, decoded


def table(kind: str, name: str, values: list[int]) -> str:
    rows = [", ".join(map(str, values[at : at + 16])) for at in range(0, len(values), 16)]
    return f"static const {kind} {name}[{len(values)}] = {{\n    " + ",\n    ".join(rows) + ",\n};\n"


def header() -> str:
    samples = signal()
    nibbles, decoded = encode(samples)
    packed = [nibbles[i] | nibbles[i + 1] << 4 for i in range(0, len(nibbles), 2)]
    return "\n".join(
        [
            "/* adpcm.h - made by make_adpcm.py, do not edit. */",
            "#include <stdint.h>\n",
            table("int16_t", "ADPCM_SAMPLES", samples.tolist()),
            table("uint8_t", "ADPCM_BYTES", packed),
            table("int16_t", "ADPCM_DECODED", decoded),
        ]
    )


if __name__ == "__main__":
    Path(__file__).with_name("adpcm.h").write_text(header())

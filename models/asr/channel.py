"""The way from the child to the recogniser: loudness, room noise, and the link's IMA ADPCM at 16 kHz.

In      int16 or float samples, 16 kHz mono
Out     int16 samples of the same length
Source  IMA ADPCM reference (1992)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

INDEX = (-1, -1, -1, -1, 2, 4, 6, 8)
STEPS = (
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    16,
    17,
    19,
    21,
    23,
    25,
    28,
    31,
    34,
    37,
    41,
    45,
    50,
    55,
    60,
    66,
    73,
    80,
    88,
    97,
    107,
    118,
    130,
    143,
    157,
    173,
    190,
    209,
    230,
    253,
    279,
    307,
    337,
    371,
    408,
    449,
    494,
    544,
    598,
    658,
    724,
    796,
    876,
    963,
    1060,
    1166,
    1282,
    1411,
    1552,
    1707,
    1878,
    2066,
    2272,
    2499,
    2749,
    3024,
    3327,
    3660,
    4026,
    4428,
    4871,
    5358,
    5894,
    6484,
    7132,
    7845,
    8630,
    9493,
    10442,
    11487,
    12635,
    13899,
    15289,
    16818,
    18500,
    20350,
    22385,
    24623,
    27086,
    29794,
    32767,
)


def adpcm_round_trip(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """What the base hears after the link's codec."""
    predicted, index = 0, 0
    out = []
    for sample in samples.tolist():
        step = STEPS[index]
        difference = sample - predicted
        code, rest = 0, abs(difference)
        change = step >> 3
        if rest >= step:
            code, rest, change = 4, rest - step, change + step
        if rest >= step >> 1:
            code, rest, change = code | 2, rest - (step >> 1), change + (step >> 1)
        if rest >= step >> 2:
            code, change = code | 1, change + (step >> 2)
        predicted = max(-32768, min(32767, predicted - change if difference < 0 else predicted + change))
        index = max(0, min(88, index + INDEX[code]))
        out.append(predicted)
    return np.array(out, dtype=np.int16)


def in_room(
    speech: NDArray[np.float32],
    number: int,
    gain: float = 1.0,
    noise_rms: float = 8.0,
    before_s: float = 0.3,
    after_s: float = 0.4,
) -> NDArray[np.int16]:
    """Speech (full scale 1.0) with room noise around and under it; `number` seeds the noise."""
    quiet = [np.zeros(int(seconds * 16_000), np.float32) for seconds in (before_s, after_s)]
    sound = np.concatenate([quiet[0], speech * (gain * 32768.0), quiet[1]])
    sound = sound + np.random.default_rng(number).normal(0, noise_rms, len(sound))
    return np.clip(sound, -32768, 32767).astype(np.int16)

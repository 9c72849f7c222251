"""From a rendered phrase to the toy's format: resample, trim, level, IMA ADPCM.

In      float arrays in -1..1
Out     float32[n] at 16 kHz; ADPCM bytes, two samples each
Source  windowed-sinc interpolation; IMA "Recommended Practices" 3.00, section 6 (the toy's decoder: audio/codec.c)
"""

import math

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16000
Floats = NDArray[np.float32]

# fmt: off
STEPS = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97,
    107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724,
    796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026,
    4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500,
    20350, 22385, 24623, 27086, 29794, 32767,
]
# fmt: on
MOVES = [-1, -1, -1, -1, 2, 4, 6, 8]


def resample(samples: Floats, from_hz: int, half_width: int = 24) -> Floats:
    """To 16 kHz; each output sample is a Hann-windowed sinc of its 2 * half_width neighbours."""
    if from_hz == RATE_HZ:
        return samples
    cutoff = min(1.0, RATE_HZ / from_hz) * 0.95
    phases = RATE_HZ // math.gcd(from_hz, RATE_HZ)  # so many places between two samples, then they come again
    distance = (np.arange(phases) / phases)[:, None] + half_width - 1 - np.arange(2 * half_width)
    window = 0.5 + 0.5 * np.cos(np.pi * np.clip(distance / half_width, -1, 1))
    taps = (cutoff * np.sinc(cutoff * distance) * window).astype(np.float32)
    whole, part = np.divmod(np.arange(int(len(samples) * RATE_HZ / from_hz)) * from_hz, RATE_HZ)
    padded = np.pad(samples, 2 * half_width)
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * half_width)[whole + half_width + 1]
    return np.asarray((near * taps[part * phases // RATE_HZ]).sum(axis=1), dtype=np.float32)


def trim(samples: Floats, keep_ms: int = 15, below_db: float = -45.0) -> Floats:
    """Cuts the silence at both ends and fades the cut."""
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max() * 10 ** (below_db / 20))
    keep = keep_ms * RATE_HZ // 1000
    cut = samples[max(0, loud[0] - keep) : loud[-1] + keep].copy()
    fade = np.linspace(0, 1, keep, dtype=np.float32)
    cut[:keep] *= fade
    cut[-keep:] *= fade[::-1]
    return cut


def level(samples: Floats, rms_db: float = -17.0, peak_db: float = -1.5) -> Floats:
    """One loudness for all phrases, as far as the peak allows."""
    voiced = samples[np.abs(samples) > np.abs(samples).max() * 0.05]
    gain = 10 ** (rms_db / 20) / float(np.sqrt((voiced**2).mean()))
    return samples * np.float32(min(gain, 10 ** (peak_db / 20) / float(np.abs(samples).max())))


def adpcm(samples: Floats) -> bytes:
    """Two samples a byte from state (0, 0), the earlier in the low nibble."""
    values = np.clip(np.round(samples * 32767), -32768, 32767).astype(int).tolist()
    if len(values) % 2:
        values.append(0)
    predictor, index, nibbles = 0, 0, bytearray()
    for value in values:
        step = STEPS[index]
        rest = abs(value - predictor)
        nibble = 8 if value < predictor else 0
        change = step >> 3
        for bit, part in ((4, step), (2, step >> 1), (1, step >> 2)):
            if rest >= part:
                nibble |= bit
                rest -= part
                change += part
        predictor = max(-32768, min(32767, predictor - change if nibble & 8 else predictor + change))
        index = max(0, min(88, index + MOVES[nibble & 7]))
        nibbles.append(nibble)
    return bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))

"""How loud the toy's voice is, and how loud that is at a child's ear: the limits, and the measure of any sound.

In      int16[n] at 16 kHz, as it goes to the amplifier at full volume
Out     Loudness: levels in dBFS (0 = the RMS of a full-scale square), LUFS, and a predicted dB(A) at 50 cm
Source  ITU-R BS.1770-4 (K weighting, gates); IEC 61672 (A weighting, 125 ms); EN 71-1: at most 80 dB(A) at 50 cm
        for a hand-held toy that sounds for long. Our limit is 5 dB stricter.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16000
PEAK_LIMIT_DBFS = -3.0  # no sample beyond it: toy_mcu/voice/klatt.h, TOY_VOICE_PEAK
LOUDEST_LIMIT_DBFS = -12.0  # no 125 ms beyond it
LUFS_LIMIT = -16.0  # no text beyond it
DBA_LIMIT = 75.0  # predicted at 50 cm, the loudest second

# An amplifier of 3 dB gain (MAX98357A: a full-scale sine is 5.1 dBV) on 8 ohm is 0.4 W; a 40 mm loudspeaker makes
# 84 dB of 1 W at 1 m; 50 cm is 6 dB nearer. No damping by plush is counted.
FULL_SCALE_SINE_DB = 5.1 - 10 * np.log10(8) + 84 + 6

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Loudness:
    peak_dbfs: float
    loudest_dbfs: float  # 125 ms
    lufs: float
    predicted_dba: float  # at 50 cm, the loudest second

    @property
    def within(self) -> bool:
        levels = (self.peak_dbfs, self.loudest_dbfs, self.lufs, self.predicted_dba)
        limits = (PEAK_LIMIT_DBFS, LOUDEST_LIMIT_DBFS, LUFS_LIMIT, DBA_LIMIT)
        return all(level <= limit for level, limit in zip(levels, limits, strict=True))


def measure(pcm: NDArray[np.int16]) -> Loudness:
    sound = pcm.astype(np.float64) / 32768
    a_weighted = _filtered(sound, _a_weight)
    return Loudness(
        _db(float(np.abs(sound).max(initial=0.0)) ** 2),
        _db(_most(sound, RATE_HZ // 8)),
        _lufs(_filtered(sound, _k_weight)),
        FULL_SCALE_SINE_DB + 3.01 + _db(_most(a_weighted, RATE_HZ)),
    )


def _db(power: float) -> float:
    return 10 * float(np.log10(max(power, 1e-12)))


def _powers(sound: Floats, window: int, step: int) -> Floats:
    """Mean square of each window; a short sound is one window, padded with silence."""
    padded = np.pad(sound, (0, max(0, window - len(sound))))
    sums = np.concatenate([[0.0], np.cumsum(padded**2)])
    at = np.arange(0, len(padded) - window + 1, step)
    return np.asarray((sums[at + window] - sums[at]) / window)


def _most(sound: Floats, window: int) -> float:
    return float(_powers(sound, window, max(1, window // 16)).max())


def _lufs(weighted: Floats) -> float:
    """Blocks of 400 ms, each 100 ms; what is below -70, or 10 below the rest, does not count."""
    powers = _powers(weighted, RATE_HZ * 4 // 10, RATE_HZ // 10)
    loud = powers[powers > 10 ** ((-70 + 0.691) / 10)]
    if len(loud) == 0:
        return -70.0
    return -0.691 + _db(float(loud[loud >= loud.mean() / 10].mean()))


def _filtered(sound: Floats, weight: Callable[[Floats], Floats]) -> Floats:
    padded = np.pad(sound, (0, RATE_HZ // 2))
    spectrum = np.fft.rfft(padded)
    hz = np.fft.rfftfreq(len(padded), 1 / RATE_HZ)
    return np.asarray(np.fft.irfft(spectrum * weight(hz), len(padded))[: len(sound)])


def _k_weight(hz: Floats) -> Floats:
    """Magnitudes of the high shelf (+4 dB above 1.7 kHz) and of the high pass at 38 Hz."""
    s = 1j * hz / 1681.97
    shelf = (10 ** (4.0 / 20) * s**2 + 10 ** (2.0 / 20) * s / 0.7072 + 1) / (s**2 + s / 0.7072 + 1)
    t = 1j * hz / 38.135
    return np.asarray(np.abs(shelf * t**2 / (t**2 + t / 0.5003 + 1)))


def _a_weight(hz: Floats) -> Floats:
    f = hz**2
    a = 12194.2**2 * f**2 / ((f + 20.6**2) * np.sqrt((f + 107.7**2) * (f + 737.9**2)) * (f + 12194.2**2))
    return np.asarray(1.2589 * a)

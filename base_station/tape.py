"""The sound of one turn, as long as the turn lasts: its loudness for the live view, and all of it for who may keep it.

In      int16[n] at 16 kHz mono, the child's and the plush's
Out     a level every 100 ms; `heard()` and `said()`, the whole of each
Memory  32 kB a second each way, gone with the turn
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from base_station.config import SAMPLE_RATE_HZ

Pcm = NDArray[np.int16]
LEVEL_SAMPLES = SAMPLE_RATE_HZ // 10
_FULL_SCALE = 32768.0
_SILENCE_DBFS = -96.0


class Tape:
    """Belongs to one turn."""

    def __init__(self) -> None:
        self._heard: list[Pcm] = []
        self._said: list[Pcm] = []
        self._square_sum = 0.0
        self._counted = 0

    def hear(self, pcm: Pcm) -> float | None:
        """Out: the level of the last 100 ms in dB of full scale when they are complete, else None."""
        self._heard.append(pcm)
        self._square_sum += float(np.dot(pcm.astype(np.float32), pcm.astype(np.float32)))
        self._counted += len(pcm)
        if self._counted < LEVEL_SAMPLES:
            return None
        rms = math.sqrt(self._square_sum / self._counted) / _FULL_SCALE
        self._square_sum, self._counted = 0.0, 0
        return round(max(20 * math.log10(rms), _SILENCE_DBFS) if rms > 0 else _SILENCE_DBFS, 1)

    def say(self, pcm: Pcm) -> None:
        self._said.append(pcm)

    def heard(self) -> Pcm:
        return np.concatenate(self._heard) if self._heard else np.zeros(0, np.int16)

    def said(self) -> Pcm:
        return np.concatenate(self._said) if self._said else np.zeros(0, np.int16)

"""Notices that a speaker has stopped, a little before the toy is sure of it.

In      frames int16[n] of a question, about 20 ms each, in order
Out     quiet_ms: how long it has been quiet since the last voice; 0 before any voice
Source  energy against a tracked floor, as in ETSI ES 202 050's voice detection, with one threshold
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from base_station.config import SAMPLE_RATE_HZ

_ABOVE_FLOOR = 4.0  # 12 dB
_BELOW_PEAK = 0.04  # 28 dB under the loudest frame is no voice any more
_FLOOR_RISE = 1.01  # a room that gets louder is followed at 4 dB a second
_LEAST_RMS = 20.0
SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000


class Pause:
    """One question's loudness. Cheap enough for every frame: one sum of squares."""

    def __init__(self) -> None:
        self.quiet_ms = 0
        self._floor = np.inf
        self._peak = 0.0

    def add(self, pcm: NDArray[np.int16]) -> None:
        rms = float(np.sqrt(np.mean(np.square(pcm.astype(np.float32))))) + 1e-3
        self._floor = min(self._floor * _FLOOR_RISE, max(rms, _LEAST_RMS))
        self._peak = max(self._peak * 0.995, rms)
        if rms > max(_ABOVE_FLOOR * self._floor, _BELOW_PEAK * self._peak):
            self.quiet_ms = 0
        elif self._peak > _ABOVE_FLOOR * self._floor:  # there was a voice, be it in the very first frame
            self.quiet_ms += len(pcm) // SAMPLES_PER_MS

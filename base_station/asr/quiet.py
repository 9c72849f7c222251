"""Notices that the speaker has paused.

In      int16[n] at 16 kHz, in order, in stretches of any length
Out     quiet_ms: how long it has been quiet since the last voice; 0 before any voice and while there is one
Source  energy against a tracked floor, as in ETSI ES 202 050's voice detection, with one threshold
"""

from __future__ import annotations

import numpy as np

from base_station.asr.base import Pcm

_BLOCK, _BLOCK_MS = 320, 20
_ABOVE_FLOOR = 4.0  # 12 dB
_BELOW_PEAK = 0.04  # 28 dB under the loudest block is no voice any more
_FLOOR_RISE = 1.01
_LEAST_RMS = 20.0


class Quiet:
    """One utterance's loudness, 20 ms at a time; what does not fill a block waits for more."""

    def __init__(self) -> None:
        self.quiet_ms = 0
        self._floor, self._peak = np.inf, 0.0
        self._rest = np.zeros(0, np.int16)

    def add(self, pcm: Pcm) -> bool:
        """Out: whether there was a voice in it."""
        voiced = False
        sound = np.concatenate([self._rest, pcm])
        whole = len(sound) // _BLOCK * _BLOCK
        self._rest = sound[whole:]
        for rms in np.sqrt(np.mean(np.square(sound[:whole].reshape(-1, _BLOCK).astype(np.float32)), axis=1)).tolist():
            self._floor = min(self._floor * _FLOOR_RISE, max(rms, _LEAST_RMS))
            self._peak = max(self._peak * 0.995, rms)
            if rms > max(_ABOVE_FLOOR * self._floor, _BELOW_PEAK * self._peak):
                self.quiet_ms, voiced = 0, True
            elif self._peak > _ABOVE_FLOOR * self._floor:
                self.quiet_ms += _BLOCK_MS
        return voiced

"""What a second-stage wake check is.

In      the stretch of sound in which the toy believes to have heard its wake phrase: int16[n], 16 kHz mono
Out     a score 0..1, and what gave it
Raises  ModelError at construction
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]


@dataclass(frozen=True)
class WakeVerdict:
    """score 0..1, accept when it reaches the engine's own threshold; how names what judged."""

    score: float
    accepted: bool
    phrase: str
    how: str


class WakeCheck(Protocol):
    def check(self, pcm: Pcm) -> WakeVerdict: ...

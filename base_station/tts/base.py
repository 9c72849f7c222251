"""What a voice is.

In      text, one or more sentences
Out     sound as it is made: int16[n], 16 kHz mono, any n
Raises  ModelError at construction; EngineError when a text cannot be spoken
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
Pcm = NDArray[np.int16]
Cancelled = Callable[[], bool]

_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)]))\s+")


class Voice(Protocol):
    def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
        """Stops soon after `cancelled` says so, or when the iterator is closed."""
        ...


def sentences(text: str) -> list[str]:
    """Cuts a text where a voice may breathe, so that the first sound comes after the first sentence."""
    return [part.strip() for part in _SENTENCE_END.split(text) if any(c.isalnum() for c in part)]


def to_pcm(samples: NDArray[np.float32]) -> Pcm:
    """float32 -1..1 to int16, clipped."""
    pcm: Pcm = np.clip(np.rint(samples * 32767.0), -32768, 32767).astype(np.int16)
    return pcm

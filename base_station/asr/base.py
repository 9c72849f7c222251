"""What a speech recogniser is.

In      sound as it arrives: int16[n], 16 kHz mono
Out     the text so far, and at the end the words with confidences 0..1 and times
Raises  ModelError at construction when its model is missing or damaged
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]


@dataclass(frozen=True)
class Word:
    """confidence 0..1; times count from the first sample fed."""

    text: str
    confidence: float
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Heard:
    """What was said, lower case, without punctuation. confidence 0..1 is that of the whole.

    sure: good enough to be answered. Each recogniser sets the threshold for itself, since their scales differ; below it
    the plush asks to say it again.
    """

    text: str
    words: tuple[Word, ...]
    confidence: float
    sure: bool = True


NOTHING = Heard("", (), 0.0)


class Recogniser(Protocol):
    """One utterance at a time; `begin` also ends an utterance that was left unfinished."""

    def begin(self, hints: Sequence[str]) -> None:
        """hints: words that are likely, such as names and what the toy's own spotter heard. May be ignored."""
        ...

    def feed(self, pcm: Pcm) -> str | None:
        """Out: the text so far when it changed, else None."""
        ...

    def finish(self) -> Heard: ...

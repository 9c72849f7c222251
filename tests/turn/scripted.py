"""Engines whose answers can be told apart by ear: question k is a buzz at k's pitch, and so is the answer to it.

They run in the real worker processes, so that only recognition, thinking and the voice are simple here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from base_station.asr.base import Heard
from base_station.llm.base import ReplyStats

RATE_HZ = 16_000
PITCHES_HZ = tuple(200 + 37 * k for k in range(24))
ANSWER_S = 0.5
Pcm = NDArray[np.int16]


def buzz(k: int, seconds: float) -> Pcm:
    """A voice-like sound at pitch k: a fundamental and a few harmonics, with soft ends."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    pitch = PITCHES_HZ[k % len(PITCHES_HZ)]
    wave = np.sin(2 * np.pi * pitch * t) + 0.35 * np.sin(4 * np.pi * pitch * t) + 0.2 * np.sin(6 * np.pi * pitch * t)
    ramp = np.minimum(1.0, np.minimum(np.arange(len(t)), np.arange(len(t))[::-1]) / 160)
    return np.asarray(7000 * wave * ramp, dtype=np.int16)


def pitch_of(pcm: Pcm) -> int | None:
    """Which pitch a sound has; None when it is silent or none of ours."""
    if len(pcm) < 320 or np.abs(pcm.astype(np.int32)).max() < 500:
        return None
    padded = np.zeros(16_000)
    count = min(len(pcm), 16_000)
    padded[:count] = pcm[:count] * np.hanning(count)
    spectrum = np.abs(np.fft.rfft(padded))  # 1 Hz a bin
    scores = [spectrum[p - 6 : p + 7].max() for p in PITCHES_HZ]
    best = int(np.argmax(scores))
    return best if scores[best] > 0.5 * spectrum.max() else None


MARKERS_HZ = (3300, 5100)  # no speech has both as pure tones


def answer(k: int, seconds: float = ANSWER_S) -> Pcm:
    """The answer to question k: its pitch, and two tones that tell it from any speech."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    tones = (PITCHES_HZ[k % len(PITCHES_HZ)], *MARKERS_HZ)
    return np.asarray(3500 * sum(np.sin(2 * np.pi * f * t) for f in tones), dtype=np.int16)


class Ears:
    """Recognises "question K"."""

    def __init__(self) -> None:
        self._sound: list[Pcm] = []

    def begin(self, hints: Sequence[str]) -> None:
        self._sound = []

    def feed(self, pcm: Pcm) -> str | None:
        self._sound.append(pcm)
        return None

    def finish(self) -> Heard:
        sound = np.concatenate(self._sound) if self._sound else np.zeros(0, np.int16)
        loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > 1500)
        pitch = pitch_of(sound[loud[0] : loud[-1]]) if len(loud) else None
        return Heard("" if pitch is None else f"question {pitch}", (), 0.0 if pitch is None else 1.0)


class UnsureEars(Ears):
    """Recognises the same, and is never sure of it."""

    def finish(self) -> Heard:
        return replace(super().finish(), confidence=0.2, sure=False)


class Mind:
    """Answers "answer K." to the last question, in two pieces."""

    def __init__(self) -> None:
        self.stats = ReplyStats()

    def reply(self, messages: Sequence[dict[str, str]], max_tokens: int, seed: Any, cancelled: Any) -> Iterator[str]:
        yield "answer "
        yield messages[-1]["content"].split()[-1] + "."

    def prefill(self, messages: Sequence[dict[str, str]], cancelled: Any) -> None:
        """Nothing to read ahead."""


class Mouth:
    """Sounds the answer of "answer K."; any other sentence is a low hum at no pitch of ours."""

    def speak(self, text: str, cancelled: Any) -> Iterator[Pcm]:
        last = text.rstrip(".?! ").split()[-1]
        if last.isdigit():
            yield answer(int(last))
        else:
            t = np.arange(4000) / RATE_HZ
            yield np.asarray(5000 * np.sin(2 * np.pi * 95 * t), dtype=np.int16)


ENGINES = {"asr": "tests.turn.scripted:Ears", "llm": "tests.turn.scripted:Mind", "tts": "tests.turn.scripted:Mouth"}

"""The room around a virtual plush: questions go into its microphone, its voice is recorded, time is kept.

Every 20 ms one frame goes in and one comes out. Times are on the running loop's clock: a microphone frame handed
over at t was captured from t-20 ms to t; a speaker frame that came back at t sounds from t to t+20 ms.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from base_station import clock
from base_station.config import FRAME_MS, FRAME_SAMPLES
from base_station.virtual import Frame, VirtualPlush

Pcm = NDArray[np.int16]
_SAMPLES_PER_MS = 16
_TONE_PEAK = 3  # a real room is never digitally silent, and a toy that hears exact zeros reports a dead microphone
_HEARABLE = 64  # amplitude above which a speaker sample counts as sound, about -54 dB of full scale


@dataclass
class Question:
    """Sound on its way into the microphone. `voiced_end_ms` is when its speech had been captured to the end."""

    pcm: Pcm
    voiced_end_sample: int
    played: asyncio.Event = field(default_factory=asyncio.Event)
    voiced_end_ms: float | None = None
    position: int = 0


@dataclass
class Studio:
    """Feeds a plush until `stop()`. `paced` keeps to real time; otherwise as fast as the plush answers.

    `ears` replaces the room tone when no question plays (a live microphone); `mouth` gets each frame that sounded.
    """

    plush: VirtualPlush
    paced: bool = True
    ears: Callable[[], Frame | None] | None = None
    mouth: Callable[[Frame], None] | None = None
    on_tick: Callable[[], Awaitable[None]] | None = None
    recording: list[Frame] = field(default_factory=list)
    first_sound_ms: float | None = None
    first_answer_ms: float | None = None
    last_sound_ms: float | None = None

    def __post_init__(self) -> None:
        self._questions: deque[Question] = deque()
        self._tone = np.random.default_rng(7)
        self._stopping = False
        self._answering = False

    def ask(self, question: Question) -> None:
        """Plays a question after those that still wait; `question.played` is set when all of it was captured."""
        self._questions.append(question)

    def listen_anew(self) -> None:
        """Forgets when sound was last heard: the next sound is a new first one."""
        self.first_sound_ms = self.first_answer_ms = self.last_sound_ms = None
        self._answering = False

    def answer_begins(self) -> None:
        """The plush speaks now: what sounds from here on is its answer, what sounded before was only a nod."""
        self._answering = True

    def stop(self) -> None:
        self._stopping = True

    async def run(self) -> None:
        """Raises PlushDied when the plush ends by itself."""
        due_s = asyncio.get_running_loop().time()
        while not self._stopping:
            sound = self._next_frame()
            if self.on_tick is not None:
                await self.on_tick()
            self._note_played(await self.plush.tick(sound))
            due_s += FRAME_MS / 1000
            late_s = asyncio.get_running_loop().time() - due_s
            if late_s > 0.2:
                due_s += late_s  # a stall is not caught up with: sound does not run faster than life
            await asyncio.sleep(max(0.0, -late_s))

    def _next_frame(self) -> Frame:
        tone = self._tone.integers(-_TONE_PEAK, _TONE_PEAK + 1, FRAME_SAMPLES).astype(np.int16)
        if not self._questions:
            live = self.ears() if self.ears else None
            return tone if live is None else live
        question = self._questions[0]
        start = question.position
        piece = question.pcm[start : start + FRAME_SAMPLES]
        question.position += FRAME_SAMPLES
        captured_ms = clock.now_ms()
        if start < question.voiced_end_sample <= start + FRAME_SAMPLES:
            question.voiced_end_ms = captured_ms - FRAME_MS + (question.voiced_end_sample - start) / _SAMPLES_PER_MS
        if question.position >= len(question.pcm):
            self._questions.popleft()
            question.played.set()
        tone[: len(piece)] = piece
        return tone

    def _note_played(self, played: Frame) -> None:
        now_ms = clock.now_ms()
        self.recording.append(played)
        if self.mouth is not None:
            self.mouth(played)
        heard = np.flatnonzero(np.abs(played.astype(np.int32)) >= _HEARABLE)
        if len(heard):
            if self.first_sound_ms is None:
                self.first_sound_ms = now_ms + float(heard[0]) / _SAMPLES_PER_MS
            if self._answering and self.first_answer_ms is None:
                self.first_answer_ms = now_ms + float(heard[0]) / _SAMPLES_PER_MS
            self.last_sound_ms = now_ms + float(heard[-1]) / _SAMPLES_PER_MS

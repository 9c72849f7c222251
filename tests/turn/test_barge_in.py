"""Interrupting: the plush falls silent at once, says nothing more of its answer, and answers what is asked next.

And the opposite: a child who only took a breath is answered as a whole. Both with the compiled toy and the base.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from base_station import clock
from base_station.rpc import InProcess
from base_station.studio import Question
from base_station.talk import Conversation, TalkOptions
from base_station.turn_report import TurnReport
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import BUILD, Pcm, house, station
from tests.turn.scripted import buzz
from tests.turn.test_faults import answers

WORDS = ("wake 220", "button paw down")  # what the spotter says of "hey teddy", and a hand
_FRAME_MS = 20
_LATEST_MS = 150


class Talker(scripted.Mind):
    """Gives the same answer eight times over: four seconds."""

    def reply(self, messages: Sequence[dict[str, str]], max_tokens: int, seed: Any, cancelled: Any) -> Iterator[str]:
        for _ in range(8):
            yield from super().reply(messages, max_tokens, seed, cancelled)
            yield " "


class Ponderer(scripted.Mind):
    """Thinks about its first question until it is told that nobody wants to know; has the others' answers at once."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0

    def reply(self, messages: Sequence[dict[str, str]], max_tokens: int, seed: Any, cancelled: Any) -> Iterator[str]:
        self._asked += 1
        while self._asked == 1 and not cancelled():
            time.sleep(0.01)
        yield from super().reply(messages, max_tokens, seed, cancelled)


class Room:
    """A conversation whose plush is interrupted: what its speaker does, by its own states."""

    def __init__(self, home: Conversation) -> None:
        self.home = home
        self._changed = asyncio.Event()
        self._states: list[str] = []
        home.plush.on_line.append(self._line)

    def _line(self, line: str) -> None:
        if line.startswith("state "):
            self._states.append(line.split()[1])
            self._changed.set()

    async def until(self, state: str) -> None:
        async with asyncio.timeout(30.0):
            while state not in self._states:
                self._changed.clear()
                await self._changed.wait()
        del self._states[: self._states.index(state) + 1]

    def ask(self, sound: Pcm) -> None:
        self.home.studio.ask(Question(sound, len(sound)))

    async def interrupt(self, how: str) -> float:
        """Out: for how many milliseconds the plush goes on sounding."""
        studio = self.home.studio
        at = len(studio.recording)
        await self.home.plush.control(how)
        await self.until("idle" if "paw" in how else "listening")
        await self.home.plush.control("button paw up")
        await asyncio.sleep(0.3)
        loud = [np.abs(frame.astype(int)).max() > 300 for frame in studio.recording[at:]]
        return _FRAME_MS * (max(np.flatnonzero(loud), default=-1) + 1)

    async def answer_to(self, question: int, listen_s: float) -> set[int]:
        """Out: whose answers sounded so far, the plush still speaking."""
        self.ask(buzz(question, 0.6))
        await self.until("speaking")
        at = len(self.home.studio.recording)
        await asyncio.sleep(listen_s)
        return set(answers(np.concatenate(self.home.studio.recording[at:])))


async def interruptions(folder: Path, cases: int) -> None:
    """One answer after the other is broken off, by the next question's "hey teddy" or by the paw before it."""
    random = Random(3)
    async with house(folder, {**scripted.ENGINES, "llm": f"{__name__}:Talker"}) as home:
        room, question = Room(home), 0
        for case in range(cases):
            how = WORDS[case % len(WORDS)]
            # With the wake word come two seconds of what was heard before; the last question is none of it.
            assert await room.answer_to(question, random.uniform(0.3, 2.5)) == {question}, case
            assert await room.interrupt(how) <= _LATEST_MS, case
            question = (question + random.randrange(1, 12)) % 12


def test_speech_stops_at_once_and_the_next_answer_is_about_the_new_question(tmp_path: Path) -> None:
    clock.run_virtual(lambda: interruptions(tmp_path, 12))


async def interrupted_at_the_base(folder: Path) -> None:
    async with station(folder) as made:
        options = TalkOptions(PlushOptions(build=BUILD, seed=1), {**scripted.ENGINES, "llm": f"{__name__}:Talker"})
        async with Conversation(options, InProcess(made.handle)) as home:
            room = Room(home)
            (toy,) = made.toys.attached.values()
            assert not toy.interrupt()  # it says nothing
            assert await room.answer_to(3, 1.0) == {3}
            assert toy.interrupt()
            at = len(home.studio.recording)
            await room.until("idle")
            assert _FRAME_MS * (len(home.studio.recording) - at) <= _LATEST_MS


def test_the_consoles_button_silences_it_too(tmp_path: Path) -> None:
    clock.run_virtual(lambda: interrupted_at_the_base(tmp_path))


@pytest.mark.long
def test_fifty_of_fifty(tmp_path: Path) -> None:
    clock.run_virtual(lambda: interruptions(tmp_path, 50))


def test_a_breath_in_the_middle_of_a_question_is_not_its_end(tmp_path: Path) -> None:
    """The toy ends the question after 280 ms, and hears more of it while the model still thinks."""
    pause = np.zeros(int(0.42 * scripted.RATE_HZ), np.int16)
    question = np.concatenate([buzz(3, 0.6), pause, buzz(5, 0.6)])

    async def main() -> tuple[TurnReport, Pcm]:
        async with house(tmp_path, {**scripted.ENGINES, "llm": f"{__name__}:Ponderer"}) as home:
            turn = await home.ask(question)
            return turn, np.concatenate(home.studio.recording)

    turn, sound = clock.run_virtual(main, charge=True)
    assert turn.states == ["idle", "listening", "thinking", "listening", "thinking", "speaking", "idle"]
    assert (turn.heard, turn.said) == ("question 3 question 5", "answer 5.")
    assert set(answers(sound)) == {5}

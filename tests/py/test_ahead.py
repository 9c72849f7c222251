"""The answer that is begun early: what the model is asked, when it is taken back, and when speech is thought over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from base_station.ahead import Ahead
from base_station.llm.base import Turn
from base_station.pause import Pause


class Work:
    """A request that records its end."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind, self.text, self.closed, self.done = kind, text, False, False

    def close(self) -> None:
        self.closed = True


class Chat:
    """Records what a model would be asked."""

    def __init__(self) -> None:
        self.asked: list[Work] = []

    def prefill(self, messages: Sequence[Turn]) -> Work:
        return self._ask("prefill", messages)

    def reply(self, messages: Sequence[Turn]) -> Work:
        return self._ask("reply", messages)

    def _ask(self, kind: str, messages: Sequence[Turn]) -> Work:
        self.asked.append(Work(kind, messages[-1]["content"]))
        return self.asked[-1]


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def ahead(chat: Chat) -> Ahead:
    stand_in: Any = chat
    return Ahead(stand_in, lambda text: [Turn(role="user", content=text)])


def test_words_are_read_while_they_come_but_the_newest_is_not(ahead: Ahead, chat: Chat) -> None:
    ahead.hear("why is")
    assert [(w.kind, w.text) for w in chat.asked] == [("prefill", "why")]
    ahead.hear("why is the")  # still reading: nothing is queued behind it
    assert len(chat.asked) == 1
    chat.asked[0].done = True
    ahead.hear("why is the sky")
    assert [w.text for w in chat.asked] == ["why", "why is the"]


def test_a_right_guess_is_the_answer(ahead: Ahead, chat: Chat) -> None:
    ahead.guess("why is the sky blue")
    ahead.guess("why is the sky blue")  # every quiet frame says so
    reply: Any = ahead.take("why is the sky blue")
    assert [w.kind for w in chat.asked] == ["reply"]
    assert reply is chat.asked[0]
    assert ahead.early
    ahead.drop()
    assert not reply.closed  # it is the turn's now


@pytest.mark.parametrize("final", ["why is the sky", "why is the sky blue today", ""])
def test_a_wrong_guess_is_taken_back(ahead: Ahead, chat: Chat, final: str) -> None:
    ahead.guess("why is the sky blue")
    reply: Any = ahead.take(final)
    assert chat.asked[0].closed
    assert reply.text == final
    assert not ahead.early


def test_speech_that_goes_on_takes_the_answer_back(ahead: Ahead, chat: Chat) -> None:
    ahead.guess("i like")
    ahead.hear("i like")
    assert not chat.asked[0].closed
    ahead.hear("i like cake")
    assert chat.asked[0].closed


def test_nothing_is_guessed_of_silence_and_nothing_outlives_the_turn(ahead: Ahead, chat: Chat) -> None:
    ahead.guess("")
    assert chat.asked == []
    ahead.guess("hello")
    ahead.drop()
    assert chat.asked[0].closed


def frames(level: float, count: int, seed: int = 0) -> list[np.ndarray[Any, np.dtype[np.int16]]]:
    rng = np.random.default_rng(seed)
    return [(rng.normal(0.0, level, 320)).astype(np.int16) for _ in range(count)]


@pytest.mark.parametrize("room", [2.0, 60.0, 300.0])
def test_a_pause_is_noticed_within_a_frame_in_quiet_and_in_noisy_rooms(room: float) -> None:
    pause = Pause()
    for frame in frames(room, 20):
        pause.add(frame)
    assert pause.quiet_ms == 0  # nobody has spoken yet
    for frame in frames(4000.0, 30):
        pause.add(frame)
        assert pause.quiet_ms == 0
    for count, frame in enumerate(frames(room, 10), 1):
        pause.add(frame)
        assert abs(pause.quiet_ms - 20 * count) <= 20
    for frame in frames(4000.0, 2):
        pause.add(frame)
    assert pause.quiet_ms == 0


def test_a_question_that_begins_at_once_has_pauses_too() -> None:
    """With the wake word off, the first frame may already be speech."""
    pause = Pause()
    for frame in [*frames(3000.0, 40), *frames(10.0, 9)]:
        pause.add(frame)
    assert pause.quiet_ms >= 160

"""Whole turns on ARM machine code: the toy in QEMU, its UART as the cable, the real protocol, virtual time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from base_station import clock
from base_station import events as ev
from base_station.talk import Conversation, TalkOptions
from base_station.turn_report import TurnReport
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import Pcm, house
from tests.turn.test_faults import answers
from tests.turn.test_wake_word import PHRASE

BUILD = Path(__file__).resolve().parents[2] / "build" / "qemu"
WHOLE_TURN = ["idle", "listening", "thinking", "speaking", "idle"]
QUESTION = 5


@pytest.fixture(autouse=True)
def built() -> None:
    if not (BUILD / "plush_toy.elf").exists():
        pytest.fail("build/qemu is not built (make c-qemu)")


async def ask(home: Conversation) -> tuple[TurnReport, Pcm, list[str]]:
    """One question; returns the report, all that the speaker played, and the toy's control lines."""
    lines: list[str] = []
    home.plush.on_line.append(lines.append)
    turn = await home.ask(scripted.buzz(QUESTION, 0.8))
    return turn, np.concatenate(home.studio.recording), lines


@pytest.mark.parametrize("worlds", ["one", "two"])
def test_a_remote_turn_over_the_uart(tmp_path: Path, worlds: str) -> None:
    """In one world, and with the keys behind the gateway."""

    async def main() -> tuple[TurnReport, Pcm, list[str]]:
        plush = PlushOptions(build=BUILD, seed=1, arguments=("--worlds", worlds))
        async with house(tmp_path, scripted.ENGINES, plush=plush) as home:
            return await ask(home)

    turn, sound, lines = clock.run_virtual(main)
    assert turn.brain == "remote"
    assert turn.states == WHOLE_TURN
    heard = answers(sound)
    assert set(heard) == {QUESTION}
    assert abs(heard[QUESTION] - scripted.ANSWER_S * 20) <= 1  # windows of 50 ms: all of the answer
    assert turn.link["crc_errors"] == 0
    assert turn.link["frames_up"] > 30
    assert not [line for line in lines if line.startswith("error")]


def two_worlds(wake: str) -> PlushOptions:
    return PlushOptions(build=BUILD, seed=1, wake=wake, arguments=("--worlds", "two"))


def test_the_secure_world_hands_out_sound_once_it_has_heard_the_wake_word(tmp_path: Path) -> None:
    """Microphone, ring and wake word are the secure world's; a sentence before the phrase never gets out."""

    async def main() -> tuple[TurnReport, dict[str, int], list[ev.Event]]:
        seen: list[ev.Event] = []
        async with house(tmp_path, scripted.ENGINES, plush=two_worlds("on"), show=seen.append) as home:
            await asyncio.sleep(3.0)
            aside = await home.ask(scripted.buzz(3, 0.8))
            before = dict(aside.link)
            phrase = np.concatenate([PHRASE, np.zeros(800, np.int16), scripted.buzz(QUESTION, 0.8)])
            return await home.ask(phrase), before, seen

    turn, before, seen = clock.run_virtual(main)
    assert before["frames_up"] < 10  # messages; not a frame of sound
    (started,) = (event for event in seen if isinstance(event, ev.TurnStarted))
    assert started.reason == "wake word"
    assert turn.states == WHOLE_TURN
    assert turn.heard == f"question {QUESTION}"
    assert turn.link["frames_up"] > 50


def test_the_paw_is_the_secure_worlds_own(tmp_path: Path) -> None:
    async def main() -> TurnReport:
        async with house(tmp_path, scripted.ENGINES, plush=two_worlds("on")) as home:
            await asyncio.sleep(1.0)
            await home.plush.control("button paw down")
            await home.plush.control("button paw up")
            return await home.ask(scripted.buzz(QUESTION, 0.8))

    turn = clock.run_virtual(main)
    assert turn.states[-4:] == WHOLE_TURN[-4:]
    assert turn.heard == f"question {QUESTION}"


def test_an_offline_turn() -> None:
    """Nobody at the other end of the cable: the toy answers from its phrase bank."""

    async def main() -> tuple[TurnReport, Pcm, list[str]]:
        options = TalkOptions(PlushOptions(build=BUILD, seed=1, link="none"))
        async with Conversation(options, None) as home:
            return await ask(home)

    turn, sound, lines = clock.run_virtual(main)
    assert turn.brain == "local"
    assert turn.states == WHOLE_TURN
    assert any(line.startswith("said ") for line in lines)
    assert answers(sound) == {}
    assert np.count_nonzero(np.abs(sound.astype(int)) > 500) > 8000  # half a second of speech
    assert not [line for line in lines if line.startswith("error")]

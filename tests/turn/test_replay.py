"""`plush replay`: a kept turn held again gives the same words and times; another engine is told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from base_station import clock, replay
from base_station.errors import UsageError
from base_station.rpc import InProcess
from base_station.talk import Conversation, TalkOptions
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import BUILD, station

QUESTION = 5
CLOSE_MS = 60.0  # the toy finds the last voiced sample in steps of 20 ms, and the end of a sentence likewise


async def kept_turn(folder: Path, *, with_sound: bool) -> tuple[replay.Recorded, int]:
    """Holds a turn, and recalls it. Out: it, and how many turns are kept."""
    async with station(folder) as home:
        home.archive.store.settings.change("keep_sound", int(with_sound))
        plush = PlushOptions(build=BUILD, seed=1)
        async with Conversation(TalkOptions(plush, scripted.ENGINES), InProcess(home.handle)) as talk:
            await talk.ask(scripted.buzz(QUESTION, 0.8))
        recorded = await replay.recall(InProcess(home.handle), 1)
        return recorded, len(home.archive.store.last(10))


def held_again(recorded: replay.Recorded, port: str, engines: dict[str, Any]) -> dict[str, Any]:
    plush = PlushOptions(port=port, build=BUILD.parent / port, seed=2)
    report = clock.run_virtual(lambda: replay.hold(recorded.sound, plush, engines))
    return replay.compare(recorded, report)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> replay.Recorded:
    return clock.run_virtual(lambda: kept_turn(tmp_path_factory.mktemp("kept"), with_sound=True))[0]


@pytest.mark.parametrize("port", ["host", "qemu"])
def test_a_kept_turn_gives_the_same_words_and_times(recorded: replay.Recorded, port: str) -> None:
    assert recorded.source == "kept sound"
    found = held_again(recorded, port, scripted.ENGINES)
    assert found["heard"] == [f"question {QUESTION}"] * 2
    assert (found["same_words"], found["same_answer"], found["brain"]) == (True, True, ["remote", "remote"])
    for stage, (then, now) in found["latency_ms"].items():
        assert abs(then - now) < CLOSE_MS, (stage, then, now)


def test_another_recogniser_is_told_apart(recorded: replay.Recorded) -> None:
    found = held_again(recorded, "host", {**scripted.ENGINES, "asr": "tests.turn.scripted:UnsureEars"})
    assert found["same_words"]
    assert not found["same_answer"], "it asks to say it again"


def test_without_kept_sound_its_words_are_spoken_anew(tmp_path: Path) -> None:
    recorded, turns = clock.run_virtual(lambda: kept_turn(tmp_path, with_sound=False))
    assert recorded.source == "its words, spoken anew"
    assert np.abs(recorded.sound.astype(int)).max() > 1000
    assert turns == 1


def test_what_cannot_be_replayed_is_one_line(tmp_path: Path) -> None:
    async def main() -> None:
        async with station(tmp_path) as home:
            await replay.recall(InProcess(home.handle), 7)

    with pytest.raises(UsageError, match="no turn 7"):
        clock.run_virtual(main)
    with pytest.raises(UsageError, match="known are host, qemu"):
        replay.main(1, "moon", {}, as_json=True)

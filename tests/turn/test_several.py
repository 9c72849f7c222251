"""Four toys at one base station: nobody gets another's answer, everybody gets one, and one call wakes one plush.

Virtual time, real toys, real worker processes; the answers can be told apart by ear.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import numpy as np
import pytest

from base_station import clock
from base_station import events as ev
from base_station.arbiter import Arbiter, Call
from base_station.rpc import InProcess
from base_station.studio import Pcm
from base_station.talk import Conversation, TalkOptions
from base_station.turn_report import TurnReport
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import BUILD, station
from tests.turn.test_faults import answers

TOYS, ROUNDS = 4, 3


async def talk_at_once(folder: Path) -> list[tuple[int, TurnReport, Pcm]]:
    """Out: of each turn its question, its report, and what that toy's speaker played."""
    held = []
    async with station(folder) as made, contextlib.AsyncExitStack() as house:
        homes = [
            await house.enter_async_context(
                Conversation(
                    TalkOptions(PlushOptions(build=BUILD, seed=toy + 1), dict(scripted.ENGINES)), InProcess(made.handle)
                )
            )
            for toy in range(TOYS)
        ]
        for number in range(ROUNDS):
            pitches = [4 * toy + number for toy in range(TOYS)]
            before = [len(home.studio.recording) for home in homes]
            turns = await asyncio.gather(
                *(home.ask(scripted.buzz(k, 0.6)) for home, k in zip(homes, pitches, strict=True))
            )
            sounds = [np.concatenate(home.studio.recording[at:]) for home, at in zip(homes, before, strict=True)]
            held += list(zip(pitches, turns, sounds, strict=True))
    return held


def test_four_toys_talk_at_once_and_none_gets_anothers_answer(tmp_path: Path) -> None:
    held = clock.run_virtual(lambda: talk_at_once(tmp_path))
    assert len(held) == TOYS * ROUNDS
    for pitch, turn, sound in held:
        assert (turn.brain, turn.said) == ("remote", f"answer {pitch}.")
        assert list(answers(sound)) == [pitch]
    waits_ms = [turn.latency_ms["first_answer"] or 1e9 for _, turn, _ in held]
    assert max(waits_ms) - min(waits_ms) < 200, "somebody had to wait until the others were done"


def call(arbiter: Arbiter, silenced: dict[str, str], toy: str, at_ms: float, score: float, snr_db: float) -> None:
    arbiter.enter(Call(toy, hash(toy), at_ms, score, snr_db, lambda better: silenced.update({toy: better})))


@pytest.mark.parametrize("order", [("near", "far", "farther"), ("farther", "far", "near"), ("far", "near", "farther")])
def test_the_nearest_of_those_that_were_called_together_goes_on(order: tuple[str, ...]) -> None:
    arbiter, silenced = Arbiter(), {}  # type: ignore[var-annotated]
    heard = {"near": (0.9, 24.0), "far": (0.95, 12.0), "farther": (0.6, 9.0)}
    for at, toy in enumerate(order):
        call(arbiter, silenced, toy, 1000.0 + 60 * at, *heard[toy])
    assert set(silenced) == {"far", "farther"}


def test_calls_at_different_times_are_different_calls() -> None:
    arbiter, silenced = Arbiter(), {}  # type: ignore[var-annotated]
    call(arbiter, silenced, "near", 1000.0, 0.9, 24.0)
    call(arbiter, silenced, "far", 1700.0, 0.9, 12.0)
    call(arbiter, silenced, "far", 1800.0, 0.9, 12.0)
    assert silenced == {}


def test_one_call_that_two_toys_hear_wakes_the_nearer_one(tmp_path: Path) -> None:
    """Both spotters have fired (the toys' own `wake` line); the second one is told to by a tick later."""
    seen: list[ev.Event] = []

    async def main() -> list[list[str]]:
        async with station(tmp_path) as made, contextlib.AsyncExitStack() as house:
            homes = [
                await house.enter_async_context(
                    Conversation(
                        TalkOptions(PlushOptions(build=BUILD, seed=toy + 1), dict(scripted.ENGINES)),
                        InProcess(made.handle),
                        seen.append,
                    )
                )
                for toy in range(2)
            ]
            for home, score in zip(homes, (120, 250), strict=True):
                await home.plush.control(f"wake {score}")
            turns = await asyncio.gather(*(home.ask(scripted.buzz(3, 0.6)) for home in homes), return_exceptions=True)
            return [turn.states if isinstance(turn, TurnReport) else [str(turn)] for turn in turns]

    far, near = clock.run_virtual(main)
    assert near == ["idle", "listening", "thinking", "speaking", "idle"]
    assert "speaking" not in far
    refused = [event for event in seen if isinstance(event, ev.WakeJudged)]
    assert [event.accepted for event in refused] == [False]

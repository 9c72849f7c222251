"""A timer rings: into an answer, and at a toy that does not take it at once. In virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from base_station import bell, clock
from base_station.attachment import Attachment
from base_station.rpc import InProcess
from base_station.talk import Conversation, TalkOptions
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import BUILD, station
from tests.turn.test_barge_in import Room

TALKER = {**scripted.ENGINES, "llm": "tests.turn.test_barge_in:Talker"}
RINGS = ("done", "Ding dong! Your eight seconds are over.")


def evening(folder: Path, goes: Callable[[Room, Attachment], Awaitable[None]]) -> list[tuple[str, str]]:
    """Out: how each turn ended, and what was said in it. A timer of eight seconds was set before the first."""

    async def main() -> list[tuple[str, str]]:
        async with station(folder) as made:
            options = TalkOptions(PlushOptions(build=BUILD, seed=1), TALKER)
            async with Conversation(options, InProcess(made.handle)) as home:
                (toy,) = made.toys.attached.values()
                toy.guide.decide("set a timer for eight seconds")
                room = Room(home)
                await room.answer_to(3, 0.5)
                await room.until("idle")  # the turn's end has set the bell; it is the sixth second
                await goes(room, toy)
                await asyncio.sleep(1.0)
                return [(row.outcome, row.said) for row in made.archive.store.last()]

    return clock.run_virtual(main)


async def spoken(room: Room) -> None:
    for state in ("thinking", "speaking", "idle"):
        await room.until(state)


def test_it_rings_in_mid_answer(tmp_path: Path) -> None:
    async def goes(room: Room, toy: Attachment) -> None:
        assert await room.answer_to(5, 0.5) == {5}
        await room.until("idle")
        await spoken(room)

    first, second, rung = evening(tmp_path, goes)
    assert (first[0], second[0]) == ("done", "aborted: superseded")
    assert rung == RINGS


@pytest.mark.parametrize(("times", "told"), [(30, True), (3, False)])
def test_it_rings_again_once_the_microphone_is_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, told: bool
) -> None:
    """And not for ever: every ten seconds, so often."""
    monkeypatch.setattr(bell, "_TIMES", times)

    async def goes(room: Room, toy: Attachment) -> None:
        await toy.adjust("mute", 1)
        await asyncio.sleep(60.0)
        await toy.adjust("mute", 0)
        if told:
            await spoken(room)
        else:
            await asyncio.sleep(30.0)

    assert evening(tmp_path, goes)[1:] == ([RINGS] if told else [])

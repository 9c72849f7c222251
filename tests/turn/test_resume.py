"""A conversation survives a link that is gone for less than a minute, on another link too, and no longer than that."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from base_station import clock, resume
from base_station.dialogue.memory import Memory
from base_station.dialogue.persona import Persona
from base_station.resume import KEPT_S, Conversations
from base_station.rpc import InProcess
from base_station.talk import Conversation, TalkOptions
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import BUILD, station


@pytest.mark.parametrize(("away_s", "goes_on"), [(2.0, True), (9.0, False)])
def test_the_cable_is_out_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away_s: float, goes_on: bool
) -> None:
    monkeypatch.setattr(resume, "KEPT_S", 5.0)  # not a minute: a test of a minute takes too long

    async def main() -> tuple[int, int]:
        async with station(tmp_path) as made:
            options = TalkOptions(PlushOptions(build=BUILD, seed=1), scripted.ENGINES)
            async with Conversation(options, InProcess(made.handle)) as home:
                await home.ask(scripted.buzz(3, 0.6))
                (attachment,) = made.toys.attached.values()
                before = len(attachment.memory.past())
                await home.plush.control("link off")
                await asyncio.sleep(away_s)
                await home.plush.control("link on")
                async with asyncio.timeout(30):
                    while not attachment.is_up:  # noqa: ASYNC110 - the event of being up is what is waited for
                        await asyncio.sleep(0.1)
                await asyncio.sleep(1.0)
                return before, len(attachment.memory.past())

    before, after = clock.run_virtual(main)
    assert before == 1
    assert after == (1 if goes_on else 0)


def test_a_token_is_good_once_for_its_toy_and_for_a_minute() -> None:
    conversations = Conversations()
    memory = Memory(Persona())
    first = conversations.begin("teddy", memory)
    conversations.end(first, 100.0)
    again = conversations.begin("teddy", Memory(Persona()))
    assert conversations.resume("bunny", first, again, 110.0) is None  # another toy's
    assert conversations.resume("teddy", first + 1, again, 110.0) is None
    assert conversations.resume("teddy", first, again, 110.0) is memory
    assert conversations.resume("teddy", first, again, 110.0) is None
    conversations.end(again, 120.0)
    late = conversations.begin("teddy", Memory(Persona()))
    assert conversations.resume("teddy", again, late, 120.0 + KEPT_S + 1.0) is None

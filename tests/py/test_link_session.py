"""Link: a toy at the other end of a cable that may lose and damage, be cut or fall silent. In virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from base_station import clock
from base_station.errors import LinkLost
from base_station.link.link import AudioFrame, Link
from base_station.link.messages import (
    Abort,
    AudioCredit,
    Hello,
    Ping,
    Pong,
    State,
    Volume,
)
from base_station.link.session import NullSuite
from tests.py.link_turn import Pipe, a_turn, pipes, sound, toy_link, until


def in_virtual_time(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    clock.run_virtual(main)


@pytest.mark.parametrize("framed", [True, False], ids=["stream", "packets"])
@pytest.mark.parametrize("bad", [0.0, 0.05])
def test_turns_over_a_pipe(framed: bool, bad: float) -> None:
    async def main() -> None:
        one, two = pipes(framed=framed, bad=bad)
        async with Link(one, NullSuite()) as base, toy_link(two) as toy:
            hello, theirs = await asyncio.gather(base.connect(), toy.connect())
            assert (hello.name, theirs.name) == ("Bruno", "base station")
            for turn in range(1, 6):
                await a_turn(base, toy, turn)
            stats = base.stats
            assert (stats.resent > 0) == (bad > 0)
            assert (stats.crc_errors > 0) == (framed and bad > 0)
            assert stats.frames_up >= 5 * 62
            assert stats.frames_down >= 5 * 62

    in_virtual_time(main)


def test_a_quiet_link_stays_alive() -> None:
    async def main() -> None:
        one, two = pipes()
        async with Link(one, NullSuite()) as base, toy_link(two) as toy:
            await asyncio.gather(base.connect(), toy.connect())
            await asyncio.sleep(600)
            await a_turn(base, toy, 9)
            assert base.rtt_ms is not None
            assert base.rtt_ms < 20
            assert not [item for item in await drain(toy) if isinstance(item, Ping | Pong)]

    in_virtual_time(main)


async def drain(link: Link) -> list[object]:
    return [link._received.get_nowait() for _ in range(link._received.qsize())]


def test_silence_raises_link_lost_at_both_ends() -> None:
    async def main() -> None:
        one, two = pipes()
        loop = asyncio.get_running_loop()
        async with Link(one, NullSuite()) as base, toy_link(two) as toy:
            await asyncio.gather(base.connect(), toy.connect())
            one.cut = two.cut = True
            await toy.send(State(1, 0, 0))
            started_s = loop.time()
            with pytest.raises(LinkLost):
                await until(base, Abort)
            assert 2.9 < loop.time() - started_s < 3.7
            with pytest.raises(LinkLost):
                await base.send(Volume(1))
            with pytest.raises(LinkLost):
                await until(toy, Abort)

    in_virtual_time(main)


def test_nobody_there_is_told_in_time() -> None:
    async def main() -> None:
        one, _ = pipes()
        async with Link(one, NullSuite()) as base:
            with pytest.raises(LinkLost, match="no answer from a toy on pipe"):
                await base.connect(timeout_s=2.0)

    in_virtual_time(main)


def test_a_hang_up_raises_after_what_came_before() -> None:
    async def main() -> None:
        one, two = pipes()
        async with Link(one, NullSuite()) as base, toy_link(two) as toy:
            await asyncio.gather(base.connect(), toy.connect())
            await toy.send(AudioCredit(1, 5))
            await asyncio.sleep(0.5)
            await toy.close()
            assert (await until(base, AudioCredit))[-1] == AudioCredit(1, 5)
            with pytest.raises(LinkLost, match="hung up"):
                await until(base, Abort)

    in_virtual_time(main)


def test_a_new_toy_on_the_same_cable_says_hello_again() -> None:
    async def main() -> None:
        one, two = pipes()
        async with Link(one, NullSuite()) as base:
            async with toy_link(two) as toy:
                await asyncio.gather(base.connect(), toy.connect())
                await until(base, Hello)
                for task in toy._tasks:  # power off, without a goodbye
                    task.cancel()
                toy._tasks = []
                toy.transport = Pipe()
                toy.transport.other = Pipe()
            async with toy_link(two) as again:
                items = await until(base, Hello)
                assert isinstance(items[-1], Hello)
                await a_turn(base, again, 3)

    in_virtual_time(main)


def test_a_dropped_turn_frees_the_lane() -> None:
    async def main() -> None:
        one, two = pipes()
        async with Link(one, NullSuite()) as base, toy_link(two) as toy:
            await asyncio.gather(base.connect(), toy.connect())
            one.cut = True

            async def speak() -> None:
                for sequence in range(100):
                    await base.send_audio(sound(4, sequence))

            task = asyncio.get_running_loop().create_task(speak())
            await asyncio.sleep(0.3)
            assert not task.done()
            task.cancel()
            base.drop_turn(4)
            one.cut = False
            await base.send(Abort(4, 0))
            await base.send_audio(sound(5, 0))
            items = await until(toy, AudioFrame)
            while items[-1] != sound(5, 0):
                items += await until(toy, AudioFrame)
            old = [item for item in items if isinstance(item, AudioFrame) and item.turn == 4]
            assert len(old) <= 12  # what the window already held
            assert Abort(4, 0) in items

    in_virtual_time(main)

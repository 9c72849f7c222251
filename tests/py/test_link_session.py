"""Link: a toy at the other end of a transport, in virtual time over pipes, and for real over TCP and a PTY."""

from __future__ import annotations

import asyncio
import os
import pty
import random
import socket
import tty
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from base_station import clock
from base_station.errors import LinkLost, UsageError
from base_station.link.link import AudioFrame, Link
from base_station.link.messages import (
    Abort,
    AudioCredit,
    EndOfSpeech,
    Hello,
    Ping,
    Pong,
    SpeakStop,
    State,
    Volume,
    Wake,
)
from base_station.link.order_events import Role
from base_station.link.serial import open_serial
from base_station.link.session import NullSuite
from base_station.link.socket import open_socket
from base_station.link.transport import DescriptorTransport, Transport

TOY_HELLO = Hello(1, 0, 0xCAFE, 10, 0, 1, "Bruno")


class Pipe:
    """One end of a cable of two queues, with a way to lose chunks and to cut it."""

    name = "pipe"

    def __init__(self, framed: bool = True, bad: float = 0.0, seed: int = 0) -> None:
        self.framed = framed
        self.cut = False
        self._bad, self._random = bad, random.Random(seed)
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.other: Pipe

    async def read(self) -> bytes:
        return await self._queue.get()

    async def write(self, data: bytes) -> None:
        await asyncio.sleep(len(data) / 92_160)
        if self.cut or self._random.random() < self._bad:
            return
        if self.framed and self._random.random() < self._bad:
            at = self._random.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]
        self.other._queue.put_nowait(data)

    async def close(self) -> None:
        self.other._queue.put_nowait(b"")


def pipes(**options: Any) -> tuple[Pipe, Pipe]:
    one, two = Pipe(seed=1, **options), Pipe(seed=2, **options)
    one.other, two.other = two, one
    return one, two


def sound(turn: int, sequence: int) -> AudioFrame:
    return AudioFrame(turn, sequence, sequence * 320, 0, 0, bytes([sequence % 251]) * 160)


def toy_link(transport: Transport) -> Link:
    return Link(transport, NullSuite(), role=Role.TOY, hello=TOY_HELLO)


def in_virtual_time(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    clock.run_virtual(main)


async def a_turn(base: Link, toy: Link, turn: int, frames: int = 60) -> None:
    """A whole question and its answer, checked at both ends."""

    async def ask() -> list[object]:
        await toy.send(Wake(turn, 1, 0, 0, 0, 0))
        for sequence in range(frames):
            await toy.send_audio(sound(turn, sequence))
        await toy.send(EndOfSpeech(turn, 0, frames, 0, ()))
        return await until(toy, SpeakStop)

    async def answer() -> list[object]:
        heard = await until(base, EndOfSpeech)
        await base.send(Volume(30))
        for sequence in range(frames):
            await base.send_audio(sound(turn, sequence))
        await base.send(SpeakStop(turn, frames))
        return heard

    said, heard = await asyncio.gather(ask(), answer())
    expected = [sound(turn, sequence) for sequence in range(frames)]
    assert [item for item in heard if isinstance(item, AudioFrame)] == expected
    assert [item for item in said if isinstance(item, AudioFrame)] == expected
    assert Wake(turn, 1, 0, 0, 0, 0) in heard
    assert Volume(30) in said


async def until(link: Link, kind: type) -> list[object]:
    items: list[object] = []
    async for item in link:
        items.append(item)
        if isinstance(item, kind):
            return items
    raise AssertionError("the link ended")


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


async def over(base_transport: Transport, toy_transport: Transport) -> None:
    async with Link(base_transport, NullSuite()) as base, toy_link(toy_transport) as toy:
        await asyncio.gather(base.connect(), toy.connect())
        await a_turn(base, toy, 1, frames=20)
        assert base.stats.crc_errors == 0


@pytest.mark.parametrize("opener", ["socket", "pyserial"])
def test_over_tcp(opener: str) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            if opener == "socket":
                transport = await open_socket("127.0.0.1", port)
            else:
                transport = await open_serial(f"socket://127.0.0.1:{port}")
            connection, _ = listener.accept()
            await over(transport, DescriptorTransport(connection.fileno(), "toy", connection.close))

    asyncio.run(main())


def test_over_a_pty() -> None:
    async def main() -> None:
        master, slave = pty.openpty()
        tty.setraw(slave)
        path = os.ttyname(slave)
        transport = await open_serial(path)
        os.close(slave)
        await over(transport, DescriptorTransport(master, "toy", lambda: os.close(master)))

    asyncio.run(main())


def test_a_pulled_serial_device_is_a_lost_link() -> None:
    async def main() -> None:
        master, slave = pty.openpty()
        transport = await open_serial(os.ttyname(slave))
        os.close(slave)
        async with Link(transport, NullSuite()) as base:
            os.close(master)
            with pytest.raises(LinkLost, match="/dev/"):
                await base.connect()

    asyncio.run(main())


@pytest.mark.parametrize("url", ["/dev/no-such-toy", "socket://127.0.0.1:1", "nonsense://x"])
def test_a_device_that_is_not_there_is_one_line(url: str) -> None:
    async def main() -> None:
        with pytest.raises(UsageError, match="cannot open serial device") as caught:
            await open_serial(url)
        assert "\n" not in str(caught.value)

    asyncio.run(main())


def test_a_toy_that_does_not_listen_is_one_line() -> None:
    async def main() -> None:
        with pytest.raises(UsageError, match=r"cannot connect to tcp:127\.0\.0\.1:1: ") as caught:
            await open_socket("127.0.0.1", 1)
        assert "\n" not in str(caught.value)

    asyncio.run(main())

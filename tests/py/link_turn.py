"""A cable that may be bad, a toy's end of a Link on it, and a question and its answer, checked at both ends."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from base_station.link.link import AudioFrame, Link
from base_station.link.messages import EndOfSpeech, Hello, SpeakStop, Volume, Wake
from base_station.link.order_events import Role
from base_station.link.session import NullSuite
from base_station.link.transport import Transport

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


async def until(link: Link, kind: type) -> list[object]:
    items: list[object] = []
    async for item in link:
        items.append(item)
        if isinstance(item, kind):
            return items
    raise AssertionError("the link ended")


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

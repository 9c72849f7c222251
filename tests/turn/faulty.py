"""A cable in bad condition: drops, damages and delays frames both ways, and comes loose, all from a seed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from base_station.errors import LinkLost
from base_station.link.transport import Transport


class FaultyTransport:
    """Wraps a transport. Of the frames in each direction the share `rate` is lost, damaged or late, a third each.

    `unplug_at` counts frames in both directions; after that many the cable is out for good.
    """

    framed = True

    def __init__(self, inner: Transport, rate: float, seed: int, unplug_at: int | None = None) -> None:
        self.name = inner.name
        self.faults = 0
        self.frames = 0
        self._inner = inner
        self._rate = rate
        self._random = random.Random(seed)
        self._unplug_at = unplug_at
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue()
        self._partial = b""
        self._late: set[asyncio.TimerHandle] = set()
        self._pump = asyncio.ensure_future(self._read_all())

    async def read(self) -> bytes:
        return await self._arrived.get()

    async def write(self, data: bytes) -> None:
        """One call is one frame on its way to the toy."""
        for piece in self._meddle(data):
            await self._inner.write(piece)
        if self._is_out():
            raise LinkLost("unplugged")

    async def close(self) -> None:
        self._pump.cancel()
        await asyncio.gather(self._pump, return_exceptions=True)
        for timer in self._late:
            timer.cancel()
        await self._inner.close()

    async def _read_all(self) -> None:
        while data := await self._inner.read():
            self._partial += data
            *frames, self._partial = self._partial.split(b"\0")
            for frame in frames:
                if frame:
                    for piece in self._meddle(b"\0" + frame + b"\0", self._arrived.put_nowait):
                        self._arrived.put_nowait(piece)
            if self._is_out():
                break
        self._arrived.put_nowait(b"")

    def _meddle(self, frame: bytes, late: Callable[[bytes], None] | None = None) -> list[bytes]:
        self.frames += 1
        if self._is_out() or self._random.random() >= self._rate:
            return [] if self._is_out() else [frame]
        self.faults += 1
        kind = self._random.randrange(3)
        if kind == 0:
            return []
        if kind == 1:
            at = self._random.randrange(len(frame))
            return [frame[:at] + bytes([frame[at] ^ (1 << self._random.randrange(8))]) + frame[at + 1 :]]
        delay_s = self._random.uniform(0.02, 0.5)
        loop = asyncio.get_running_loop()
        if late is not None:
            self._late.add(loop.call_later(delay_s, late, frame))
        else:
            self._late.add(loop.call_later(delay_s, lambda: asyncio.ensure_future(self._write_late(frame))))
        return []

    async def _write_late(self, frame: bytes) -> None:
        try:
            await self._inner.write(frame)
        except LinkLost:
            self.faults += 1

    def _is_out(self) -> bool:
        return self._unplug_at is not None and self.frames > self._unplug_at

"""Somebody in the middle of a cable or the air: sees each frame both ways, may change, hold, repeat it or add others.

In      two hooks, each from a frame (without COBS and CRC) to the frames that pass instead of it
Out     a transport; on a cable what is added has a right CRC, so that it reaches whatever judges frames
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from base_station.link.frame import FrameDecoder, encode_frame
from base_station.link.transport import Transport

Hook = Callable[[bytes], list[bytes]]


def _as_it_is(frame: bytes) -> list[bytes]:
    return [frame]


class Middle:
    """Wraps a transport. `raw` bytes put into it go to the toy as they are."""

    def __init__(self, inner: Transport, down: Hook = _as_it_is, up: Hook = _as_it_is) -> None:
        self.name, self.framed = inner.name, inner.framed
        self.raw: list[bytes] = []
        self._values: deque[bytes] = deque()
        self._inner, self._down, self._up = inner, down, up
        self._from_base, self._from_toy = FrameDecoder(), FrameDecoder()

    async def read(self) -> bytes:
        if not self.framed:
            return await self._read_value()
        while data := await self._inner.read():
            frames = [other for frame in self._from_toy.feed(data) for other in self._up(frame)]
            if frames:
                return b"".join(map(encode_frame, frames))
        return b""

    async def _read_value(self) -> bytes:
        while not self._values:
            data = await self._inner.read()
            self._values.extend(self._up(data) if data else [b""])
        return self._values.popleft()

    async def write(self, data: bytes) -> None:
        for frame in self._from_base.feed(data) if self.framed else [data]:
            for other in self._down(frame):
                await self._inner.write(encode_frame(other) if self.framed else other)
        raw, self.raw = self.raw, []
        for junk in raw:
            await self._inner.write(junk)

    async def close(self) -> None:
        await self._inner.close()

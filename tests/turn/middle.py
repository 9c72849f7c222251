"""Somebody in the middle of a cable: sees each frame both ways, and may change it, hold it, repeat it or add others.

In      two hooks, each from a frame (without COBS and CRC) to the frames that pass instead of it
Out     a transport; what is added has a right CRC, so that it reaches whatever judges frames
"""

from __future__ import annotations

from collections.abc import Callable

from base_station.link.frame import FrameDecoder, encode_frame
from base_station.link.transport import Transport

Hook = Callable[[bytes], list[bytes]]


def _as_it_is(frame: bytes) -> list[bytes]:
    return [frame]


class Middle:
    """Wraps a transport. `raw` bytes put into it go to the toy as they are."""

    framed = True

    def __init__(self, inner: Transport, down: Hook = _as_it_is, up: Hook = _as_it_is) -> None:
        self.name = inner.name
        self.raw: list[bytes] = []
        self._inner, self._down, self._up = inner, down, up
        self._from_base, self._from_toy = FrameDecoder(), FrameDecoder()

    async def read(self) -> bytes:
        while data := await self._inner.read():
            frames = [other for frame in self._from_toy.feed(data) for other in self._up(frame)]
            if frames:
                return b"".join(map(encode_frame, frames))
        return b""

    async def write(self, data: bytes) -> None:
        for frame in self._from_base.feed(data):
            for other in self._down(frame):
                await self._inner.write(encode_frame(other))
        raw, self.raw = self.raw, []
        for junk in raw:
            await self._inner.write(junk)

    async def close(self) -> None:
        await self._inner.close()

"""A model file into the toy's flash over the cable: the other half of toy_mcu/ports/rp2350/logic/loader.h.

In      a transport of a cable, the model's bytes
Out     progress in bytes, through a callback
Raises  UsageError: the model does not fit, the toy takes none; LinkLost: it does not answer; FlashError: it refuses
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
import zlib
from collections.abc import Callable

from base_station.errors import BaseStationError, LinkLost, UsageError
from base_station.link.frame import FrameDecoder, encode_frame
from base_station.link.transport import Transport

DATA_BYTES = 192
ANSWER_S = 2.0  # the longest erasure of a sector is 0.4 s
TRIES = 5
_ASK, _BEGIN, _DATA, _END = range(4)
_GAP, _CHECKSUM = -5, -6  # toy_status_t
_REPLY = struct.Struct("<4sBbI")


class FlashError(BaseStationError):
    """The toy refused, or what it has in flash is not what was sent."""


class Loader:
    """One conversation with the toy's loader: a frame out, a reply back, again when either was lost."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._decoder = FrameDecoder()
        self._replies: asyncio.Queue[tuple[int, int, int]] = asyncio.Queue()

    async def write_model(self, model: bytes, progress: Callable[[int], None] = lambda done: None) -> None:
        """Returns when the toy has checked the whole model."""
        reader = asyncio.create_task(self._read())
        try:
            _, room = await self._call(_ASK, b"")
            if not 0 < len(model) <= room:
                raise UsageError(f"a model of {len(model):,} bytes does not fit: the toy has room for {room:,}")
            await self._good(_BEGIN, struct.pack("<II", len(model), zlib.crc32(model)))
            at = 0
            while at < len(model):
                status, at = await self._call(_DATA, struct.pack("<I", at) + model[at : at + DATA_BYTES])
                if status not in (0, _GAP):
                    raise FlashError(f"the toy refused the model at byte {at:,} (status {status})")
                progress(at)
            await self._good(_END, b"")
        finally:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader

    async def _good(self, operation: int, body: bytes) -> None:
        status, _ = await self._call(operation, body)
        if status == _CHECKSUM:
            raise FlashError("what the toy has in flash is not what was sent")
        if status:
            raise FlashError(f"the toy refused the model (status {status})")

    async def _call(self, operation: int, body: bytes) -> tuple[int, int]:
        """(status, next offset or room). Raises LinkLost when no try is answered."""
        for _ in range(TRIES):
            await self._transport.write(encode_frame(b"PLFM" + bytes([operation]) + body))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ANSWER_S):
                    while True:
                        answered, status, number = await self._replies.get()
                        if answered == operation:
                            return status, number
        raise LinkLost(f"{self._transport.name}: no answer from the toy's loader; is its firmware running?")

    async def _read(self) -> None:
        while data := await self._transport.read():
            for frame in self._decoder.feed(data):
                if len(frame) == _REPLY.size and frame.startswith(b"PLFm"):
                    _, operation, status, number = _REPLY.unpack(frame)
                    self._replies.put_nowait((operation, status, number))

"""What carries bytes or frames to a toy.

In      bytes for the other side
Out     bytes from it, b"" when it is gone
Raises  LinkLost from `write` when it is gone
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable
from typing import Protocol

from base_station.errors import LinkLost


class Transport(Protocol):
    """`framed` is true where bytes come as a stream, so that frames need COBS and CRC; false on BLE."""

    framed: bool
    name: str

    async def read(self) -> bytes:
        """The next bytes (unframed: exactly one frame); b"" when the other side is gone."""

    async def write(self, data: bytes) -> None:
        """Returns when the system below has taken all of it."""

    async def close(self) -> None: ...


class DescriptorTransport:
    """A serial device or a socket by its file descriptor, read and written without ever blocking the loop."""

    framed = True

    def __init__(self, descriptor: int, name: str, release: Callable[[], None]) -> None:
        self.name = name
        self.bytes_in = 0
        self.bytes_out = 0
        self._descriptor: int | None = descriptor
        self._release = release
        self._loop = asyncio.get_running_loop()
        self._chunks: deque[bytes] = deque()
        self._news = asyncio.Event()
        os.set_blocking(descriptor, False)
        self._loop.add_reader(descriptor, self._on_readable)

    def _on_readable(self) -> None:
        assert self._descriptor is not None
        try:
            data = os.read(self._descriptor, 65536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:  # a PTY whose other end closed, a USB device that was pulled
            data = b""
        if not data:  # readable and empty: the end, on a socket as on a serial device
            self._loop.remove_reader(self._descriptor)
        self.bytes_in += len(data)
        self._chunks.append(data)
        self._news.set()

    async def read(self) -> bytes:
        while not self._chunks:
            if self._descriptor is None:
                return b""
            self._news.clear()
            await self._news.wait()
        return self._chunks.popleft()

    async def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            if self._descriptor is None:
                raise LinkLost(f"{self.name} is closed")
            try:
                written = os.write(self._descriptor, rest)
            except (BlockingIOError, InterruptedError):
                await self._writable(self._descriptor)
                continue
            except OSError as error:
                raise LinkLost(f"{self.name}: {error.strerror}") from error
            self.bytes_out += written
            rest = rest[written:]

    async def _writable(self, descriptor: int) -> None:
        ready = asyncio.Event()
        self._loop.add_writer(descriptor, ready.set)
        try:
            await ready.wait()
        finally:
            self._loop.remove_writer(descriptor)

    async def close(self) -> None:
        if self._descriptor is not None:
            self._loop.remove_reader(self._descriptor)
            self._loop.remove_writer(self._descriptor)
            self._descriptor = None
            self._news.set()
            self._release()

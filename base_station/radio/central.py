"""A Bumble device as central, shared by clients and scanners of a process: one connects at a time, all listen at once.

In      a powered-on Device
Out     advertisements to every listener; connections
Errors  Bumble's own
Each command to the controller is a task of its own: one that is cut off half-way, because whoever asked was cancelled,
would leave Bumble confused.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bumble import core, hci
from bumble.device import Advertisement, Connection, Device
from bumble.pairing import PairingConfig

_T = TypeVar("_T")


class Central:
    """Made once a device."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self._listeners = 0
        self._switching, self._connecting = asyncio.Lock(), asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        # No bond: the keys live as long as the connection, and nothing is left that could be stolen.
        device.pairing_config_factory = lambda connection: PairingConfig(sc=True, mitm=False, bonding=False)

    async def listen(self, callback: Callable[[Advertisement], None]) -> None:
        self.device.on(Device.EVENT_ADVERTISEMENT, callback)
        self._listeners += 1
        try:
            await asyncio.shield(self._settle())
        except BaseException:
            self._forget(callback)
            self._settle()
            raise

    async def leave(self, callback: Callable[[Advertisement], None]) -> None:
        self._forget(callback)
        await asyncio.shield(self._settle())

    def _forget(self, callback: Callable[[Advertisement], None]) -> None:
        self.device.remove_listener(Device.EVENT_ADVERTISEMENT, callback)
        self._listeners -= 1

    def _settle(self) -> asyncio.Task[None]:
        """Scans while anybody listens."""

        async def switch() -> None:
            async with self._switching:
                wanted = self._listeners > 0
                if wanted and not self.device.is_scanning:
                    await self.device.start_scanning(filter_duplicates=False)
                elif not wanted and self.device.is_scanning:
                    await self.device.stop_scanning()

        return self._spawn(switch())

    def connect(self, address: hci.Address, seconds: float) -> asyncio.Task[Connection]:
        """Who stops waiting for it must `abandon` it."""

        async def connect() -> Connection:
            async with self._connecting:
                return await self.device.connect_le(address, timeout=seconds)

        return self._spawn(connect())

    def _spawn(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def abandon(self, task: asyncio.Task[Connection]) -> None:
        """The connection is ended as soon as it is there."""

        async def end() -> None:
            with contextlib.suppress(core.BaseBumbleError):
                await (await task).disconnect()

        self._spawn(end())

"""The base station's one process that owns links, engines and store; every command is its client.

It starts on demand (rpc.py), is alone by a lock on its folder, and ends when nobody has needed it for ten minutes. As a
service (serve.py) it runs for ever.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from base_station import clock, config, rpc
from base_station import events as ev
from base_station.archive import Archive
from base_station.connect import open_link
from base_station.dialogue.child import Children
from base_station.engine_pool import Care, EnginePool
from base_station.errors import BaseStationError, UsageError
from base_station.family import Family
from base_station.hub import Hub
from base_station.store import TranscriptStore
from base_station.tasks import cancel, first
from base_station.toys import OpenLink, Toys

_IDLE_S = 600.0


class Station:
    """Everything the base station owns. `handle` answers requests; tests call it without any socket between."""

    def __init__(
        self,
        store: TranscriptStore,
        *,
        external: Callable[[], AbstractContextManager[None]] = clock.engine_wait,
        opener: OpenLink = open_link,
        care: Care | None = None,
    ) -> None:
        self.hub = Hub()
        self.archive = Archive(store, on_forget=self._forget_conversations)
        self.archive.backlog.tell = self._store_trouble
        self.pool = EnginePool(external, care)
        self.children = Children(store.path.parent / "children")
        self.toys = Toys(self.archive, self.pool, self.children, self.hub, opener)
        self.stopping = asyncio.Event()
        self.busy = 0
        self.serving = False
        self._operations: dict[str, Callable[..., Awaitable[Any]]] = {
            "prepare": self._prepare,
            "render": self._render,
            "watch": self._watch,
            "status": self._status,
            "stop": self._stop,
            **self.toys.operations,
            **self.archive.operations,
            **Family(self.children, self.toys.tell).operations,
        }

    async def handle(self, request: rpc.Json, emit: rpc.Emit) -> Any:
        """Raises UsageError for what is not a request, and whatever the operation raises."""
        values = {name: value for name, value in request.items() if name != "op"}
        operation = self._operations.get(str(request.get("op")))
        if operation is None:
            raise UsageError(f"there is no operation {request.get('op')!r}")
        self.busy += 1
        try:
            return await operation(emit, **values)
        except TypeError as error:
            if "unexpected keyword" in str(error) or "missing" in str(error):
                raise UsageError(f"{request.get('op')}: {error}") from error
            raise
        finally:
            self.busy -= 1

    async def close(self) -> None:
        await self.pool.close()
        self.archive.backlog.retry()
        self.archive.store.close()

    def _store_trouble(self, text: str) -> None:
        with contextlib.suppress(OSError):  # the log lies on the same full disk
            print(f"plush: {text}", file=sys.stderr, flush=True)
        self.hub.publish({**ev.ToyReported(t_ms=clock.now_ms(), kind="store", text=text).to_json(), "link": ""})

    # --- operations --------------------------------------------------------------------------------------------------
    async def _prepare(self, emit: rpc.Emit, *, engines: dict[str, Any] | None = None) -> None:
        """Loads engines ahead of a conversation, and finds out what is wrong with them."""
        self.pool.give_back(await self.pool.lease(engines or {}))

    async def _render(self, emit: rpc.Emit, *, text: str) -> dict[str, str]:
        """A text as sound for a virtual microphone."""
        voice = await self.pool.visitor()
        chunks = [chunk async for chunk in voice.say(text)]
        pcm = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.int16)
        return {"pcm": base64.b64encode(pcm.astype("<i2").tobytes()).decode()}

    async def _watch(self, emit: rpc.Emit, *, epoch: str = "", since: int = 0) -> None:
        """Streams what happens at every toy, after a first line that says how things stand, until the client leaves."""
        emit({"watch": self.hub.epoch, "seq": self.hub.seq, **await self._status(emit)})
        self.hub.watch(emit, since if epoch == self.hub.epoch else None)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.hub.leave(emit)

    async def _status(self, emit: rpc.Emit) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "home": str(config.home()),
            **self.toys.status(),
            "engines": self.pool.status(),
            "serving": self.serving,
        }

    def _forget_conversations(self, child: str, everything: bool) -> None:
        """What the store forgot must not live on in facts, in a prompt, nor in what late watchers are told."""
        for name in self.children.names():
            if everything or name == Children.stem(child):
                self.children.wipe(name)
        self.hub.forget()
        self.hub.publish(ev.Forgotten(t_ms=clock.now_ms()).to_json())
        self.toys.forget_conversations()

    async def _stop(self, emit: rpc.Emit) -> None:
        self.stopping.set()


async def run(work: Callable[[Station], Coroutine[Any, Any, None]] | None = None) -> None:
    """Serves clients until told to stop. `work` is a service's: while it runs, the daemon is never idle.

    Raises whatever `work` raises, StoreError when the store cannot be opened.
    """
    station = Station(TranscriptStore(config.store_path()))
    station.serving = work is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, station.stopping.set)
    path = rpc.socket_path()
    server = await rpc.serve(path, station.handle)
    sweeper = asyncio.ensure_future(station.archive.keep_swept())
    try:
        await first(work(station) if work else _until_idle(station), asyncio.ensure_future(station.stopping.wait()))
    finally:
        path.unlink(missing_ok=True)
        server.close()
        await cancel(sweeper)
        await station.close()


async def _until_idle(station: Station) -> None:
    quiet_s = 0.0
    while quiet_s < _IDLE_S:
        await asyncio.sleep(5.0)
        quiet_s = 0.0 if station.busy else quiet_s + 5.0


def alone() -> bool:
    """Takes the place of this home's base station until the process ends; False when another has it."""
    folder = config.runtime_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / "daemon.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    return True


def main() -> None:
    """Becomes the daemon, or leaves with status 75 when there is one already. Its last line says why it ended."""
    if not alone():
        sys.exit(rpc.ALREADY_RUNNING)
    try:
        asyncio.run(run())
    except BaseStationError as error:
        print(f"{rpc.REASON}{' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

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
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from base_station import clock, config, rpc
from base_station import events as ev
from base_station.arbiter import Arbiter
from base_station.archive import Archive
from base_station.attachment import Attachment
from base_station.connect import forget_toy, open_link, paired_suites
from base_station.dialogue.child import Children
from base_station.dialogue.guide import Guide
from base_station.dialogue.memory import Memory
from base_station.dialogue.safety import SafetyGate
from base_station.engine_pool import Care, EnginePool
from base_station.errors import BaseStationError, LinkLost, UsageError
from base_station.family import Family
from base_station.hub import Hub
from base_station.link.keys import KeyStore
from base_station.link.link import Link
from base_station.link.noise import NoiseSuite
from base_station.link.session import Suite
from base_station.resume import Conversations
from base_station.store import TranscriptStore
from base_station.tasks import cancel, first

_IDLE_S = 600.0

OpenLink = Callable[[str, Sequence[Suite]], Awaitable[Link]]


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
        self.gate = SafetyGate()
        self.children = Children(store.path.parent / "children")
        self.attachments: dict[str, Attachment] = {}
        self.conversations = Conversations()
        self.arbiter = Arbiter()
        self.stopping = asyncio.Event()
        self.busy = 0
        self.serving = False
        self._opener = opener
        self._operations: dict[str, Callable[..., Awaitable[Any]]] = {
            "attach": self._attach,
            "prepare": self._prepare,
            "render": self._render,
            "interrupt": self._interrupt,
            "watch": self._watch,
            "say": self._say,
            "toy_set": self._toy_set,
            "status": self._status,
            "toys_forget": self._toys_forget,
            "settings_changed": self._settings_changed,
            "stop": self._stop,
            **self.archive.operations,
            **Family(self.children, self._tell_toys).operations,
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
    async def _attach(
        self,
        emit: rpc.Emit,
        *,
        link: str,
        engines: dict[str, Any] | None = None,
        key: str | None = None,
        patient: bool = False,
    ) -> None:
        """Serves the toy at an address and streams its events until the client goes away.

        key: a virtual plush's, which lives no longer than the plush; every other toy must have been paired.
        patient: an address where nothing is yet is tried again and again.
        """
        if link in self.attachments:
            raise UsageError(f"{link} is in use by another conversation")
        if key is None:
            paired_suites()  # who has paired no toy is told at once

        def tell(event: ev.Event) -> None:
            line = {**event.to_json(), "link": link}
            emit(event.to_json())
            self.hub.publish(line)
            if isinstance(event, ev.Failed):
                self.archive.keep_error(event.toy, turn_id=event.turn, stage=event.stage, text=event.text)

        guide = Guide(self.gate, self.children)
        wanted = dict(engines or {})
        if "tts" not in wanted and (voice := guide.persona().voice):
            wanted["tts"] = voice
        lease = await self.pool.lease(wanted)
        for stage, choice in lease.choices.items():
            tell(ev.EngineChosen(t_ms=clock.now_ms(), stage=stage, name=choice.label, why=choice.why))
        attachment = Attachment(
            open_link=lambda: self._opener(link, [NoiseSuite(bytes.fromhex(key))] if key else paired_suites()),
            stages=lease.stages,
            archive=self.archive,
            new_memory=guide.memory,
            conversations=self.conversations,
            guide=guide,
            emit=tell,
            engines=lease.names(),
            arbiter=self.arbiter,
            patient=patient,
            virtual=key is not None,
        )
        self.attachments[link] = attachment
        try:
            await attachment.run()
        finally:
            del self.attachments[link]
            self.hub.publish(ev.Detached(t_ms=clock.now_ms(), toy=attachment.name).to_json() | {"link": link})
            self.pool.give_back(lease)

    async def _prepare(self, emit: rpc.Emit, *, engines: dict[str, Any] | None = None) -> None:
        """Loads engines ahead of a conversation, and finds out what is wrong with them."""
        self.pool.give_back(await self.pool.lease(engines or {}))

    async def _render(self, emit: rpc.Emit, *, text: str) -> dict[str, str]:
        """A text as sound for a virtual microphone."""
        voice = await self.pool.visitor()
        chunks = [chunk async for chunk in voice.say(text)]
        pcm = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.int16)
        return {"pcm": base64.b64encode(pcm.astype("<i2").tobytes()).decode()}

    async def _interrupt(self, emit: rpc.Emit, *, link: str) -> bool:
        if link not in self.attachments:
            raise UsageError(f"no toy is attached at {link}")
        return self.attachments[link].interrupt()

    async def _say(self, emit: rpc.Emit, *, link: str, text: str) -> None:
        """Asks whoever owns a virtual plush's microphone to speak a sentence into it."""
        if link not in self.attachments:
            raise UsageError(f"no toy is attached at {link}")
        if not self.attachments[link].virtual:
            raise UsageError(f"{self.attachments[link].name} hears with its own microphone: speak to it")
        self.attachments[link].emit(ev.SayAsked(t_ms=clock.now_ms(), toy=self.attachments[link].name, text=text))

    async def _toy_set(self, emit: rpc.Emit, *, link: str, name: str, value: int) -> None:
        """Tells a toy how loud to be, 0..100 ("volume"), or to switch its microphone off or on ("mute", 0 or 1)."""
        if link not in self.attachments:
            raise UsageError(f"no toy is attached at {link}")
        await self.attachments[link].adjust(name, value)

    async def _watch(self, emit: rpc.Emit, *, epoch: str = "", since: int = 0) -> None:
        """Streams what happens at every toy, after a first line that says how things stand, until the client leaves."""
        emit({"watch": self.hub.epoch, "seq": self.hub.seq, **await self._status(emit)})
        self.hub.watch(emit, since if epoch == self.hub.epoch else None)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.hub.leave(emit)

    async def _toys_forget(self, emit: rpc.Emit, *, name: str) -> None:
        """The toy's half of forgetting; whoever asks forgets this side's half."""
        for attachment in self.attachments.values():
            if attachment.name == name and attachment.is_up:
                await attachment.forget()
                return
        toy = KeyStore().find(name)
        try:
            async with await self._opener(toy.url, [NoiseSuite(toy.key, toy.name)]) as link:
                await forget_toy(link)
        except (LinkLost, UsageError) as error:
            raise UsageError(
                f"{name} is not in reach and would keep its half of the key: connect it, or use --here-only ({error})"
            ) from error

    async def _status(self, emit: rpc.Emit) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "home": str(config.home()),
            "toys": {link: toy.name for link, toy in self.attachments.items()},
            "states": {link: toy.state for link, toy in self.attachments.items()},
            "reports": {link: toy.reports for link, toy in self.attachments.items()},
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
        self.conversations.forget()
        for attachment in self.attachments.values():
            attachment.memory = Memory(attachment.memory.persona)

    async def _settings_changed(self, emit: rpc.Emit) -> None:
        await self._tell_toys()

    async def _tell_toys(self) -> None:
        """A parent has changed something: every toy is told, and what was wiped leaves the prompts as well."""
        for attachment in self.attachments.values():
            attachment.memory = attachment.new_memory()
            if attachment.is_up:
                await attachment.send_settings()

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

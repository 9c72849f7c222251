"""The toys that are attached, and the daemon's operations on toys.

In      an address of a toy, or the name of its pairing; what is to happen there
Out     what happens at an attached toy, to whoever attached it and to the hub; it ends when that client goes away
Raises  UsageError, one line, for an address where no toy is attached, and for a toy that is out of reach
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from base_station import clock, rpc
from base_station import events as ev
from base_station.arbiter import Arbiter
from base_station.archive import Archive
from base_station.attachment import Attachment
from base_station.connect import forget_toy, paired_suites
from base_station.dialogue.child import Children
from base_station.dialogue.guide import Guide
from base_station.dialogue.memory import Memory
from base_station.dialogue.safety import SafetyGate
from base_station.engine_pool import EnginePool
from base_station.errors import LinkLost, UsageError
from base_station.hub import Hub
from base_station.link.keys import KeyStore
from base_station.link.link import Link
from base_station.link.noise import NoiseSuite
from base_station.link.session import Suite
from base_station.resume import Conversations

OpenLink: TypeAlias = Callable[[str, Sequence[Suite]], Awaitable[Link]]


class Toys:
    """`attached`: by address."""

    def __init__(self, archive: Archive, pool: EnginePool, children: Children, hub: Hub, opener: OpenLink) -> None:
        self.attached: dict[str, Attachment] = {}
        self.operations: dict[str, Callable[..., Awaitable[Any]]] = {
            "attach": self._attach,
            "interrupt": self._interrupt,
            "say": self._say,
            "toy_set": self._set,
            "toys_rename": self._rename,
            "toys_forget": self._forget,
            "settings_changed": self._settings_changed,
        }
        self._archive, self._pool, self._children, self._hub = archive, pool, children, hub
        self._opener = opener
        self._gate = SafetyGate()
        self._conversations = Conversations()
        self._arbiter = Arbiter()

    def status(self) -> dict[str, dict[str, Any]]:
        return {
            "toys": {link: toy.name for link, toy in self.attached.items()},
            "states": {link: toy.state for link, toy in self.attached.items()},
            "reports": {link: toy.reports for link, toy in self.attached.items()},
        }

    def forget_conversations(self) -> None:
        """What the store forgot must not live on in a prompt."""
        self._conversations.forget()
        for attachment in self.attached.values():
            attachment.memory = Memory(attachment.memory.persona)

    async def tell(self) -> None:
        """A parent has changed something: every toy is told, and what was wiped leaves the prompts as well."""
        for attachment in self.attached.values():
            attachment.memory = attachment.new_memory()
            if attachment.is_up:
                await attachment.send_settings()

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
        if link in self.attached:
            raise UsageError(f"{link} is in use by another conversation")
        if key is None:
            paired_suites()  # who has paired no toy is told at once
        guide = Guide(self._gate, self._children)
        wanted = dict(engines or {})
        if "tts" not in wanted and (voice := guide.persona().voice):
            wanted["tts"] = voice
        tell = self._teller(link, emit)
        lease = await self._pool.lease(wanted)
        for stage, choice in lease.choices.items():
            tell(ev.EngineChosen(t_ms=clock.now_ms(), stage=stage, name=choice.label, why=choice.why))
        self.attached[link] = attachment = Attachment(
            open_link=lambda: self._opener(link, [NoiseSuite(bytes.fromhex(key))] if key else paired_suites()),
            stages=lease.stages,
            archive=self._archive,
            new_memory=guide.memory,
            conversations=self._conversations,
            guide=guide,
            emit=tell,
            engines=lease.names(),
            arbiter=self._arbiter,
            patient=patient,
            virtual=key is not None,
        )
        try:
            await attachment.run()
        finally:
            del self.attached[link]
            self._hub.publish(ev.Detached(t_ms=clock.now_ms(), toy=attachment.name).to_json() | {"link": link})
            self._pool.give_back(lease)

    def _teller(self, link: str, emit: rpc.Emit) -> Callable[[ev.Event], None]:
        """Whoever attached the toy hears of everything there, and so does the hub; what failed is kept as well."""

        def tell(event: ev.Event) -> None:
            emit(event.to_json())
            self._hub.publish({**event.to_json(), "link": link})
            if isinstance(event, ev.Failed):
                self._archive.keep_error(event.toy, turn_id=event.turn, stage=event.stage, text=event.text)

        return tell

    def _at(self, link: str) -> Attachment:
        if link not in self.attached:
            raise UsageError(f"no toy is attached at {link}")
        return self.attached[link]

    async def _interrupt(self, emit: rpc.Emit, *, link: str) -> bool:
        return self._at(link).interrupt()

    async def _say(self, emit: rpc.Emit, *, link: str, text: str) -> None:
        """Asks whoever owns a virtual plush's microphone to speak a sentence into it."""
        toy = self._at(link)
        if not toy.virtual:
            raise UsageError(f"{toy.name} hears with its own microphone: speak to it")
        toy.emit(ev.SayAsked(t_ms=clock.now_ms(), toy=toy.name, text=text))

    async def _set(self, emit: rpc.Emit, *, link: str, name: str, value: int) -> None:
        """Tells a toy how loud to be, 0..100 ("volume"), or to switch its microphone off or on ("mute", 0 or 1)."""
        await self._at(link).adjust(name, value)

    async def _rename(self, emit: rpc.Emit, *, name: str, new_name: str) -> None:
        """Wherever a toy goes by its name: its pairing, the child whose plush it is, the toy that is attached."""
        KeyStore().rename(name, new_name)
        self._children.rename_toy(name, new_name)
        for attachment in self.attached.values():
            if attachment.name == name and not attachment.virtual:
                attachment.rename(new_name)

    async def _forget(self, emit: rpc.Emit, *, name: str) -> None:
        """The toy's half of forgetting; whoever asks forgets this side's half."""
        for attachment in self.attached.values():
            if attachment.name == name and attachment.is_up:
                await attachment.wishes.forget()
                return
        toy = KeyStore().find(name)
        try:
            async with await self._opener(toy.url, [NoiseSuite(toy.key, toy.name)]) as link:
                await forget_toy(link)
        except (LinkLost, UsageError) as error:
            raise UsageError(
                f"{name} is not in reach and would keep its half of the key: connect it, or use --here-only ({error})"
            ) from error

    async def _settings_changed(self, emit: rpc.Emit) -> None:
        await self.tell()

"""What the base station wants of a toy, and how it knows that it is so.

In      the toy's state and its word, by `heard`; the rules of its child
Out     messages to the toy. `mute` and `forget` return when the toy has said that it is done: a parent must be able to
        trust it
Raises  LinkLost when the toy is gone or does not say so
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from base_station.dialogue.guide import Guide
from base_station.errors import LinkLost
from base_station.link import messages as msg
from base_station.rows import UTC_EPOCH_KNOWN_S

_PATIENCE_S = 5.0
_PERSONA_CHARACTERS = 16  # of the schema's 64 bytes


class Wishes:
    """One toy's. `send` raises LinkLost; `state` is "away" when the toy is."""

    def __init__(self, send: Callable[[msg.Message], Awaitable[None]], state: Callable[[], str]) -> None:
        self._send, self._state = send, state
        self._news = asyncio.Event()
        self._forgotten = False

    def heard(self, message: msg.Message | None = None) -> None:
        """The toy has said this, or its state is another."""
        self._forgotten |= isinstance(message, msg.Forget) and message.done
        self._news.set()

    async def mute(self, on: bool) -> None:
        await self._send(msg.Mute(on=on))
        await self._until(lambda: self._state() != "away" and (self._state() == "muted") == on)

    async def forget(self) -> None:
        """The toy wipes its key."""
        self._forgotten = False
        await self._send(msg.Forget(done=False))
        await self._until(lambda: self._forgotten)

    async def settings(self, guide: Guide) -> None:
        """What the toy keeps to when this base is off: bedtime, minutes, story-only. Sent again after a change."""
        rules = guide.child().rules
        await self._send(
            msg.Settings(
                bed_start=rules.bed_start,
                bed_end=rules.bed_end,
                minutes_per_day=rules.minutes_per_day,
                story_only=rules.story_only,
                persona=guide.persona().name[:_PERSONA_CHARACTERS],
            )
        )

    async def tell_time(self) -> None:
        """Nothing, where this computer's clock was never set."""
        unix_s = int(time.time())
        if unix_s > UTC_EPOCH_KNOWN_S:
            offset_minutes = round((time.localtime().tm_gmtoff or 0) / 60)
            await self._send(msg.Time(unix_s=unix_s, utc_offset_minutes=offset_minutes))

    async def _until(self, is_so: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not is_so():
                    if self._state() == "away":
                        raise LinkLost("the link is down")
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise LinkLost("the toy does not answer") from None

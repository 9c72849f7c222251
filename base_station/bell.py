"""Rings when the next timer or alarm of a toy is due.

In      the timers of its guide; `set` after whatever may have changed them
Out     `invite` is run when one is due; `take` is what is to be said then, once
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from base_station.dialogue.guide import Guide
from base_station.dialogue.timers import Say

_CLOCK_CHECK_S = 30.0  # an alarm goes by the wall clock, which may be set while it waits


class Bell:
    """Belongs to one attachment."""

    def __init__(self, guide: Guide, invite: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._guide = guide
        self._invite = invite
        self._rings: Say | None = None
        self._due: asyncio.TimerHandle | None = None
        self._inviting: asyncio.Task[None] | None = None

    def set(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = None
        if (wait_s := self._guide.timers.wait_s(self._guide.now())) is not None:
            self._due = asyncio.get_running_loop().call_later(min(wait_s, _CLOCK_CHECK_S), self._look)

    def take(self) -> Say | None:
        rings, self._rings = self._rings, None
        return rings

    def _look(self) -> None:
        if (rings := self._guide.timers.ring(self._guide.now())) is None:
            return self.set()
        self._rings = rings
        self._inviting = asyncio.ensure_future(self._invite())

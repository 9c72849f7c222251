"""Rings when the next timer or alarm of a toy is due, and again for as long as the toy does not take it.

In      the timers of its guide; `set` after whatever may have changed them
Out     `invite` is run when one is due; `take` is what is to be said then, once
A toy that sleeps, is mute or away takes no invitation: it gets others for five minutes, and what is later than that is
not told any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from base_station.dialogue.guide import Guide
from base_station.dialogue.timers import Say

_CLOCK_CHECK_S = 30.0  # an alarm goes by the wall clock, which may be set while it waits
_AGAIN_S = 10.0
_TIMES = 30


class Bell:
    """Belongs to one attachment."""

    def __init__(self, guide: Guide, invite: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._guide = guide
        self._invite = invite
        self._rings: Say | None = None
        self._times_left = 0
        self._due: asyncio.TimerHandle | None = None
        self._inviting: asyncio.Task[None] | None = None

    def set(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = None
        waits_s = [] if (wait_s := self._guide.timers.wait_s(self._guide.now())) is None else [wait_s, _CLOCK_CHECK_S]
        waits_s += [] if self._rings is None else [_AGAIN_S]
        if waits_s:
            self._due = asyncio.get_running_loop().call_later(min(waits_s), self._look)

    def take(self) -> Say | None:
        rings, self._rings = self._rings, None
        return rings

    def _look(self) -> None:
        if (rings := self._guide.timers.ring(self._guide.now())) is not None:
            self._rings, self._times_left = rings, _TIMES
        if self._times_left == 0:
            self._rings = None
        if self._rings is None:
            return self.set()
        self._times_left -= 1
        self._inviting = asyncio.ensure_future(self._invite())

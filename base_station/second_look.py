"""The second look at a wake word: the turn's first sound, judged again by the base station's own check.

In      the pre-roll that comes with `wake`, and the sound after it, as they arrive
Out     one verdict, LISTEN_ON_MS after the toy was sure, or at the end of the sentence, whichever is earlier
Raises  nothing: a check that fails accepts, because a missed call is worse, and says so
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
from numpy.typing import NDArray

from base_station.engines import RemoteWakeCheck
from base_station.errors import EngineError
from base_station.tasks import cancel
from base_station.wake.base import WakeVerdict

LISTEN_ON_MS = 200  # the toy's spotter is ahead of what the check needs to be sure
LOOK_BACK_MS = 2000
_PER_MS = 16

Pcm = NDArray[np.int16]


class SecondLook:
    """on_verdict is awaited once, with None instead of a verdict when the check failed."""

    def __init__(
        self,
        check: RemoteWakeCheck,
        preroll_ms: int,
        on_verdict: Callable[[WakeVerdict | None, EngineError | None], Awaitable[None]],
    ) -> None:
        self._check = check
        self._due = (preroll_ms + LISTEN_ON_MS) * _PER_MS
        self._on_verdict = on_verdict
        self._pieces: list[Pcm] = []
        self._samples = 0
        self._task: asyncio.Task[None] | None = None

    def add(self, pcm: Pcm) -> None:
        """Sound of the turn, from its first sample on."""
        if self._task is None:
            self._pieces.append(pcm)
            self._samples += len(pcm)
            if self._samples >= self._due:
                self._begin()

    async def settle(self) -> None:
        """No more sound comes: judges what there is, waits until the verdict has been acted on."""
        if self._task is None:
            self._begin()
        assert self._task is not None
        await self._task

    async def drop(self) -> None:
        if self._task is not None:
            await cancel(self._task)

    def _begin(self) -> None:
        sound = np.concatenate([*self._pieces, np.zeros(0, np.int16)])[: self._due]
        self._pieces.clear()
        self._task = asyncio.ensure_future(self._judge(sound[-(LOOK_BACK_MS + LISTEN_ON_MS) * _PER_MS :]))

    async def _judge(self, sound: Pcm) -> None:
        try:
            verdict, error = await self._check.check(sound), None
        except EngineError as failed:
            verdict, error = None, failed
        await self._on_verdict(verdict, error)

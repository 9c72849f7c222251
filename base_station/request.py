"""One request to an engine's process, as the caller sees it.

In      events from the worker, in order; input from the caller with `send` (sound for a recogniser)
Out     `async for event in request`; `result` after the end; `on_event` instead, for who must not wait
Raises  from the iteration: whatever ended the request (EngineTimeout, EngineCrashed, ModelError ...)
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from base_station.errors import BaseStationError
from base_station.worker_frames import Message

CANCEL_GRACE_S = 2.0  # an engine that does not stop within this time is killed


class Process(Protocol):
    """The engine's process as its requests see it. `external` is held while one waits for it."""

    external: Callable[[], AbstractContextManager[None]]

    @property
    def ready(self) -> bool: ...

    def send(self, message: Message) -> None: ...


class Request:
    """Made by `Worker.request`; closing or cancelling it stops the engine's work on it."""

    def __init__(self, worker: Process, message: Message, timeout_s: float, stream: bool) -> None:
        self.id: int = message["id"]
        self.message = message
        self.timeout_s = timeout_s
        self.deadline_s: float | None = None
        self.result: Any = None
        self.done = False
        self.on_event: Callable[[Message], None] | None = None
        self._worker = worker
        self._stream = self._input_open = stream
        self._begun = False
        self._marks = self._marks_seen = 0
        self._events: deque[Message] = deque()
        self._error: BaseStationError | None = None
        self._cancelled = False
        self._waiter: asyncio.Future[None] | None = None

    # ---- the caller's side

    def __aiter__(self) -> Request:
        return self

    async def __anext__(self) -> Message:
        while True:
            if self._events:
                return self._events.popleft()
            if self._cancelled:
                raise StopAsyncIteration
            if self._error is not None:
                raise self._error
            if self.done:
                raise StopAsyncIteration
            await self._wait()

    async def outcome(self) -> Any:
        """Runs to the end and returns the result."""
        async for _event in self:
            pass
        return self.result

    async def _wait(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            with self._worker.external():
                await self._waiter
        except asyncio.CancelledError:
            self.cancel()
            raise
        finally:
            self._waiter = None

    def send(self, data: bytes) -> None:
        """Input for a streaming request; returns at once."""
        if not self.done and self._input_open:
            self._worker.send({"id": self.id, "input": data})

    async def mark(self) -> None:
        """Waits until the engine has worked off everything that was sent before. Raises what ended the request."""
        if self.done or not self._input_open:
            return
        self._marks += 1
        mine = self._marks
        self._worker.send({"id": self.id, "input": mine})
        self.deadline_s = time.monotonic() + self.timeout_s if self._worker.ready else None
        while self._marks_seen < mine and not self.done and not self._cancelled:
            await self._wait()
        if self._error is not None:
            raise self._error
        if not self.done and not self._cancelled:
            self.deadline_s = None

    def close_input(self) -> None:
        """No more input: from here on the deadline runs."""
        if not self.done and self._input_open:
            self._input_open = False
            self._worker.send({"id": self.id, "input": None})
            self.arm()

    def cancel(self) -> None:
        """Stops the work; the iteration ends at once, and the engine is killed if it goes on regardless."""
        if self.done or self._cancelled:
            return
        self._cancelled = True
        self._events.clear()
        self._worker.send({"cancel": self.id})
        self.deadline_s = time.monotonic() + CANCEL_GRACE_S if self._worker.ready else None
        self._wake()

    # ---- the worker's side

    @property
    def untouched(self) -> bool:
        """No engine has begun with it, and all of it is in its first message: it can be sent again."""
        return not (self._begun or self._stream or self._cancelled)

    def arm(self) -> None:
        """Starts the deadline, once, when the engine has begun and owes an event."""
        self._begun = True
        if self.deadline_s is None and not self._input_open:
            self.deadline_s = time.monotonic() + (CANCEL_GRACE_S if self._cancelled else self.timeout_s)

    def is_late(self, now_s: float) -> bool:
        deadline_s = self.deadline_s  # another thread asks
        return deadline_s is not None and now_s > deadline_s

    def deliver(self, message: Message) -> None:
        if self._cancelled:
            return
        if self.deadline_s is not None:
            self.deadline_s = time.monotonic() + self.timeout_s
        if "working" in message:
            return
        if "mark" in message:
            self._marks_seen = message["mark"]
        elif self.on_event is not None:
            self.on_event(message)
        else:
            self._events.append(message)
        self._wake()

    def finish(self, result: Any, error: BaseStationError | None) -> None:
        self.done = True
        self.deadline_s = None
        self.result = result
        self._error = error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

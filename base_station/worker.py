"""An engine in a process of its own: started, watched, killed and started again.

In      kind and name of an engine (base_station/engines.py), its options, requests
Out     per request an asynchronous iterator of events (maps) and a result
Raises  EngineCrashed, EngineTimeout, EngineError; ModelError and UsageError pass through from the engine
Time    deadlines are real time (watchdog.py), so the event loop's clock may be virtual; `external` is held
        while the caller waits for the child, so that a virtual clock stands still meanwhile
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from base_station import errors
from base_station.errors import BaseStationError, EngineCrashed, EngineError, EngineTimeout
from base_station.request import Request
from base_station.watchdog import WATCHDOG, resident_bytes
from base_station.worker_frames import Message
from base_station.worker_process import WorkerProcess

External = Callable[[], AbstractContextManager[Any]]
LOG_LINES = 40


@dataclass(frozen=True)
class Limits:
    """How long loading may take, and how much memory the process may hold; None is no limit."""

    start_s: float = 60.0
    memory_bytes: int | None = None


DEFAULT_LIMITS = Limits()


class Worker:
    """The parent's side of one engine. Belongs to the event loop on which it was started."""

    def __init__(
        self,
        kind: str,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
        external: External = contextlib.nullcontext,
    ) -> None:
        self.kind = kind
        self.name = name
        self.options = dict(options or {})
        self.limits = limits
        self.external = external
        self.info: Message = {}
        self.starts = 0
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self._process: WorkerProcess | None = None
        self._ready: asyncio.Future[Message] | None = None
        self._start_deadline_s: float | None = None
        self._active: dict[int, Request] = {}
        self._last_id = 0
        self._why: BaseStationError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._useful = False  # since its start

    @property
    def label(self) -> str:
        return f"{self.kind} engine {self.name}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def ready(self) -> bool:
        return self._process is not None and self._start_deadline_s is None

    async def start(self) -> Message:
        """Starts the process if none runs and waits until the engine has loaded. Out: what it says of itself."""
        if self._process is None:
            self._spawn()
        assert self._ready is not None
        with self.external():
            return await asyncio.shield(self._ready)

    def request(self, op: str, *, timeout_s: float = 10.0, stream: bool = False, **fields: Any) -> Request:
        """Sends a request at once, before the engine has loaded if need be; iterate over it for its events.

        timeout_s is the longest silence between two events. With stream=True the engine waits for input
        (`Request.send`), so that silence counts only after `Request.close_input`.
        """
        if self._process is None:
            self._spawn()
        self._last_id += 1
        message = {"id": self._last_id, "op": op, **fields}
        request = Request(self, message, timeout_s, stream)
        self._active[request.id] = request
        self.send(message)
        self._arm()
        return request

    async def stop(self) -> None:
        """Ends the process and every request; the worker can be started again afterwards."""
        if self._process is not None:
            self._process.discard()
            self._over(EngineError(f"the {self.label} was stopped"))
        await asyncio.sleep(0)  # the transport closes its socket in the loop's next round

    def send(self, message: Message) -> None:
        if self._process is not None:
            self._process.send(message)

    # ---- one life after the other

    def _spawn(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready = self._loop.create_future()
        self._ready.add_done_callback(lambda future: future.cancelled() or future.exception())  # may go unasked
        self._why, self._useful = None, False
        self._start_deadline_s = time.monotonic() + self.limits.start_s
        self._process = WorkerProcess(self.kind, self.name, self.log, self._handle, self._ended)
        self._process.send({"options": self.options})
        self.starts += 1
        WATCHDOG.add(self)

    def _ended(self, how: str) -> None:
        was_ready = self.ready
        queued = [request for request in self._active.values() if was_ready and request.untouched]
        for request in queued:
            del self._active[request.id]
        self._over(self._why or EngineCrashed(f"the {self.label} ended by itself ({how})"))
        # It had worked, so a fresh one is made before anybody asks. One that never did waits for the next request: an
        # engine that dies as soon as it has loaded must not be started over and over.
        if was_ready and (self._useful or queued) and self._process is None:
            self._spawn()
        for request in queued:  # they had not begun: the fresh process answers them
            self._active[request.id] = request
            self.send(request.message)

    def _over(self, error: BaseStationError) -> None:
        self._process = None
        self._start_deadline_s = None
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(error)
        requests, self._active = list(self._active.values()), {}
        for request in requests:
            request.finish(None, error)

    def _handle(self, message: Message) -> None:
        if "ready" in message:
            self.info = message["ready"]
            self._start_deadline_s = None
            if self._ready is not None and not self._ready.done():
                self._ready.set_result(self.info)
            self._arm()
        elif "id" not in message:
            self._why = _error_from(message["failed"])  # while loading: the child ends itself next
        elif (request := self._active.get(message["id"])) is not None:
            self._useful = True
            if "end" in message:
                del self._active[request.id]
                request.finish(message["end"], _error_from(message["failed"]) if "failed" in message else None)
                self._arm()
            else:
                request.deliver(message)

    # ---- deadlines, looked at in the watchdog's thread

    def _arm(self) -> None:
        """Deadlines run only for what the child is working on, not for what is queued behind it."""
        if self.ready and self._active:
            for request in list(self._active.values())[: int(self.info.get("concurrency", 1))]:
                request.arm()
            WATCHDOG.add(self)

    def watch(self, now_s: float) -> bool:
        process = self._process
        if process is None or self._why is not None:
            return False
        if (start_s := self._start_deadline_s) is not None:
            if now_s > start_s:
                self._kill(EngineTimeout(f"the {self.label} was not ready within {self.limits.start_s:g} s"))
            return True
        requests = list(self._active.values())
        if self._loop is not None and any(request.is_late(now_s) for request in requests):
            with contextlib.suppress(RuntimeError):  # the loop has just been closed
                self._loop.call_soon_threadsafe(self._loop.call_soon, self._kill_if_late)
            return True
        if requests and self.limits.memory_bytes is not None:
            used = resident_bytes(process.pid)
            if used is not None and used > self.limits.memory_bytes:
                limit_mb = self.limits.memory_bytes // 1_000_000
                self._kill(EngineCrashed(f"the {self.label} was ended because it used more than {limit_mb} MB"))
                return False
        return bool(requests)

    def _kill_if_late(self) -> None:
        """On the loop, behind what has already arrived: a loop that was held up must not blame the engine."""
        late = next((request for request in self._active.values() if request.is_late(time.monotonic())), None)
        if late is not None and self._why is None:
            self._kill(EngineTimeout(f"the {self.label} gave no answer for {late.timeout_s:g} s"))

    def _kill(self, why: BaseStationError) -> None:
        if self._process is not None:
            self._why = why
            self._process.kill()


def _error_from(failed: Any) -> BaseStationError:
    """Errors cross the process border as the name of a class of errors.py and one line."""
    name, text = failed
    made = getattr(errors, str(name), EngineError)
    if not (isinstance(made, type) and issubclass(made, BaseStationError)):
        made = EngineError
    return made(str(text))


if __name__ == "__main__":
    from base_station.worker_child import main

    main()

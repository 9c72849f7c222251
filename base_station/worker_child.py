"""What runs inside an engine's process: loads the engine, takes requests, sends events.

In      argv: kind, name, number of the inherited socket; the first message carries the options
Out     `ready`, then events and one `end` for each request; `failed` [class name, line] when the engine cannot load;
        `working` for a request whose engine has lately asked whether it is still wanted: a sign of life
Ends    when the socket closes or the parent dies: an engine never outlives its base station
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from base_station.engine_registry import load_engine
from base_station.engine_servers import SERVERS
from base_station.errors import BaseStationError, EngineError
from base_station.worker_frames import Message, Unpacker, pack

_PR_SET_PDEATHSIG = 1
_PULSE_S = 0.25


class Job:
    """One request inside the child. `inputs` yields what the parent sends until it closes the input."""

    def __init__(self, message: Message) -> None:
        self.id: int = message["id"]
        self.op: str = message["op"]
        self.fields = {key: value for key, value in message.items() if key not in ("id", "op")}
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.asked = False
        self._cancelled = threading.Event()

    def cancelled(self) -> bool:
        self.asked = True
        return self._cancelled.is_set()

    def cancel(self) -> None:
        self._cancelled.set()
        self.inbox.put(None)

    def inputs(self) -> Iterator[Any]:
        while (item := self.inbox.get()) is not None and not self.cancelled():
            yield item


class Child:
    """The main thread reads the socket; one thread for each request that the engine takes at the same time works."""

    def __init__(self, kind: str, name: str, sock: socket.socket) -> None:
        self._kind, self._name, self._sock = kind, name, sock
        self._sending = threading.Lock()
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._open: dict[int, Job] = {}

    def run(self) -> None:
        unpacker = Unpacker()
        while data := self._sock.recv(1 << 20):
            for message in unpacker.push(data):
                self._take(message)
        os._exit(0)  # the parent is gone: whatever is being computed is for nobody

    def _take(self, message: Message) -> None:
        if "options" in message:
            threading.Thread(target=self._load, args=(message["options"],), daemon=True).start()
        elif "cancel" in message:
            if (job := self._open.get(message["cancel"])) is not None:
                job.cancel()
        elif "input" in message:
            if (job := self._open.get(message["id"])) is not None:
                job.inbox.put(message["input"])
        else:
            job = Job(message)
            self._open[job.id] = job
            self._jobs.put(job)

    def _send(self, message: Message) -> None:
        try:
            with self._sending:
                self._sock.sendall(pack(message))
        except OSError:
            os._exit(0)

    def _load(self, options: dict[str, Any]) -> None:
        try:
            engine = load_engine(self._kind, self._name, options)
            info = dict(getattr(engine, "info", {}))
            info["concurrency"] = concurrency = int(getattr(engine, "concurrency", 1))
            twins = [engine.twin() for _ in range(concurrency - 1)]
        except Exception as error:
            self._send({"failed": _describe(error)})
            os._exit(3)
        for twin in twins:
            threading.Thread(target=self._work, args=(twin,), daemon=True).start()
        threading.Thread(target=self._pulse, daemon=True).start()
        self._send({"ready": info})
        self._work(engine)

    def _pulse(self) -> None:
        """Tells the parent of work that goes on: a slow engine asks `cancelled()`, one that hangs does not."""
        while True:
            time.sleep(_PULSE_S)
            for job in list(self._open.values()):
                if job.asked:
                    job.asked = False
                    self._send({"id": job.id, "working": True})

    def _work(self, engine: Any) -> None:
        serve = SERVERS[self._kind]
        while True:
            job = self._jobs.get()
            end: Message = {"id": job.id, "end": None}
            try:
                if not job.cancelled():
                    end["end"] = self._drain(job, serve(engine, job))
            except Exception as error:
                end["failed"] = _describe(error)
            del self._open[job.id]
            self._send(end)

    def _drain(self, job: Job, events: Any) -> Any:
        """Sends each event as it comes. Out: what the server returned at its end."""
        while True:
            try:
                event = next(events)
            except StopIteration as stop:
                return stop.value
            if job.cancelled():
                events.close()
                return None
            self._send({"id": job.id, **event})


def _describe(error: Exception) -> list[str]:
    name = type(error).__name__ if isinstance(error, BaseStationError) else EngineError.__name__
    text = " ".join(str(error).split()) or type(error).__name__
    return [name, text if isinstance(error, BaseStationError) else f"{type(error).__name__}: {text}"]


def _die_with_parent() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def main() -> None:
    kind, name, fd = sys.argv[1:4]
    _die_with_parent()  # elsewhere, and if the parent is already gone, the closed socket ends us
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us in order
    faulthandler.enable()
    os.set_inheritable(int(fd), False)  # or a program started by an engine would keep our socket open
    Child(kind, name, socket.socket(fileno=int(fd))).run()

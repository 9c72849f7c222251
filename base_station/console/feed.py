"""The daemon's events, once, for any number of pages: ten pages cost the daemon what one does.

In      `daemon.watch("watch")`, taken up again where it broke off
Out     to each page every line once, in order; to one that comes back, first what it missed
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque

from base_station.errors import BaseStationError
from base_station.rpc import Caller

_REMEMBERED = 4000
_SLOW_LINES = 20_000  # a page that lags by so much is let go; it comes back and asks for what it missed
_RETRY_S = 1.0


class Feed:
    """`run()` is the one task; `join` and `leave` are for the pages."""

    def __init__(self, daemon: Caller) -> None:
        self._daemon = daemon
        self._epoch = ""
        self._seq = 0
        self._state: dict[str, object] = {}
        self._past: deque[tuple[int, str]] = deque(maxlen=_REMEMBERED)
        self._pages: set[asyncio.Queue[str | None]] = set()

    async def run(self) -> None:
        """For ever; a daemon that went away is knocked at every second."""
        while True:
            with contextlib.suppress(BaseStationError, OSError):
                lines = self._daemon.watch("watch", epoch=self._epoch, since=self._seq)
                async with contextlib.aclosing(lines) as stream:
                    async for line in stream:
                        self._take(line)
            self._send(json.dumps({"event": "DaemonAway"}))
            await asyncio.sleep(_RETRY_S)

    def join(self, epoch: str = "", since: int = 0) -> asyncio.Queue[str | None]:
        """A page's queue, which begins with how things stand. None in it: the page was too slow."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        resumed = bool(epoch) and epoch == self._epoch
        hello = {"event": "Hello", "epoch": self._epoch, "seq": self._seq, "resumed": resumed, **self._state}
        queue.put_nowait(json.dumps(hello))
        for seq, text in self._past if resumed else ():
            if seq > since:
                queue.put_nowait(text)
        self._pages.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[str | None]) -> None:
        self._pages.discard(queue)

    def _take(self, line: dict[str, object]) -> None:
        if "watch" in line:
            if line["watch"] != self._epoch:
                self._past.clear()
                self._seq = int(str(line["seq"]))
            self._epoch = str(line["watch"])
            self._state = {name: line[name] for name in ("toys", "states", "reports", "engines") if name in line}
            self._send(json.dumps({"event": "Hello", "epoch": self._epoch, "seq": self._seq, **self._state}))
            return
        if "seq" in line:
            self._seq = int(str(line["seq"]))
            text = json.dumps(line)
            if line["event"] == "Forgotten":
                self._past.clear()
            self._past.append((self._seq, text))
            self._remember_state(line)
            self._send(text)

    def _remember_state(self, line: dict[str, object]) -> None:
        """What a page that comes later is told first."""
        link = str(line.get("link"))
        states, toys, reports = (self._state.get(name) for name in ("states", "toys", "reports"))
        if isinstance(states, dict) and isinstance(toys, dict) and isinstance(reports, dict):
            if line["event"] == "LinkChanged":
                states[link] = "idle" if line["up"] else "away"
                toys[link] = line["toy"]
            elif line["event"] == "StateChanged":
                states[link] = line["state"]
            elif line["event"] == "ToyReported" and line["kind"] in ("battery", "volume"):
                reports[link] = {**reports.get(link, {}), str(line["kind"]): line["text"]}
            elif line["event"] == "Detached":
                for known in (states, toys, reports):
                    known.pop(link, None)

    def _send(self, text: str) -> None:
        for queue in list(self._pages):
            if queue.qsize() > _SLOW_LINES:
                self._pages.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(text)

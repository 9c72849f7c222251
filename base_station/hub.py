"""Everything that happens at all toys, for whoever watches: numbered, so that a watcher knows that it missed nothing.

In      events, as JSON objects
Out     to each watcher {"seq": n, ...event}: first those after `since` that are still remembered, then each new one
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Watcher = Callable[[Json], None]
_REMEMBERED = 4000


class Hub:
    """`epoch` changes with the daemon: numbers of another epoch mean nothing."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(8)
        self.seq = 0
        self._past: deque[Json] = deque(maxlen=_REMEMBERED)
        self._watchers: list[Watcher] = []

    def publish(self, event: Json) -> None:
        self.seq += 1
        line = {"seq": self.seq, **event}
        self._past.append(line)
        for watcher in self._watchers:
            watcher(line)

    def watch(self, watcher: Watcher, since: int | None = None) -> None:
        """since: the last number that the watcher has seen in this epoch; None: only what is new."""
        for line in self._past if since is not None else ():
            if line["seq"] > (since or 0):
                watcher(line)
        self._watchers.append(watcher)

    def leave(self, watcher: Watcher) -> None:
        self._watchers.remove(watcher)

    def forget(self) -> None:
        """What was said leaves the memory as well."""
        self._past.clear()

"""What the disk would not take: kept in memory, in order, until it does.

In      writes to the store, each to be done once
Out     what a write returned, or None while it waits
Raises  nothing for a store that fails: `tell` hears of it once, until it works again
Memory  the newest `most` writes; a full disk that nobody mends for so long loses the oldest
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeVar

from base_station.errors import StoreError

T = TypeVar("T")
_MOST = 2000


class Backlog:
    """Belongs to whoever writes to the store. `tell` gets one line when writing fails, and one when it works again."""

    def __init__(self, tell: Callable[[str], None] = lambda _: None, most: int = _MOST) -> None:
        self.tell = tell
        self._waiting: deque[Callable[[], object]] = deque(maxlen=most)
        self._failing = False

    def __len__(self) -> int:
        return len(self._waiting)

    def write(self, work: Callable[[], T]) -> T | None:
        """Does `work` behind all that waits; keeps it when the store refuses."""
        try:
            self._catch_up()
            done = work()
        except StoreError as error:
            self._waiting.append(work)
            self._say(str(error))
            return None
        return done

    def retry(self) -> None:
        """Tries again what waits."""
        try:
            self._catch_up()
        except StoreError as error:
            self._say(str(error))

    def _catch_up(self) -> None:
        while self._waiting:
            self._waiting[0]()
            self._waiting.popleft()
        if self._failing:
            self._failing = False
            self.tell("the store can be written again, and nothing is missing")

    def _say(self, why: str) -> None:
        if not self._failing:
            self._failing = True
            self.tell(f"{why}: kept in memory until there is room")

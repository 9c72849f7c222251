"""One thread that watches every engine process by the real clock.

The event loop may run in virtual time, and it stands still while a child works: only real time can tell that
a child hangs. The thread does nothing but look at deadlines and memory; a kill shows up on the event loop as the
end of the child's socket.

In      watched things with `watch(now_s) -> bool`, which kill what they own and answer whether to look again
Out     nothing; sleeps when nothing is watched
"""

from __future__ import annotations

import os
import threading
import time
from typing import Protocol

TICK_S = 0.05


class Watched(Protocol):
    def watch(self, now_s: float) -> bool:
        """Called in the watchdog's thread. True: look again at the next tick; False: nothing is running."""
        ...


class Watchdog:
    """Looks at each watched thing every 50 ms for as long as it wants to be looked at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: list[Watched] = []
        self._work = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, watched: Watched) -> None:
        """Begins to watch; adding twice is the same as once."""
        with self._lock:
            if watched not in self._watched:
                self._watched.append(watched)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="engine-watchdog", daemon=True)
                self._thread.start()
        self._work.set()

    def _run(self) -> None:
        while True:
            self._work.wait()
            time.sleep(TICK_S)
            with self._lock:
                watched = list(self._watched)
            idle = [one for one in watched if not one.watch(time.monotonic())]
            with self._lock:
                # A request may have come while we looked: only things that are still idle leave the list.
                self._watched = [one for one in self._watched if one not in idle or one.watch(time.monotonic())]
                if not self._watched:
                    self._work.clear()


WATCHDOG = Watchdog()


def resident_bytes(pid: int) -> int | None:
    """Memory that a process holds in RAM; None where /proc is absent or the process is gone."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")

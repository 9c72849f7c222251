"""Time as a port: the same coroutines run against the real clock or a virtual one.

Everything above asks the running event loop for the time (`loop.time()`, `asyncio.sleep`, `loop.call_later`), so a
test swaps the loop and nothing else. On the virtual loop time jumps to the next timer as soon as nothing is left to do.
It must not jump while somebody outside works on our behalf; such waits are marked:

- `external()`: a simulated toy computes its next 20 ms. The clock stands still.
- `external(charged=True)`: an engine thinks. The clock stands still too, or, on a loop made with `charge=True`, runs
  at the speed of real time, so that latencies stay honest beside an emulator that is slower than life.

Source: the idea of a selector that never sleeps is common to simulation loops; see asyncio's base_events `_run_once`.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

T = TypeVar("T")
_LONGEST_REAL_WAIT_S = 0.005


class _VirtualSelector(selectors.BaseSelector):
    """A selector whose idle time is virtual. `loop` is set by the loop that owns it."""

    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self.loop: VirtualLoop | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        loop = self.loop
        if ready or loop is None or (timeout is not None and timeout <= 0):
            return ready
        if loop.frozen_waits or (loop.charged_waits and not loop.charge):
            return self._real.select(None)
        if loop.charged_waits:
            started_s = time.perf_counter()
            ready = self._real.select(_LONGEST_REAL_WAIT_S if timeout is None else min(timeout, _LONGEST_REAL_WAIT_S))
            spent_s = time.perf_counter() - started_s
            loop.advance(spent_s if timeout is None else min(spent_s, timeout))
            return ready
        if timeout is None:
            return self._real.select(None)
        loop.advance(timeout)
        return []

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.get_key(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time, beginning at 1,000 s so that no time is ever mistaken for "unset"."""

    def __init__(self, *, charge: bool = False) -> None:
        self._now_s = 1000.0
        self.charge = charge
        self.frozen_waits = 0
        self.charged_waits = 0
        selector = _VirtualSelector()
        super().__init__(selector)
        selector.loop = self

    def time(self) -> float:
        return self._now_s

    def advance(self, seconds: float) -> None:
        self._now_s += seconds

    @contextmanager
    def external(self, charged: bool = False) -> Iterator[None]:
        """Marks a wait for work that is done outside; see the module's docstring."""
        if charged:
            self.charged_waits += 1
        else:
            self.frozen_waits += 1
        try:
            yield
        finally:
            if charged:
                self.charged_waits -= 1
            else:
                self.frozen_waits -= 1


def external(*, charged: bool = False) -> AbstractContextManager[None]:
    """Marks a wait on whatever loop runs; costs nothing in real time."""
    loop = asyncio.get_running_loop()
    return loop.external(charged) if isinstance(loop, VirtualLoop) else nullcontext()


def engine_wait() -> AbstractContextManager[None]:
    """What worker processes are given to mark their waits with."""
    return external(charged=True)


def now_ms() -> float:
    """Milliseconds on the running loop's clock. On the real clock all processes of one machine share it."""
    return asyncio.get_running_loop().time() * 1000.0


def run_virtual(main: Callable[[], Coroutine[Any, Any, T]], *, charge: bool = False) -> T:
    """Runs a coroutine function to its end in virtual time."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(charge=charge)) as runner:
        return runner.run(main())

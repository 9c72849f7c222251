"""The toy's clock on ours: its milliseconds since power-on, mapped to the base station's monotonic time.

A message says what the toy's clock was when it left; it arrives a little later. The smallest difference seen lately is
the closest to the truth, since delay only ever adds. A window forgets, because two quartzes drift apart.
Source: the minimum filter of NTP's clock filter algorithm (RFC 5905, section 10), one way only.
"""

from __future__ import annotations

from collections import deque

from base_station import clock

_WINDOW = 64


class ToyClock:
    """Offset between the toy's clock and ours, from the messages that carry the toy's time."""

    def __init__(self) -> None:
        self._offsets_ms: deque[float] = deque(maxlen=_WINDOW)

    def reset(self, toy_ms: int) -> None:
        """The toy said hello: it may have been switched off and on since."""
        self._offsets_ms.clear()
        self.observe(toy_ms)

    def observe(self, toy_ms: int) -> None:
        self._offsets_ms.append(clock.now_ms() - toy_ms)

    def to_base_ms(self, toy_ms: float) -> float | None:
        """When that was on our clock; None before the toy has said anything."""
        return toy_ms + min(self._offsets_ms) if self._offsets_ms else None

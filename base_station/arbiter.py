"""Which plush answers when several hear the same "hey teddy": the one that hears it best.

In      calls of toys: when, how sure each was and how far the voice stood out of the room
Out     whoever hears it worse is told to fall silent; nobody has made a sound by then
Time    calls within 500 ms are one call: sound and links differ by less, and no answer is earlier
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

_TOGETHER_MS = 500.0
_SURE_DB = 6.0  # what a spotter that is quite sure is worth against one that is not at all


@dataclass(frozen=True)
class Call:
    """A toy has heard its wake word. `yield_to` ends the turn that it has begun, with the name of the better one.

    `boot` tells toys apart, whose names may be the same.
    """

    toy: str
    boot: int
    at_ms: float
    score: float  # 0..1
    snr_db: float
    yield_to: Callable[[str], None] = field(repr=False, compare=False)

    @property
    def closeness(self) -> float:
        return self.snr_db + _SURE_DB * self.score


class Arbiter:
    """One base station's. At any moment at most one of the toys that were called together goes on."""

    def __init__(self) -> None:
        self._winner: Call | None = None

    def enter(self, call: Call) -> None:
        """Equal calls: the earlier one stays."""
        winner = self._winner
        if winner is None or abs(call.at_ms - winner.at_ms) > _TOGETHER_MS or winner.boot == call.boot:
            self._winner = call
        elif call.closeness > winner.closeness:
            self._winner = call
            winner.yield_to(call.toy)
        else:
            call.yield_to(winner.toy)

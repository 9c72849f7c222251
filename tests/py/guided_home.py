"""A home without sound and model: who answers, by a clock that stands where it is put."""

from __future__ import annotations

import time
from pathlib import Path

from base_station.dialogue.child import Child, Children
from base_station.dialogue.guide import Guide
from base_station.dialogue.safety import SafetyGate

GATE = SafetyGate()
ANNA = Child(name="Anna", consent=True)


class Home:
    """One toy's guide; `child`: whose plush it is, if anybody's."""

    def __init__(self, folder: Path, child: Child | None = None) -> None:
        self.children = Children(folder / "children")
        if child is not None:
            self.children.save(child)
        self.at(12, 0)
        self.guide = Guide(GATE, self.children, unix_s=lambda: self.now_s, ticks_s=lambda: self.now_s)

    def at(self, hour: int, minute: int, day: int = 1) -> None:
        local = (2026, 12, day, hour, minute, 0, 0, 0, -1)
        self.now_s = time.mktime(local)

    def hears(self, text: str) -> str:
        """The phrase by which the plush answers by itself; "model" where the model answers."""
        say = self.guide.decide(text).say
        return "model" if say is None else say.phrase

    def talks(self, seconds: float, text: str = "why is the sky blue") -> None:
        self.now_s += seconds
        self.guide.turn_ended(text, self.guide.memory(), seconds, answered=True)

"""What a turn was like from outside, as `plush talk --json` prints it.

In      the plush's own states and words; the daemon's marks and account of the turn; when the speaker sounded
Out     one JSON object a turn. Latencies count from the last voiced sample of the question's own file, on one clock
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from base_station import events as ev

MARKS: dict[type[ev.Event], str] = {
    ev.SpeechEnded: "endpoint",
    ev.Heard: "asr_final",
    ev.ReplyPiece: "first_token",
    ev.AudioStarted: "first_audio",
}
_LATENCIES = (*MARKS.values(), "first_sound", "first_answer", "total")
_LINK = ("frames_up", "frames_down", "crc_errors", "resent")


@dataclass
class TurnReport:
    """Filled while the turn goes on, and completed at its end."""

    turn_id: int = 0
    heard: str = ""
    said: str = ""
    brain: str = "local"
    states: list[str] = field(default_factory=list)
    latency_ms: dict[str, float | None] = field(default_factory=dict)
    link: dict[str, int] = field(default_factory=dict)

    def complete(
        self, start_ms: float | None, marks_ms: Mapping[str, float | None], finished: ev.TurnFinished | None
    ) -> None:
        """finished: the daemon's account, None where there is no daemon."""
        self.latency_ms = {name: _since(start_ms, marks_ms.get(name)) for name in _LATENCIES}
        counts = finished.link if finished is not None else {}
        self.link = {name: counts.get(name, 0) for name in _LINK}
        if finished is not None and self.brain == "remote":
            self.heard, self.said = finished.heard, finished.said

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def _since(start_ms: float | None, mark_ms: float | None) -> float | None:
    return None if start_ms is None or mark_ms is None else round(mark_ms - start_ms, 1)

"""What happened in one turn, in order, as it is kept beside the turn.

In      events as they are emitted
Out     TraceEvents; pieces of the reply and levels, which are many, are one event each with all their times
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from base_station import events as ev
from base_station.store import TraceEvent

_TOGETHER: dict[type[ev.Event], str] = {ev.ReplyPiece: "text", ev.Level: "dbfs"}
_NEEDLESS = (ev.HeardPartly, ev.TurnFinished, ev.LinkChanged, ev.SayAsked)
_COMMON = ("event", "t_ms", "toy", "turn")


class Trace:
    """Belongs to one turn."""

    def __init__(self) -> None:
        self._events: list[TraceEvent] = []
        self._series: dict[str, dict[str, list[Any]]] = {}

    def add(self, event: ev.Event) -> None:
        if isinstance(event, _NEEDLESS):
            return
        data = {name: value for name, value in event.to_json().items() if name not in _COMMON}
        kind, value_name = type(event).__name__, _TOGETHER.get(type(event))
        if value_name is None:
            self._events.append(TraceEvent(event.t_ms, kind, data))
            return
        if kind not in self._series:
            self._series[kind] = {"t_ms": [], value_name: []}
            self._events.append(TraceEvent(event.t_ms, kind, self._series[kind]))
        self._series[kind]["t_ms"].append(round(event.t_ms, 1))
        self._series[kind][value_name].append(data[value_name])

    def finish(self, t_ms: float, marks_ms: Mapping[str, float], voiced_end_ms: float | None) -> list[TraceEvent]:
        """The whole trace, with the turn's own marks last. voiced_end_ms: the toy's last voiced sample, if known."""
        return [*self._events, TraceEvent(t_ms, "Marks", {**marks_ms, "voiced_end": voiced_end_ms})]

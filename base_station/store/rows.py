"""What the store keeps, as values, and how they become rows and come back."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TurnRow:
    """One turn as it is kept. `started_unix_s` is the wall clock then, 0 when nobody knew it; `row` 0: not stored.

    routes: where the safety gate sent what went "in" (the child's words) and "out" (the plush's), such as "answer";
    flags: what parents should look at, empty when nothing.
    """

    toy: str
    boot_id: int
    turn_id: int
    started_unix_s: float
    heard: str
    said: str
    brain: str
    outcome: str
    states: tuple[str, ...] = ()
    latency_ms: dict[str, float] = field(default_factory=dict)
    link: dict[str, int] = field(default_factory=dict)
    engines: dict[str, str] = field(default_factory=dict)
    child: str = ""
    persona: str = ""
    routes: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    row: int = 0


@dataclass(frozen=True)
class TraceEvent:
    """A step of a turn. `t_ms` is the base station's monotonic clock, with which the toy's is synchronised."""

    t_ms: float
    kind: str
    data: dict[str, Any] = field(default_factory=dict)


SELECT_TURN = (
    "SELECT turns.*, toys.name AS toy, ifnull(children.name, '') AS child FROM turns "
    "JOIN toys ON toys.id = turns.toy_id LEFT JOIN children ON children.id = turns.child_id"
)
_PLAIN = ("boot_id", "turn_id", "started_unix_s", "heard", "said", "brain", "outcome", "persona")
_JSON = ("states", "latency_ms", "link", "engines", "flags")
COLUMNS = (*_PLAIN, *_JSON, "route_in", "route_out")


def to_columns(turn: TurnRow) -> dict[str, Any]:
    """The values of COLUMNS."""
    plain = {name: getattr(turn, name) for name in _PLAIN}
    packed = {name: json.dumps(getattr(turn, name), ensure_ascii=False) for name in _JSON}
    return plain | packed | {f"route_{way}": turn.routes.get(way, "") for way in ("in", "out")}


def to_turn(row: sqlite3.Row) -> TurnRow:
    """From a row of SELECT_TURN."""
    values: dict[str, Any] = {name: row[name] for name in (*_PLAIN, "toy", "child", "row")}
    values |= {name: json.loads(row[name]) for name in _JSON}
    values["states"], values["flags"] = tuple(values["states"]), tuple(values["flags"])
    values["routes"] = {way: row[f"route_{way}"] for way in ("in", "out") if row[f"route_{way}"]}
    return TurnRow(**values)

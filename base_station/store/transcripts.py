"""Finished turns in SQLite.

Durability: write-ahead log with `synchronous=FULL`; `add()` returns after the commit reached the disk.
Order: by row number, never by clock, since clocks jump.
Source: sqlite.org "Write-Ahead Logging", "PRAGMA synchronous".
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from base_station.errors import StoreError, UsageError
from base_station.store.migrations import migrate


@dataclass(frozen=True)
class TurnRow:
    """One turn as it is kept. `started_unix_s` is the wall clock then, 0 when nobody knew it; `row` 0: not stored."""

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
    row: int = 0


_COLUMNS = (
    "toy",
    "boot_id",
    "turn_id",
    "started_unix_s",
    "heard",
    "said",
    "brain",
    "outcome",
    "states",
    "latency_ms",
    "link",
    "engines",
)
_KEEP = (
    "ON CONFLICT (toy, boot_id, turn_id) DO UPDATE SET said = excluded.said, brain = excluded.brain, "
    "outcome = excluded.outcome WHERE said = '' AND excluded.said <> ''"
)
_JSON = frozenset({"states", "latency_ms", "link", "engines"})


class TranscriptStore:
    """Opens, and if need be creates, the store at `path`. Raises StoreError when that cannot be done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._errors():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(path, isolation_level=None)
            path.chmod(0o600)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.execute("PRAGMA busy_timeout=5000")
            migrate(self._db)

    def add(self, turn: TurnRow) -> int:
        """Keeps a turn and returns its row number.

        The same (toy, boot, turn) twice is one row: the first stays, unless it said nothing and the second did. That is
        a turn that the base station lost and the toy then answered by itself.
        """
        values = [json.dumps(getattr(turn, c)) if c in _JSON else getattr(turn, c) for c in _COLUMNS]
        marks = ", ".join("?" * len(_COLUMNS))
        with self._errors():
            self._db.execute(f"INSERT INTO turns ({', '.join(_COLUMNS)}) VALUES ({marks}) {_KEEP}", values)  # noqa: S608
            found = self._db.execute(
                "SELECT row FROM turns WHERE toy = ? AND boot_id = ? AND turn_id = ?",
                (turn.toy, turn.boot_id, turn.turn_id),
            ).fetchone()
        return int(found["row"])

    def last(self, count: int = 20) -> list[TurnRow]:
        """The newest turns, oldest of them first."""
        with self._errors():
            rows = self._db.execute("SELECT * FROM turns ORDER BY row DESC LIMIT ?", (count,)).fetchall()
        return [_turn(row) for row in reversed(rows)]

    def show(self, row: int) -> TurnRow:
        """One turn. Raises UsageError when there is no such row."""
        with self._errors():
            found = self._db.execute("SELECT * FROM turns WHERE row = ?", (row,)).fetchone()
        if found is None:
            raise UsageError(f"there is no turn {row}; `plush transcripts list` shows which there are")
        return _turn(found)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"transcript store {self._path}: {error}") from error


def _turn(row: sqlite3.Row) -> TurnRow:
    values: dict[str, Any] = {c: json.loads(row[c]) if c in _JSON else row[c] for c in _COLUMNS}
    values["states"] = tuple(values["states"])
    return TurnRow(**values, row=row["row"])

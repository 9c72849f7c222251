"""Finished turns in SQLite: the writing side, one connection, owned by the daemon.

Durability: write-ahead log with `synchronous=FULL`; whatever adds something returns after it reached the disk.
Order: by row number, never by clock, since clocks jump.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from base_station.errors import UsageError
from base_station.store.age import AgeClock
from base_station.store.database import id_of, open_database, store_errors, transaction
from base_station.store.rows import COLUMNS, SELECT_TURN, TraceEvent, TurnRow, to_columns, to_turn
from base_station.store.settings import Settings

_FIELDS = ("toy_id", "child_id", "age_s", *COLUMNS)
_ADD = (
    f"INSERT INTO turns ({', '.join(_FIELDS)}) VALUES ({', '.join('?' * len(_FIELDS))}) "  # noqa: S608
    "ON CONFLICT (toy_id, boot_id, turn_id) DO UPDATE SET said = excluded.said, brain = excluded.brain, "
    "outcome = excluded.outcome WHERE said = '' AND excluded.said <> ''"
)


class TranscriptStore:
    """Opens, and if need be creates, the store at `path`. Raises StoreError when that cannot be done.

    now: the wall clock in seconds since 1970.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self.path = path
        self._now = now
        self._db = open_database(path)
        with store_errors(path):
            self._age = AgeClock(self._db)
        self.settings = Settings(self._db, path)

    def add(self, turn: TurnRow, trace: Sequence[TraceEvent] = ()) -> int:
        """Keeps a turn with its trace and returns its row number.

        The same (toy, boot, turn) twice is one row: the first stays, unless it said nothing and the second did. That is
        a turn that the base station lost and the toy then answered by itself.
        """
        values = to_columns(turn)
        with store_errors(self.path), transaction(self._db):
            toy_id = id_of(self._db, "toys", turn.toy)
            child_id = id_of(self._db, "children", turn.child) if turn.child else None
            age_s = self._age.at(self._now())
            self._db.execute(_ADD, [toy_id, child_id, age_s, *(values[column] for column in COLUMNS)])
            found = self._db.execute(
                "SELECT row FROM turns WHERE toy_id = ? AND boot_id = ? AND turn_id = ?",
                (toy_id, turn.boot_id, turn.turn_id),
            ).fetchone()
            row = int(found["row"])
            self._db.executemany(
                "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)",
                [
                    (row, place, event.t_ms, event.kind, json.dumps(event.data, ensure_ascii=False))
                    for place, event in enumerate(trace)
                ],
            )
        return row

    def add_wake(self, toy: str, *, reason: str, score: float, snr_db: int, accepted: bool) -> None:
        """An attempt to wake the plush; score 0..1. accepted: a turn followed."""
        with store_errors(self.path), transaction(self._db):
            toy_id, now = id_of(self._db, "toys", toy), self._now()
            self._db.execute(
                "INSERT INTO wake_attempts (toy_id, unix_s, age_s, reason, score, snr_db, accepted) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (toy_id, now, self._age.at(now), reason, score, snr_db, accepted),
            )

    def add_error(self, toy: str, *, turn_id: int, stage: str, text: str) -> None:
        with store_errors(self.path), transaction(self._db):
            toy_id, now = id_of(self._db, "toys", toy), self._now()
            self._db.execute(
                "INSERT INTO errors (toy_id, unix_s, age_s, turn_id, stage, text) VALUES (?, ?, ?, ?, ?, ?)",
                (toy_id, now, self._age.at(now), turn_id, stage, text),
            )

    def add_sound(self, row: int, way: str, sealed: bytes) -> None:
        """Sound of a turn, sealed by sound.py; way: "heard" or "said"."""
        with store_errors(self.path), transaction(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO sounds (turn_row, way, age_s, sealed) VALUES (?, ?, ?, ?)",
                (row, way, self._age.at(self._now()), sealed),
            )

    def last(self, count: int = 20) -> list[TurnRow]:
        """The newest turns, oldest of them first."""
        with store_errors(self.path):
            rows = self._db.execute(f"{SELECT_TURN} ORDER BY row DESC LIMIT ?", (count,)).fetchall()
        return [to_turn(row) for row in reversed(rows)]

    def show(self, row: int) -> TurnRow:
        """One turn. Raises UsageError when there is no such row."""
        with store_errors(self.path):
            found = self._db.execute(f"{SELECT_TURN} WHERE row = ?", (row,)).fetchone()
        if found is None:
            raise UsageError(f"there is no turn {row}; `plush transcripts list` shows which there are")
        return to_turn(found)

    def close(self) -> None:
        self._db.close()

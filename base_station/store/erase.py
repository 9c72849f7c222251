"""Forgetting, by hand and by age, so that no byte is left in the file, the full-text index or the log beside it.

SQLite before 3.42 cannot wipe single words from a full-text index, so it is rebuilt; VACUUM then writes the whole file
anew from what is left, and the checkpoint cuts the write-ahead log to nothing.

In      the store's path, whom or what to forget
Out     how many turns were erased
Raises  UsageError for an unknown name, StoreError, also when a reader kept the log from being cut
Time    grows with the whole store: about 20 s a million turns. Runs in a thread of its own; writers wait
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from base_station.errors import StoreError, UsageError
from base_station.store.age import AgeClock
from base_station.store.database import open_database, store_errors, transaction
from base_station.store.settings import Settings

_DAY_S = 86_400.0
_TRIES = 100


def forget_child(path: Path, name: str) -> int:
    return _erase(path, lambda db: _forget(db, "child", "children", name))


def forget_toy(path: Path, name: str) -> int:
    """Every turn, wake attempt and error of a toy, and its name."""
    return _erase(path, lambda db: _forget(db, "toy", "toys", name))


def forget_turn(path: Path, row: int) -> int:
    def erase(db: sqlite3.Connection) -> int:
        same = "(toy_id, turn_id) IN (SELECT toy_id, turn_id FROM turns WHERE row = ?)"
        db.execute(f"DELETE FROM errors WHERE {same}", (row,))  # noqa: S608
        gone = db.execute("DELETE FROM turns WHERE row = ?", (row,)).rowcount
        if not gone:
            raise UsageError(f"there is no turn {row}; `plush transcripts list` shows which there are")
        return gone

    return _erase(path, erase)


def forget_all(path: Path) -> int:
    """Everything that was said by whom; how long to keep things stays as it was set."""

    def erase(db: sqlite3.Connection) -> int:
        gone = db.execute("DELETE FROM turns").rowcount
        db.execute("DELETE FROM toys")
        db.execute("DELETE FROM children")
        return gone

    return _erase(path, erase)


def sweep(path: Path, now: Callable[[], float] = time.time) -> int:
    """Erases what is older than the settings allow. Out: how many rows of any kind went."""

    def erase(db: sqlite3.Connection) -> int:
        age_s, days = AgeClock(db).at(now()), Settings(db, path).all()
        oldest_s = age_s - days["retention_days"] * _DAY_S
        oldest_sound_s = age_s - days["sound_retention_days"] * _DAY_S
        gone = db.execute("DELETE FROM sounds WHERE age_s < ?", (oldest_sound_s,)).rowcount
        for table in ("turns", "wake_attempts", "errors"):
            gone += db.execute(f"DELETE FROM {table} WHERE age_s < ?", (oldest_s,)).rowcount  # noqa: S608
        db.execute("DELETE FROM children WHERE id NOT IN (SELECT child_id FROM turns WHERE child_id IS NOT NULL)")
        return gone

    return _erase(path, erase, by_hand=False)


def _forget(db: sqlite3.Connection, kind: str, table: str, name: str) -> int:
    found = db.execute(f"SELECT id FROM {table} WHERE name = ?", (name,)).fetchone()  # noqa: S608
    if found is None:
        raise UsageError(f"nothing is kept of a {kind} called {name!r}")
    # What an engine complained about may be what the child said.
    db.execute(f"DELETE FROM errors WHERE toy_id IN (SELECT toy_id FROM turns WHERE {kind}_id = ?)", (found["id"],))  # noqa: S608
    gone = db.execute(f"DELETE FROM turns WHERE {kind}_id = ?", (found["id"],)).rowcount  # noqa: S608
    db.execute(f"DELETE FROM {table} WHERE id = ?", (found["id"],))  # noqa: S608
    return gone


def _erase(path: Path, delete: Callable[[sqlite3.Connection], int], *, by_hand: bool = True) -> int:
    db = open_database(path)
    try:
        with store_errors(path):
            with transaction(db):
                gone = delete(db)
                if gone or by_hand:
                    db.execute("INSERT INTO turn_index (turn_index) VALUES ('rebuild')")
            if gone or by_hand:
                db.execute("VACUUM")
                _cut_log(db)
        return gone
    finally:
        db.close()


def _cut_log(db: sqlite3.Connection) -> None:
    for _ in range(_TRIES):
        if not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            return
        time.sleep(0.05)
    raise StoreError("somebody is reading it, so its log could not be cut: forget again in a moment")

"""Time as the store has lived it, by which retention counts.

A wall clock jumps: a dead battery puts it ten years back, a typing error ten years ahead, and neither may cost a row.
So each row is stamped with `age_s`, which grows with the wall clock as long as it moves forward by less than a year at
a time, and stands still over any other step. A base station that was off for a month has aged by a month.
"""

from __future__ import annotations

import sqlite3

_LONGEST_STEP_S = 366 * 86_400.0
_SAVE_EVERY_S = 60.0


class AgeClock:
    """Call `at` inside a transaction: it may write."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        rows = dict(db.execute("SELECT name, value FROM settings WHERE name IN ('age_s', 'seen_unix_s')").fetchall())
        self._age_s = float(rows.get("age_s", 0.0))
        self._seen_unix_s = float(rows["seen_unix_s"]) if "seen_unix_s" in rows else None
        self._saved: tuple[float, float] | None = None

    def at(self, unix_s: float) -> float:
        """In: the wall clock now. Out: the store's age."""
        step_s = 0.0 if self._seen_unix_s is None else unix_s - self._seen_unix_s
        if 0 <= step_s <= _LONGEST_STEP_S:
            self._age_s += step_s
        self._seen_unix_s = unix_s
        saved_age_s, saved_unix_s = self._saved or (-_SAVE_EVERY_S, unix_s)
        if self._age_s - saved_age_s >= _SAVE_EVERY_S or abs(unix_s - saved_unix_s) >= _SAVE_EVERY_S:
            self._saved = (self._age_s, unix_s)
            self._db.executemany(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)",
                [("age_s", repr(self._age_s)), ("seen_unix_s", repr(unix_s))],
            )
        return self._age_s

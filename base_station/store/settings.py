"""What a parent decided about keeping: for how long, and whether sound is kept at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from base_station.errors import UsageError
from base_station.store.database import store_errors

_DEFAULTS = {"retention_days": 90, "sound_retention_days": 7, "keep_sound": 0}
_LONGEST_DAYS = 3650


class Settings:
    """Whole numbers by name; what nobody changed has its default. Sound is not kept unless somebody asked for it."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db, self._path = db, path

    def all(self) -> dict[str, int]:
        with store_errors(self._path):
            rows = dict(self._db.execute("SELECT name, value FROM settings").fetchall())
        return {name: int(rows.get(name, default)) for name, default in _DEFAULTS.items()}

    def change(self, name: str, value: int) -> None:
        """Raises UsageError for an unknown name or a number that makes no sense."""
        if name not in _DEFAULTS:
            raise UsageError(f"there is no setting {name!r}: known are {', '.join(_DEFAULTS)}")
        most, least = (1, 0) if name == "keep_sound" else (_LONGEST_DAYS, 1)
        if isinstance(value, bool) and name == "keep_sound":
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise UsageError(f"{name} is a whole number from {least} to {most}")
        with store_errors(self._path):
            self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, str(value)))

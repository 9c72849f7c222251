"""The store's shape, one step a version. A step that has shipped is never edited; a new one is appended."""

from __future__ import annotations

import sqlite3

from base_station.errors import StoreError

_STEPS = (
    """
    CREATE TABLE turns (
        row            INTEGER PRIMARY KEY AUTOINCREMENT,
        toy            TEXT NOT NULL,
        boot_id        INTEGER NOT NULL,
        turn_id        INTEGER NOT NULL,
        started_unix_s REAL NOT NULL,
        heard          TEXT NOT NULL,
        said           TEXT NOT NULL,
        brain          TEXT NOT NULL CHECK (brain IN ('remote', 'local')),
        outcome        TEXT NOT NULL,
        states         TEXT NOT NULL,
        latency_ms     TEXT NOT NULL,
        link           TEXT NOT NULL,
        engines        TEXT NOT NULL,
        UNIQUE (toy, boot_id, turn_id)
    );
    """,
)


def migrate(db: sqlite3.Connection) -> None:
    """Brings the database to the newest version. Raises StoreError when it comes from a later program."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(_STEPS):
        raise StoreError(f"it was written by a newer version ({version}, this one knows {len(_STEPS)})")
    for number, step in enumerate(_STEPS[version:], start=version + 1):
        db.executescript(f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;")

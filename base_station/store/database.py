"""The store's file: how it is opened, and what its failures are called.

In      a path; every connection belongs to the thread that opened it
Out     a connection in autocommit mode with rows by name
Raises  StoreError for whatever SQLite or the disk refuses
Source  sqlite.org "Write-Ahead Logging", "PRAGMA synchronous", "PRAGMA secure_delete"
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from base_station.errors import StoreError
from base_station.store.migrations import migrate

_WAIT_MS = 60_000  # somebody else may be forgetting, which rewrites the whole file


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"transcript store {path}: {error}") from error


def open_database(path: Path) -> sqlite3.Connection:
    """Opens, and if need be creates and migrates, the store for writing."""
    with store_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        db = sqlite3.connect(path, isolation_level=None)
        path.chmod(0o600)
        db.row_factory = sqlite3.Row
        db.execute(f"PRAGMA busy_timeout={_WAIT_MS}")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA foreign_keys=ON")
        db.execute("PRAGMA secure_delete=ON")
        migrate(db)
        return db


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, for one question in any thread. A reader that stays would hold up forgetting."""
    with store_errors(path):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute(f"PRAGMA busy_timeout={_WAIT_MS}")
            yield db
        finally:
            db.close()


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; on disk when it ends."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def id_of(db: sqlite3.Connection, table: str, name: str) -> int:
    """The number of a toy or a child, which gets one when it is new. `table`: toys or children."""
    found = db.execute(f"SELECT id FROM {table} WHERE name = ?", (name,)).fetchone()  # noqa: S608
    if found is None:
        return int(db.execute(f"INSERT INTO {table} (name) VALUES (?)", (name,)).lastrowid or 0)  # noqa: S608
    return int(found["id"])

"""The store's shape, one step a version. A step that has shipped is never edited; a new one is appended."""

from __future__ import annotations

import sqlite3

from base_station.errors import StoreError

_FIRST = """
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
    """

# `turn_index` finds words and, in the column `tags`, what can be filtered by, so that one look-up serves both.
# `age_s` is time as the store has lived it (see erase.py); `place` keeps a trace in order whatever the clocks did.
_SECOND = """
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE toys (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
    CREATE TABLE children (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
    ALTER TABLE turns RENAME TO turns_of_version_1;
    CREATE TABLE turns (
        row            INTEGER PRIMARY KEY AUTOINCREMENT,
        toy_id         INTEGER NOT NULL REFERENCES toys (id),
        child_id       INTEGER REFERENCES children (id),
        boot_id        INTEGER NOT NULL,
        turn_id        INTEGER NOT NULL,
        started_unix_s REAL NOT NULL,
        age_s          REAL NOT NULL DEFAULT 0,
        heard          TEXT NOT NULL,
        said           TEXT NOT NULL,
        brain          TEXT NOT NULL CHECK (brain IN ('remote', 'local')),
        outcome        TEXT NOT NULL,
        persona        TEXT NOT NULL DEFAULT '',
        route_in       TEXT NOT NULL DEFAULT '',
        route_out      TEXT NOT NULL DEFAULT '',
        flags          TEXT NOT NULL DEFAULT '[]',
        states         TEXT NOT NULL,
        latency_ms     TEXT NOT NULL,
        link           TEXT NOT NULL,
        engines        TEXT NOT NULL,
        UNIQUE (toy_id, boot_id, turn_id)
    );
    CREATE INDEX turns_by_child ON turns (child_id);
    CREATE TABLE events (
        turn_row INTEGER NOT NULL REFERENCES turns (row) ON DELETE CASCADE,
        place    INTEGER NOT NULL,
        t_ms     REAL NOT NULL,
        kind     TEXT NOT NULL,
        data     TEXT NOT NULL,
        PRIMARY KEY (turn_row, place)
    ) WITHOUT ROWID;
    CREATE TABLE sounds (
        turn_row INTEGER NOT NULL REFERENCES turns (row) ON DELETE CASCADE,
        way      TEXT NOT NULL CHECK (way IN ('heard', 'said')),
        age_s    REAL NOT NULL,
        sealed   BLOB NOT NULL,
        PRIMARY KEY (turn_row, way)
    );
    CREATE TABLE wake_attempts (
        seq      INTEGER PRIMARY KEY AUTOINCREMENT,
        toy_id   INTEGER NOT NULL REFERENCES toys (id) ON DELETE CASCADE,
        unix_s   REAL NOT NULL,
        age_s    REAL NOT NULL,
        reason   TEXT NOT NULL,
        score    REAL NOT NULL,
        snr_db   INTEGER NOT NULL,
        accepted INTEGER NOT NULL
    );
    CREATE TABLE errors (
        seq      INTEGER PRIMARY KEY AUTOINCREMENT,
        toy_id   INTEGER NOT NULL REFERENCES toys (id) ON DELETE CASCADE,
        unix_s   REAL NOT NULL,
        age_s    REAL NOT NULL,
        turn_id  INTEGER NOT NULL,
        stage    TEXT NOT NULL,
        text     TEXT NOT NULL
    );
    CREATE VIEW turn_text AS SELECT row, heard, said,
        'toy' || toy_id || ' child' || ifnull(child_id, 0) || ' brain' || brain ||
        ' in' || replace(route_in, '_', '') || ' out' || replace(route_out, '_', '') ||
        CASE WHEN flags = '[]' THEN '' ELSE ' flagged' END AS tags FROM turns;
    CREATE VIRTUAL TABLE turn_index USING fts5 (
        heard, said, tags, content = 'turn_text', content_rowid = 'row', tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER turn_added AFTER INSERT ON turns BEGIN
        INSERT INTO turn_index (rowid, heard, said, tags) SELECT * FROM turn_text WHERE row = new.row;
    END;
    CREATE TRIGGER turn_changing BEFORE UPDATE ON turns BEGIN
        INSERT INTO turn_index (turn_index, rowid, heard, said, tags)
            SELECT 'delete', * FROM turn_text WHERE row = old.row;
    END;
    CREATE TRIGGER turn_changed AFTER UPDATE ON turns BEGIN
        INSERT INTO turn_index (rowid, heard, said, tags) SELECT * FROM turn_text WHERE row = new.row;
    END;
    CREATE TRIGGER turn_going BEFORE DELETE ON turns BEGIN
        INSERT INTO turn_index (turn_index, rowid, heard, said, tags)
            SELECT 'delete', * FROM turn_text WHERE row = old.row;
    END;
    INSERT INTO toys (name) SELECT DISTINCT toy FROM turns_of_version_1;
    INSERT INTO turns (row, toy_id, boot_id, turn_id, started_unix_s, heard, said, brain, outcome,
                       states, latency_ms, link, engines)
        SELECT row, (SELECT id FROM toys WHERE name = toy), boot_id, turn_id, started_unix_s, heard, said, brain,
               outcome, states, latency_ms, link, engines FROM turns_of_version_1 ORDER BY row;
    DROP TABLE turns_of_version_1;
    """

# Each tag begins with a character that nobody can type, so a search for words needs no look at which column a word was
# found in: three to five times as fast for a common word among a million turns.
TAG = "\ue000"
_THIRD = f"""
    DROP TABLE turn_index;
    DROP VIEW turn_text;
    CREATE VIEW turn_text AS SELECT row, heard, said,
        '{TAG}toy' || toy_id || ' {TAG}child' || ifnull(child_id, 0) || ' {TAG}brain' || brain ||
        ' {TAG}in' || replace(route_in, '_', '') || ' {TAG}out' || replace(route_out, '_', '') ||
        CASE WHEN flags = '[]' THEN '' ELSE ' {TAG}flagged' END AS tags FROM turns;
    CREATE VIRTUAL TABLE turn_index USING fts5 (
        heard, said, tags, content = 'turn_text', content_rowid = 'row', tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO turn_index (turn_index) VALUES ('rebuild');
    """  # noqa: S608 - our own tag

_STEPS = (_FIRST, _SECOND, _THIRD)


def migrate(db: sqlite3.Connection) -> None:
    """Brings the database to the newest version. Raises StoreError when it comes from a later program."""
    version = check_version(db)
    for number, step in enumerate(_STEPS[version:], start=version + 1):
        db.executescript(f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;")


def check_version(db: sqlite3.Connection) -> int:
    """Out: the database's version. Raises StoreError when it comes from a later program."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(_STEPS):
        known = len(_STEPS)
        raise StoreError(
            f"the transcripts were written by a newer version of this program ({version}; this one knows {known})"
        )
    return version

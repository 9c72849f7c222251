"""Finding turns: words, toy, child, brain, safety route, a page at a time. Runs in any thread; never writes.

In      the store's path, a Query
Out     TurnRow, newest first; the next page begins before the last row of this one
Raises  UsageError for a turn that does not exist, StoreError
Time    under 100 ms a page with a million turns: words and filters are one look-up in the full-text index
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from base_station.errors import UsageError
from base_station.store.database import reading
from base_station.store.migrations import TAG
from base_station.store.rows import SELECT_TURN, TraceEvent, TurnRow, to_turn

_WORD = re.compile(r"\w+")
_NOTHING = "nothing"  # a tag that no turn has
_MOST_WORDS = 12
MOST_ROWS = 200


@dataclass(frozen=True)
class Query:
    """What to look for; empty fields ask for nothing. `before` 0: from the newest on."""

    text: str = ""
    toy: str = ""
    child: str = ""
    brain: str = ""
    route: str = ""
    flagged: bool = False
    before: int = 0
    count: int = 50


def find_turns(path: Path, query: Query) -> list[TurnRow]:
    with reading(path) as db:
        return [to_turn(row) for row in _find(db, query)]


def every_turn(path: Path, query: Query, page: int = MOST_ROWS) -> Iterator[TurnRow]:
    """All that match, newest first, in pages: for an export of any length in little memory."""
    before = query.before
    while rows := find_turns(path, Query(**{**vars(query), "before": before, "count": page})):
        yield from rows
        before = rows[-1].row


def show_turn(path: Path, row: int) -> tuple[TurnRow, list[TraceEvent]]:
    """One turn and its trace."""
    with reading(path) as db:
        found = db.execute(f"{SELECT_TURN} WHERE row = ?", (row,)).fetchone()
        if found is None:
            raise UsageError(f"there is no turn {row}; `plush transcripts list` shows which there are")
        events = db.execute("SELECT t_ms, kind, data FROM events WHERE turn_row = ? ORDER BY place", (row,)).fetchall()
    return to_turn(found), [TraceEvent(e["t_ms"], e["kind"], json.loads(e["data"])) for e in events]


def sealed_sounds(path: Path, row: int) -> dict[str, bytes]:
    """The kept sound of a turn by its way, still sealed."""
    with reading(path) as db:
        return dict(db.execute("SELECT way, sealed FROM sounds WHERE turn_row = ?", (row,)).fetchall())


def names(path: Path) -> dict[str, list[str]]:
    """Every toy and child that a turn belongs to."""
    with reading(path) as db:
        return {
            table: [row["name"] for row in db.execute(f"SELECT name FROM {table} ORDER BY name")]  # noqa: S608
            for table in ("toys", "children")
        }


def _find(db: sqlite3.Connection, query: Query) -> list[sqlite3.Row]:
    count = max(1, min(query.count, MOST_ROWS))
    before = query.before if query.before > 0 else 1 << 62
    match = _match(db, query)
    if not match:
        return db.execute(f"{SELECT_TURN} WHERE row < ? ORDER BY row DESC LIMIT ?", (before, count)).fetchall()
    found = db.execute(
        "SELECT rowid FROM turn_index WHERE turn_index MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
        (match, before, count),
    ).fetchall()
    marks = ", ".join("?" * len(found))
    return db.execute(
        f"{SELECT_TURN} WHERE row IN ({marks}) ORDER BY row DESC", [row["rowid"] for row in found]
    ).fetchall()


def _match(db: sqlite3.Connection, query: Query) -> str:
    """The full-text expression. Only words go into it, each quoted, so that nobody can write its syntax."""
    words = _WORD.findall(query.text.lower())[:_MOST_WORDS]
    tags = []
    for kind, table, name in (("toy", "toys", query.toy), ("child", "children", query.child)):
        if name:
            found = db.execute(f"SELECT id FROM {table} WHERE name = ?", (name,)).fetchone()  # noqa: S608
            tags.append(f"{kind}{found['id']}" if found else _NOTHING)
    tags += [f"brain{_plain(query.brain)}"] if query.brain else []
    tags += ["flagged"] if query.flagged else []
    parts = [f'"{TAG}{tag}"' for tag in tags]
    if query.route:
        route = _plain(query.route)
        parts.append(f'("{TAG}in{route}" OR "{TAG}out{route}")')
    if words:
        spelled = [f'"{word}"' for word in words]
        spelled[-1] += "" if _is_known(db, words[-1]) else " *"  # else it is still being typed
        parts += spelled
    elif query.text.strip():
        parts.append(f'"{TAG}{_NOTHING}"')  # only marks: no turn is found by those
    return " AND ".join(parts)


def _is_known(db: sqlite3.Connection, word: str) -> bool:
    """Whether any turn holds the word. A prefix is looked up by merging all its words' lists: never for "the"."""
    found = db.execute("SELECT 1 FROM turn_index WHERE turn_index MATCH ? LIMIT 1", (f'"{word}"',))
    return found.fetchone() is not None


def _plain(word: str) -> str:
    return "".join(_WORD.findall(word.lower())).replace("_", "") or _NOTHING

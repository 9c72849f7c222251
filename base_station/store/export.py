"""Transcripts as text: one JSON object a line, or a table.

In      turns
Out     lines without their end
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from base_station.store.rows import TurnRow

_TABLE = ("row", "started_unix_s", "toy", "child", "heard", "said", "brain", "outcome", "persona")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_jsonl(turns: Iterable[TurnRow]) -> Iterator[str]:
    for turn in turns:
        yield json.dumps(asdict(turn), ensure_ascii=False)


def as_csv(turns: Iterable[TurnRow]) -> Iterator[str]:
    """A heading and a line a turn. What a spreadsheet would take for a formula gets a quote in front."""
    yield _line([*_TABLE, "route_in", "route_out", "flags"])
    for turn in turns:
        routes = [turn.routes.get("in", ""), turn.routes.get("out", ""), " ".join(turn.flags)]
        yield _line([_cell(getattr(turn, name)) for name in _TABLE] + [_cell(route) for route in routes])


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _line(cells: list[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()

"""Finding turns by words and filters; whatever is typed is words and never syntax."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base_station.errors import UsageError
from base_station.store import TraceEvent, TranscriptStore, TurnRow, export
from base_station.store.health import health, percentile
from base_station.store.query import Query, every_turn, find_turns, show_turn

ROW = TurnRow("teddy", 7, 1, 1.5, "why is the sky blue", "sunlight", "remote", "done")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("query") / "t.sqlite3"
    store = TranscriptStore(where)
    store.add(replace(ROW, child="ida", routes={"in": "answer", "out": "answer"}))
    store.add(replace(ROW, turn_id=2, toy="bunny", child="ben", heard="Où est la forêt?", said="là"))
    store.add(replace(ROW, turn_id=3, child="ben", brain="local", heard="tell a story", said="the sky fell"))
    store.add(
        replace(
            ROW,
            turn_id=4,
            heard="I am hurt",
            routes={"in": "escalate"},
            flags=("self harm",),
            latency_ms={"endpoint": 4.0},
        ),
        [TraceEvent(5.0, "Heard", {"text": "I am hurt"}), TraceEvent(4.0, "Marks", {})],
    )
    store.add_wake("teddy", reason="wake word", score=0.9, snr_db=20, accepted=False)
    store.add_error("teddy", turn_id=4, stage="llm", text="broken")
    return where


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (Query(), [4, 3, 2, 1]),
        (Query(text="sky"), [3, 1]),
        (Query(text="SKY blu"), [1]),
        (Query(text="foret"), [2]),
        (Query(text="teddy"), []),
        (Query(toy="teddy"), [4, 3, 1]),
        (Query(toy="teddy", text="sky", child="ben"), [3]),
        (Query(child="nobody"), []),
        (Query(brain="local"), [3]),
        (Query(route="escalate"), [4]),
        (Query(route="answer"), [1]),
        (Query(flagged=True), [4]),
        (Query(before=3), [2, 1]),
        (Query(count=2), [4, 3]),
        (Query(text='" OR tags : "toy1'), []),
        (Query(text="?!"), []),
        (Query(text="   "), [4, 3, 2, 1]),
    ],
)
def test_found(path: Path, query: Query, rows: list[int]) -> None:
    assert [turn.row for turn in find_turns(path, query)] == rows
    assert [turn.row for turn in every_turn(path, query, page=1)][: len(rows)] == rows


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40), st.text(max_size=10), st.text(max_size=10))
def test_nothing_typed_breaks_it(path: Path, text: str, route: str, brain: str) -> None:
    find_turns(path, Query(text=text, route=route, brain=brain))


def test_a_turn_has_its_trace_in_order(path: Path) -> None:
    turn, events = show_turn(path, 4)
    assert (turn.flags, turn.routes) == (("self harm",), {"in": "escalate"})
    assert [(event.t_ms, event.kind) for event in events] == [(5.0, "Heard"), (4.0, "Marks")]
    with pytest.raises(UsageError, match="no turn 9"):
        show_turn(path, 9)


def test_figures(path: Path) -> None:
    figures = health(path)
    assert figures["turns"] == 4
    assert sum(block["turns"] for block in figures["latency"]) == 3
    assert figures["latency"][-1]["endpoint"] == [4.0, 4.0]
    assert figures["wakes"][0]["accepted"] == 0
    assert figures["errors"][0]["text"] == "broken"
    assert [percentile(range(100), p) for p in (0, 50, 95, 100)] == [0, 50, 95, 99]
    assert percentile([], 50) is None


def test_export(path: Path) -> None:
    lines = list(export.as_jsonl(every_turn(path, Query())))
    assert [json.loads(line)["row"] for line in lines] == [4, 3, 2, 1]
    evil = [replace(ROW, heard='=HYPERLINK("x")', said='a,"b"\nc')]
    table = list(csv.DictReader("\n".join(export.as_csv(evil)).splitlines(keepends=True)))
    assert table[0]["heard"] == '\'=HYPERLINK("x")'
    assert table[0]["said"] == 'a,"b"\nc'

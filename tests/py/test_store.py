"""The transcript store: one row a turn, on disk when `add` returns."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from base_station.errors import StoreError, UsageError
from base_station.store import TranscriptStore, TurnRow

ROW = TurnRow(
    "teddy", 7, 1, 1.5, "hello", "hi", "remote", "done", ("idle",), {"total": 2.5}, {"resent": 0}, {"llm": "x"}
)


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    store = TranscriptStore(tmp_path / "new" / "t.sqlite3")
    number = store.add(ROW)
    assert store.show(number) == replace(ROW, row=number)
    store.close()
    again = TranscriptStore(tmp_path / "new" / "t.sqlite3")
    assert again.last() == [replace(ROW, row=number)]


def test_the_same_turn_twice_is_one_row(tmp_path: Path) -> None:
    store = TranscriptStore(tmp_path / "t.sqlite3")
    assert store.add(ROW) == store.add(replace(ROW, said="something else"))
    assert store.last()[0].said == "hi"
    assert store.add(replace(ROW, boot_id=8)) != store.add(ROW)


def test_a_turn_that_the_toy_took_over_gets_what_it_said(tmp_path: Path) -> None:
    store = TranscriptStore(tmp_path / "t.sqlite3")
    row = store.add(replace(ROW, said="", outcome="link lost"))
    assert store.add(replace(ROW, heard="", said="a joke", brain="local")) == row
    kept = store.show(row)
    assert (kept.heard, kept.said, kept.brain, kept.outcome) == ("hello", "a joke", "local", "done")


def test_order_is_by_row_not_by_clock(tmp_path: Path) -> None:
    store = TranscriptStore(tmp_path / "t.sqlite3")
    for turn, when in enumerate((100.0, 5.0, 1e9, 0.0)):
        store.add(replace(ROW, turn_id=turn, started_unix_s=when))
    assert [row.turn_id for row in store.last(3)] == [1, 2, 3]


def test_no_such_row(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no turn 9"):
        TranscriptStore(tmp_path / "t.sqlite3").show(9)


def test_a_store_from_the_future_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite3"
    TranscriptStore(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    with pytest.raises(StoreError, match="newer version"):
        TranscriptStore(path)


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite3"
    path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreError):
        TranscriptStore(path)


def test_only_its_user_can_read_it(tmp_path: Path) -> None:
    TranscriptStore(tmp_path / "t.sqlite3")
    assert (tmp_path / "t.sqlite3").stat().st_mode & 0o077 == 0

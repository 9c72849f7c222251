"""Forgetting leaves no byte; age is counted so that a clock that jumps costs nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from base_station.daemon import Station
from base_station.dialogue.child import Child
from base_station.errors import StoreError, UsageError
from base_station.store import TraceEvent, TranscriptStore, TurnRow, erase
from base_station.store.query import Query, find_turns, show_turn
from base_station.store.sound import SoundSeal

HER_WORD = "xylophonequartz"
DAY_S = 86_400.0
ROW = TurnRow("teddy", 7, 1, 1.5, "hello", "hi", "remote", "done", child="ida")


class FakeClock:
    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


def filled(folder: Path, clock: FakeClock | None = None) -> TranscriptStore:
    """Fifty turns of two children on two toys; every turn of ida, on teddy, holds her word, and so does its trace."""
    store = TranscriptStore(folder / "t.sqlite3", clock or FakeClock())
    for number in range(50):
        mine = number % 2 == 0
        turn = replace(ROW, turn_id=number, toy="teddy" if mine else "bunny", child="ida" if mine else "ben")
        words = f"{HER_WORD} {number}" if mine else f"nothing {number}"
        trace = [TraceEvent(1.0, "Heard", {"text": words})]
        row = store.add(replace(turn, heard=words, said=f"you said {words}"), trace)
        if mine:
            sound = np.full(1600, number, np.int16)
            store.add_sound(row, "heard", SoundSeal(folder / "sound.key").seal(sound, row, "heard"))
            store.add_error("teddy", turn_id=number, stage="llm", text=words)
    return store


def found_bytes(folder: Path, word: str) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


@pytest.mark.parametrize("how", ["child and errors", "toy", "all"])
def test_forgetting_leaves_no_byte(tmp_path: Path, how: str) -> None:
    store = filled(tmp_path)
    path = tmp_path / "t.sqlite3"
    assert found_bytes(tmp_path, HER_WORD), "the search itself must be able to find it"
    if how == "toy":
        assert erase.forget_toy(path, "teddy") == 25
    elif how == "all":
        assert erase.forget_all(path) == 50
    else:
        assert erase.forget_child(path, "ida") == 25
    assert found_bytes(tmp_path, HER_WORD) == []
    assert found_bytes(tmp_path, HER_WORD[:9]) == []
    assert len(find_turns(path, Query())) == (0 if how == "all" else 25)
    assert len(find_turns(path, Query(text="nothing"))) == (0 if how == "all" else 25)
    store.add(replace(ROW, turn_id=99))  # the daemon's own connection goes on
    assert found_bytes(tmp_path, HER_WORD) == []


@pytest.mark.parametrize(("how", "left"), [({"child": "Ida"}, ["ben"]), ({"everything": True}, [])])
def test_what_is_remembered_of_a_child_goes_too(tmp_path: Path, how: dict[str, Any], left: list[str]) -> None:
    """The whole base station: facts lie beside the store."""
    store = filled(tmp_path)
    store.add(replace(ROW, turn_id=99, child="Ida"))
    station = Station(store)
    for name in ("Ida", "ben"):
        station.children.save(replace(Child(name=name), facts=(f"{HER_WORD} of {name}",)))
    asyncio.run(station.handle({"op": "transcripts_forget", **how}, lambda _: None))
    assert [name for name in station.children.names() if station.children.load(name).facts] == left


def test_one_turn_is_forgotten(tmp_path: Path) -> None:
    filled(tmp_path)
    path = tmp_path / "t.sqlite3"
    assert erase.forget_turn(path, 2) == 1
    assert found_bytes(tmp_path, "nothing 1 ") == found_bytes(tmp_path, '"nothing 1"') == []
    with pytest.raises(UsageError, match="no turn 2"):
        show_turn(path, 2)
    with pytest.raises(UsageError, match="no turn 2"):
        erase.forget_turn(path, 2)


def test_nobody_of_that_name(tmp_path: Path) -> None:
    filled(tmp_path)
    with pytest.raises(UsageError, match="child called 'carl'"):
        erase.forget_child(tmp_path / "t.sqlite3", "carl")


def test_what_is_too_old_goes_and_nothing_else(tmp_path: Path) -> None:
    clock = FakeClock()
    store = filled(tmp_path, clock)
    path = tmp_path / "t.sqlite3"
    store.settings.change("retention_days", 30)
    clock.now_s += 8 * DAY_S
    assert erase.sweep(path, clock) == 25, "the sound, after seven days"
    clock.now_s += 10 * DAY_S
    store.add(replace(ROW, turn_id=1000, heard="young"))
    clock.now_s += 11 * DAY_S
    assert erase.sweep(path, clock) == 0
    clock.now_s += 2 * DAY_S
    assert erase.sweep(path, clock) == 50 + 25, "turns and errors"
    assert [turn.heard for turn in find_turns(path, Query())] == ["young"]
    assert found_bytes(tmp_path, HER_WORD) == []


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_jumps_costs_no_row_and_no_order(tmp_path: Path, years: int) -> None:
    clock = FakeClock()
    store = filled(tmp_path, clock)
    path = tmp_path / "t.sqlite3"
    for number, jump in enumerate((years, -years, years)):
        clock.now_s += jump * 365 * DAY_S
        assert erase.sweep(path, clock) == 0
        store.add(replace(ROW, boot_id=8, turn_id=number, started_unix_s=clock.now_s))
        assert erase.sweep(path, clock) == 0
    rows = [turn.row for turn in store.last(100)]
    assert len(rows) == 53
    assert rows == sorted(rows)
    clock.now_s += 91 * DAY_S  # and after all that, age still counts
    assert erase.sweep(path, clock) > 0
    assert store.last(100) == []


def test_a_store_of_the_first_version_is_carried_over(tmp_path: Path) -> None:
    from base_station.store import migrations

    path = tmp_path / "t.sqlite3"
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(migrations._FIRST + "PRAGMA user_version = 1;")
    for row in (3, 9):
        db.execute(
            "INSERT INTO turns VALUES (?, 'teddy', 1, ?, 5.0, 'why is it so', 'because', 'remote', 'done', "
            "'[\"idle\"]', '{\"total\": 1}', '{}', '{\"llm\": \"x\"}')",
            (row, row),
        )
    db.close()
    store = TranscriptStore(path)
    assert [(turn.row, turn.toy, turn.states, turn.engines) for turn in store.last()] == [
        (3, "teddy", ("idle",), {"llm": "x"}),
        (9, "teddy", ("idle",), {"llm": "x"}),
    ]
    assert [turn.row for turn in find_turns(path, Query(text="why"))] == [9, 3]
    assert store.add(ROW) > 9


def test_sound_opens_only_where_it_belongs(tmp_path: Path) -> None:
    seal = SoundSeal(tmp_path / "keys" / "sound.key")
    sound = np.arange(-500, 500, dtype=np.int16)
    sealed = seal.seal(sound, 5, "heard")
    assert np.array_equal(seal.open(sealed, 5, "heard"), sound)
    assert sound.tobytes()[:32] not in sealed
    for row, way in ((6, "heard"), (5, "said")):
        with pytest.raises(StoreError, match="does not open"):
            seal.open(sealed, row, way)
    assert (tmp_path / "keys" / "sound.key").stat().st_mode & 0o077 == 0
    (tmp_path / "keys" / "sound.key").chmod(0o644)
    with pytest.raises(StoreError, match="others can read"):
        seal.open(sealed, 5, "heard")

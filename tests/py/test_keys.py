"""The file of the pairings' keys: who can read it, and what damage and races do to it."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from base_station.errors import UsageError
from base_station.link.keys import KeyStore

KEY, OTHER_KEY = bytes(range(32)), bytes(32)


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


def test_several_toys_are_kept_renamed_and_forgotten(store: KeyStore) -> None:
    assert store.toys() == []
    store.add("Bruno", KEY, "serial:///dev/ttyACM0")
    store.add("Lotte", OTHER_KEY)
    again = KeyStore(store.folder)
    assert [toy.name for toy in again.toys()] == ["Bruno", "Lotte"]
    assert again.find("Bruno").key == KEY
    again.rename("Bruno", "Braun")
    assert store.find("Braun").key == KEY
    store.forget("Braun")
    assert [toy.name for toy in store.toys()] == ["Lotte"]
    assert KEY.hex() not in "".join(file.read_text() for file in store.folder.iterdir())


def test_only_the_user_can_read_it(store: KeyStore) -> None:
    old = os.umask(0)
    try:
        store.add("Bruno", KEY)
    finally:
        os.umask(old)
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700
    store.path.chmod(0o640)
    with pytest.raises(UsageError, match="others can read"):
        store.toys()


def test_a_key_is_not_shown(store: KeyStore) -> None:
    shown = repr(store.add("Bruno", KEY))
    assert "Bruno" in shown
    assert repr(KEY) not in shown
    assert KEY.hex() not in shown


def test_mistakes_end_in_one_line(store: KeyStore) -> None:
    store.add("Bruno", KEY)
    store.add("Lotte", KEY)
    for wrong in (
        lambda: store.add("Bruno", OTHER_KEY),
        lambda: store.add("", KEY),
        lambda: store.add("a\nb", KEY),
        lambda: store.add("ä" * 33, KEY),
        lambda: store.rename("Bruno", "Lotte"),
        lambda: store.rename("Nobody", "Somebody"),
        lambda: store.forget("Nobody"),
        lambda: store.find("Nobody"),
    ):
        with pytest.raises(UsageError):
            wrong()
    with pytest.raises(ValueError, match="32 bytes"):
        store.add("Max", KEY[:31])
    assert [toy.name for toy in store.toys()] == ["Bruno", "Lotte"]
    assert store.find("Bruno").key == KEY


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2, "toys": []}', '{"version": 1, "toys": [{"name": "B"}]}']
)
def test_a_damaged_file_is_named(store: KeyStore, text: str) -> None:
    store.add("Bruno", KEY)
    store.path.write_text(text)
    with pytest.raises(UsageError, match="damaged"):
        store.toys()


def test_a_short_key_is_damage(store: KeyStore) -> None:
    store.add("Bruno", KEY)
    content = json.loads(store.path.read_text())
    content["toys"][0]["key"] = "00"
    store.path.write_text(json.dumps(content))
    with pytest.raises(UsageError, match="damaged"):
        store.find("Bruno")


def test_a_write_that_fails_keeps_what_was_there(store: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add("Bruno", KEY)

    def refuse(handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="space"):
        store.add("Lotte", OTHER_KEY)
    assert [toy.name for toy in store.toys()] == ["Bruno"]
    assert {file.name for file in store.folder.iterdir()} == {"toys.json", "lock"}


def test_two_who_pair_at_once_lose_nothing(store: KeyStore) -> None:
    threads = [threading.Thread(target=store.add, args=(f"toy {number}", KEY)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.toys()) == 12

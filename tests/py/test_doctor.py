"""`plush doctor` finds what is broken on purpose, one thing at a time, and its status says so."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from base_station import doctor, doctor_computer
from base_station.doctor_finding import State
from base_station.link.keys import KeyStore
from base_station.link.serial import BOARD_MAKER_VID, Port
from base_station.store import TranscriptStore

PLUSH = str(Path(sys.executable).with_name("plush"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path))
    return tmp_path


def wrong() -> dict[str, str]:
    return {
        found.name: f"{found.text} -> {found.mend}"
        for found in doctor.examine(quick=True)
        if found.state == State.WRONG
    }


def store_of_a_newer_version(home: Path) -> None:
    TranscriptStore(home / "transcripts.sqlite3").close()
    with sqlite3.connect(home / "transcripts.sqlite3") as db:
        db.execute("PRAGMA user_version = 99")


def damaged_store(home: Path) -> None:
    (home / "transcripts.sqlite3").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    (home / "transcripts.sqlite3").chmod(0o600)


def open_store(home: Path) -> None:
    TranscriptStore(home / "transcripts.sqlite3").close()
    (home / "transcripts.sqlite3").chmod(0o644)


def open_keys(home: Path) -> None:
    KeyStore().add("Teddy", bytes(32), "/dev/ttyACM0")
    KeyStore().path.chmod(0o644)


def damaged_keys(home: Path) -> None:
    KeyStore().add("Teddy", bytes(32))
    KeyStore().path.write_text("{")


def damaged_child(home: Path) -> None:
    (home / "children").mkdir()
    (home / "children" / "anna.json").write_text("{")


def wrong_plan(home: Path) -> None:
    (home / "serve.toml").write_text('lniks = ["/dev/ttyACM0"]')


def half_a_model(home: Path) -> None:
    (home / "models" / "tinyllama").mkdir(parents=True)
    (home / "models" / "tinyllama" / "tinyllama.gguf.part").write_bytes(b"GGUF")


FAULTS: list[tuple[Callable[[Path], None], str, str]] = [
    (store_of_a_newer_version, "store", "newer version of this program (99"),
    (damaged_store, "store", "mv "),
    (open_store, "store", "chmod 600"),
    (open_keys, "keys", "chmod 600"),
    (damaged_keys, "keys", "is damaged"),
    (damaged_child, "settings", "anna.json is damaged"),
    (wrong_plan, "settings", "lniks"),
    (half_a_model, "models", "plush models pull tinyllama"),
]


@pytest.mark.parametrize(("breaks", "name", "says"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_each_fault_is_found_and_nothing_else(home: Path, breaks: Callable[[Path], None], name: str, says: str) -> None:
    assert wrong() == {}
    breaks(home)
    found = wrong()
    assert list(found) == [name]
    assert says in found[name]


def test_what_the_computer_lacks(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = Port(str(home / "ttyACM0"), "a board", BOARD_MAKER_VID, is_plush=True)
    monkeypatch.setattr(doctor_computer, "serial_ports", lambda: [port])
    monkeypatch.setattr(doctor_computer.time, "time", lambda: 1e9)
    monkeypatch.setattr(doctor_computer.sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(doctor_computer, "_NEEDED", ("numpy", "no-such-package"))
    found = wrong()
    assert set(found) == {"Python", "packages", "clock", "cable"}
    assert "no-such-package" in found["packages"]
    assert "udev" in found["cable"]


def test_a_taken_port_is_a_note(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr("base_station.doctor_home.DEFAULT_PORT", taken.getsockname()[1])
        (note,) = [found for found in doctor.examine(quick=True) if found.name == "console"]
    assert note.state == State.NOTE
    assert "--port 0" in note.mend


def test_the_command_and_the_daemon_say_what_is_wrong(home: Path) -> None:
    store_of_a_newer_version(home)
    done = subprocess.run([PLUSH, "doctor", "--quick", "--json"], capture_output=True, text=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, report["wrong"]) == (1, 1)
    assert {"name", "state", "text", "mend"} == set(report["checks"][0])
    done = subprocess.run([PLUSH, "transcripts", "list"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "the daemon did not start: the transcripts" in done.stderr
    assert "newer version of this program" in done.stderr


def test_a_check_that_fails_is_a_finding(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check_nonsense() -> Any:
        raise ZeroDivisionError("oh")
        yield

    monkeypatch.setattr(doctor_computer, "CHECKS", (check_nonsense,))
    assert wrong() == {"nonsense": "ZeroDivisionError: oh -> this is a fault of ours: please report it"}

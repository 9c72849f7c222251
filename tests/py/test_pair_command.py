"""`plush pair` and `plush toys` as a person types them, with a virtual plush on a pseudo terminal, in real time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

PLUSH = str(Path(sys.executable).with_name("plush"))
TOY = Path(__file__).resolve().parents[2] / "build" / "host" / "plush_toy"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[dict[str, str]]:
    environment = {**os.environ, "PLUSH_HOME": str(tmp_path)}
    yield environment
    subprocess.run([PLUSH, "daemon", "stop"], env=environment, capture_output=True, timeout=30, check=False)


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[str]:
    """A plush that lives in real time in a quiet room; the path of its pseudo terminal."""
    soundfile.write(tmp_path / "quiet.wav", np.random.default_rng(1).integers(-9, 10, 960_000).astype(np.int16), 16_000)
    command = [str(TOY), "--link", "pty", "--realtime", "--store", str(tmp_path), "--speaker", str(tmp_path / "o.wav")]
    with subprocess.Popen(
        [*command, "--mic", str(tmp_path / "quiet.wav")], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        found = re.fullmatch(r"link pty (\S+)\n", process.stderr.readline())
        assert found is not None
        yield found[1]
        process.kill()


def plush(home: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PLUSH, *arguments], env=home, capture_output=True, text=True, timeout=60, check=False)


def test_pair_list_rename_forget(home: dict[str, str], toy: str) -> None:
    done = plush(home, "pair", "--serial", toy, "--name", "Bruno")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Paired with Bruno.")
    (row,) = [json.loads(line) for line in plush(home, "toys", "list", "--json").stdout.splitlines()]
    assert (row["name"], row["url"]) == ("Bruno", toy)
    keys = Path(home["PLUSH_HOME"]) / "keys" / "toys.json"
    assert keys.stat().st_mode & 0o777 == 0o600
    refused = plush(home, "pair", "--serial", toy)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "another household" in refused.stderr
    assert plush(home, "parents", "set", "Anna", "--toy", "Bruno").returncode == 0
    assert plush(home, "toys", "rename", "Bruno", "Bär").returncode == 0
    assert plush(home, "toys").stdout.startswith("Bär ")
    (anna,) = json.loads(plush(home, "parents", "list", "--json").stdout)
    assert anna["toy"] == "Bär"
    refused = plush(home, "toys", "rename", "Bruno", "Bertha")
    assert (refused.returncode, refused.stderr) == (2, "plush: no toy called 'Bruno' is paired\n")
    done = plush(home, "toys", "forget", "Bär")
    assert done.returncode == 0, done.stderr
    assert "here and on the toy" in done.stdout
    assert plush(home, "toys", "list", "--json").stdout == ""
    assert plush(home, "pair", "--serial", toy).returncode == 0  # the toy has forgotten, too


def test_a_toy_out_of_reach_is_not_half_forgotten_by_accident(home: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    toys = [{"name": "Bruno", "key": "11" * 32, "paired_unix_s": 0, "url": "/dev/no-such-port"}]
    (folder / "toys.json").touch(mode=0o600)
    (folder / "toys.json").write_text(json.dumps({"version": 1, "toys": toys}))
    refused = plush(home, "toys", "forget", "Bruno")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "not in reach" in refused.stderr
    assert plush(home, "toys", "forget", "Bruno", "--here-only").returncode == 0
    assert "No toy is paired" in plush(home, "toys").stdout


def test_mistakes_are_one_line(home: dict[str, str]) -> None:
    for arguments in (
        ("pair", "--serial", "/dev/no-such-port"),
        ("talk", "--serial", "/dev/null"),
    ):
        refused = plush(home, *arguments)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr

"""The command line as a user meets it: wrong input is one clear line and exit code 2, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

PLUSH = str(Path(sys.executable).with_name("plush"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An own home, and with it an own daemon, that is stopped at the end."""
    folder = tmp_path_factory.mktemp("h")
    environment = {**os.environ, "PLUSH_HOME": str(folder)}
    yield environment
    subprocess.run([PLUSH, "daemon", "stop"], env=environment, capture_output=True, timeout=30, check=False)


def plush(home: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PLUSH, *arguments], env=home, capture_output=True, text=True, timeout=120, check=False)


def _cut_gguf(folder: Path) -> Path:
    whole = Path(__file__).resolve().parents[2] / "base_station" / "data" / "llama" / "plush-chat.gguf"
    cut = folder / "cut.gguf"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return cut


def _not_audio(folder: Path) -> Path:
    path = folder / "letter.wav"
    path.write_text("Dear plush, this is no sound.")
    return path


def _tone(folder: Path) -> Path:
    path = folder / "tone.wav"
    soundfile.write(path, np.zeros(1600, dtype=np.int16), 16_000)
    return path


WRONG = {
    "no such file": lambda f: ["talk", "--wav", str(f / "nobody.wav"), "--json"],
    "not audio": lambda f: ["talk", "--wav", str(_not_audio(f)), "--json"],
    "a folder": lambda f: ["talk", "--wav", str(f), "--json"],
    "unknown recogniser": lambda f: ["talk", "--say", "hello", "--asr", "ears"],
    "unknown voice": lambda f: ["talk", "--say", "hello", "--tts", "mouth"],
    "unknown model": lambda f: ["talk", "--say", "hello", "--llm", "brain"],
    "a GGUF cut short": lambda f: ["talk", "--say", "hello", "--llm", str(_cut_gguf(f))],
    "not a GGUF": lambda f: ["talk", "--say", "hello", "--llm", str(_not_audio(f).rename(f / "letter.gguf"))],
    "no such GGUF": lambda f: ["talk", "--say", "hello", "--llm", str(f / "none.gguf")],
    "a serial device that is not there": lambda f: ["talk", "--serial", "/dev/ttyNOBODY"],
    "no server": lambda f: ["talk", "--say", "hello", "--llm-url", "http://127.0.0.1:9/v1"],
    "an unknown port": lambda f: ["talk", "--wav", str(_tone(f)), "--port", "toaster"],
    "an output folder that is not there": lambda f: ["talk", "--wav", str(_tone(f)), "--out", str(f / "no" / "o.wav")],
    "an unknown command": lambda f: ["dance"],
    "an unknown option": lambda f: ["talk", "--louder"],
    "a turn that is not there": lambda f: ["transcripts", "show", "4711"],
    "an unknown download": lambda f: ["models", "pull", "nothing"],
    "no checkpoint": lambda f: ["models", "convert", str(f / "none.bin"), "--tokenizer", str(_tone(f)), "--out", "x"],
    "no checkpoint's bytes": lambda f: ["models", "convert", str(_tone(f)), "--tokenizer", str(_tone(f)), "--out", "x"],
    "no toy's model": lambda f: ["llm", "run", "--model", str(_not_audio(f)), "--prompt", "Once"],
    "an unknown port of the model": lambda f: ["llm", "run", "--model", str(_not_audio(f)), "--port", "toaster"],
    "no model to measure": lambda f: ["llm", "bench", "--model", str(_not_audio(f))],
    "no model to report on": lambda f: ["models", "report", str(_not_audio(f))],
    "no table": lambda f: ["asr", "eval", str(f / "none.tsv")],
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_line(case: str, home: dict[str, str], tmp_path: Path) -> None:
    done = plush(home, *WRONG[case](tmp_path))
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("plush: ")
    assert len(lines[0]) > 20


def test_help_names_every_command(home: dict[str, str]) -> None:
    done = plush(home, "--help")
    assert done.returncode == 0
    for command in ("talk", "transcripts", "models", "asr", "daemon"):
        assert command in done.stdout

"""`plush talk --offline`: the toy answers a spoken command by itself, on the host and on ARM code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from models.voice.espeak import Espeak, VoiceSettings
from models.voice.sound import resample

ROOT = Path(__file__).resolve().parents[2]


def _spoken(word: str, file: Path) -> Path:
    voice = Espeak(VoiceSettings(name="en-us+f2", pitch=60, range=50, words_per_minute=140))
    sound = resample(voice.speak(word + "."), voice.rate_hz)
    quiet = np.zeros(16000, np.float32)
    sound = np.concatenate([quiet, sound * 0.5 / np.abs(sound).max(), quiet])
    sound = sound + np.random.default_rng(1).normal(0, 0.0005, len(sound)).astype(np.float32)
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        out.writeframes((sound * 32767).astype("<i2").tobytes())
    return file


def _talk(tmp_path: Path, *arguments: str) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-c", "from base_station.cli import main; main()", "talk", "--offline", "--json", *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PLUSH_HOME": str(tmp_path / "home")},
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("port", ["host", "qemu"])
def test_a_joke_without_any_base(tmp_path: Path, port: str) -> None:
    reply = tmp_path / "reply.wav"
    question = _spoken("joke", tmp_path / "joke.wav")
    (turn,) = _talk(tmp_path, "--wav", str(question), "--out", str(reply), "--port", port)
    assert turn["brain"] == "local"
    assert turn["heard"] == "joke"
    assert "?" in str(turn["said"])  # every joke begins with a question
    with wave.open(str(reply), "rb") as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
    assert np.abs(samples.astype(int)).max() > 3000
    assert (np.abs(samples.astype(int)) > 500).sum() > 16000  # a second of speech and more

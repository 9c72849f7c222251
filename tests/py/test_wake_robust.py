"""Sound that is nobody's voice: never a wake, never a command, never a crash."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from models.wake import evaluate, toolrun
from models.wake.paths import tool

Pcm = NDArray[np.int16]
RATE_HZ = 16000


@pytest.fixture(autouse=True, scope="module")
def _built() -> None:
    try:
        tool()
    except FileNotFoundError as absent:
        pytest.skip(str(absent))


def _tone(hz: float, count: int, size: float) -> Pcm:
    return np.clip(np.sin(2 * np.pi * hz * np.arange(count) / RATE_HZ) * size, -32768, 32767).astype(np.int16)


def nobodys_voice(seconds: int) -> dict[str, Pcm]:
    rng = np.random.default_rng(2)
    count = seconds * RATE_HZ
    return {
        "silence": np.zeros(count, np.int16),
        "quiet microphone": rng.normal(0, 6, count).astype(np.int16),
        "tone 440": _tone(440, count, 12000),
        "tone 3 kHz at full scale": _tone(3000, count, 32767),
        "clipped tone": _tone(200, count, 400000),
        "white noise at full scale": rng.integers(-32768, 32768, count).astype(np.int16),
        "clipped noise": np.clip(rng.normal(0, 120000, count), -32768, 32767).astype(np.int16),
        "offset": np.full(count, 20000, np.int16),
        "offset with noise": (12000 + rng.normal(0, 50, count)).astype(np.int16),
        "offset that jumps": np.repeat(np.array([0, 30000, -30000, 32767], np.int16), count // 4),
    }


@pytest.mark.parametrize("vad", [True, False])
def test_nothing_fires_in_a_minute(vad: bool) -> None:
    sounds = nobodys_voice(60)
    for name, heard in zip(sounds, toolrun.events(sounds.values(), hear=3, vad=vad), strict=True):
        assert (name, heard.wakes, heard.commands) == (name, [], [])


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_nothing_fires_in_an_hour() -> None:
    for name, pcm in nobodys_voice(3600).items():
        (heard,) = toolrun.events([pcm], hear=3, vad=False)
        assert (name, heard.wakes, heard.commands) == (name, [], [])


def test_stop_while_speaking_does_not_fire_either() -> None:
    sounds = nobodys_voice(30)
    for name, heard in zip(sounds, toolrun.events(sounds.values(), hear=5, vad=False), strict=True):
        assert (name, heard.wakes, heard.commands) == (name, [], [])


@pytest.mark.parametrize("samples", [0, 1, 159, 160, 319, 320, 321, 16000])
def test_files_of_any_length_have_an_answer(tmp_path: Path, samples: int) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, np.zeros(samples, np.int16), RATE_HZ, subtype="PCM_16")
    (found,) = evaluate.scores([path])
    assert found["fired"] == []
    assert found["seconds"] == round(samples / RATE_HZ, 2)
    assert set(found["best"]) >= {"hey teddy", "stop", "good night"}


def test_other_rates_and_stereo_are_read(tmp_path: Path) -> None:
    path = tmp_path / "stereo.flac"
    soundfile.write(path, np.zeros((44100, 2)), 44100)
    (found,) = evaluate.scores([path])
    assert found["seconds"] == pytest.approx(1.0, abs=0.01)

"""The voices of training: other throats from few, and English from the sounds that a voice of another country has."""

from __future__ import annotations

import itertools
import random
import struct
from pathlib import Path

import numpy as np
import pytest

from models.wake import mbrola, sounds

TEDDY = (("h", 80.0), ("EI", 60.0), ("t", 90.0), ("E", 70.0), ("d", 50.0), ("i", 80.0))


def _voice_file(folder: Path, name: str, joints: list[tuple[str, str]], also: list[tuple[str, str]]) -> None:
    """A voice as MBROLA lays it down: joints, the last one of silence, then pairs that stand for others."""
    head = b"MBROLA2.060" + struct.pack("<HHiiHBB", len(joints) + len(also), 0, 0, 0, 16000, 100, 1)
    body = b"".join(f"{a}\0{b}\0".encode() + b"\1\2\3\4" for a, b in joints)
    body += b"".join(f"{a}\0{b}\0".encode() + f"{joints[0][0]}\0{joints[0][1]}\0".encode() for a, b in also)
    (folder / name).mkdir()
    (folder / name / name).write_bytes(head + body + bytes(range(255)))


def test_a_voice_says_the_phrase_with_the_sounds_that_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbrola, "FOLDER", tmp_path)
    names = ["_", "h", "e", "j", "t", "e", "d", "i", "_"]
    joints = [*itertools.pairwise(names[:6]), ("_", "_")]
    _voice_file(tmp_path, "made1", joints, also=[("e", "d"), ("d", "i"), ("i", "_")])
    said = mbrola.in_voice(TEDDY, "made1", random.Random(1))
    assert [name for name, _ in said] == names
    assert sum(length for _, length in said) == pytest.approx(430 + 60)  # and a little silence around it


def test_a_voice_without_the_sounds_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbrola, "FOLDER", tmp_path)
    _voice_file(tmp_path, "made2", [("_", "e"), ("e", "t"), ("t", "i"), ("i", "_"), ("_", "_")], also=[])
    with pytest.raises(ValueError, match="made2 has nothing like h"):
        mbrola.in_voice(TEDDY, "made2", random.Random(1))
    with pytest.raises(ValueError, match="made2 cannot join E t E"):
        mbrola.in_voice((("E", 70.0), ("t", 50.0), ("E", 70.0)), "made2", random.Random(1))


def _pitch_hz(sound: sounds.Sound) -> float:
    alike = np.correlate(sound, sound, "full")[len(sound) - 1 :]
    return 16000 / (40 + int(np.argmax(alike[40:200])))


def _buzz(count: int) -> sounds.Sound:
    """A vowel at 125 Hz: pulses through two resonances."""
    pulses = np.zeros(count)
    pulses[::128] = 10000.0
    t = np.arange(400)
    ring = np.exp(-t / 60) * (np.sin(2 * np.pi * 700 * t / 16000) + 0.5 * np.sin(2 * np.pi * 1800 * t / 16000))
    return np.convolve(pulses, ring)[:count]


def test_tempo_throat_and_breath_each_leave_the_rest_alone() -> None:
    rng, voice = np.random.default_rng(1), _buzz(16000)
    uneven = sounds.stretched(voice, 1.25, 0.3, rng)
    assert len(uneven) == pytest.approx(len(voice) / 1.25, rel=0.05)
    assert _pitch_hz(uneven) == pytest.approx(125, rel=0.02)
    for changed in (
        sounds.throat(voice, 1.2),
        sounds.throat(voice, 1.0, 0.6),
        sounds.throat(voice, 1.0, 1.0, 0.3, rng),
    ):
        assert len(changed) == len(voice)
        assert _pitch_hz(changed) == pytest.approx(125, rel=0.02)
        assert 0.4 < sounds.level(changed) / sounds.level(voice) < 2.5


def test_breath_fills_the_gaps_between_the_harmonics() -> None:
    rng, voice = np.random.default_rng(2), _buzz(16000)

    def between(sound: sounds.Sound) -> float:
        power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2  # a bin is 1 Hz
        return float(power[[125 * k + 62 for k in range(16, 40)]].sum() / power[2000:5000].sum())

    assert between(sounds.throat(voice, 1.0, 1.0, 0.8, rng)) > 20 * between(sounds.throat(voice, 1.0))


def test_the_melody_wanders_and_the_words_stay() -> None:
    voice = _buzz(16000)
    other = sounds.wavering(voice, 0.08, np.random.default_rng(3))
    assert len(other) == pytest.approx(len(voice), rel=0.2)
    pieces = [_pitch_hz(other[at : at + 1600]) for at in range(0, len(other) - 1600, 1600)]
    assert max(pieces) / min(pieces) > 1.03

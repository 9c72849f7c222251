"""Sound files: every form that people have becomes 16 kHz mono; everything else is one clear line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from base_station import audio
from base_station.errors import UsageError

TONE_HZ = 440.0


def tone(rate_hz: int, seconds: float = 1.0, amplitude: float = 0.5) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * TONE_HZ * np.arange(int(rate_hz * seconds)) / rate_hz)).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("form", [("wav", "PCM_16"), ("flac", "PCM_16"), ("ogg", "VORBIS")])
def test_rates_and_formats(tmp_path: Path, rate_hz: int, form: tuple[str, str]) -> None:
    if form[0] == "ogg" and rate_hz == 96_000:
        pytest.skip("vorbis has no such rate here")
    path = tmp_path / f"tone.{form[0]}"
    soundfile.write(path, tone(rate_hz), rate_hz, subtype=form[1])
    pcm = audio.load(path)
    assert pcm.dtype == np.int16
    assert abs(len(pcm) - 16_000) <= 200
    spectrum = np.abs(np.fft.rfft(pcm[4000:12_000].astype(float)))
    assert abs(np.argmax(spectrum) * 2.0 - TONE_HZ) <= 2.0
    assert 15_000 < np.abs(pcm[4000:12_000]).max() < 17_500


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW"])
def test_sample_formats(tmp_path: Path, subtype: str) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(16_000), 16_000, subtype=subtype)
    assert np.abs(audio.load(path).astype(float) - audio.to_int16(tone(16_000))).max() < 700


def test_stereo_is_mixed_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([tone(16_000), np.zeros(16_000, np.float32)], axis=1), 16_000)
    assert abs(int(np.abs(audio.load(path)).max()) - 8192) < 10


def test_too_loud_is_clipped_not_wrapped(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    soundfile.write(path, tone(16_000, amplitude=3.0), 16_000, subtype="FLOAT")
    pcm = audio.load(path)
    assert pcm.max() == 32767
    assert pcm.min() == -32768


def test_wrong_input_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("this is no sound", encoding="utf-8")
    (tmp_path / "empty.wav").write_bytes(b"")
    soundfile.write(tmp_path / "silent.wav", np.zeros(0, np.float32), 16_000)
    soundfile.write(tmp_path / "slow.wav", tone(4_000), 4_000)
    soundfile.write(tmp_path / "cut.flac", tone(16_000), 16_000)
    (tmp_path / "cut.flac").write_bytes((tmp_path / "cut.flac").read_bytes()[:30])
    for name, says in {
        "absent.wav": "no such file",
        "text.wav": "not a sound file",
        "empty.wav": "not a sound file",
        "cut.flac": "not a sound file",
        "silent.wav": "holds no sound",
        "slow.wav": "4000 samples a second",
        ".": "is a folder",
    }.items():
        with pytest.raises(UsageError, match=says) as caught:
            audio.load(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_saved_sound_comes_back_bit_exact(tmp_path: Path) -> None:
    pcm = np.random.default_rng(1).integers(-32768, 32768, 5000).astype(np.int16)
    audio.save(tmp_path / "a.wav", pcm)
    assert np.array_equal(audio.load(tmp_path / "a.wav"), pcm)
    with pytest.raises(UsageError, match="cannot write"):
        audio.save(tmp_path / "no" / "such" / "folder.wav", pcm)


@pytest.mark.parametrize("noise", [0.0, 3.0, 60.0])
@pytest.mark.parametrize("level", [600.0, 6000.0])
def test_end_of_speech_is_found_within_20_ms(noise: float, level: float) -> None:
    rng = np.random.default_rng(2)
    syllable = np.hanning(3200) * np.sin(2 * np.pi * 180 * np.arange(3200) / 16_000) * level
    pcm = rng.normal(scale=noise, size=32_000) if noise else np.zeros(32_000)
    for start in (3200, 7200, 14_400):
        pcm[start : start + 3200] += syllable
    pcm[28_000] += 9000  # a click is not speech
    end = audio.last_voiced_sample(pcm.astype(np.int16))
    assert 17_600 - 640 <= end <= 17_600 + 160


def test_without_speech_there_is_no_end() -> None:
    assert audio.last_voiced_sample(np.zeros(16_000, np.int16)) == 0
    assert audio.last_voiced_sample(np.zeros(5, np.int16)) == 0

"""The 48 -> 16 kHz filter of toy_mcu/audio/decimate.c: its response, and the samples that the C tests compare with."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import numpy as np
import pytest

from tests.py.pio_bench import decimator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def taps() -> np.ndarray:
    """The taps that are compiled in, not a fresh design."""
    text = decimator.HEADER.read_text(encoding="utf-8").partition("= {")[2]
    half = np.array([int(v) for v in re.findall(r"-?\d+", text)])
    assert len(half) == decimator.TAPS // 2
    return np.concatenate([half, half[::-1]])


def response_db(taps: np.ndarray, frequency_hz: np.ndarray) -> np.ndarray:
    turns = np.exp(-2j * np.pi * np.outer(frequency_hz / decimator.RATE_HZ, np.arange(len(taps))))
    return 20 * np.log10(np.abs(turns @ taps) / 32768 + 1e-12)


def test_passband(taps: np.ndarray) -> None:
    """0 to 7 kHz within 0.1 dB."""
    level = response_db(taps, np.linspace(0, decimator.PASS_HZ, 5001))
    assert np.abs(level).max() <= decimator.PASS_RIPPLE_DB


def test_stopband(taps: np.ndarray) -> None:
    """9 kHz and above: 70 dB down."""
    level = response_db(taps, np.linspace(decimator.STOP_HZ, 24000, 10001))
    assert level.max() <= -decimator.STOP_DB


def test_accumulator_cannot_overflow(taps: np.ndarray) -> None:
    assert np.abs(taps).sum() * 32768 + (1 << 14) < 1 << 31


def test_tones_through_the_integer_filter(taps: np.ndarray) -> None:
    """A tone of 1 kHz passes with its level; one of 15 kHz does not come back as 1 kHz."""
    time_s = np.arange(48000) / 48000
    for hz, floor_db, ceiling_db in ((1000, -0.1, 0.1), (15000, -120, -70)):
        tone = np.round(20000 * np.sin(2 * np.pi * hz * time_s)).astype(np.int16)
        out = decimator.decimate(tone, taps)[100:].astype(float)
        level_db = 20 * np.log10(np.sqrt(2 * np.mean(out**2)) / 20000 + 1e-12)
        assert floor_db <= level_db <= ceiling_db, hz


def test_c_tests_compare_with_this_reference(taps: np.ndarray) -> None:
    """tests/c/test_decimate.c holds the CRC of what the reference makes of its noise."""
    state, noise = 1, []
    for _ in range(5 * 960):
        state = (state * 1664525 + 1013904223) & 0xFFFF_FFFF
        noise.append((state >> 16) - (65536 if state >> 31 else 0))
    crc = zlib.crc32(decimator.decimate(np.array(noise, np.int16), taps).astype("<i2").tobytes())
    text = (ROOT / "tests" / "c" / "test_decimate.c").read_text(encoding="utf-8")
    assert f"REFERENCE_CRC 0x{crc:08x}u" in text

"""Writes toy_mcu/wake/tables.c: the constants of the feature front end, which the reference imports from here.

In      nothing
Out     NumPy tables; `python -m models.wake.tables` rewrites the C file
Source  PCEN (Wang 2017) with s = 1/40, alpha = 1, delta = 0.5, r = 0.25; mel scale 2595 log10(1 + f / 700)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.wake.paths import CHECKOUT

Table = NDArray[np.int64]

BANDS, WINDOW, HOP, FFT, RATE_HZ = 40, 480, 160, 512, 16000
FIRST_BIN, LAST_BIN = 3, 243
BELOW, STEPS, SHAPES = 128, 384, 216
SMOOTH, DELTA, POWER, SCALE = 1 / 40, 0.5, 0.25, 150.0


def cosine_q31() -> Table:
    return np.round(np.cos(2 * np.pi * np.arange(FFT) / FFT) * (1 << 31)).clip(-(2**31) + 1, 2**31 - 1).astype(np.int64)


def window_q31() -> Table:
    at = np.arange(WINDOW) + 0.5
    return np.round((0.5 - 0.5 * np.cos(2 * np.pi * at / WINDOW)) * (2**31 - 1)).astype(np.int64)


def mel_segments() -> tuple[Table, Table]:
    """Bins in each of the 41 stretches between centres, and each bin's share of the band that rises there, Q14."""

    def mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
        return np.asarray(2595 * np.log10(1 + np.asarray(hz) / 700))

    hz = np.arange(FIRST_BIN, LAST_BIN + 1) * RATE_HZ / FFT
    edges = np.linspace(float(mel(80.0)), float(mel(7620.0)), BANDS + 2)
    segment = np.searchsorted(edges, mel(hz), side="right") - 1
    share = (mel(hz) - edges[segment]) / (edges[1] - edges[0])
    counts = np.bincount(segment, minlength=BANDS + 1)
    assert len(counts) == BANDS + 1
    return counts.astype(np.int64), np.round(share * 16384).astype(np.int64)


def log2_q8() -> Table:
    return np.minimum(np.round(np.log2(1 + (np.arange(256) + 0.5) / 256) * 256), 255).astype(np.int64)


def pcen_step_q12() -> Table:
    octaves = (np.arange(STEPS) - BELOW + 0.5) / 16
    return np.round(np.log2(1 - SMOOTH + SMOOTH * 2**octaves) * 4096).astype(np.int64)


def pcen_shape() -> Table:
    octaves = (np.arange(SHAPES) - BELOW + 0.5) / 16
    return np.clip(np.round(SCALE * ((2**octaves + DELTA) ** POWER - DELTA**POWER)), 0, 255).astype(np.int64)


def exp2_q16() -> Table:
    """2^-(i / 256)."""
    return np.round(2.0 ** (-np.arange(256) / 256) * 65536).astype(np.int64)


def fft_place() -> Table:
    """Base-4 digits of 0..255, reversed."""
    n = np.arange(256)
    return ((n & 3) << 6) | ((n & 12) << 2) | ((n & 48) >> 2) | (n >> 6)


def _c_table(kind: str, name: str, size: str, values: Table) -> str:
    lines, line = [], "   "
    for value in values.tolist():
        if len(line) + len(f" {value},") > 108:
            lines.append(line)
            line = "   "
        line += f" {value},"
    return f"const {kind} {name}[{size}] = {{\n" + "\n".join([*lines, line]) + "\n};\n"


def c_source() -> str:
    counts, rise = mel_segments()
    parts = [
        "/* Written by models/wake/tables.py; do not edit. */\n#include \"wake/tables.h\"\n\n#include \"wake/fft.h\"\n",
        _c_table("int32_t", "toy_cosine_q31", "512", cosine_q31()),
        _c_table("uint8_t", "toy_fft_place", "TOY_FFT_PAIRS", fft_place()),
        _c_table("int32_t", "toy_window_q31", "480", window_q31()),
        _c_table("uint8_t", "toy_mel_segment_bins", "41", counts),
        _c_table("uint16_t", "toy_mel_rise_q14", "TOY_MEL_LAST_BIN - TOY_MEL_FIRST_BIN + 1", rise),
        _c_table("uint8_t", "toy_log2_q8", "256", log2_q8()),
        _c_table("int32_t", "toy_pcen_step_q12", "TOY_PCEN_STEPS", pcen_step_q12()),
        _c_table("uint8_t", "toy_pcen_shape", "TOY_PCEN_SHAPES", pcen_shape()),
        _c_table("uint32_t", "toy_exp2_q16", "256", exp2_q16()),
    ]  # fmt: skip
    return "\n".join(parts)


if __name__ == "__main__":
    (CHECKOUT / "toy_mcu" / "wake" / "tables.c").write_text(c_source(), encoding="utf-8")

"""The 48 -> 16 kHz low-pass: design and integer reference; run as a script it writes toy_mcu/audio/decimate_taps.h.

Out:    taps(): int16[84], Q15, symmetric; decimate(): what toy_mcu/audio/decimate.c must give, bit for bit
Source: Lawson, "Contributions to the theory of linear least maximum approximation" (1961): repeated least squares whose
        weights grow where the error is largest end at the equiripple filter
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

TAPS = 84
RATE_HZ, RATIO = 48000, 3
PASS_HZ, STOP_HZ = 7000, 9000  # 9 kHz folds back to 7 kHz
PASS_RIPPLE_DB, STOP_DB = 0.1, 70.0
HEADER = Path(__file__).resolve().parents[3] / "toy_mcu" / "audio" / "decimate_taps.h"


def design() -> np.ndarray:
    """float64[TAPS], gain 1 at 0 Hz."""
    grid = np.concatenate([np.linspace(0, PASS_HZ, 600), np.linspace(STOP_HZ, RATE_HZ / 2, 1200)])
    wanted = (grid <= PASS_HZ).astype(float)
    # Errors of both bands in units of what is allowed there.
    allowed = np.where(wanted > 0, 10 ** (0.5 * PASS_RIPPLE_DB / 20) - 1, 10 ** (-STOP_DB / 20))
    distance = np.arange(TAPS // 2) + 0.5  # from the middle; each tap stands for two
    basis = 2 * np.cos(2 * np.pi * np.outer(grid / RATE_HZ, distance))
    weight = np.ones_like(grid)
    for _ in range(1000):
        weighted = basis * (weight / allowed**2)[:, None]
        half = np.linalg.solve(basis.T @ weighted, weighted.T @ wanted)
        error = np.abs(basis @ half - wanted) / allowed
        weight *= error / error.max() + 1e-3
        weight /= weight.mean()
    return np.concatenate([half[::-1], half]) / (2 * half.sum())


def taps() -> np.ndarray:
    """int16[TAPS], Q15."""
    return np.round(design() * 32768).astype(np.int16)


def decimate(samples: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """int16[3 n] -> int16[n]: zeros before the first sample, rounded to nearest, saturated."""
    line = np.concatenate([np.zeros(TAPS - RATIO, np.int64), samples.astype(np.int64)])
    windows = np.lib.stride_tricks.sliding_window_view(line, TAPS)[::RATIO]
    total = windows @ coefficients.astype(np.int64)
    return np.clip((total + (1 << 14)) >> 15, -32768, 32767).astype(np.int16)


def header(values: np.ndarray) -> str:
    half = [int(v) for v in values[: TAPS // 2]]
    rows = [", ".join(f"{v:6d}" for v in half[i : i + 7]) for i in range(0, len(half), 7)]
    return (
        "/* decimate_taps.h - written by tests/py/pio_bench/decimator.py: first half of a symmetric low-pass, Q15. */\n"
        "#ifndef TOY_AUDIO_DECIMATE_TAPS_H\n#define TOY_AUDIO_DECIMATE_TAPS_H\n\n#include <stdint.h>\n\n"
        f"#define TOY_DECIMATE_TAPS {TAPS}\n\n"
        "static const int16_t toy_decimate_half[TOY_DECIMATE_TAPS / 2] = {\n    "
        + ",\n    ".join(rows)
        + ",\n};\n\n#endif\n"
    )


if __name__ == "__main__":
    HEADER.write_text(header(taps()), encoding="utf-8")
    print(f"wrote {HEADER.name}")

"""Weights to chained integers: the number system of the toy's kernels.

A 16-bit half of a weight word serves as the weight itself: its top byte (or nibble) is the code of one column and the
bits below belong to the columns before it. Those bits are known when a code is chosen, so they are subtracted first,
and a multiply of the raw half costs no unpacking and no accuracy. In a word of four bytes, or eight nibbles,

    effective[k] = code[k] * 2^(16 - bits) + (effective[k - 1] mod 2^16) / 2^bits,   effective[-1] = 0

In      weights (rows, columns) float, second moments of the inputs (columns, columns), bits 8 or 4
Out     Tensor: effective int16 weights and a 15-bit multiplier a row
Source  error feedback over columns: Frantar et al., GPTQ (2022); the chain is this project's
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
MULTIPLIER_MAX = 32_767
DAMPING = 0.01
SHRINKS = {8: (1.0,), 4: (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64)}


@dataclass(frozen=True)
class Tensor:
    """A matrix ready for the kernel: y = ((x . effective) * multiplier >> 16) * f >> 32, in 2^-shift of its unit."""

    bits: int
    effective: Ints  # (rows, columns), int16 range, columns padded to whole words, rows to fours
    multiplier: Ints  # (rows,), 0..32767
    shift: int


def columns_a_word(bits: int) -> int:
    return 32 // bits


def padded(weights: Doubles, bits: int) -> Doubles:
    """Zero rows up to a multiple of four and zero columns up to whole words."""
    rows, columns = weights.shape
    word = columns_a_word(bits)
    return np.pad(weights, ((0, -rows % 4), (0, -columns % word)))


def _largest_steps(weights: Doubles, bits: int) -> Doubles:
    """The size of one code that just reaches each row's largest weight."""
    steps: Doubles = np.maximum(np.abs(weights).max(axis=1), 1e-12) / (2 ** (bits - 1) - 0.5)
    return steps


def chain(weights: Doubles, step: Doubles, moments: Doubles, bits: int) -> Ints:
    """Effective weights, in 2^(bits - 16) of step, column after column, each passing its error on to the rest."""
    rows, columns = weights.shape
    low, high, base = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1, 2 ** (16 - bits)
    damped = moments + np.eye(columns) * (DAMPING * float(np.mean(np.diag(moments))) + 1e-9)
    # Row j of this upper factor tells how an error in column j is best made good in the columns after it.
    factor = np.linalg.cholesky(np.linalg.inv(damped)).T
    left = weights.copy()
    effective = np.zeros((rows, columns), dtype=np.int64)
    below = np.zeros(rows, dtype=np.int64)
    for j in range(columns):
        if j % columns_a_word(bits) == 0:
            below = np.zeros(rows, dtype=np.int64)
        target = left[:, j] / step * base
        code = np.clip(np.round((target - below) / base), low, high).astype(np.int64)
        effective[:, j] = code * base + below
        error = (left[:, j] - effective[:, j] * (step / base)) / factor[j, j]
        left[:, j + 1 :] -= error[:, None] * factor[j, j + 1 :]
        below = (effective[:, j] & 0xFFFF) >> bits
    return effective


def quantise(weights: Doubles, moments: Doubles, bits: int, unit: Doubles | float, most: int = 28) -> Tensor:
    """Integers for `weights` whose result is wanted in `unit`s (a number, or one a row) with fractional bits.

    The largest multiplier gets all of its 15 bits by the choice of shift, which is at most `most`. Steps are rounded
    to what the multipliers can express before codes are chosen, so multipliers add no error."""
    unit = np.broadcast_to(np.asarray(unit, dtype=np.float64), (len(weights),))
    unit = np.pad(unit, (0, -len(weights) % 4), constant_values=1.0)
    weights = padded(weights, bits)
    pad = weights.shape[1] - len(moments)
    moments = np.pad(moments, (0, pad))
    moments[range(len(moments) - pad, len(moments)), range(len(moments) - pad, len(moments))] = 1.0
    base = 2 ** (16 - bits)
    largest = _largest_steps(weights, bits)
    shift = min(most, int(np.floor(np.log2(MULTIPLIER_MAX / (largest / base / unit).max()))))
    best: tuple[Ints, Ints] | None = None
    best_error = np.full(len(weights), np.inf)
    # Long rows hardly gain from the search, and cost the most.
    shrinks = SHRINKS[bits] if weights.shape[1] < 512 else SHRINKS[bits][:4:2]
    for shrink in shrinks:  # clipping a row's few largest weights can serve all others
        multiplier = np.clip(np.ceil(largest * shrink / base / unit * 2.0**shift), 1, MULTIPLIER_MAX).astype(np.int64)
        step = multiplier / 2.0**shift * unit * base
        effective = chain(weights, step, moments, bits)
        wrong = effective * (step / base)[:, None] - weights
        error = ((wrong @ moments) * wrong).sum(axis=1)
        if best is None:
            best = effective, multiplier
        better = error < best_error
        best = np.where(better[:, None], effective, best[0]), np.where(better, multiplier, best[1])
        best_error = np.minimum(error, best_error)
    assert best is not None
    return Tensor(bits, *best, shift)


def codes_of(tensor: Tensor) -> Ints:
    """The stored codes, unsigned: the top bits of the effective weights."""
    return (tensor.effective & 0xFFFF) >> (16 - tensor.bits)


def words_of(tensor: Tensor) -> NDArray[np.uint32]:
    """Kernel order: four rows at a time, a word of each in turn, first column in the lowest bits."""
    word = columns_a_word(tensor.bits)
    codes = codes_of(tensor).astype(np.uint64)
    rows, columns = codes.shape
    shifts = np.arange(word, dtype=np.uint64) * np.uint64(tensor.bits)
    words = (codes.reshape(rows, columns // word, word) << shifts).sum(axis=2).astype(np.uint32)
    result: NDArray[np.uint32] = words.reshape(rows // 4, 4, -1).transpose(0, 2, 1).ravel()
    return result

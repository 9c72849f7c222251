"""The state machine's clock divider: 16 bits whole, 8 bits of fraction, first-order accumulation (RP2350 datasheet)."""

from __future__ import annotations

from fractions import Fraction

CYCLES_PER_SAMPLE = 128


def divider_256ths(system_hz: int, sample_rate_hz: int) -> int:
    """The register's value, INT * 256 + FRAC; ValueError when the rate cannot be met exactly."""
    exact = Fraction(system_hz * 256, sample_rate_hz * CYCLES_PER_SAMPLE)
    if exact.denominator != 1:
        raise ValueError(f"{sample_rate_hz} Hz is not a 256th of {system_hz} Hz")
    return exact.numerator


def ticks(divider: int, count: int) -> list[int]:
    """System clocks at which the first `count` state machine cycles begin."""
    return [number * divider // 256 for number in range(count)]

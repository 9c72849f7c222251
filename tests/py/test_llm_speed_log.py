"""What SPEED.md gets from a measurement, and what drafting would cost: arithmetic, without an emulator."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.llama import drafting, speed_log

RESULT: dict[str, Any] = {
    "model": "stories260K.q8.toy",
    "instructions_per_token": {"mean": 396572.4, "first_100": 328711.6, "1": 286706, "128": 399014},
    "breakdown": {"matmul": 236567.0, "attention": 130725.0, "rest": 29280.0},
    "instructions_per_mac": 0.912,
    "weights_bytes": 266352,
    "model_bytes": 271376,
    "arena_bytes": 85138,
    "stack_bytes": 1480,
    "predicted_tok_s": {"1": {"one_core": 348.2, "two_cores": 582.1}, "128": {"one_core": 258.4, "two_cores": 441.3}},
}
DAY = date(2031, 5, 6)
TEXT = speed_log.SPEED.read_text(encoding="utf-8")


def test_the_measured_block_takes_the_place_of_the_last() -> None:
    once = speed_log.with_block(TEXT, RESULT, DAY)
    assert "Measured 2031-05-06" in once
    assert "| 128 | 399,014 | 258 | 441 |" in once
    assert speed_log.with_block(once, RESULT, DAY) == once
    assert once.split(speed_log.BEGIN)[0] == TEXT.split(speed_log.BEGIN)[0]
    assert once.split(speed_log.END)[1] == TEXT.split(speed_log.END)[1]


def test_a_change_gets_one_row_a_day_at_the_end_of_its_table() -> None:
    row = "| 2031-05-06 | faster rows | 396,572 | 328,712 | 236,567 | 130,725 |"
    once = speed_log.with_row(TEXT, RESULT, DAY, "faster rows")
    assert once.replace(row + "\n", "") == TEXT
    assert once.split(row)[1].startswith("\n\n")
    worse = RESULT | {"breakdown": RESULT["breakdown"] | {"matmul": 999999.0}}
    again = speed_log.with_row(once, worse, DAY, "faster rows")
    assert again.count("| 2031-05-06 | faster rows |") == 1
    assert "| 999,999 |" in again


def test_without_its_marks_or_table_nothing_is_guessed() -> None:
    with pytest.raises(SystemExit):
        speed_log.with_block("# Speed\n", RESULT, DAY)
    with pytest.raises(SystemExit):
        speed_log.with_row("# Speed\n", RESULT, DAY, "x")


@pytest.mark.parametrize("drafted", [1, 2, 3])
def test_at_the_even_rate_drafting_neither_gains_nor_loses(drafted: int) -> None:
    cost = drafting.cost_of(drafted, 2.27e-3, drafting.QSPI, shared_cache=False)
    rate = drafting.even_rate(cost, drafted)
    assert 0 < rate < 1
    assert drafting.yielded(rate, drafted) == pytest.approx(cost)
    assert drafting.even_rate(drafted + 1.01, drafted) == float("inf")


def test_a_plain_pass_costs_what_speed_md_says() -> None:
    seconds = drafting.pass_seconds(drafting.TARGET, 4, 1, drafting.QSPI, 1)
    assert f"int4 {1 / seconds:.1f} tok/s" in TEXT

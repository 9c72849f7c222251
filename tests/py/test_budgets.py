"""tests/budgets.toml against what is measured on the Cortex-M33 in QEMU."""

from __future__ import annotations

import copy

import pytest

from tests import budget

BUDGETS = budget.read_budgets()
MEASURED = {group: values for group, values in BUDGETS.items() if group != "limits"}


@pytest.fixture(scope="module")
def measured() -> budget.Figures:
    try:
        return budget.measure()
    except SystemExit as missing:
        pytest.fail(str(missing))


def test_nothing_is_beyond_its_budget(measured: budget.Figures) -> None:
    assert budget.beyond(measured, BUDGETS) == []


def test_the_toy_fits_the_chip(measured: budget.Figures) -> None:
    """A round at full load within 20 ms, a reaction within 50 ms, at 150 MHz."""
    assert measured["instructions_most"]["frame"] <= 20 * 150_000
    assert max(measured["latency_instructions"].values()) <= 50 * 150_000
    assert measured["latency_instructions"].keys() >= {"button", "mute", "stop", "error"}


def test_everything_at_once_fits_the_sram() -> None:
    """Of 520 KB at most 500, with the story model's weights in it."""
    assert sum(budget.sram(BUDGETS).values()) <= BUDGETS["limits"]["sram_bytes"] <= 500 * 1024


@pytest.mark.parametrize("group", MEASURED)
def test_three_percent_more_is_red(group: str) -> None:
    """Every single figure: 3% more passes at most by rounding down, a step beyond is red."""
    for name, value in MEASURED[group].items():
        worse = copy.deepcopy(MEASURED)
        worse[group][name] = int(value * 1.03)
        assert budget.beyond(worse, BUDGETS) == []
        worse[group][name] = int(value * 1.03) + 1
        assert [line.split(" ")[0] for line in budget.beyond(worse, BUDGETS)] == [f"{group}.{name}"]


def test_a_figure_without_budget_is_red() -> None:
    more = copy.deepcopy(MEASURED)
    more["code_bytes"]["attic"] = 1
    del more["instructions_mean"]["vad"]
    assert budget.beyond(more, BUDGETS) == [
        "code_bytes.attic = 1 has no budget",
        "instructions_mean.vad has a budget and was not measured",
    ]


def test_the_design_shows_the_budgets() -> None:
    text = budget.DESIGN.read_text(encoding="utf-8")
    shown = text.partition(budget.BEGIN)[2].partition(budget.END)[0].strip()
    assert shown == budget.table(BUDGETS), "run python -m tests.budget --update"

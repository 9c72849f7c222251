"""What a token of stories260K costs on the Cortex-M33, against [llm] of tests/budgets.toml: 3% more is red.

`python -m tests.py.test_llm_speed` prints what is measured now, in the form of that section."""

from __future__ import annotations

import re
import shutil
import tomllib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from models.llama import bench, convert, cycles, report
from tests.py.llm_data import SHARED

BUDGETS = Path(__file__).parents[1] / "budgets.toml"
ALLOWED = 1.03
ACCEPTED = {"instructions_mean_256": 420_000, "instructions_mean_100": 330_000, "sram_bytes": 350 * 1024}
CLOCK_HZ, TWO_CORES_TOK_S = 150e6, 400

needs_data = pytest.mark.skipif(not SHARED.exists(), reason="no ../shared/data with stories260K")
needs_tools = pytest.mark.skipif(
    any(shutil.which(t) is None for t in ("qemu-system-arm", "arm-none-eabi-gcc")), reason="no QEMU or Arm compiler"
)
BUDGETED: dict[str, int] = tomllib.loads(BUDGETS.read_text())["llm"]


def code_bytes(elf: Path) -> int:
    """Text and constants of the room, by the linker's map."""
    text = Path(f"{elf}.map").read_text(errors="replace").partition("Linker script and memory map")[2]
    pattern = r"^ \.(?:text|rodata|ramfunc)\S*\s+0x([0-9a-f]{8,16})\s+0x([0-9a-f]+)\s+\S*libtoy_llm\.a\("
    return sum(int(size, 16) for address, size in re.findall(pattern, text, re.M) if int(address, 16))


@cache
def measured() -> dict[str, int]:
    source = convert.read_source(SHARED / "tinyllamas" / "stories260K.bin", SHARED / "tinyllamas" / "tok512.bin")
    with TemporaryDirectory() as folder:
        model = Path(folder) / "stories260K.q8.toy"
        model.write_bytes(convert.convert(source, "q8"))
        output = bench.run_tool("qemu", model, steps=256, mode="count", cores=1)
        counted, size = bench.positions_of(output), bench.sizes(output)
        elf = bench.tool("qemu")
        tally = cycles.measure(elf, model, [128], ["cores=2"])[128]
        split = sum(tally.stage(tally.cycles, stage) for stage in cycles.PARALLEL)
        two = sum(tally.cycles.values()) - split + split / (2 * report.SECOND_CORE)
        both = bench.sizes(bench.run_tool("qemu", model, steps=1, cores=2))
    whole = [p.instructions for p in counted]
    return {
        "instructions_mean_256": round(sum(whole[:256]) / 256),
        "instructions_mean_100": round(sum(whole[:100]) / 100),
        "instructions_at_1": whole[1],
        "instructions_at_128": whole[128],
        "instructions_at_255": whole[255],
        "two_core_cycles_at_128": round(two),
        "sram_bytes": both["model_bytes"] + both["arena_bytes"] + both["state_bytes"],
        "stack_bytes": size["stack_bytes"],
        "code_bytes": code_bytes(elf),
    }


def beyond(figures: dict[str, int], budgets: dict[str, int]) -> list[str]:
    """Names of the figures more than 3% above their budget, without one, or not measured."""
    names = figures.keys() | budgets.keys()
    return sorted(n for n in names if n not in figures or n not in budgets or figures[n] > budgets[n] * ALLOWED)


@needs_data
@needs_tools
def test_nothing_costs_more_than_its_budget() -> None:
    assert beyond(measured(), BUDGETED) == []


@pytest.mark.parametrize("name", BUDGETED)
def test_three_percent_more_is_red(name: str) -> None:
    allowed = int(BUDGETED[name] * ALLOWED)
    assert beyond(BUDGETED | {name: allowed}, BUDGETED) == []
    assert beyond(BUDGETED | {name: allowed + 1}, BUDGETED) == [name]


def test_a_figure_without_budget_or_measurement_is_red() -> None:
    assert beyond(BUDGETED | {"naps": 1}, BUDGETED | {"dreams": 1}) == ["dreams", "naps"]


@needs_data
@needs_tools
def test_what_was_promised_is_kept() -> None:
    for name, limit in ACCEPTED.items():
        assert measured()[name] <= limit, name
    assert CLOCK_HZ / measured()["two_core_cycles_at_128"] >= TWO_CORES_TOK_S


if __name__ == "__main__":
    print("[llm]")
    for key, number in measured().items():
        print(f"{key} = {number}")

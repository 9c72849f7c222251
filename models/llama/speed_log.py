"""Writes what `plush llm bench` measures into toy_mcu/SPEED.md, with the date: `python -m models.llama.speed_log`.

In      stories260K of the shared data; --change "what was done" adds a row to the table of changes as well
Out     the block between the marks of SPEED.md anew; the row of that day and change, added or brought up to date
Raises  SystemExit when SPEED.md has lost its marks or its table; bench.BenchError
"""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from models.llama import bench, convert

SPEED = bench.ROOT / "toy_mcu" / "SPEED.md"
SHARED = Path(os.environ.get("PLUSH_SHARED_DATA", bench.ROOT.parent / "shared" / "data"))
BEGIN, END = "<!-- measured: written by python -m models.llama.speed_log -->", "<!-- /measured -->"
TABLE = "| date | change | 0-255 | 0-99 | matmul | attention |"


def block(result: dict[str, Any], day: date) -> str:
    """The figures of today, for people."""
    counted, parts = result["instructions_per_token"], result["breakdown"]
    lines = [
        f"Measured {day:%Y-%m-%d}, {result['model']}: {counted['mean']:,.0f} instructions a token (matmul "
        f"{parts['matmul']:,.0f}, attention",
        f"{parts['attention']:,.0f}, rest {parts['rest']:,.0f}), {result['instructions_per_mac']:.3f} a multiply. "
        f"File {result['model_bytes']:,} bytes, arena {result['arena_bytes']:,}, stack {result['stack_bytes']:,}.",
        "",
        "| position | instructions | tok/s at 150 MHz, one core | two cores |",
        "|---|---|---|---|",
    ]
    for position, speed in result["predicted_tok_s"].items():
        lines.append(f"| {position} | {counted[position]:,} | {speed['one_core']:.0f} | {speed['two_cores']:.0f} |")
    return "\n".join(lines)


def with_block(text: str, result: dict[str, Any], day: date) -> str:
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit("SPEED.md: the marks of the measured block are gone")
    return f"{before}{BEGIN}\n\n{block(result, day)}\n\n{END}{after}"


def with_row(text: str, result: dict[str, Any], day: date, change: str) -> str:
    """A row at the end of the table of changes; the same change on the same day takes its place."""
    counted, parts = result["instructions_per_token"], result["breakdown"]
    key = f"| {day:%Y-%m-%d} | {change} |"
    figures = (counted["mean"], counted["first_100"], parts["matmul"], parts["attention"])
    row = key + "".join(f" {value:,.0f} |" for value in figures)
    lines = text.split("\n")
    if TABLE not in lines:
        raise SystemExit("SPEED.md: the table of changes is gone")
    first = lines.index(TABLE)
    end = next((i for i in range(first, len(lines)) if not lines[i].startswith("|")), len(lines))
    same = [i for i in range(first, end) if lines[i].startswith(key)]
    lines[same[0] if same else end : same[0] + 1 if same else end] = [row]
    return "\n".join(lines)


def measure() -> dict[str, Any]:
    folder = SHARED / "tinyllamas"
    source = convert.read_source(folder / "stories260K.bin", folder / "tok512.bin")
    with tempfile.TemporaryDirectory() as name:
        model = Path(name) / "stories260K.q8.toy"
        model.write_bytes(convert.convert(source, "q8"))
        return bench.measure(model)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="speed_log", description="measures the toy's Llama into toy_mcu/SPEED.md")
    parser.add_argument("--change", help="what was done since the last row")
    options = parser.parse_args(arguments)
    if not SHARED.exists():
        print("speed_log: no ../shared/data with stories260K; SPEED.md stays as it is")
        return
    result, day = measure(), date.today()
    text = with_block(SPEED.read_text(encoding="utf-8"), result, day)
    SPEED.write_text(with_row(text, result, day, options.change) if options.change else text, encoding="utf-8")
    print(block(result, day))


if __name__ == "__main__":
    main()

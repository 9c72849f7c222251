"""The wiring picture, the table in docs/BUILD.md and the boards' headers say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import wiring

BUILD = (wiring.ROOT / "docs" / "BUILD.md").read_text(encoding="utf-8")
DEFINE = re.compile(r"^#define BOARD_(\w+) \(?(BOARD_ADC_FIRST|\d+)(?: \+ (\d))?\)?", re.M)


def header_pins(board: str) -> dict[str, int]:
    """The numbers as a reader of the headers finds them, without a compiler."""
    folder = wiring.ROOT / "toy_mcu" / "ports" / "rp2350" / "boards"
    numbers: dict[str, int] = {}
    for name in (f"{board}.h", "pins.h"):
        for key, base, more in DEFINE.findall(Path(folder / name).read_text(encoding="utf-8")):
            numbers[key] = (numbers["ADC_FIRST"] if base == "BOARD_ADC_FIRST" else int(base)) + int(more or 0)
    return numbers


def drawn_pins() -> dict[str, list[int]]:
    """What stands in the committed picture at each terminal."""
    svg = wiring.PICTURE.read_text(encoding="utf-8")
    found = re.findall(r'data-pin="(\w+)">GPIO ([\d /]+)<', svg)
    return {name: [int(gpio) for gpio in numbers.split(" / ")] for name, numbers in found}


def test_the_picture_is_drawn_from_todays_headers() -> None:
    assert wiring.PICTURE.read_text(encoding="utf-8") == wiring.picture(), "python -m tests.wiring draws it anew"


@pytest.mark.parametrize("board", wiring.BOARDS.values())
def test_every_pin_in_the_picture_is_the_boards(board: str) -> None:
    drawn, header = drawn_pins(), header_pins(board)
    assert len(drawn) == 20
    for name, numbers in drawn.items():
        assert header[name] in numbers
        assert len(numbers) == (2 if name in {"CELL", "MOTOR_SENSE", "THERMISTOR"} else 1)


@pytest.mark.parametrize("board", wiring.BOARDS.values())
def test_no_pin_has_two_things_on_it(board: str) -> None:
    pins = [header_pins(board)[name] for name in drawn_pins()]
    assert len(pins) == len(set(pins))
    assert {wiring.pad_of(pin) for pin in pins}.isdisjoint(wiring.GROUND)


def test_the_table_in_the_guide_names_the_same_pins() -> None:
    told = [
        int(gpio)
        for line in re.findall(r"GPIO ([\d, ]+)", BUILD.split("## 1.")[0])
        for gpio in re.findall(r"\d+", line)
    ]
    for board in wiring.BOARDS.values():
        header = header_pins(board)
        assert {header[name] for name in drawn_pins()} <= set(told)

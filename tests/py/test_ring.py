"""ring.pio against the WS2812's windows: every bit of every light, cycle by cycle, at both system clocks."""

from __future__ import annotations

import random
from collections import deque
from itertools import groupby
from pathlib import Path

import adafruit_pioasm
import pioemu.emulation
import pytest
from pioemu.state import State

PROGRAM = Path(__file__).resolve().parents[2] / "toy_mcu" / "ports" / "rp2350" / "ring.pio"
LIGHTS = 12
CYCLES_A_BIT = 12
# "Data transfer time" in the WS2812B's data sheets, first (400 +- 150, 800 +- 150) and V5 (220 to 380, 580 to 1000):
# what both take as high for a 0, as high for a 1, and for each bit.
ZERO_NS, ONE_NS, BIT_NS = (250, 380), (650, 950), (1150, 1850)


def wire(words: list[int]) -> list[int]:
    """The level of the wire in each cycle, from the first word until the FIFO is empty and a while longer."""
    assembled = adafruit_pioasm.Program.from_file(str(PROGRAM))
    options = assembled.pio_kwargs
    steps = pioemu.emulation.emulate(
        list(assembled.assembled),
        stop_when=lambda _, state: state.clock > (24 * len(words) + 5) * CYCLES_A_BIT,
        initial_state=State(transmit_fifo=deque(words), pin_directions=1),
        auto_pull=options["auto_pull"],
        pull_threshold=options["pull_threshold"],
        shift_osr_right=options["out_shift_right"],
        side_set_base=0,
        side_set_count=options["sideset_pin_count"],
        wrap_target=options["wrap_target"],
        wrap_top=options["wrap"],
    )
    return [after.pin_values & 1 for before, after in steps for _ in range(before.clock, after.clock)]


def pulses(levels: list[int]) -> list[tuple[int, int]]:
    """Cycles high and then low, pulse by pulse."""
    runs = [(level, len(list(run))) for level, run in groupby(levels)]
    while runs and runs[0][0] == 0:
        runs.pop(0)
    return [(high, low) for (_, high), (_, low) in zip(runs[::2], runs[1::2], strict=True)]


@pytest.mark.parametrize(("sys_mhz", "divider"), [(150, 15 + 160 / 256), (200, 20 + 213 / 256)])  # test_rp2350_chip.c
def test_every_bit_is_inside_the_lights_windows(sys_mhz: int, divider: float) -> None:
    cycle_ns = divider * 1e3 / sys_mhz
    jitter_ns = 1e3 / sys_mhz  # a fractional divider gives or takes a system clock
    colours = [random.Random(7).getrandbits(24) for _ in range(LIGHTS - 2)] + [0x000000, 0xFFFFFF]
    found = pulses(wire([colour << 8 for colour in colours]))
    assert len(found) == 24 * LIGHTS
    sent = [colour >> bit & 1 for colour in colours for bit in range(23, -1, -1)]
    for at, (bit, (high, low)) in enumerate(zip(sent, found, strict=True)):
        window = ONE_NS if bit else ZERO_NS
        assert window[0] <= high * cycle_ns - jitter_ns, f"bit {at} is {bit}"
        assert high * cycle_ns + jitter_ns <= window[1], f"bit {at} is {bit}"
        if at + 1 < len(found):
            assert BIT_NS[0] <= (high + low) * cycle_ns <= BIT_NS[1], f"bit {at}"


def test_the_wire_rests_low_when_there_is_no_more() -> None:
    assert wire([0xFFFFFF00])[-3 * CYCLES_A_BIT :] == [0] * (3 * CYCLES_A_BIT)

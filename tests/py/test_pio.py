"""pio/: both programs against the I2S specification, cycle by cycle, in an emulator."""

from __future__ import annotations

import re
from itertools import islice, pairwise

import pytest

from tests.py.pio_bench import checks, divider, draw_timing
from tests.py.pio_bench.devices import LEFT, Amplifier, Microphone
from tests.py.pio_bench.machine import Cycle, Registers, run
from tests.py.pio_bench.program import PIO_DIR, Program, load

NAMES = ("i2s_mic", "i2s_speaker")


@pytest.mark.parametrize(("name", "check"), [(n, c) for n in NAMES for c in checks.CHECKS[n]])
def test_program(name: str, check) -> None:  # type: ignore[no-untyped-def]
    """Word-select period and alignment, every bit in and out, FIFO stalls: see each check's own words."""
    check(load(name))


def cycles(program: Program, count: int, **options: object) -> list[Cycle]:
    return list(islice(run(program, **options), count))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_word_select_period_and_alignment(name: str) -> None:
    """The same as ClockCheck, said in another way: from the edges alone."""
    trace = [(c.bclk, c.ws) for c in cycles(load(name), 6 * checks.FRAME_CYCLES)]
    rises = [i for i in range(1, len(trace)) if trace[i][0] > trace[i - 1][0]]
    falls = [i for i in range(1, len(trace)) if trace[i][0] < trace[i - 1][0]]
    turns = [i for i in range(1, len(trace)) if trace[i][1] != trace[i - 1][1]]
    assert {b - a for a, b in pairwise(rises)} == {2}, "BCLK jitters"
    assert {b - a for a, b in pairwise(falls)} == {2}, "BCLK jitters"
    assert {b - a for a, b in pairwise(turns)} == {64}, "WS is not 32 bit clocks a side"
    assert set(turns) <= set(falls), "WS changes off the falling edge of BCLK"


def test_both_programs_keep_step() -> None:
    """Started together, they make the same clocks: one pair of wires can serve microphone and amplifier."""
    mic, speaker = ([(c.bclk, c.ws) for c in cycles(load(n), 4 * checks.FRAME_CYCLES)] for n in NAMES)
    assert mic == speaker


def restart_registers(program: Program) -> list[Registers]:
    """What is left behind by stopping after each cycle of the third frame; a restart zeroes the shift counters."""
    found = []
    for now in islice(
        run(program, lambda: 1, first_words=(0x1234_5678,) * 3), 2 * checks.FRAME_CYCLES, 3 * checks.FRAME_CYCLES
    ):
        found.append(
            Registers(
                now.state.x_register,
                now.state.y_register,
                now.state.output_shift_register.contents,
                0,
                0,
                0,
                now.state.pin_values & 7,
            )
        )
    return found


@pytest.mark.parametrize("name", NAMES)
def test_restart_after_a_stop_anywhere_in_a_frame(name: str) -> None:
    program = load(name)
    for registers in dict.fromkeys(restart_registers(program)):
        checks.CHECKS[name][0](program, registers=registers)


@pytest.mark.parametrize("last_ws", [0, 1])
@pytest.mark.parametrize("bits_left", [1, 7, 31])
def test_microphone_found_in_mid_frame(last_ws: int, bits_left: int) -> None:
    """The microphone may be anywhere in a word when our clocks begin; what is read is whole words in order."""
    microphone = Microphone(checks.random_pairs(3), last_ws=last_ws, shift=0xFFFF_FFFF << bits_left & 0xFFFF_FFFF)
    got, sent = checks.run_mic(load("i2s_mic"), 4, checks.take_all, microphone=microphone)
    assert got == [word for _, word in sent[:8]]
    assert sent[0][0] == LEFT


def test_amplifier_found_in_mid_frame() -> None:
    """An amplifier that wakes up in any cycle hears whole 32-bit words from its second WS edge on."""
    trace = cycles(load("i2s_speaker"), 5 * checks.FRAME_CYCLES, first_words=(0xDEAD_BEEF,) * 8)
    for wake_up in range(checks.FRAME_CYCLES):
        amplifier = Amplifier()
        for now in trace[wake_up:]:
            amplifier.clock(now.bclk, now.ws, now.data)
        assert len(amplifier.heard) >= 6
        assert set(amplifier.heard) == {(0, 32, 0xDEAD_0000), (1, 32, 0xBEEF_0000)}


@pytest.mark.parametrize("rate_hz", [16000, 48000])
@pytest.mark.parametrize(("system_hz", "jitter_clocks"), [(150_000_000, 1), (153_600_000, 0)])
def test_sample_rates_by_divider(rate_hz: int, system_hz: int, jitter_clocks: int) -> None:
    """Both rates are exact at both system clocks; at 153.6 MHz the divider is whole and nothing moves at all."""
    value = divider.divider_256ths(system_hz, rate_hz)
    edges = divider.ticks(value, 128 * 512)
    assert edges[128 * 256] * rate_hz == system_hz * 256  # exact after 256 samples
    gaps = {b - a for a, b in pairwise(edges)}
    assert max(gaps) - min(gaps) == jitter_clocks
    readme = (PIO_DIR / "README.md").read_text(encoding="utf-8")
    row = re.search(rf"\| {rate_hz} Hz \| {system_hz / 1e6:g} MHz \| (\d+) \+ (\d+)/256 \|", readme)
    assert row, "pio/README.md does not list this rate"
    assert int(row[1]) * 256 + int(row[2]) == value


def test_picture_is_up_to_date() -> None:
    assert draw_timing.SVG.read_text(encoding="utf-8") == draw_timing.draw(), (
        "run python -m tests.py.pio_bench.draw_timing"
    )

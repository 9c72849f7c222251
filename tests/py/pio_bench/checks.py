"""What both programs must do, as checks that raise AssertionError at the first cycle that is wrong.

The ordinary tests call them on the programs, the mutation test on every mutant.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import islice

from .devices import LEFT, RIGHT, Amplifier, Microphone
from .machine import Cycle, Registers, run
from .program import Program

FRAME_CYCLES = 128  # 64 bit clocks of 2 cycles
# What registers may hold when a state machine is restarted in mid-frame; a restart sets the shift counters to 0.
GARBAGE = Registers(x=0x5A5A_A5A5, y=7, osr=0xDEAD_BEEF, osr_count=0, isr=0x1234_5678, isr_count=13, pins=0b001)
GARBAGE_2 = Registers(x=1, y=0, osr=0xFFFF_FFFF, osr_count=32, isr=0xFFFF_FFFF, isr_count=0, pins=0b111)


class ClockCheck:
    """BCLK is high every other cycle, WS toggles every 64 cycles with a falling BCLK, no interrupt is raised."""

    def __init__(self) -> None:
        self.cycle = 0

    def __call__(self, now: Cycle) -> None:
        # Cycle 0 is the start instruction (both high); bit 31 of "right" begins at cycle 1.
        high = self.cycle % 2 == 0
        assert now.bclk == high, f"cycle {self.cycle}: BCLK is {now.bclk}"
        slot = (self.cycle - 1) // 64 % 2 if self.cycle else RIGHT
        assert now.ws == slot, f"cycle {self.cycle}: WS is {now.ws}"
        assert now.irq == 0, f"cycle {self.cycle}: an interrupt flag was raised"
        self.cycle += 1


def random_pairs(seed: int) -> Iterator[tuple[int, int]]:
    source = random.Random(seed)
    yield 0xFFFF_FFFF, 0x0000_0000  # every bit high, every bit low, first and last bit alone
    yield 0x8000_0000, 0x0000_0001
    while True:
        yield source.getrandbits(32), source.getrandbits(32)


# ---------------------------------------------------------------------------------------------------- microphone


def run_mic(
    program: Program,
    frames: int,
    take: Callable[[int, Cycle], int],
    *,
    registers: Registers = GARBAGE,
    microphone: Microphone | None = None,
) -> tuple[list[int], list[tuple[int, int]]]:
    """Runs whole frames; take(cycle, now) says how many words the DMA reads in that cycle. Returns (read, sent)."""
    microphone = microphone or Microphone(random_pairs(1), last_ws=RIGHT, shift=0x0F0F_0F0F)
    check = ClockCheck()
    got: list[int] = []
    for cycle, now in enumerate(
        islice(run(program, lambda: microphone.level, registers=registers), frames * FRAME_CYCLES + 4)
    ):
        check(now)
        if cycle == 0:
            assert not now.receive_fifo
        microphone.clock(now.bclk, now.ws)
        for _ in range(take(cycle, now)):
            if now.receive_fifo:
                got.append(now.receive_fifo.popleft())
    if microphone.sent[0][0] == RIGHT:  # it took our first edge for the end of a left slot; nothing listens yet
        del microphone.sent[0]
    return got, microphone.sent


def take_all(_: int, now: Cycle) -> int:
    return len(now.receive_fifo)


def check_mic_stream(program: Program, registers: Registers = GARBAGE) -> None:
    """Five frames, every bit of both sides, from the first one on; the word before them never arrives."""
    got, sent = run_mic(program, 5, take_all, registers=registers)
    assert sent[:1] == [(LEFT, 0xFFFF_FFFF)], "the microphone did not start with a left word"
    expected = [word for _, word in sent[:10]]
    assert got == expected, f"read {[hex(w) for w in got]}, sent {[hex(w) for w in expected]}"


def check_mic_stall(program: Program) -> None:
    """Nothing is read for seven frames: four frames are kept, whole ones are lost, the order stays left, right."""
    resume = 7 * FRAME_CYCLES + 30

    def take(cycle: int, now: Cycle) -> int:
        return len(now.receive_fifo) if cycle >= resume else 0

    microphone = Microphone(random_pairs(2), last_ws=LEFT, shift=0xFFFF_FFFF, level=1)
    got, sent = run_mic(program, 10, take, registers=GARBAGE_2, microphone=microphone)
    words = [word for _, word in sent]
    assert got == words[:8] + words[14:20], "a stall must lose whole frames and keep the oldest four"


def check_mic_odd_drain(program: Program) -> None:
    """One word is read at a time, with the FIFO full: a frame enters only when both its words have room."""
    reads = {6 * FRAME_CYCLES + 20, 8 * FRAME_CYCLES + 20}  # one word, two frames later one more

    def take(cycle: int, now: Cycle) -> int:
        return 1 if cycle in reads else len(now.receive_fifo) if cycle >= 11 * FRAME_CYCLES else 0

    got, sent = run_mic(program, 12, take)
    words = [word for _, word in sent]
    assert got == words[:8] + words[16:18] + words[22:24], "one free place must not take half a frame"


MIC_CHECKS = (check_mic_stream, check_mic_stall, check_mic_odd_drain)

# ------------------------------------------------------------------------------------------------------- speaker


def run_speaker(
    program: Program,
    frames: int,
    fill: Callable[[int], list[int]],
    *,
    first_words: tuple[int, ...] = (),
    registers: Registers = GARBAGE,
) -> list[tuple[int, int, int]]:
    """Runs whole frames and a bit; fill(cycle) are words that the DMA writes then. Returns what the amplifier heard."""
    amplifier = Amplifier()
    check = ClockCheck()
    levels: list[int] = []
    for cycle, now in enumerate(
        islice(run(program, registers=registers, first_words=first_words), frames * FRAME_CYCLES + 4)
    ):
        check(now)
        amplifier.clock(now.bclk, now.ws, now.data)
        levels.append(now.data)
        # Data may change on falling edges only: the amplifier reads it on the rising ones.
        assert not now.bclk or cycle == 0 or levels[cycle] == levels[cycle - 1], f"cycle {cycle}: data moved late"
        now.transmit_fifo.extend(fill(cycle))
    return amplifier.heard


def slots(words: list[int]) -> list[tuple[int, int, int]]:
    """What must be heard for FIFO words: each sample in the upper half of a slot of 32 bits."""
    heard = []
    for word in words:
        heard += [(LEFT, 32, word & 0xFFFF_0000), (RIGHT, 32, word << 16 & 0xFFFF_0000)]
    return heard


def check_speaker_stream(program: Program, registers: Registers = GARBAGE) -> None:
    """Five frames, every bit of both sides; the word that the registers held before never sounds."""
    words = [0xFFFF_0000, 0x0000_FFFF, 0x8001_7FFE, 0x1234_ABCD, 0x5555_AAAA]
    heard = run_speaker(program, 5, lambda _: [], first_words=tuple(words), registers=registers)
    assert heard == slots(words), f"heard {heard}"


def check_speaker_starved(program: Program) -> None:
    """One word, three frames of silence, then sound again; what is written in mid-frame waits for the next frame."""

    def fill(cycle: int) -> list[int]:
        return [0xC0DE_F00D, 0x8000_0001] if cycle == 3 * FRAME_CYCLES + 50 else []

    heard = run_speaker(program, 7, fill, first_words=(0xFFFF_FFFF,), registers=GARBAGE_2)
    assert heard == slots([0xFFFF_FFFF, 0, 0, 0, 0xC0DE_F00D, 0x8000_0001, 0]), f"heard {heard}"


SPEAKER_CHECKS = (check_speaker_stream, check_speaker_starved)
CHECKS = {"i2s_mic": MIC_CHECKS, "i2s_speaker": SPEAKER_CHECKS}

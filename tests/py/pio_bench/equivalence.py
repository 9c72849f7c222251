"""Is a mutant that survived the same program in other words? Trace equality over every reachable control state.

A frame is 128 cycles. Both programs are run frame by frame from each start state, with the same data and the same FIFO
levels; what the outside sees (clocks, data, interrupt flags, FIFO words) must agree in every cycle. The control states
(program counter, X, Y, shift counters) reached at frame boundaries are explored until no new pair turns up, so the two
agree for ever. Neither program branches on data: data bits are random, the same for both.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import replace
from itertools import islice

from pioemu.state import State

from .checks import FRAME_CYCLES, GARBAGE, GARBAGE_2
from .machine import Registers, run, start_state
from .program import Program

STARTS = (GARBAGE, GARBAGE_2, Registers(), Registers(x=0xFFFF_FFFF, y=0xFFFF_FFFF, osr_count=16, isr_count=32, pins=7))
# (words in the FIFO early in a frame, cycle at which the other side empties it)
LEVEL_CYCLE = 10  # the right word was pushed, room is not yet asked for
MIC_FEEDS = [(0, None), (6, None), (7, None), (8, None), (8, 40)]
SPEAKER_FEEDS = [(level, None) for level in (0, 1, 3)]


def _control(state: State) -> tuple[int, ...]:
    return (
        state.program_counter,
        state.x_register,
        state.y_register,
        state.input_shift_register.counter,
        state.output_shift_register.counter,
    )


def _frame(
    program: Program, state: State, feed: tuple[int, int | None], seed: int
) -> tuple[list[object], State] | None:
    """Trace and end of one frame; None when the frame does not end between two instructions."""
    source = random.Random(seed)
    levels = [source.getrandbits(1) for _ in range(2 * FRAME_CYCLES)]
    words = [source.getrandbits(32) for _ in range(8)]
    state = replace(state, clock=0)
    if program.data_is_output:
        state = replace(state, transmit_fifo=deque(words[: feed[0]]))
    trace: list[object] = []
    steps = run(program, lambda: levels[len(trace)], state=state)
    for number, cycle in enumerate(islice(steps, FRAME_CYCLES)):
        if number == LEVEL_CYCLE and not program.data_is_output:
            cycle.receive_fifo.clear()
            cycle.receive_fifo.extend(words[: feed[0]])
        if number == feed[1]:
            cycle.receive_fifo.clear()
        trace.append((cycle.bclk, cycle.ws, cycle.data, cycle.irq, tuple(cycle.receive_fifo), len(cycle.transmit_fifo)))
        state = cycle.state
    return (trace, state) if state.clock == FRAME_CYCLES else None


def is_equivalent(original: Program, mutant: Program) -> bool:
    feeds = SPEAKER_FEEDS if original.data_is_output else MIC_FEEDS
    pairs = [(start_state(original, registers), start_state(mutant, registers)) for registers in STARTS]
    seen = set()
    while pairs:
        ours, theirs = pairs.pop()
        key = (_control(ours), _control(theirs))
        if key in seen:
            continue
        seen.add(key)
        for number, feed in enumerate(feeds):
            # The frame after a start begins a cycle early; where the cut lies makes no difference.
            expected, got = (
                _frame(program, state, feed, number) for program, state in ((original, ours), (mutant, theirs))
            )
            assert expected is not None
            if got is None or expected[0] != got[0]:
                return False
            pairs.append((expected[1], got[1]))
    return True

"""One PIO state machine: rp2040-pio-emulator, plus what it lacks.

Added here, from the RP2350 datasheet (chapter PIO): FIFOs joined to 8 words, MOV from STATUS, MOV to PINS through the
OUT mapping, bit-reversing MOV, IRQ flags (kept as pins 24..31, so that a trace shows them), WAIT on IRQ flags, and one
report per clock cycle where the emulator skips delays. Still lacking: OUT and MOV to EXEC, the two-cycle input
synchroniser, the clock divider.

Out:    run() yields one Cycle a state machine clock
Raises: NotEmulated at an instruction that the emulator or the hardware leaves undefined
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pioemu.emulation
import pioemu.instructions.pull
import pioemu.instructions.push
import pioemu.primitive_operations
from pioemu.instruction import Emulation, ProgramCounterAdvance
from pioemu.instruction_decoder import InstructionDecoder
from pioemu.primitive_operations import stall_unless_predicate_met, write_to_pins
from pioemu.shift_register import ShiftRegister
from pioemu.state import State

from .program import Program

DATA, BCLK, WS = 0, 1, 2  # GPIO numbers
IRQ_BASE = 24
IRQ_PINS = 0xFF << IRQ_BASE


class NotEmulated(Exception):
    """The instruction has no defined meaning here: nothing can be said about it."""


@dataclass
class Cycle:
    """What a logic analyser and the FIFO's other side see in one cycle."""

    bclk: int
    ws: int
    data: int
    irq: int
    receive_fifo: deque[int]  # live: the bench takes words out
    transmit_fifo: deque[int]  # live: the bench puts words in
    state: State  # after the instruction that this cycle belongs to


@dataclass(frozen=True)
class Registers:
    """What a state machine holds when it is started; garbage is allowed."""

    x: int = 0
    y: int = 0
    osr: int = 0
    osr_count: int = 32
    isr: int = 0
    isr_count: int = 0
    pins: int = 0


def start_state(program: Program, registers: Registers, first_words: tuple[int, ...] = ()) -> State:
    return State(
        program_counter=program.start,
        pin_directions=program.pin_directions | IRQ_PINS,
        pin_values=registers.pins & 0xFF,
        transmit_fifo=deque(first_words),
        input_shift_register=ShiftRegister(registers.isr, registers.isr_count),
        output_shift_register=ShiftRegister(registers.osr, registers.osr_count),
        x_register=registers.x,
        y_register=registers.y,
    )


def run(
    program: Program,
    data_in: Callable[[], int] = lambda: 0,
    *,
    registers: Registers = Registers(),
    first_words: tuple[int, ...] = (),
    state: State | None = None,
) -> Iterator[Cycle]:
    """Runs for ever, from the start label or from a state.

    data_in is asked once an instruction for the level on the data pin, before the instruction acts.
    """
    state = state or start_state(program, registers, first_words)

    def read_pins(_: State) -> int:
        return data_in() << DATA

    read_pins.__annotations__["_"] = State  # the emulator looks at the type itself, not at its name
    out_count = 1 if program.data_is_output else 0
    steps = pioemu.emulation.emulate(
        list(program.opcodes),
        stop_when=lambda _, __: False,
        initial_state=state,
        input_source=read_pins,
        shift_isr_right=program.shift_in_right,
        shift_osr_right=program.shift_out_right,
        out_base=DATA,
        out_count=out_count,
        set_base=DATA,
        set_count=out_count,
        side_set_base=BCLK,
        side_set_count=2,
        wrap_target=program.wrap_target,
        wrap_top=program.wrap,
    )
    first = True
    while True:
        _now.rx_depth = program.rx_depth
        if first:
            with _completed_decoder(program):
                step = next(steps, None)
            first = False
        else:
            step = next(steps, None)
        if step is None:
            raise NotEmulated
        before, after = step
        pins = after.pin_values & after.pin_directions  # a line that nobody drives reads low
        for _cycle in range(before.clock, after.clock):
            yield Cycle(
                bclk=pins >> BCLK & 1,
                ws=pins >> WS & 1,
                data=pins >> DATA & 1,
                irq=pins >> IRQ_BASE,
                receive_fifo=after.receive_fifo,
                transmit_fifo=after.transmit_fifo,
                state=after,
            )


class _now:
    rx_depth = 4  # of the program that makes its next step


def _receive_fifo_full(state: State) -> bool:
    return len(state.receive_fifo) >= _now.rx_depth


def _quick_replace(state: State, **changes: object) -> State:
    """What dataclasses.replace does for a State, in a sixth of the time; thousands of mutants run through here."""
    changed = object.__new__(State)
    changed.__dict__.update(state.__dict__, **changes)
    return changed


pioemu.instructions.push.receive_fifo_full = _receive_fifo_full
for _module in (pioemu.emulation, pioemu.primitive_operations, pioemu.instructions.push, pioemu.instructions.pull):
    _module.replace = _quick_replace


@contextmanager
def _completed_decoder(program: Program) -> Iterator[None]:
    """Puts our decoder in for the time of the first step, in which the emulator makes its own."""
    decoder = pioemu.emulation.InstructionDecoder
    pioemu.emulation.InstructionDecoder = partial(_Decoder, program.status_rx_below)
    try:
        yield
    finally:
        pioemu.emulation.InstructionDecoder = decoder


class _Decoder(InstructionDecoder):  # type: ignore[misc]
    def __init__(self, status_rx_below: int, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.mov_sources[5] = lambda state: 0xFFFF_FFFF if len(state.receive_fifo) < status_rx_below else 0
        self.mov_destinations[0] = partial(write_to_pins, self.out_base, self.out_count)
        self.decoding_functions[6] = _decode_irq

    def _decode_mov(self, opcode: int) -> Emulation | None:
        if opcode >> 3 & 3 != 2:  # none or invert: the emulator knows them
            return super()._decode_mov(opcode)
        plain = super()._decode_mov(opcode & ~0x18)
        source = self.mov_sources[opcode & 7]
        if plain is None or source is None:
            return None
        write = self.mov_destinations[opcode >> 5 & 7]
        return replace(plain, emulate=partial(write, lambda state: int(f"{source(state):032b}"[::-1], 2)))

    def _decode_wait(self, instruction: Any) -> Emulation:
        if instruction.source != 2:
            return super()._decode_wait(instruction)
        flag = 1 << IRQ_BASE + (instruction.index & 7)

        def emulate(state: State) -> State | None:
            if bool(state.pin_values & flag) != instruction.polarity:
                return None
            return replace(state, pin_values=state.pin_values & ~flag) if instruction.polarity else state

        return Emulation(lambda _: True, emulate, ProgramCounterAdvance.ALWAYS)


def _decode_irq(opcode: int) -> Emulation:
    flag = 1 << IRQ_BASE + (opcode & 7)
    if opcode & 0x40:
        act = partial(_set_pins, 0, flag)
    elif opcode & 0x20:  # set and wait until someone clears it; nobody does
        act = partial(stall_unless_predicate_met, lambda _: False)
    else:
        act = partial(_set_pins, flag, 0)
    return Emulation(lambda _: True, act, ProgramCounterAdvance.ALWAYS)


def _set_pins(high: int, low: int, state: State) -> State:
    return replace(state, pin_values=state.pin_values & ~low | high)

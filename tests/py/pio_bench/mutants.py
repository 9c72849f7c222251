"""Every field of every instruction, changed to every other value; and the configuration, a step to each side.

Out:    Mutant(where, what, program); undefined encodings are left out and counted, because neither the emulator nor the
        datasheet says what they do
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from .machine import NotEmulated
from .program import MEMORY_WORDS, Program

JMP, WAIT, IN, OUT, PUSH_PULL, MOV, IRQ, SET = range(8)
# name, lowest bit, width; the upper byte is the same in all instructions
COMMON = (("opcode", 13, 3), ("side", 11, 2), ("delay", 8, 3))
FIELDS: dict[int, tuple[tuple[str, int, int], ...]] = {
    JMP: (("condition", 5, 3), ("address", 0, 5)),
    WAIT: (("polarity", 7, 1), ("source", 5, 2), ("index", 0, 5)),
    IN: (("source", 5, 3), ("count", 0, 5)),
    OUT: (("destination", 5, 3), ("count", 0, 5)),
    PUSH_PULL: (("direction", 7, 1), ("if", 6, 1), ("block", 5, 1), ("reserved", 0, 5)),
    MOV: (("destination", 5, 3), ("operation", 3, 2), ("source", 0, 3)),
    IRQ: (("clear, wait", 5, 2), ("index", 0, 5)),
    SET: (("destination", 5, 3), ("value", 0, 5)),
}


@dataclass(frozen=True)
class Mutant:
    where: str  # "i2s_mic[4]"
    what: str  # "side 1 -> 3"
    program: Program


def all_mutants(program: Program) -> Iterator[Mutant]:
    for at in range(program.length):
        opcode = program.opcodes[at]
        for name, low, width in COMMON + FIELDS[opcode >> 13]:
            old = opcode >> low & (1 << width) - 1
            for new in range(1 << width):
                if new != old:
                    changed = opcode & ~((1 << width) - 1 << low) | new << low
                    yield Mutant(f"{program.name}[{at}]", f"{name} {old} -> {new}", program.with_opcode(at, changed))
    yield from _configuration_mutants(program)


def _configuration_mutants(program: Program) -> Iterator[Mutant]:
    def mutant(what: str, **changes: object) -> Mutant:
        return Mutant(program.name, what, replace(program, **changes))  # type: ignore[arg-type]

    for step in (-1, 1):
        yield mutant(f"wrap target {step:+}", wrap_target=(program.wrap_target + step) % MEMORY_WORDS)
        yield mutant(f"wrap {step:+}", wrap=program.wrap + step)
        yield mutant(f"start {step:+}", start=(program.start + step) % MEMORY_WORDS)
    for pin in range(3):
        yield mutant(f"direction of pin {pin}", pin_directions=program.pin_directions ^ 1 << pin)
    if program.data_is_output:
        yield mutant("shift direction", shift_out_right=not program.shift_out_right)
    else:
        yield mutant("shift direction", shift_in_right=not program.shift_in_right)
        for step in (-1, 1):
            yield mutant(f"status level {step:+}", status_rx_below=program.status_rx_below + step)


def is_defined(opcode: int) -> bool:
    """Whether the PIO instruction set gives this encoding a meaning that the bench can emulate."""
    kind, middle, low = opcode >> 13, opcode >> 5 & 7, opcode & 31
    return {
        JMP: True,
        WAIT: middle & 3 != 3 and not (middle & 3 == 2 and low & 8),
        IN: middle not in (4, 5),
        OUT: middle != 7,  # EXEC is real, but not emulated
        PUSH_PULL: low == 0,
        MOV: middle not in (3, 4) and low >> 3 != 3 and low & 7 != 4,
        IRQ: middle < 4 and not low & 8,
        SET: middle in (0, 1, 2, 4),
    }[kind]


def verdict(mutant: Mutant, checks: Iterable[Callable[[Program], None]]) -> str:
    """ "caught: <by which check>", "undefined" or "survived"."""
    if not all(is_defined(opcode) for opcode in mutant.program.opcodes):
        return "undefined"
    for check in checks:
        try:
            check(mutant.program)
        except AssertionError:
            return "caught"
        except NotEmulated:
            return "undefined"
    return "survived"

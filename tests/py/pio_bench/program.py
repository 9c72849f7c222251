"""A PIO program as the state machine sees it.

In:     pio/<name>.pio
Out:    Program: opcodes and the configuration that the file's own directives ask for
Raises: whatever the assembler raises on a bad file
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import adafruit_pioasm

PIO_DIR = Path(__file__).resolve().parents[3] / "pio"
MEMORY_WORDS = 32
NEVER_WRITTEN = 0x0000  # `jmp 0`: what the instruction memory holds where no program was put


@dataclass(frozen=True)
class Program:
    """pins: GPIO 0 = data, 1 = BCLK, 2 = WS (the emulator's IN base is fixed at GPIO 0)."""

    name: str
    opcodes: tuple[int, ...]  # MEMORY_WORDS of them
    length: int
    start: int
    wrap_target: int
    wrap: int
    shift_in_right: bool
    shift_out_right: bool
    status_rx_below: int  # `mov x, status` is all ones while the RX FIFO holds fewer words; 0 = not configured
    rx_depth: int
    tx_depth: int
    data_is_output: bool
    pin_directions: int

    def with_opcode(self, at: int, opcode: int) -> Program:
        return replace(self, opcodes=(*self.opcodes[:at], opcode, *self.opcodes[at + 1 :]))


def load(name: str) -> Program:
    assembled = adafruit_pioasm.Program.from_file(str(PIO_DIR / f"{name}.pio"))
    options = assembled.pio_kwargs
    opcodes = list(assembled.assembled)
    fifo = options.get("fifo_type", "auto")
    is_output = "out_pin_count" in options
    if options["sideset_enable"] or options["sideset_pin_count"] != 2:
        raise ValueError(f"{name}: the bench expects two plain side-set pins")
    if options.get("auto_push") or options.get("auto_pull"):
        raise ValueError(f"{name}: the bench expects explicit push and pull")
    return Program(
        name=name,
        opcodes=tuple(opcodes + [NEVER_WRITTEN] * (MEMORY_WORDS - len(opcodes))),
        length=len(opcodes),
        start=assembled.public_labels["start"],
        wrap_target=options["wrap_target"],
        wrap=options["wrap"],
        shift_in_right=options.get("in_shift_right", True),
        shift_out_right=options.get("out_shift_right", True),
        status_rx_below=options["mov_status_n"] if options.get("mov_status_type") == "rxfifo" else 0,
        rx_depth={"rx": 8, "tx": 0}.get(fifo, 4),
        tx_depth={"tx": 8, "rx": 0}.get(fifo, 4),
        data_is_output=is_output,
        pin_directions=0b111 if is_output else 0b110,
    )

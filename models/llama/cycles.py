"""Cycles of a token on a Cortex-M33, from the instructions that it really executes.

In      llm_tool.elf as built for QEMU, a model file, positions to look at
Out     a Tally a position: instructions and cycles by function, by stage, and by instruction class
Raises  CyclesError; ImportError without unicorn (the dev extra)
Source  instruction counts: Unicorn (QEMU's translator); costs: the project's cost model, `COSTS` below

Nobody publishes cycle tables of this core. The model charges every executed instruction by its class, branches by
whether they were taken, and ignores flash wait states: the inner loops lie in SRAM.
"""

from __future__ import annotations

import re
import struct
import subprocess
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COSTS = {
    "data": 1, "multiply": 1, "load": 2, "store": 1, "branch taken": 3, "branch not taken": 1, "divide": 8,
    "load multiple": 1, "float": 1, "float divide": 14,
}  # fmt: skip
"""Cycles a class; "load multiple" is what N loads cost beyond N, stores of N cost N."""

STAGES = {
    "multiply": ("toy_kernel_rows8", "toy_kernel_rows4", "rows8_odd", "rows8_64", "multiply_part"),
    "attention": (
        "toy_kernel_scores", "toy_kernel_scores_long", "toy_kernel_soften", "toy_kernel_mix", "toy_attend",
        "attend_part", "attend_two", "score", "pack_query", "store_key", "store_value",
    ),
    "gate": ("gate_part", "toy_kernel_gate"),
}  # fmt: skip
PARALLEL = ("multiply", "attention", "gate")


class CyclesError(RuntimeError):
    """The program did not run as expected."""


@dataclass(frozen=True)
class Instruction:
    """What one costs, without its branch."""

    kind: str
    cycles: int
    branch: bool


@dataclass
class Tally:
    """Sums over a token."""

    instructions: Counter[str] = field(default_factory=Counter)  # by function
    cycles: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)  # instructions by class

    def stage(self, counts: Counter[str], name: str) -> int:
        named = {function for functions in STAGES.values() for function in functions}
        if name == "rest":
            return sum(n for function, n in counts.items() if function not in named)
        return sum(counts[function] for function in STAGES[name])


def classify(mnemonic: str, operands: str) -> Instruction:
    """The class of one line of disassembly."""
    name = re.sub(r"\.[nw]$", "", mnemonic.split(".", maxsplit=1)[0] if not mnemonic.startswith("v") else mnemonic)
    registers = _register_count(operands)
    to_pc = re.match(r"pc\b", operands) is not None or re.search(r"\{.*pc\}", operands) is not None
    if name.startswith(("vdiv", "vsqrt")):
        return Instruction("float divide", COSTS["float divide"], False)
    if name.startswith(("vldm", "vpop", "vldr")):
        return Instruction("load", registers + 1, False)
    if name.startswith(("vstm", "vpush", "vstr")):
        return Instruction("store", registers, False)
    if name.startswith("v"):
        return Instruction("float", COSTS["float"], False)
    if name.startswith("ldrd"):
        return Instruction("load", 3, False)
    if name.startswith("strd"):
        return Instruction("store", 2, False)
    if name.startswith(("ldm", "pop")):
        return Instruction("load", registers + COSTS["load multiple"], to_pc)
    if name.startswith(("stm", "push")):
        return Instruction("store", registers, False)
    if name.startswith("ldr"):
        return Instruction("load", COSTS["load"], to_pc)
    if name.startswith("str"):
        return Instruction("store", COSTS["store"], False)
    if name.startswith(("tbb", "tbh")):
        return Instruction("load", COSTS["load"], True)
    if name.startswith(("udiv", "sdiv")):
        return Instruction("divide", COSTS["divide"], False)
    if re.fullmatch(r"(b|bl|bx|blx|cbn?z|b(eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)|bx(eq|ne))", name):
        return Instruction("branch", 0, True)
    if re.match(r"(mul|mla|mls|sm[lmu]|um[lua])", name):
        return Instruction("multiply", COSTS["multiply"], False)
    return Instruction("data", COSTS["data"], False)


def _register_count(operands: str) -> int:
    inside = re.search(r"\{(.*)\}", operands)
    if inside is None:
        return 1
    count = 0
    for part in inside[1].split(","):
        ends = re.findall(r"[rs](\d+)", part)
        count += int(ends[1]) - int(ends[0]) + 1 if "-" in part and len(ends) == 2 else 1
    return count


@dataclass(frozen=True)
class Program:
    """The disassembly of an executable."""

    instructions: dict[int, tuple[int, Instruction]]  # address -> (size, what)
    starts: list[int]
    names: list[str]

    def function(self, address: int) -> str:
        return self.names[bisect_right(self.starts, address) - 1]


def disassemble(elf: Path, objdump: str = "arm-none-eabi-objdump") -> Program:
    text = subprocess.run([objdump, "-d", str(elf)], check=True, capture_output=True, text=True).stdout
    code: dict[int, tuple[int, Instruction]] = {}
    functions: list[tuple[int, str]] = []
    current = ""
    for line in text.splitlines():
        if head := re.match(r"([0-9a-f]+) <([^>]+)>:", line):
            # Labels inside the assembly kernels belong to the function before them.
            if not head[2].endswith(("_group", "_body", "_body_end")):
                current = re.sub(r"\.(constprop|isra|part)\.\d+|_veneer$|^__", "", head[2])
                functions.append((int(head[1], 16), current))
        elif body := re.match(r"\s*([0-9a-f]+):\t((?:[0-9a-f]{4} ?)+)\s*\t(\S+)\s*([^@;]*)", line):
            size = len(body[2].split()) * 2
            code[int(body[1], 16)] = (size, classify(body[3], body[4].strip()))
    functions.sort()
    return Program(code, [a for a, _ in functions], [n for _, n in functions])


def charge(program: Program, trace: Iterable[tuple[int, int]]) -> Tally:
    """Adds up a trace of executed blocks (address, bytes), in order."""
    tally = Tally()
    previous: Instruction | None = None
    fallthrough, where = 0, ""
    for address, size in trace:
        if previous is not None and previous.branch:
            taken = address != fallthrough
            tally.cycles[where] += COSTS["branch taken" if taken else "branch not taken"]
        at = address
        while at < address + size:
            length, what = program.instructions[at]
            where = program.function(at)
            tally.instructions[where] += 1
            tally.cycles[where] += what.cycles
            tally.classes[what.kind] += 1
            previous, at = what, at + length
        fallthrough = at
    return tally


SEMIHOSTING_OPEN, CLOSE, WRITE0, WRITE, READ, COMMAND_LINE, EXIT, EXIT_EXTENDED = 1, 2, 4, 5, 6, 0x15, 0x18, 0x20


class Machine:
    """Enough of the AN505 board for llm_tool: memory, semihosting, a timer that stands still."""

    def __init__(self, elf: Path, arguments: list[str]) -> None:
        import unicorn as untyped_unicorn
        from elftools.elf import elffile as untyped_elf

        unicorn: Any = untyped_unicorn
        elf_module: Any = untyped_elf
        self.words = unicorn.arm_const
        self.cpu: Any = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
        self.cpu.ctl_set_cpu_model(self.words.UC_CPU_ARM_CORTEX_M33)
        for base, size in (
            (0x10000000, 4 << 20), (0x38000000, 4 << 20), (0x80000000, 16 << 20), (0x50000000, 1 << 16),
            (0xE0000000, 1 << 20),
        ):  # fmt: skip
            self.cpu.mem_map(base, size)
        with elf.open("rb") as file:
            image = elf_module.ELFFile(file)
            for segment in image.iter_segments("PT_LOAD"):
                if segment["p_filesz"]:
                    self.cpu.mem_write(segment["p_paddr"], segment.data())
            self.symbols = {s.name: s["st_value"] for s in image.get_section_by_name(".symtab").iter_symbols()}
        self.command_line = " ".join(["llm_tool", *arguments]).encode()
        self.files: list[Any] = []
        self.output = bytearray()
        self.exit_status: int | None = None
        self.blocks: list[tuple[int, int]] | None = None
        self.cpu.hook_add(unicorn.UC_HOOK_INTR, self._interrupt)

    def _string(self, address: int, size: int | None = None) -> bytes:
        if size is not None:
            return bytes(self.cpu.mem_read(address, size))
        out = bytearray()
        while (byte := self.cpu.mem_read(address, 1)[0]) != 0:
            out.append(byte)
            address += 1
        return bytes(out)

    def _interrupt(self, cpu: Any, number: int, _: object) -> None:
        w = self.words
        pc = cpu.reg_read(w.UC_ARM_REG_PC)
        if number != 7:
            raise CyclesError(f"exception {number} at {pc:#x}")
        operation, block = cpu.reg_read(w.UC_ARM_REG_R0), cpu.reg_read(w.UC_ARM_REG_R1)
        result = self._serve(operation, block)
        cpu.reg_write(w.UC_ARM_REG_R0, result & 0xFFFFFFFF)
        cpu.reg_write(w.UC_ARM_REG_PC, (pc + 2) | 1)

    def _serve(self, operation: int, block: int) -> int:
        def word(i: int) -> int:
            return int(struct.unpack("<I", self.cpu.mem_read(block + 4 * i, 4))[0])

        if operation == SEMIHOSTING_OPEN:
            name = self._string(word(0), word(2)).decode()
            if name == ":tt":
                self.files.append(None)
            else:
                try:
                    self.files.append(open(name, "rb"))  # noqa: SIM115 - lives as long as the machine
                except OSError:
                    return -1
            return len(self.files)
        if operation == READ:
            data = self.files[word(0) - 1].read(word(2))
            self.cpu.mem_write(word(1), data)
            return word(2) - len(data)
        if operation == WRITE0:
            self.output += self._string(block)
            return 0
        if operation == WRITE:
            self.output += self._string(word(1), word(2))
            return 0
        if operation == COMMAND_LINE:
            self.cpu.mem_write(word(0), self.command_line + b"\0")
            self.cpu.mem_write(block + 4, struct.pack("<I", len(self.command_line)))
            return 0
        if operation in (EXIT, EXIT_EXTENDED):
            self.exit_status = word(1) if operation == EXIT_EXTENDED else 0
            self.cpu.emu_stop()
            return 0
        return 0 if operation == CLOSE else -1

    def traces(self, function: str, calls: list[int]) -> dict[int, list[tuple[int, int]]]:
        """Blocks executed between those calls of a function (from 0) and the next call of it."""
        import unicorn

        found: dict[int, list[tuple[int, int]]] = {}
        w, entry = self.words, self.symbols[function] & ~1
        count, arrived = -1, False

        def on_block(_cpu: Any, address: int, size: int, _: object) -> None:
            found[count].append((address, size))

        def on_entry(cpu: Any, _address: int, _size: int, _: object) -> None:
            nonlocal count, arrived
            if arrived:  # the second visit, after a stop: go on
                arrived = False
                return
            count += 1
            if count in calls or count - 1 in calls:
                arrived = True
                cpu.emu_stop()

        self.cpu.hook_add(unicorn.UC_HOOK_CODE, on_entry, begin=entry, end=entry)
        stack, at = struct.unpack("<II", self.cpu.mem_read(0x10000000, 8))
        self.cpu.reg_write(w.UC_ARM_REG_SP, stack)
        while count <= max(calls) and self.exit_status is None:
            # Blocks are watched from the moment they are translated: stop, set the hook, forget translations, go on.
            hook = None
            if count in calls:
                found[count] = []
                hook = self.cpu.hook_add(unicorn.UC_HOOK_BLOCK, on_block)
            self.cpu.ctl_flush_tb()
            self.cpu.emu_start(at | 1, 0xFFFFFFFE)
            at = self.cpu.reg_read(w.UC_ARM_REG_PC)
            if hook is not None:
                self.cpu.hook_del(hook)
        if not found:
            raise CyclesError(self.output.decode(errors="replace") or f"{function} was never called")
        return found


def measure(elf: Path, model: Path, positions: list[int], options: list[str]) -> dict[int, Tally]:
    """Tallies of the tokens at those positions; the prompt is empty, so call p + 1 of next() feeds position p."""
    program = disassemble(elf)
    steps = max(positions) + 3
    machine = Machine(elf, [f"model={model}", f"steps={steps}", "mode=count", *options])
    traces = machine.traces("toy_story_next", positions)
    return {position: charge(program, trace) for position, trace in traces.items()}

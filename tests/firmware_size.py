"""What the board's images cost, against [firmware.*] in tests/budgets.toml: `python -m tests.firmware_size [BOARD]`.

In:     build/rp2350-BOARD: plush_toy.uf2 and .elf, the compiler's .su files
Out:    UF2 and image bytes, SRAM left, the deepest known chain of stack frames a core; exit 1 when beyond a budget,
        or when an inner loop is not in SRAM
Raises: SystemExit with one line when an image is not built
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from elftools.elf.elffile import ELFFile

ROOT = Path(__file__).resolve().parents[1]
BOARDS = ("pico2", "pico2_w", "pimoroni_pico_plus2_w_rp2350")
SRAM_BYTES = 520 * 1024
RAM_FROM, RAM_TO = 0x20000000, 0x20082000
# Where each core begins, and what may interrupt it: the deepest handler comes on top.
ROOTS = {"core0": ("plush_main", ("on_dma", "on_uart", "dcd_rp2040_irq")), "core1": ("core1_main", ("on_alarm",))}
# Behind a call through a pointer may be any of these; core 1 has its own few.
POINTED_AT = ("answer", "pair", "seal", "open", "toy_inbox_message", "toy_inbox_audio", "toy_inbox_event")
POINTED_AT += ("on_cable_frame", "to_radio", "on_toy_event", "erase_model", "program_model", "at_work")
POINTED_AT_BY_CORE1 = ("rp_guard_start", "multiply_part", "attend_part", "gate_part")
EXCEPTION_BYTES = 104  # with the FPU's registers
# Inner loops, and what runs while flash cannot be read.
IN_SRAM = ("toy_kernel_rows8", "toy_kernel_scores", "toy_kernel_dense", "toy_fft_real_512")
IN_SRAM += ("on_dma", "take_jobs", "rp_core1_share")


def folder_of(board: str) -> Path:
    return ROOT / "build" / f"rp2350-{board}"


def elf_of(board: str) -> Path:
    return folder_of(board) / "ports" / "rp2350" / "plush_toy.elf"


def frames(folder: Path) -> dict[str, int]:
    """Function -> bytes of its frame, from every .su file; the largest where a name is used twice."""
    sizes: dict[str, int] = {}
    for file in folder.rglob("*.su"):
        for line in file.read_text(encoding="utf-8").splitlines():
            where, size, _ = line.split("\t")
            name = where.rpartition(":")[2]
            sizes[name] = max(int(size), sizes.get(name, 0))
    return sizes


def calls(elf: Path) -> dict[str, set[str]]:
    """Function -> what it calls or jumps to, from the disassembly; "*" is a call through a pointer."""
    command = ["arm-none-eabi-objdump", "-d", "--no-show-raw-insn", str(elf)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    graph: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in done.stdout.splitlines():
        if head := re.match(r"[0-9a-f]+ <(.+)>:", line):
            current = graph.setdefault(_plain(head[1]), set())
        elif call := re.search(r"\tb[a-z.]*\t[0-9a-f]+ <([^+>]+)>", line):
            current.add(_plain(call[1]))
        elif re.search(r"\tblx\tr\d", line):
            current.add("*")
    return graph


def _plain(name: str) -> str:
    return re.sub(r"^__(.+)_veneer$", r"\1", name).split(".")[0]


class Depth:
    """Stack bytes of the deepest chain below a function. A function within itself counts once."""

    def __init__(self, graph: dict[str, set[str]], sizes: dict[str, int], pointed_at: tuple[str, ...]) -> None:
        self._graph, self._sizes, self._pointed_at = graph, sizes, pointed_at
        self._known: dict[str, int] = {}
        self._path: set[str] = set()

    def below(self, name: str) -> int:
        if name in self._known or name in self._path:
            return self._known.get(name, 0)
        self._path.add(name)
        called = self._graph.get(name, set())
        called = (called - {"*"}) | (set(self._pointed_at) if "*" in called else set())
        # In one order, or the figure changes from run to run: a circle of calls is cut where it is met.
        depth = self._sizes.get(name, 0) + max((self.below(other) for other in sorted(called)), default=0)
        self._path.remove(name)
        self._known[name] = depth
        return depth


def outside_sram(elf: Path) -> list[str]:
    """Which of IN_SRAM are not there, or not in the image at all."""
    done = subprocess.run(["arm-none-eabi-nm", str(elf)], capture_output=True, text=True, check=True)
    found = {name: int(at, 16) for at, _, name in re.findall(r"^([0-9a-f]+) (\w) (\w+)$", done.stdout, re.M)}
    return [name for name in IN_SRAM if not RAM_FROM <= found.get(name, 0) < RAM_TO]


def measure(board: str) -> dict[str, int]:
    folder, elf = folder_of(board), elf_of(board)
    if not elf.exists():
        raise SystemExit(f"firmware_size: {elf} is not built: make firmware BOARD={board}")
    with elf.open("rb") as stream:
        sections = [s for s in ELFFile(stream).iter_sections() if s["sh_flags"] & 2 and s["sh_size"]]
        ram = sum(s["sh_size"] for s in sections if RAM_FROM <= s["sh_addr"] < RAM_TO)
        image = sum(s["sh_size"] for s in sections if s["sh_type"] != "SHT_NOBITS")
    graph, sizes = calls(elf), frames(folder)
    uf2 = elf.with_suffix(".uf2").stat().st_size
    found = {"uf2_bytes": uf2, "image_bytes": image, "sram_left_bytes": SRAM_BYTES - ram}
    for core, (root, handlers) in ROOTS.items():
        depth = Depth(graph, sizes, POINTED_AT if core == "core0" else POINTED_AT_BY_CORE1)
        interrupt = max(Depth(graph, sizes, ()).below(name) for name in handlers)
        found[f"stack_{core}_bytes"] = depth.below(root) + interrupt + 2 * EXCEPTION_BYTES
    return found


def judge(board: str, found: dict[str, int]) -> list[str]:
    budgets = tomllib.loads((ROOT / "tests" / "budgets.toml").read_text(encoding="utf-8"))["firmware"][board]
    wrong = []
    for name, value in found.items():
        bar = budgets[name]
        if value < bar if name == "sram_left_bytes" else value > bar:
            wrong.append(f"{board}: {name} is {value:,}, budget {bar:,}")
    return wrong + [f"{board}: {name} is not in SRAM" for name in outside_sram(elf_of(board))]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Size of the board's images.")
    parser.add_argument("boards", nargs="*", default=[b for b in BOARDS if folder_of(b).exists()])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    all_found = {board: measure(board) for board in options.boards}
    if options.json:
        print(json.dumps(all_found, indent=2))
    else:
        for board, found in all_found.items():
            print(board, *(f"  {name:20} {value:>9,}" for name, value in found.items()), sep="\n")
    wrong = [line for board, found in all_found.items() for line in judge(board, found)]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

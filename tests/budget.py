"""What the toy costs on the Cortex-M33, against tests/budgets.toml: `python -m tests.budget [--json] [--update]`.

In:     build/qemu: plush_toy.elf with its map, test_load.elf and test_tasks.elf, the compiler's .su files
Out:    instructions per 20 ms frame and task, reaction times, stack, arena, code and data by room; exit 1 when one is
        beyond its budget
Raises: SystemExit with one line when the build or QEMU is not there
Exact: the same sources, compiler and emulator give the same figures, so 3% is a change and no noise.
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
BUILD = ROOT / "build" / "qemu"
BUDGETS = ROOT / "tests" / "budgets.toml"
DESIGN = ROOT / "toy_mcu" / "DESIGN.md"
BEGIN, END = "<!-- budgets: written by python -m tests.budget --update -->", "<!-- /budgets -->"
ALLOWED = 1.03
FIRMWARE = "# The board's images"  # where the part begins that others measure
ROOMS = ("base", "audio", "link", "app", "wake", "llm", "voice", "secure", "content", "phrase_bank")
RAM_FROM, RAM_TO = 0x38000000, 0x39000000

OTHERS = {"limits", "llm", "voice"}  # [llm]: tests/py/test_llm_speed.py; [voice]: tests/py/test_voice_cost.py

Figures = dict[str, dict[str, int]]

QEMU = (
    *("qemu-system-arm", "-M", "mps2-an505", "-display", "none", "-monitor", "none", "-serial", "null"),
    *("-icount", "shift=6", "-semihosting-config", "enable=on,target=native", "-kernel"),
)


def run(program: Path) -> str:
    """Everything that a measuring program prints; it must end well."""
    if not program.exists():
        raise SystemExit(f"budget: {program} is not built (make c-qemu)")
    try:
        done = subprocess.run([*QEMU, str(program)], capture_output=True, text=True, timeout=300, check=False)
    except FileNotFoundError:
        raise SystemExit("budget: qemu-system-arm is not installed") from None
    if done.returncode != 0:
        raise SystemExit(f"budget: {program.name} failed\n{done.stdout}{done.stderr}")
    return done.stdout


def read_run(text: str, figures: Figures) -> None:
    """Lines `task NAME frames= mean= most=`, `latency NAME rounds= instructions=`, `stack used=`, `arena NAME=`."""
    for name, mean, most in re.findall(r"^task (\w+) frames=\d+ mean=(\d+) most=(\d+)$", text, re.M):
        figures["instructions_mean"][name] = int(mean)
        figures["instructions_most"][name] = int(most)
    for name, instructions in re.findall(r"^latency (\w+) rounds=\d+ instructions=(\d+)$", text, re.M):
        figures["latency_instructions"][name] = int(instructions)
    for number in re.findall(r"^stack used=(\d+)$", text, re.M):
        figures["stack_bytes"]["painted"] = int(number)
    for what, number in re.findall(r"^arena (\w+)=(\d+)$", text, re.M):
        figures["arena_bytes"]["toy" if what == "used" else what] = int(number)


def read_sizes(elf: Path, figures: Figures) -> None:
    """Code (with constants, in flash) and data (RAM) of each room that the linker took, and of the whole image."""
    text = Path(f"{elf}.map").read_text(encoding="utf-8", errors="replace").partition("Linker script and memory map")[2]
    code, data = dict.fromkeys(ROOMS, 0), dict.fromkeys(ROOMS, 0)
    # One input section: name, address, size, archive(member); long names push the rest to the next line.
    pattern = r"^ (\.\S+)\s+0x([0-9a-f]{8,16})\s+0x([0-9a-f]+)\s+\S*libtoy_(\w+)\.a\("
    for section, address, size, room in re.findall(pattern, text, re.M):
        if int(address, 16) == 0 or section.startswith((".debug", ".comment", ".ARM.attributes")):
            continue  # dropped, or not loaded
        in_ram = RAM_FROM <= int(address, 16) < RAM_TO
        (data if in_ram else code)[room] += int(size, 16)
    figures["code_bytes"] = {room: size for room, size in code.items() if size}
    figures["data_bytes"] = {room: size for room, size in data.items() if size}
    with elf.open("rb") as file:
        image = ELFFile(file)  # type: ignore[no-untyped-call]
        figures["code_bytes"]["image"] = sum(s["p_filesz"] for s in image.iter_segments("PT_LOAD"))
        # The stack, the arena and all else that lies in the RP2350's 520 KB.
        figures["data_bytes"]["image"] = sum(
            s["sh_size"] for s in image.iter_sections() if RAM_FROM <= s["sh_addr"] < RAM_TO
        )


def read_frames(build: Path, figures: Figures) -> None:
    """The largest single stack frame of each room that is in the image, as the compiler states it."""
    for room in figures["code_bytes"]:
        largest = 0
        for file in (build / room).rglob("*.su"):
            for line in file.read_text(encoding="utf-8").splitlines():
                largest = max(largest, int(line.split("\t")[1]))
        if largest:
            figures["stack_frame_bytes"][room] = largest


def measure(build: Path = BUILD) -> Figures:
    groups = ("instructions_mean", "instructions_most", "latency_instructions", "stack_bytes", "stack_frame_bytes")
    figures: Figures = {group: {} for group in (*groups, "arena_bytes", "code_bytes", "data_bytes")}
    for program in ("test_tasks", "test_load"):
        read_run(run(build / "tests" / f"{program}.elf"), figures)
    read_sizes(build / "plush_toy.elf", figures)
    read_frames(build, figures)
    return figures


def read_budgets() -> Figures:
    """Without [firmware.*], which is for tests/firmware_size.py."""
    budgets = tomllib.loads(BUDGETS.read_text(encoding="utf-8"))
    return {group: values for group, values in budgets.items() if group != "firmware"}


def beyond(figures: Figures, budgets: Figures) -> list[str]:
    """One line for each figure more than 3% above its budget, and for each one that has no budget or is missing."""
    lines = []
    limits = budgets["limits"]
    for group in figures.keys() | (budgets.keys() - OTHERS):
        measured, allowed = figures.get(group, {}), budgets.get(group, {})
        for name in sorted(measured.keys() | allowed.keys()):
            if name not in allowed:
                lines.append(f"{group}.{name} = {measured[name]} has no budget")
            elif name not in measured:
                lines.append(f"{group}.{name} has a budget and was not measured")
            elif measured[name] > allowed[name] * ALLOWED:
                percent = 100 * measured[name] / max(1, allowed[name]) - 100
                lines.append(f"{group}.{name} = {measured[name]}, {percent:+.1f}% above {allowed[name]}")
        lines += [
            f"{group}.{name} = {value} is beyond the limit of {limits[group]}"
            for name, value in measured.items()
            if value > limits.get(group, value)
        ]
    return sorted(lines)


def sram(budgets: Figures) -> dict[str, int]:
    """Bytes of the RP2350's SRAM with everything on at once, by what holds them.

    The radio stack is a reserve until it is measured on the chip.
    """
    return {
        "Llama: weights, cache, activations, tokenizer": budgets["llm"]["sram_bytes"],
        "the toy's arena: link, sound, offline turns, ears, voice, dialogue": budgets["arena_bytes"]["toy"],
        "stack": budgets["limits"]["stack_bytes"],
        "radio stack, reserved": budgets["limits"]["radio_bytes"],
    }


def table(budgets: Figures) -> str:
    """The budgets as they stand in toy_mcu/DESIGN.md."""
    mean, most = budgets["instructions_mean"], budgets["instructions_most"]
    lines = [
        "An instruction counts as one clock here; loads and taken branches take more on the chip.",
        "",
        "| task | instructions per 20 ms frame, mean | most | of one core at 150 MHz |",
        "|---|---|---|---|",
    ]
    lines += [f"| {name} | {mean[name]:,} | {most[name]:,} | {mean[name] / 30000:.2f}% |" for name in mean]
    lines += [
        "",
        "| event at full load | until it is heard: wait for the round, instructions, speaker DMA |",
        "|---|---|",
    ]
    lines += [f"| {name} | {value / 150000:.1f} ms |" for name, value in budgets["latency_instructions"].items()]
    lines += ["", "| room | code and constants | data | largest stack frame |", "|---|---|---|---|"]
    for room in budgets["code_bytes"]:
        cells = [budgets[g].get(room, 0) for g in ("code_bytes", "data_bytes", "stack_frame_bytes")]
        lines.append(f"| {room} | {cells[0]:,} | {cells[1]:,} | {cells[2] or '-'} |")
    memory = [f"{name} {value:,} bytes" for name, value in budgets["arena_bytes"].items()]
    painted = budgets["stack_bytes"]["painted"]
    lines += ["", f"Arenas: {', '.join(memory)}. Deepest stack at full load, painted: {painted:,} bytes."]
    if "llm" in budgets:
        rows = sram(budgets)
        lines += ["", "| in SRAM, everything on at once | bytes |", "|---|---|"]
        lines += [f"| {what} | {count:,} |" for what, count in rows.items()]
        lines.append(f"| sum, of at most {budgets['limits']['sram_bytes']:,} | {sum(rows.values()):,} |")
    return "\n".join(lines)


def write_budgets(figures: Figures, limits: dict[str, int]) -> None:
    firmware = BUDGETS.read_text(encoding="utf-8").partition(FIRMWARE)[2]
    lines = [
        "# What the toy may cost on the Cortex-M33, by `python -m tests.budget`. More than 3% above a line is red;",
        "# `python -m tests.budget --update` writes what is measured now, after a change that is worth its price.",
        "# `frame` is the whole round at full load, from `receive` to `transmit`; the spotter is part of `hear`.",
        "",
        "[limits] # never, whatever was measured",
        *(f"{group} = {value}" for group, value in limits.items()),
    ]
    for group, values in (figures | {group: read_budgets()[group] for group in ("llm", "voice")}).items():
        lines += ["", f"[{group}]", *(f"{name} = {value}" for name, value in values.items())]
    lines += ["", FIRMWARE]
    BUDGETS.write_text("\n".join(lines) + firmware, encoding="utf-8")


def write_table(budgets: Figures) -> None:
    text = DESIGN.read_text(encoding="utf-8") if DESIGN.exists() else "# The toy's design\n"
    if BEGIN not in text:
        text += f"\n## Budgets\n\n{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN)
    DESIGN.write_text(f"{before}{BEGIN}\n\n{table(budgets)}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="budget", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", choices=["qemu"], default="qemu", help="where the toy runs")
    parser.add_argument("--build", type=Path, default=BUILD, help="build folder of the QEMU port")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--update", action="store_true", help="make the figures the new budgets")
    options = parser.parse_args(arguments)
    figures = measure(options.build)
    budgets = read_budgets()
    if options.update:
        write_budgets(figures, budgets["limits"])
        budgets = read_budgets()
        write_table(budgets)
    red = beyond(figures, budgets)
    print(json.dumps({"figures": figures, "beyond": red}, indent=1) if options.json else table(figures))
    for line in red:
        print(f"beyond budget: {line}", file=sys.stderr)
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())

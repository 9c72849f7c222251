"""Writes pio/MUTANTS.md: `python -m tests.py.pio_bench.report`, two minutes.

Out:    counts of both programs, every mutant that survives the checks, and why it is no other program
Raises: SystemExit when a survivor is neither explained below nor proved equal to the program
"""

from __future__ import annotations

from collections import Counter

from tests.py.pio_bench.checks import CHECKS
from tests.py.pio_bench.equivalence import is_equivalent
from tests.py.pio_bench.mutants import Mutant, all_mutants, verdict
from tests.py.pio_bench.program import PIO_DIR, load

MUTANTS = PIO_DIR / "MUTANTS.md"
NAMES = ("i2s_mic", "i2s_speaker")

# (program, instructions, beginning of the change) -> why it is the same program in other words
REASONS: list[tuple[str, set[int], str, str]] = [
    ("i2s_mic", {1}, "condition 1 -> 5", "X is 0 or all ones, and Y all ones after its loop: X != Y means X == 0"),
    ("i2s_mic", {11}, "condition 1 -> 5", "X is 0 or all ones, and Y all ones after its loop: X != Y means X == 0"),
    ("i2s_mic", {3, 13}, "if 0 -> 1", "a word is pushed after 32 bits only, so the ISR is always full here"),
    ("i2s_mic", {3, 13}, "block 0 -> 1", "room for the pair was asked for before, so the push never blocks"),
    ("i2s_mic", {4, 14}, "count", "the first bit of a word: all but the data pin's bit leave the ISR again"),
    ("i2s_mic", {9}, "operation 0 -> 2", "all zeros or all ones, read backwards, are the same"),
    ("i2s_mic", {19, 21}, "", "fills a cycle of a slot that is dropped; 32 bits follow before the next push"),
    ("i2s_mic", {20, 22}, "condition 0 -> 1", "X is 0 on this path, so the jump is always taken"),
    ("i2s_mic", {22}, "condition", "X is 0 and Y all ones on this path, so the jump is always taken; Y is set next"),
    ("i2s_speaker", {1}, "if 0 -> 1", "32 bits were shifted out, so the OSR is always empty here"),
    ("i2s_speaker", {5, 13}, "value 0 ->", "one pin is mapped: only the lowest bit of the value counts"),
    ("i2s_speaker", {5, 13}, "opcode 7 -> 3", "what is left in the OSR here is zeros: the pin falls just the same"),
    ("i2s_speaker", {12}, "condition 4 -> 7", "the loop ends with Y, and the OSR is empty at the same time"),
    ("i2s_speaker", {7, 9, 15}, "", "no operation: changes the ISR, a used-up OSR, or X, which is 0 again in the end"),
]


def survivors(name: str) -> tuple[Counter[str], list[Mutant]]:
    program = load(name)
    counts: Counter[str] = Counter()
    left = []
    for mutant in all_mutants(program):
        result = verdict(mutant, CHECKS[name])
        counts[result] += 1
        if result == "survived":
            left.append(mutant)
    return counts, left


def reason(mutant: Mutant) -> str | None:
    name, _, at = mutant.where.partition("[")
    number = int(at[:-1]) if at else -1
    for program, places, beginning, why in REASONS:
        if program == name and number in places and mutant.what.startswith(beginning):
            return why
    return None


def _ranges(values: list[str]) -> str:
    """["0", "2", "3", "4"] -> "0, 2..4"."""
    if not all(value.isdigit() for value in values):
        return ", ".join(values)
    numbers = [int(value) for value in values]
    starts = [n for n in numbers if n - 1 not in numbers]
    ends = [n for n in numbers if n + 1 not in numbers]
    return ", ".join(str(a) if a == b else f"{a}..{b}" for a, b in zip(starts, ends, strict=True))


def table(survived: dict[str, tuple[Counter[str], list[Mutant]]]) -> str:
    """The document; one line for all values of a field that survive."""
    lines = [
        "# Mutants of the PIO programs",
        "",
        "Every field of every instruction set to every other value; wrap, wrap target, start, pin directions, shift",
        "direction and status level moved. Written by `python -m tests.py.pio_bench.report`;",
        "`tests/py/test_pio_mutants.py` compares with a fresh run. Undefined: encodings without a meaning in the",
        "datasheet, and EXEC, which the emulator lacks; nothing is claimed about them.",
        "",
        "| program | mutants | undefined | caught | survived, same | survived, different | caught of the different |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (counts, left) in survived.items():
        same = sum(reason(mutant) is not None for mutant in left)
        different = len(left) - same
        share = 100 * counts["caught"] / (counts["caught"] + different)
        numbers = [counts.total(), counts["undefined"], counts["caught"], same, different]
        lines.append(f"| {name} | {' | '.join(map(str, numbers))} | {share:.1f}% |")
    lines += [
        "",
        "Equivalent means: same clocks, data, flags and FIFO words in every cycle from every control state that can be",
        "reached (`equivalence.py`; the long tests prove each again). Instructions count from 0.",
        "",
        "| instruction | survivors | why it is the same program |",
        "|---|---|---|",
    ]
    groups: dict[tuple[str, str, str], list[str]] = {}
    for _, left in survived.values():
        for mutant in left:
            field, _, value = mutant.what.partition(" -> ")
            groups.setdefault((mutant.where, field, reason(mutant) or "**different**"), []).append(value)
    for (where, field, why), values in groups.items():
        lines.append(f"| {where} | {field} -> {_ranges(values)} | {why} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    survived = {name: survivors(name) for name in NAMES}
    for name, (_, left) in survived.items():
        for mutant in left:
            same = is_equivalent(load(name), mutant.program)
            if same != (reason(mutant) is not None):
                raise SystemExit(f"{mutant.where} {mutant.what}: equal {same}, explained by {reason(mutant)}")
    MUTANTS.write_text(table(survived), encoding="utf-8")


if __name__ == "__main__":
    main()

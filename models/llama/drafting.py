"""What drafting with a small model would bring for a large one on the bus: `python -m models.llama.drafting`.

A small model in SRAM drafts k tokens; the large one verifies them, and its own next token, in one pass over the bus.
With each draft accepted at rate a, a pass yields 1 + a + ... + a^k tokens (Leviathan 2023).

In      the large model's shape, and a draft token's seconds
Out     seconds a pass of n tokens; the rate at which drafting is even with plain decoding; the gain at a rate
Source  the cost and bus models of report.py; the draft's cycles from tests/budgets.toml
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from models.llama import report
from models.llama.formats import MATRICES, Shape

CPU_HZ, POSITION = 150e6, 128
TARGET = Shape(dim=288, hidden=768, layers=6, heads=6, kv_heads=6, vocab=4096, context=256)  # stories15M, pruned
BUDGETS = Path(__file__).resolve().parents[2] / "tests" / "budgets.toml"
QSPI, PESSIMISTIC = report.Bus(75e6), report.Bus(20e6, command_clocks=0)


def pass_seconds(shape: Shape, bits: int, tokens: int, bus: report.Bus, cache_reads: int) -> float:
    """One pass of that many tokens: weights once, the cache so many times over the bus, computing beside it."""
    sizes = [shape.matrix(name) for name in MATRICES] * shape.layers + [(shape.vocab, shape.dim)]
    a_weight, a_group = report.KERNEL_CYCLES[bits]
    cycles = sum(rows * columns * a_weight + rows / 4 * a_group for rows, columns in sizes)
    split = cycles + report.attention_cycles(shape, POSITION) + 14 * shape.layers * shape.hidden
    whole = report.rest_cycles(shape) - 14 * shape.layers * shape.hidden
    computing = tokens * (whole + split / (2 * report.SECOND_CORE)) / CPU_HZ
    weight_bytes = sum(rows * columns * bits // 8 + 2 * rows for rows, columns in sizes)
    fetching = (weight_bytes + cache_reads * report.kv_bytes(shape, POSITION)) / bus.bytes_a_second
    return max(computing, fetching)


def yielded(rate: float, drafted: int) -> float:
    """Tokens a pass, on average."""
    return sum(rate**i for i in range(drafted + 1))


def even_rate(cost: float, drafted: int) -> float:
    """The rate at which a pass yields as many tokens as plain decoding would in its time; above 1: never."""
    low, high = 0.0, 1.0
    if yielded(high, drafted) < cost:
        return float("inf")
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if yielded(middle, drafted) < cost else (low, middle)
    return high


def cost_of(drafted: int, draft_s: float, bus: report.Bus, shared_cache: bool) -> float:
    """Drafting and one verifying pass, in plain tokens."""
    tokens = drafted + 1
    plain = pass_seconds(TARGET, 4, 1, bus, 1)
    return (drafted * draft_s + pass_seconds(TARGET, 4, tokens, bus, 1 if shared_cache else tokens)) / plain


def main() -> None:
    draft_s = tomllib.loads(BUDGETS.read_text(encoding="utf-8"))["llm"]["two_core_cycles_at_128"] / CPU_HZ
    print(f"a draft token: {1e3 * draft_s:.2f} ms, stories260K in SRAM on two cores at position {POSITION}")
    for bus, name in ((QSPI, "75 MHz QSPI"), (PESSIMISTIC, "10 MB/s")):
        print(f"{name}: plain {1e3 * pass_seconds(TARGET, 4, 1, bus, 1):.0f} ms a token")
        for shared in (False, True):
            for drafted in (1, 2, 3, 4):
                cost = cost_of(drafted, draft_s, bus, shared)
                gains = ", ".join(f"{yielded(rate, drafted) / cost:.2f} at {rate}" for rate in (0.3, 0.5, 0.7))
                print(
                    f"  {drafted} drafted, cache read once a {'pass' if shared else 'token'}: costs {cost:.2f} tokens, "
                    f"even at {even_rate(cost, drafted):.2f}; gain {gains}"
                )


if __name__ == "__main__":
    main()

"""Questions made by counting: sums, differences, small products, what comes after seven, a countdown.

In      knowledge/asks.toml
Out     Questions
"""

from __future__ import annotations

from collections.abc import Iterator

from models.llama.chat_knowledge import Question, asked, cap
from models.llama.chat_knowledge import number_word as w

HIGHEST = 10  # that is added or taken away
HIGHEST_FACTOR = 5


def numbers() -> Iterator[Question]:
    """Out: all of it, in an order that stays."""
    yield from sums()
    yield from neighbours()
    yield from counting()


def sums() -> Iterator[Question]:
    for x in range(HIGHEST + 1):
        for y in range(HIGHEST + 1):
            words = {"x": w(x), "y": w(y), "i": str(x), "j": str(y)}
            yield asked("sum", f"{cap(w(x))} plus {w(y)} is {w(x + y)}.", **words)
            if y <= x:
                yield asked("minus", f"{cap(w(x))} minus {w(y)} is {w(x - y)}.", **words)
            if 1 <= x <= HIGHEST_FACTOR and 1 <= y <= HIGHEST_FACTOR:
                yield asked("times", f"{cap(w(x))} times {w(y)} is {w(x * y)}.", **words)


def neighbours() -> Iterator[Question]:
    for n in range(20):
        yield asked("order", f"After {w(n)} comes {w(n + 1)}.", asks="after_number", x=w(n))
        yield asked("order", f"Before {w(n + 1)} comes {w(n)}.", asks="before", x=w(n + 1), row="number")


def counting() -> Iterator[Question]:
    for n in range(3, 21):
        row = ", ".join(w(i) for i in range(1, n)) + f" and {w(n)}!"
        yield asked("counting", cap(row), x=w(n), i=str(n))
    back = ", ".join(w(i) for i in range(10, 0, -1)) + ", zero. Lift off!"
    yield asked("counting", cap(back), asks="countdown")

"""Questions about two animals, or one and what it can do: drawn anew each time, since there are too many for a table.

In      knowledge/animals.toml as rows, knowledge/asks.toml; a random number generator
Out     Question
"""

from __future__ import annotations

import random
from typing import Any

from models.llama.chat_knowledge import Question, a, asked, cap

VERBS = ("swim", "fly", "jump", "climb", "run")
CLEARLY = 4  # times as heavy


def ability(rng: random.Random, rows: list[dict[str, Any]]) -> Question:
    """Out: whether a random animal can do something."""
    row, verb = rng.choice(rows), rng.choice(VERBS)
    x, s = row["name"], row["plural"]
    say = f"Yes, {s} can {verb}." if verb in row["can"].split() else f"No, {s} cannot {verb}."
    return asked("can", say, row["fun"], s=s, a=a(x), v=verb, x=x)


def comparison(rng: random.Random, rows: list[dict[str, Any]]) -> Question:
    """Out: which of two random animals, clearly apart in weight, is bigger or smaller."""
    while True:
        one, two = rng.sample(rows, 2)
        big, small = (one, two) if one["weight_kg"] > two["weight_kg"] else (two, one)
        if big["weight_kg"] >= CLEARLY * small["weight_kg"]:
            break
    x, y = a(one["name"]), a(two["name"])
    asks = rng.choice(("bigger", "smaller", "than"))
    if asks == "than":
        say = f"Yes, {x} is bigger than {y}." if one is big else f"No, {x} is smaller than {y}."
    else:
        winner, loser = (big, small) if asks == "bigger" else (small, big)
        say = f"{cap(a(winner['name']))} is {asks} than {a(loser['name'])}."
    return asked("compare", say, asks=asks, x=x, y=y)

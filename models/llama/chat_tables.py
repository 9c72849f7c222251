"""Questions made from the short tables and from counting: colours, opposites, jobs, spelling, sums, comparisons.

In      knowledge/tables.toml, knowledge/animals.toml
Out     list[Question]
"""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

from models.llama.chat_knowledge import Question, a, animal_rows, cap, load, number_word, split

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
VERBS = ("swim", "fly", "jump", "climb", "run")
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def made(kind: str, asks: str, say: str, more: str = "", **words: str) -> Question:
    """In: phrasings split by | with {slots}. Out: the Question with the slots filled in."""
    return Question(kind, tuple(ask.format(**words) for ask in split(asks)), (say,), more)


def tables() -> list[Question]:
    """Out: one Question for each row of the tables."""
    t: dict[str, Any] = load("tables")
    out = []
    for thing, colour in t["colours"].items():
        say = f"{cap(thing)} is {colour}."
        out.append(
            made(
                "colour",
                "what colour is {t}|which colour does {t} have|what is the colour of {t}"
                "|what colour does {t} have|tell me the colour of {t}|which colour is {t}",
                say,
                t=thing,
            )
        )
    for thing, say in t["meanings"].items():
        bare = thing.removeprefix("an ").removeprefix("a ")
        out.append(
            made(
                "meaning",
                "what is {t}|do you know what {t} is|tell me about {t}|what does {b} mean"
                "|explain {t}|can you tell me what {t} is|what do you know about {t}",
                f"{cap(thing)} is {say}.",
                t=thing,
                b=bare,
            )
        )
    for pair, colour in t["mixes"].items():
        x, y = pair.split(" and ")
        out.append(
            made(
                "mix",
                "what do you get when you mix {x} and {y}|what do {x} and {y} make|mix {x} and {y}"
                "|what happens when i mix {y} and {x}|what colour is {x} and {y}|what is {y} and {x} together",
                f"{cap(x)} and {y} make {colour}.",
                "Try it with your paints!",
                x=x,
                y=y,
            )
        )
    for word, other in t["opposites"].items():
        out.append(
            made(
                "opposite",
                "what is the opposite of {w}|opposite of {w}|tell me the opposite of {w}"
                "|do you know the opposite of {w}|the opposite of {w} is",
                f"The opposite of {word} is {other}.",
                w=word,
            )
        )
    for word, others in t["rhymes"].items():
        out.append(
            made(
                "rhyme",
                "what rhymes with {w}|tell me a word that rhymes with {w}|a rhyme for {w}"
                "|which word rhymes with {w}|find a rhyme for {w}",
                f"{cap(others)} rhyme with {word}." if " " in others else f"{cap(others)} rhymes with {word}.",
                w=word,
            )
        )
    for job, say in t["jobs"].items():
        out.append(
            made(
                "job",
                "what does {j} do|what is {j}|what do {x}s do|what is the job of {j}|tell me about {x}s"
                "|what does the {x} do",
                say,
                "Would you like to do that one day?",
                j=a(job),
                x=job,
            )
        )
        out.append(
            made(
                "job_wish",
                "i want to be {j}|when i grow up i want to be {j}|i want to become {j}"
                "|can i be {j}|i will be {j}|my dad is {j}|my mom is {j}",
                f"{cap(a(job))}, how exciting! What do you like about it?",
                j=a(job),
            )
        )
    for country, city in t["capitals"].items():
        out.append(
            made(
                "capital",
                "what is the capital of {c}|which city is the capital of {c}|the capital of {c}",
                f"The capital of {country} is {city}.",
                c=country.lower(),
            )
        )
    for shape, n in t["shapes"].items():
        round_one = "A circle has no corners. It is round."
        say = f"{cap(a(shape))} has {n} sides and {n} corners." if n != "no" else round_one
        out.append(
            made(
                "shape",
                "how many sides does {s} have|how many corners does {s} have"
                "|how many sides has {s}|how many corners are in {s}",
                say,
                s=a(shape),
            )
        )
    for what, say in t["counts"].items():
        out.append(
            made(
                "count",
                "how many {w}|do you know how many {w}|tell me how many {w}|i want to know how many {w}",
                say,
                w=what,
            )
        )
    for word in t["spelling"]["words"]:
        letters = ", ".join(word.upper())
        out.append(
            made(
                "spell",
                "how do you spell {w}|spell {w}|can you spell {w}|how is {w} spelled"
                "|how do i write {w}|how do you write {w}",
                f"{cap(word)} is spelled {letters}.",
                w=word,
            )
        )
        out.append(
            made(
                "letter",
                "what letter does {w} start with|what is the first letter of {w}|with which letter does {w} begin",
                f"{cap(word)} starts with {word[0].upper()}.",
                w=word,
            )
        )
    return out + calendar() + numbers()


def calendar() -> list[Question]:
    """Out: what comes after Monday, before May, after D."""
    out = []
    for kind, row in (("day", DAYS), ("month", MONTHS), ("letter", list(ALPHABET.upper()))):
        ring = row + row[:1] if kind != "letter" else row
        for x, y in pairwise(ring):
            out.append(
                made(
                    "order",
                    "what comes after {x}|which " + kind + " comes after {x}|what " + kind + " is after {x}",
                    f"After {x} comes {y}.",
                    x=x.lower(),
                )
            )
            out.append(
                made(
                    "order",
                    "what comes before {y}|which " + kind + " comes before {y}|what " + kind + " is before {y}",
                    f"Before {y} comes {x}.",
                    y=y.lower(),
                )
            )
    return out


def numbers() -> list[Question]:
    """Out: sums, differences, small products, counting."""
    out = []
    w = number_word
    for x in range(11):
        for y in range(11):
            out.append(
                made(
                    "sum",
                    "what is {x} plus {y}|how much is {x} plus {y}|{x} plus {y}|what is {x} and {y}"
                    "|{i} + {j}|what is {i} plus {j}|what is {i} + {j}|what does {x} plus {y} make"
                    "|add {x} and {y}",
                    f"{cap(w(x))} plus {w(y)} is {w(x + y)}.",
                    x=w(x),
                    y=w(y),
                    i=str(x),
                    j=str(y),
                )
            )
            if y <= x:
                out.append(
                    made(
                        "minus",
                        "what is {x} minus {y}|how much is {x} minus {y}|{x} minus {y}"
                        "|{x} take away {y}|what is {i} - {j}|{i} - {j}|what is {x} take away {y}",
                        f"{cap(w(x))} minus {w(y)} is {w(x - y)}.",
                        x=w(x),
                        y=w(y),
                        i=str(x),
                        j=str(y),
                    )
                )
            if 1 <= x <= 5 and 1 <= y <= 5:
                out.append(
                    made(
                        "times",
                        "what is {x} times {y}|how much is {x} times {y}|{x} times {y}|what is {i} times {j}",
                        f"{cap(w(x))} times {w(y)} is {w(x * y)}.",
                        x=w(x),
                        y=w(y),
                        i=str(x),
                        j=str(y),
                    )
                )
    for n in range(20):
        out.append(
            made(
                "order",
                "what comes after {x}|which number comes after {x}|what number is after {x}|what is after {x}",
                f"After {w(n)} comes {w(n + 1)}.",
                x=w(n),
            )
        )
        out.append(
            made(
                "order",
                "what comes before {y}|which number comes before {y}|what number is before {y}",
                f"Before {w(n + 1)} comes {w(n)}.",
                y=w(n + 1),
            )
        )
    for n in range(3, 21):
        row = ", ".join(w(i) for i in range(1, n)) + f" and {w(n)}!"
        out.append(
            made(
                "counting",
                "count to {x}|can you count to {x}|please count to {x}|count up to {x}|count to {i}"
                "|i want to hear you count to {x}|count from one to {x}",
                cap(row),
                x=w(n),
                i=str(n),
            )
        )
    back = ", ".join(w(i) for i in range(10, 0, -1)) + ", zero. Lift off!"
    out.append(
        made(
            "counting",
            "count backwards|count backwards from ten|can you count backwards|count down from ten"
            "|do a countdown|start the rocket",
            cap(back),
        )
    )
    return out


def ability(rng: random.Random, rows: list[dict[str, Any]]) -> Question:
    """Out: whether a random animal can do something."""
    row, verb = rng.choice(rows), rng.choice(VERBS)
    x, s = row["name"], row["plural"]
    say = f"Yes, {s} can {verb}." if verb in row["can"].split() else f"No, {s} cannot {verb}."
    return made(
        "can",
        "can {s} {v}|can {a} {v}|are {s} able to {v}|do you know if {s} can {v}|can the {x} {v}",
        say,
        row["fun"],
        s=s,
        a=a(x),
        v=verb,
        x=x,
    )


def comparison(rng: random.Random, rows: list[dict[str, Any]]) -> Question:
    """Out: which of two random animals, clearly apart in weight, is bigger or smaller."""
    while True:
        one, two = rng.sample(rows, 2)
        big, small = (one, two) if one["weight_kg"] > two["weight_kg"] else (two, one)
        if big["weight_kg"] >= 4 * small["weight_kg"]:
            break
    x, y = a(one["name"]), a(two["name"])
    asks, word = rng.choice(
        (
            ("which is bigger {x} or {y}|what is bigger {x} or {y}|who is bigger {x} or {y}", "bigger"),
            ("which is smaller {x} or {y}|what is smaller {x} or {y}|who is smaller {x} or {y}", "smaller"),
            ("is {x} bigger than {y}|are you sure that {x} is bigger than {y}", "than"),
        )
    )
    if word == "than":
        say = f"Yes, {x} is bigger than {y}." if one is big else f"No, {x} is smaller than {y}."
    else:
        winner, loser = (big, small) if word == "bigger" else (small, big)
        say = f"{cap(a(winner['name']))} is {word} than {a(loser['name'])}."
    return made("compare", asks, say, x=x, y=y)


def all_animal_rows() -> list[dict[str, Any]]:
    """Out: the animals' columns, for ability() and comparison()."""
    return animal_rows()

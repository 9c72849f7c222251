"""Questions made from the short tables: colours, opposites, jobs, spelling, what comes after Monday.

In      knowledge/tables.toml, and how each is asked: knowledge/asks.toml
Out     list[Question]
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from models.llama.chat_knowledge import Question, a, asked, cap, load
from models.llama.chat_numbers import numbers

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def tables() -> list[Question]:
    """Out: one Question, or two, for each row of the tables, then calendar and numbers."""
    t: dict[str, Any] = load("tables")
    return [*things(t), *words(t), *jobs(t), *places_and_shapes(t), *spelling(t), *calendar(), *numbers()]


def things(t: dict[str, Any]) -> Iterator[Question]:
    """Out: what colour something is, what it is, and what paints make together."""
    for thing, colour in t["colours"].items():
        yield asked("colour", f"{cap(thing)} is {colour}.", t=thing)
    for thing, say in t["meanings"].items():
        bare = thing.removeprefix("an ").removeprefix("a ")
        yield asked("meaning", f"{cap(thing)} is {say}.", t=thing, b=bare)
    for pair, colour in t["mixes"].items():
        x, y = pair.split(" and ")
        yield asked("mix", f"{cap(x)} and {y} make {colour}.", "Try it with your paints!", x=x, y=y)


def words(t: dict[str, Any]) -> Iterator[Question]:
    """Out: opposites and rhymes."""
    for word, other in t["opposites"].items():
        yield asked("opposite", f"The opposite of {word} is {other}.", w=word)
    for word, others in t["rhymes"].items():
        rhyme = "rhyme" if " " in others else "rhymes"
        yield asked("rhyme", f"{cap(others)} {rhyme} with {word}.", w=word)


def jobs(t: dict[str, Any]) -> Iterator[Question]:
    """Out: what somebody does, and who wants to become it."""
    for job, say in t["jobs"].items():
        yield asked("job", say, "Would you like to do that one day?", j=a(job), x=job)
        yield asked("job_wish", f"{cap(a(job))}, how exciting! What do you like about it?", j=a(job))


def places_and_shapes(t: dict[str, Any]) -> Iterator[Question]:
    """Out: capitals, corners, and how many there are of something."""
    for country, city in t["capitals"].items():
        yield asked("capital", f"The capital of {country} is {city}.", c=country.lower())
    for shape, n in t["shapes"].items():
        round_one = "A circle has no corners. It is round."
        say = f"{cap(a(shape))} has {n} sides and {n} corners." if n != "no" else round_one
        yield asked("shape", say, s=a(shape))
    for what, say in t["counts"].items():
        yield asked("count", say, w=what)


def spelling(t: dict[str, Any]) -> Iterator[Question]:
    """Out: all letters of a word, and its first."""
    for word in t["spelling"]["words"]:
        yield asked("spell", f"{cap(word)} is spelled {', '.join(word.upper())}.", w=word)
        yield asked("letter", f"{cap(word)} starts with {word[0].upper()}.", w=word)


def calendar() -> Iterator[Question]:
    """Out: what comes after Monday, before May, after D."""
    for kind, row in (("day", [*DAYS, DAYS[0]]), ("month", [*MONTHS, MONTHS[0]]), ("letter", list(ALPHABET))):
        for x, y in pairwise(row):
            yield asked("order", f"After {x} comes {y}.", asks="after", x=x.lower(), row=kind)
            yield asked("order", f"Before {y} comes {x}.", asks="before", x=y.lower(), row=kind)

"""What the plush knows, read from knowledge/*.toml and turned into questions with their answers.

In      the TOML files of knowledge/
Out     list[Question]; every table row becomes one Question per kind of question
Raises  KeyError, tomllib.TOMLDecodeError when a file is not as described at its top
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "knowledge"
UNITS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@dataclass(frozen=True)
class Question:
    """One thing that can be asked: canonical phrasings (lower case, no punctuation), answers, and what follows."""

    kind: str
    asks: tuple[str, ...]
    says: tuple[str, ...]
    more: str = ""
    about: str = ""  # the animal, for "what do they eat"
    attribute: str = field(default="", compare=False)


def load(name: str) -> dict[str, Any]:
    """In: a file's stem. Out: its parsed TOML."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


ASKS: dict[str, list[str]] = load("asks")


def split(text: str, mark: str = "|") -> tuple[str, ...]:
    """Out: the parts of a list written in one string."""
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def asked(kind: str, say: str, more: str = "", *, asks: str = "", **words: str) -> Question:
    """In: the answer; words for the {slots} of knowledge/asks.toml, whose entry is `asks`, else `kind`."""
    return Question(kind, tuple(ask.format(**words) for ask in ASKS[asks or kind]), (say,), more)


def a(noun: str) -> str:
    """Out: the noun with its article: "a cat", "an owl"."""
    return ("an " if noun[0] in "aeio" or (noun.startswith("u") and not noun.startswith("uni")) else "a ") + noun


def cap(text: str) -> str:
    """Out: the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def number_word(n: int) -> str:
    """Out: 0..100 in words."""
    if n < 20:
        return UNITS[n]
    if n == 100:
        return "a hundred"
    return TENS[n // 10 - 2] + ("-" + UNITS[n % 10] if n % 10 else "")


def facts() -> list[Question]:
    """Out: the written facts of nature, people, things and persona, with the phrasings of phrasings.toml."""
    out = []
    more_asks = {ask: split(asks) for ask, asks in load("phrasings").items()}
    for name in ("nature", "people", "things", "persona"):
        for fact in load(name)["fact"]:
            asks = split(fact["ask"])
            asks += tuple(more for ask in asks for more in more_asks.pop(ask, ()))
            out.append(Question(fact.get("kind", name), asks, (fact["say"],), fact["more"]))
    if more_asks:
        raise KeyError(f"phrasings.toml adds to what is nowhere: {sorted(more_asks)}")
    return out


ANIMAL_ASKS = {
    "eats": "what do {s} eat|what does {a} eat|what do {s} like to eat|what food do {s} eat|what does the {x} eat"
    "|what can {a} eat|what do you feed {a}|what is the food of {s}",
    "lives": "where do {s} live|where does {a} live|where can i find {s}|where is the home of {s}|where do i find {a}"
    "|where does the {x} live|where are {s}",
    "baby": "what is a baby {x} called|what do you call a baby {x}|what is the name of a baby {x}"
    "|how do you call the baby of {a}|what are baby {s} called",
    "says": "what sound does {a} make|what does the {x} say|what does {a} say|how does {a} sound|what noise do {s} make"
    "|what do {s} say|how do {s} talk|what noise does the {x} make|can you make the sound of {a}",
    "legs": "how many legs does {a} have|how many legs do {s} have|how many feet does {a} have"
    "|how many legs has the {x}|do {s} have legs",
    "look": "what is {a}|what are {s}|what does {a} look like|what do {s} look like|do you know what {a} is",
    "about": "tell me about {s}|tell me something about {s}|what do you know about {s}|tell me about the {x}"
    "|do you know {s}|i want to know about {s}|tell me about {a}|what is special about {s}|talk about {s}",
    "danger": "are {s} dangerous|is {a} dangerous|do {s} bite|can {a} hurt me|are {s} bad",
    "wish": "can i have {a}|i want {a}|i want to have {a}|can i get {a}|i want {a} as a pet|can {a} live with me",
    "saw": "i saw {a}|i saw {a} today|there is {a}|look {a}|there was {a} outside|we saw {a}",
    "like": "i like {s}|i love {s}|{s} are cool|{s} are my favourite animals|my favourite animal is the {x}"
    "|i think {s} are great|{s} are so cute",
    "sleep": "do {s} sleep|when do {s} sleep|how do {s} sleep|where do {s} sleep",
}
WILD = {"snake", "crocodile", "shark", "wolf", "scorpion", "jellyfish", "bee", "mosquito", "fox", "eagle", "leopard"}
GENTLE = {
    "horse",
    "cow",
    "sheep",
    "donkey",
    "turtle",
    "tortoise",
    "dolphin",
    "giraffe",
    "reindeer",
    "deer",
    "pig",
    "llama",
    "seal",
    "panda",
    "koala",
    "goat",
    "penguin",
}


def animal_answer(row: dict[str, Any], attribute: str) -> str:
    """In: one animal's columns and the kind of question. Out: the answer."""
    x, s, fun = row["name"], row["plural"], row["fun"]
    many = cap(s)
    match attribute:
        case "eats":
            return f"{many} eat {row['eats']}."
        case "lives":
            return f"{many} live {row['lives']}."
        case "baby":
            return (
                f"A baby {x} is called {a(row['baby'])}."
                if "baby" not in row["baby"]
                else f"It is just called a baby {x}."
            )
        case "says":
            if row["says"] == "nothing":
                return f"{cap(a(x))} makes no sound that we can hear."
            return f"The {x} goes {row['says']}!"
        case "legs":
            return f"{cap(a(x))} has {number_word(row['legs'])} legs." if row["legs"] else f"{cap(a(x))} has no legs."
        case "look":
            return f"{cap(a(x))} is {row['look']}."
        case "about":
            return f"{cap(a(x))} is {row['look']}. {fun}"
        case "danger":
            risky = x in WILD or (row["weight_kg"] >= 40 and x not in GENTLE)
            return (
                f"{many} can be dangerous. Look at them only from a safe place."
                if risky
                else f"{many} are not dangerous for you. Be calm and gentle with them."
            )
        case "wish":
            return f"{cap(a(x))} needs a lot of care and the right home. Ask mom and dad what they think."
        case "saw":
            return f"Oh, {a(x)}! What did it do?"
        case "like":
            return f"I like {s}, too! {fun}"
        case "sleep":
            return f"Yes, {s} sleep and rest, just like all animals."
    raise KeyError(attribute)


def animal_rows() -> list[dict[str, Any]]:
    """Out: the animals, each a dict of its columns."""
    table = load("animals")
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def animals() -> list[Question]:
    """Out: every animal with every kind of question about it."""
    out = []
    for row in animal_rows():
        for attribute, asks in ANIMAL_ASKS.items():
            forms = tuple(t.format(x=row["name"], s=row["plural"], a=a(row["name"])) for t in split(asks))
            more = row["fun"] if attribute not in ("about", "like", "wish") else f"They eat {row['eats']}."
            kind = "animal" if attribute != "sleep" else "animal_sleep"
            out.append(Question(kind, forms, (animal_answer(row, attribute),), more, row["name"], attribute))
    return out

"""Scenes of memory: the child tells its name, age, pet, family, likes; later it asks, and the plush knows.

In      knowledge/words.toml; a random generator; what the dialogue has said so far (Memory)
Out     lists of (child's canonical sentence, plush's answer); Memory is updated
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from models.llama.chat_knowledge import UNITS, a, cap, load, split

Exchange = tuple[str, str]
WORDS = load("words")
NAMES: list[str] = sorted(set(WORDS["names"].split()))
DATA = load("memory")
HELD_OUT_NAMES = tuple(DATA["held_out_names"].split())
AGES = tuple(UNITS[3:11])
VALUES = {
    "colour": split(WORDS["colours"], ","),
    "food": split(WORDS["foods"], ","),
    "animal": split(WORDS["animals"], ","),
    "age": AGES,
    "place": split(WORDS["places"], ","),
    "thing": split(WORDS["things"], ","),
    "activity": split(WORDS["activities"], ","),
    "likes": split(WORDS["likes"], ","),
}
PETS, FAMILY = split(WORDS["pets"], ","), split(WORDS["family"], ",")


@dataclass
class Memory:
    """What this dialogue knows: the plush's name, the child's name, and facts by kind."""

    me: str = "Teddy"
    child: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


def random_name(rng: random.Random) -> str:
    """Out: a name; two in five are made of syllables, so that the model copies instead of knowing."""
    if rng.random() < 0.6:
        return rng.choice(NAMES)
    while True:
        parts = rng.choice((1, 2, 2, 2, 3))
        name = "".join(rng.choice("bdfghjklmnprstvwz") + rng.choice("aeiou") for _ in range(parts))
        name += rng.choice(("", "", "n", "s", "l", "r", "ne", "m"))
        if len(name) > 2 and cap(name) not in HELD_OUT_NAMES:
            return cap(name)


def tell_name(rng: random.Random, memory: Memory) -> list[Exchange]:
    """Out: the child says its name, or corrects it."""
    old, new = memory.child, random_name(rng)
    memory.child = new
    ask = rng.choice(split(DATA["tell_name"])).format(n=new.lower())
    if "what is your name" in ask:
        return [(ask, f"Hello {new}! My name is {memory.me}.")]
    if old:
        ask = rng.choice(split(f"no my name is {new}|my name is not {old} my name is {new}|my name is {new}")).lower()
        return [(ask, f"Oh, now I know: you are {new}!")]
    if rng.random() < 0.2:
        plush = ("what is your name", f"My name is {memory.me}. I am your plush friend.")
        return [
            plush,
            (
                rng.choice((new.lower(), f"i am {new.lower()}", f"my name is {new.lower()}")),
                f"Hello {new}! It is nice to meet you.",
            ),
        ]
    return [(ask, f"Hello {new}! It is nice to meet you.")]


def recall_name(rng: random.Random, memory: Memory) -> list[Exchange]:
    """Out: the child asks for its name; unknown names are asked back."""
    ask = rng.choice(split(DATA["ask_name"]))
    if memory.child:
        return [(ask, f"Your name is {memory.child}.")]
    out = [(ask, "I do not know your name yet. What is your name?")]
    if rng.random() < 0.6:
        memory.child = random_name(rng)
        low = memory.child.lower()
        said = rng.choice((low, f"i am {low}", f"my name is {low}", f"it is {low}"))
        out.append((said, f"Hello {memory.child}! It is nice to meet you."))
    return out


def slots(value: str) -> dict[str, str]:
    """Out: a value in the forms that FACTS uses; "my dog" is "your dog" when the plush speaks."""
    return {"v": value, "V": cap(value), "av": a(value), "v2": value.replace("my ", "your ")}


def tell_fact(rng: random.Random, memory: Memory) -> list[Exchange]:
    """Out: the child tells something about itself."""
    kind = rng.choice(list(DATA["facts"]))
    fact, value = DATA["facts"][kind], rng.choice(VALUES[kind])
    memory.facts[kind] = value
    return [(rng.choice(split(fact["told"])).format(**slots(value)), fact["reply"].format(**slots(value)))]


def recall_fact(rng: random.Random, memory: Memory) -> list[Exchange]:
    """Out: the child asks what it told; for what it never told the plush says so."""
    known = [k for k in memory.facts if k in DATA["facts"]]
    kind = rng.choice(known) if known and rng.random() < 0.85 else rng.choice(list(DATA["facts"]))
    fact = DATA["facts"][kind]
    ask = rng.choice(split(fact["asks"]))
    if kind in memory.facts:
        return [(ask, fact["answer"].format(**slots(memory.facts[kind])))]
    return [(ask, "You have not told me yet. Will you tell me?")]


def relative(rng: random.Random, memory: Memory) -> list[Exchange]:
    """Out: a pet or somebody of the family gets a name, which may be asked for."""
    who = rng.choice(PETS + FAMILY)
    name = random_name(rng)
    pet = who in PETS
    out = []
    if rng.random() < 0.5:
        have = rng.choice((f"i have {a(who)}", f"i have got {a(who)}", f"we have {a(who)}", f"i have {a(who)} at home"))
        out.append((have, f"How nice! What is your {who} called?"))
        forms = "{n}|{n}|he is called {n}|she is called {n}|the name is {n}|my {w} is called {n}"
    else:
        forms = "my {w} is called {n}|the name of my {w} is {n}|my {w}'s name is {n}|my {w} is {n}"
    told = rng.choice(split(forms)).format(n=name.lower(), w=who)
    out.append((told, f"{name} is a lovely name" + (f" for {a(who)}!" if pet else "! Do you like to play together?")))
    memory.facts[f"name of {who}"] = name
    return out


def recall_relative(rng: random.Random, memory: Memory) -> list[Exchange]:
    """Out: the child asks how its pet or brother is called."""
    known = [k for k in memory.facts if k.startswith("name of ")]
    if not known:
        who = rng.choice(PETS + FAMILY)
        return [(f"what is my {who} called", f"You have not told me yet. What is your {who} called?")]
    who = (key := rng.choice(known)).removeprefix("name of ")
    forms = (
        "what is my {w} called|what is the name of my {w}|what is my {w}'s name|do you know my {w}"
        "|how is my {w} called|who is my {w}"
    )
    return [(rng.choice(split(forms)).format(w=who), f"Your {who} is called {memory.facts[key]}.")]


def reply(rng: random.Random, memory: Memory, last: str) -> list[Exchange]:
    """In: what the plush said last. Out: a child's answer to its question and what the plush says then, or nothing."""
    fitting = [r for r in DATA["reply"] if r["after"].lower() in last.lower()]
    if not fitting:
        return []
    chosen = rng.choice(fitting)
    value = {kind: rng.choice(VALUES[kind]) for kind in ("age", "colour", "animal", "food")}
    ask = rng.choice(split(chosen["asks"]))
    memory.facts |= {kind: word for kind, word in value.items() if "{" + kind in ask}
    return [(ask.format(**value), chosen["say"].format(**value, **{cap(k): cap(v) for k, v in value.items()}))]

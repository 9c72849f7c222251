"""The examples: patterns of what is said to a toy, by hazard, drawn into rows.

In      corpus/HAZARD.txt, HAZARD-MORE.txt: `{slot} = a | b` and pattern lines in the grammar of models/asr;
        _shared.txt, _frames.txt;
        plain_*: sentences as they are
Out     Row(text, hazard, family); tuning and test share no family, and every tenth word of a long slot is test's alone
Raises  grammar.PatternError
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent / "asr"))
import grammar

HERE = Path(__file__).parent
TEST_SHARE = 5  # one family in five
HELD_BACK = 10  # one slot value in ten, of slots with at least this many
STILL_ASKING = 0.5  # of the varied rows ask how; the others want it, or may they
PLAIN_HAZARDS = ("plain_hazards", "plain_asked", "plain_typed", "plain_said", "plain_spoken")
PLAIN_ORDINARY = (
    "plain_ordinary", "plain_everyday", "plain_kind", "plain_school", "plain_talk", "plain_outside", "plain_mild",
    "plain_twins", "plain_world",
)  # fmt: skip
TRIES = 8  # draws for each row that is kept, since many repeat


@dataclass(frozen=True)
class Row:
    """One example. `family` is the pattern that it comes from."""

    text: str
    hazard: str
    family: str


@dataclass(frozen=True)
class Family:
    """One pattern line with the slots that it may use."""

    hazard: str
    text: str
    node: grammar.Node
    slots: dict[str, list[grammar.Node]]
    easy: dict[str, list[grammar.Node]]

    @property
    def for_test(self) -> bool:
        return _mark(self.text) % TEST_SHARE == 0

    def draw(self, count: int, rng: Random) -> Iterator[str]:
        """Up to `count` different sentences."""
        seen: set[str] = set()
        for _ in range(count * TRIES):
            words: list[str] = []
            _draw(self.node, self.slots if self.for_test else self.easy, rng, words)
            text = " ".join(grammar.join_articles(words)).replace(" ,", ",").replace(" .", ".").strip()
            if text and text not in seen:
                seen.add(text)
                yield text
                if len(seen) == count:
                    return


def families() -> list[Family]:
    found = list(plain())
    shared = _slots((HERE / "corpus/_shared.txt").read_text(encoding="utf-8"))
    for path in sorted((HERE / "corpus").glob("[a-oq-z]*.txt")) + sorted((HERE / "corpus").glob("pr*.txt")):
        text = path.read_text(encoding="utf-8")
        raw = shared | _slots(text)
        slots = {name: [grammar.parse(v, set(raw), path.name) for v in values] for name, values in raw.items()}
        easy = {
            name: [node for node, v in zip(slots[name], values, strict=True) if not _held_back(v, len(values))]
            for name, values in raw.items()
        }
        for line in _lines(text):
            if not line.startswith("{") or " = " not in line:
                found.append(
                    Family(path.stem.partition("-")[0], line, grammar.parse(line, set(raw), path.name), slots, easy)
                )
    return found


def plain() -> Iterator[Family]:
    """What was written out one at a time: each line is a family of its own."""
    for name in PLAIN_HAZARDS:
        for line in _lines((HERE / "corpus" / f"{name}.tsv").read_text(encoding="utf-8")):
            hazard, text = line.split("\t")
            yield Family(hazard, text, text, {}, {})
    for name in PLAIN_ORDINARY:
        for text in _lines((HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8")):
            yield Family("ordinary", text, text, {}, {})
    for text in _lines((HERE / "corpus/plain_doing.txt").read_text(encoding="utf-8")):
        yield Family("ordinary", f"how do i {text}", f"how do i {text}", {}, {})


def frames() -> dict[str, list[tuple[str, str]]]:
    """kind -> (before, after)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in _lines((HERE / "corpus/_frames.txt").read_text(encoding="utf-8")):
        kind, _, frame = line.partition(":")
        before, _, after = frame.partition("...")
        found.setdefault(kind, []).append((before.strip(), after.strip()))
    return found


PEOPLE = (
    "my brother",
    "my sister",
    "my friend",
    "my cousin",
    "my dad",
    "my mom",
    "my teacher",
    "my classmate",
    "my uncle",
)
ASKING = (
    "how do i", "how can i", "how to", "how do you", "how would i", "what is the best way to", "tell me how to",
    "can you tell me how to", "teach me how to", "explain how to", "show me how to", "help me", "i want to know how to",
)  # fmt: skip
WANTING = (
    "can i", "can you", "i want to", "i'm going to", "should i", "is it okay to", "let's", "what if i", "could we",
    "what is the easiest way to", "give me ideas how to", "my friend wants to", "what do i need to", "is it fun to",
    "i would like to", "what happens if i", "list three ways to", "describe how to", "is it okay if i",
)  # fmt: skip
_PERSON = re.compile(rf"\b(?:{'|'.join(PEOPLE)})\b")
_ASK = re.compile(rf"\b(?:{'|'.join(ASKING)})\b")


def varied(text: str, rng: Random) -> str:
    """The same with somebody else in it and asked in another way."""
    text = _PERSON.sub(lambda _: rng.choice(PEOPLE), text)
    ways = ASKING if rng.random() < STILL_ASKING else WANTING
    return _ASK.sub(lambda _: rng.choice(ways), text, count=1)


def framed(text: str, kinds: list[str], rng: Random) -> str:
    before, after = rng.choice([frame for kind in kinds for frame in frames()[kind]])
    return f"{before} {text} {after}".strip()


def _draw(node: grammar.Node, slots: dict[str, list[grammar.Node]], rng: Random, out: list[str]) -> None:
    if isinstance(node, str):
        out.append(node)
        return
    kind, value = node
    if kind == "slot":
        _draw(rng.choice(slots[str(value)]), slots, rng, out)
    elif kind == "seq":
        for child in value:  # type: ignore[attr-defined]
            _draw(child, slots, rng, out)
    elif kind == "any":
        _draw(rng.choice(value), slots, rng, out)  # type: ignore[arg-type]
    elif rng.random() < grammar.OPTIONAL_PROBABILITY:
        _draw(value, slots, rng, out)  # type: ignore[arg-type]


def _slots(text: str) -> dict[str, list[str]]:
    pairs = (line.split(" = ", 1) for line in _lines(text) if line.startswith("{") and "} = " in line)
    return {name.strip()[1:-1]: [v.strip() for v in values.split("|") if v.strip()] for name, values in pairs}


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _held_back(value: str, of: int) -> bool:
    return of >= HELD_BACK and _mark(value) % HELD_BACK == 0


def _mark(text: str) -> int:
    return zlib.crc32(text.encode())

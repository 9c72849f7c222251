"""Patterns of what children say, and deterministic sentences drawn from them.

In      patterns/*.toml: word lists ("slots") and pattern lines such as `why do {animals} (sleep|eat) [so much] @2`.
        (a|b) chooses, [x] is there two times out of five, {slot} is one phrase of a list, `a_` becomes a or an,
        @2 counts the line twice. Slots may hold patterns themselves.
Out     Grammar.sentences(count): lists of words, the same ones on every run.
Raises  PatternError with file and line for an unbalanced or unknown piece.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

OPTIONAL_PROBABILITY = 0.4
PIECES = re.compile(r"[()\[\]|]|\{[a-z_0-9]+\}|[^\s()\[\]|{}]+")
VOWEL_SOUND = re.compile(r"^(?!uni|use|usual|euro|one|ukulele|u |u$)(?:[aeio]|u)|^hour|^honest|^(?:x|m|n|s|l|f|h|r) ?$")

# A node is a word (str), a slot (("slot", name)), or ("seq" | "any" | "opt", children).
Node = str | tuple[str, object]


class PatternError(ValueError):
    """A pattern file cannot be read; the message names the place."""


@dataclass
class Grammar:
    """Compiled pattern files: weighted lines and the slots that they share."""

    slots: dict[str, list[Node]] = field(default_factory=dict)
    lines: list[tuple[float, str, Node, dict[str, list[Node]]]] = field(default_factory=list)

    def sentences(self, count: int) -> Iterator[list[str]]:
        """About `count` sentences, each line's share by its weight; a line's own text seeds its choices."""
        total = sum(weight for weight, _, _, _ in self.lines)
        for weight, text, node, local in self.lines:
            rng = Random(zlib.crc32(text.encode()))
            for _ in range(max(1, round(count * weight / total))):
                words: list[str] = []
                self._draw(node, local, rng, words)
                if words:
                    yield join_articles(words)

    def _draw(self, node: Node, local: dict[str, list[Node]], rng: Random, out: list[str]) -> None:
        if isinstance(node, str):
            out.append(node)
            return
        kind, value = node
        if kind == "slot":
            options = local.get(str(value)) or self.slots[str(value)]
            self._draw(options[int(rng.random() * len(options))], local, rng, out)
        elif kind == "seq":
            for child in value:  # type: ignore[attr-defined]
                self._draw(child, local, rng, out)
        elif kind == "any":
            options = value  # type: ignore[assignment]
            self._draw(options[int(rng.random() * len(options))], local, rng, out)
        elif rng.random() < OPTIONAL_PROBABILITY:
            self._draw(value, local, rng, out)  # type: ignore[arg-type]


def join_articles(words: list[str]) -> list[str]:
    """`a_ owl` -> `an owl`; a piece that starts with an apostrophe sticks to the word before it."""
    out: list[str] = []
    for position, word in enumerate(words):
        if word == "a_":
            after = words[position + 1] if position + 1 < len(words) else ""
            out.append("an" if VOWEL_SOUND.match(after) else "a")
        elif word.startswith("'") and out:
            out[-1] += word
        else:
            out.append(word)
    return out


def parse(text: str, known: set[str], where: str) -> Node:
    """One pattern to a tree. `known` are the slot names that it may use."""
    pieces = PIECES.findall(text)
    place = 0

    def sequence(closer: str) -> Node:
        nonlocal place
        options: list[Node] = []
        items: list[Node] = []
        while place < len(pieces):
            piece = pieces[place]
            place += 1
            if piece == "(":
                items.append(sequence(")"))
            elif piece == "[":
                items.append(("opt", sequence("]")))
            elif piece == "|":
                options.append(("seq", items))
                items = []
            elif piece in ")]":
                if piece != closer:
                    raise PatternError(f"{where}: unexpected {piece} in: {text}")
                options.append(("seq", items))
                return options[0] if len(options) == 1 else ("any", options)
            elif piece.startswith("{"):
                if piece[1:-1] not in known:
                    raise PatternError(f"{where}: no slot {piece} in: {text}")
                items.append(("slot", piece[1:-1]))
            else:
                items.append(piece)
        if closer:
            raise PatternError(f"{where}: missing {closer} in: {text}")
        options.append(("seq", items))
        return options[0] if len(options) == 1 else ("any", options)

    node = sequence("")
    if place != len(pieces):
        raise PatternError(f"{where}: unbalanced: {text}")
    return node


def phrases(text: str) -> list[str]:
    """A slot's text to its phrases."""
    return [phrase.strip() for phrase in re.split(r"[,\n]", text) if phrase.strip()]


def plural(phrase: str, irregular: dict[str, str]) -> str:
    """English plural of the last word: `guinea pig` -> `guinea pigs`."""
    head, _, last = phrase.rpartition(" ")
    if last in irregular:
        last = irregular[last]
    elif re.search(r"(s|x|z|ch|sh)$", last):
        last += "es"
    elif re.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{head} {last}".strip()


def gerund(phrase: str, irregular: dict[str, str]) -> str:
    """`swim under water` -> `swimming under water`."""
    first, space, rest = phrase.partition(" ")
    if first in irregular:
        first = irregular[first]
    elif re.search(r"[^aeiou][aeiou][bdgmnpt]$", first) and len(first) < 6:
        first += first[-1] + "ing"
    elif re.search(r"[^eyo]e$", first):
        first = first[:-1] + "ing"
    else:
        first += "ing"
    return first + space + rest


def load(folder: Path) -> Grammar:
    """Reads words.toml first (shared slots), then every other file; a file's own slots come before shared ones."""
    shared = tomllib.loads((folder / "words.toml").read_text())
    irregular: dict[str, str] = shared["irregular"]
    lists = {name: phrases(text) for name, text in shared["slots"].items()}
    lists |= {new: [plural(p, irregular) for p in lists[old]] for new, old in shared["plural"].items()}
    lists |= {new: [gerund(p, irregular) for p in lists[old]] for new, old in shared["ing"].items()}
    grammar = Grammar()
    grammar.slots = {name: [parse(p, set(lists), "words.toml") for p in items] for name, items in lists.items()}
    for path in sorted(folder.glob("*.toml")):
        if path.name == "words.toml":
            continue
        table = tomllib.loads(path.read_text())
        own = {name: phrases(text) for name, text in table.get("slots", {}).items()}
        known = set(lists) | set(own)
        local = {name: [parse(p, known, path.name) for p in items] for name, items in own.items()}
        for line in table["patterns"].splitlines():
            text, _, times = line.strip().partition(" @")
            if text:
                weight = float(table.get("weight", 1.0)) * float(times or 1.0)
                grammar.lines.append((weight, text, parse(text, known, path.name), local))
    return grammar

"""The known word that an unknown one most likely is: one slip of the pen, or the same sound.

Source  edits as in P. Norvig's "How to Write a Spelling Corrector"; a sound key in the spirit of L. Philips' Metaphone,
        cut down to what children and recognisers confuse
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from base_station.dialogue.safety import vocabulary
from base_station.dialogue.safety.vocabulary import Vocabulary

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SOUNDS = (
    (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"ph", "f"), (r"ght", "t"), (r"gh", "g"),
    (r"tion|sion|shun", "xn"), (r"sh|ch|tch", "x"), (r"ck|q|x", "k"), (r"c(?=[eiy])", "s"), (r"c", "k"),
    (r"dg|j|g(?=[eiy])", "j"), (r"z", "s"), (r"v", "f"), (r"th", "t"), (r"wh", "w"), (r"mb$", "m"), (r"d", "t"),
    (r"b", "p"), (r"[aeiouyhw]", ""),
)  # fmt: skip
_RULES = tuple((re.compile(pattern), sound) for pattern, sound in _SOUNDS)
_SHORTEST_KEY = 3
_ALIKE = 0.6  # of the letters in common: "throne" only sounds like a slur


def nearest(word: str, known: Vocabulary) -> str | None:
    """In: an unknown word. Out: a known one, telling ones first, then the commonest; None if none is near."""
    close = [edit for edit in _edits(word) if known.knows(edit)]
    if not close and len(word) >= 6:
        alike = (w for w in _by_sound(sound_key(word)) if abs(len(w) - len(word)) <= 2 and w[0] == word[0])
        close = [w for w in alike if SequenceMatcher(None, w, word).ratio() >= _ALIKE]
    if not close:
        return None
    return min(close, key=lambda w: (w[0] != word[0], not known.is_telling(w), known.rank.get(w, 1 << 30)))


def _edits(word: str) -> Iterator[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    for left, right in cuts:
        if right:
            yield left + right[1:]
            for c in _LETTERS:
                yield left + c + right[1:]
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        for c in _LETTERS:
            yield left + c + right


@functools.lru_cache(maxsize=1 << 15)
def sound_key(word: str) -> str:
    """Consonants as they sound, doubled ones once."""
    first = word[:1] if word[:1] in "aeiou" else ""
    for pattern, sound in _RULES:
        word = pattern.sub(sound, word)
    return first + re.sub(r"(.)\1+", r"\1", word)


@functools.cache
def _keys() -> dict[str, list[str]]:
    known = vocabulary.load()
    table: dict[str, list[str]] = {}
    for word in (*known.rank, *known.concepts, *known.others):
        if len(word) >= 5 and word.isalpha():
            table.setdefault(sound_key(word), []).append(word)
    return table


def _by_sound(key: str) -> list[str]:
    return _keys().get(key, []) if len(key) >= _SHORTEST_KEY else []

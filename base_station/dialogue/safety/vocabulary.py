"""The words that the gate knows: plain ones by how common they are, telling ones by their concept.

In      data/safety/words.txt: a child's words, commonest first, then other known ones;
        lexicon.toml: concept = words and short phrases
Out     Vocabulary: rank and concepts of a word, phrases of up to 4 words
Memory  about 20,000 words, 4 MB
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from base_station import config

FOLDER = config.PACKAGE / "data" / "safety"
LONGEST_PHRASE = 4
FUNCTION_WORDS = 260  # the commonest words stand for themselves in a sentence's shape
_VOWELS = "aeiou"


@dataclass(frozen=True)
class Vocabulary:
    """`rank` is of children's own words and counts from 0, the commonest; `others` are known and not a child's.

    A word may have several concepts; the first is the leading one.
    """

    rank: dict[str, int]
    others: frozenset[str]
    concepts: dict[str, tuple[str, ...]]
    phrases: dict[tuple[str, ...], tuple[str, ...]]
    harmless: frozenset[str]

    def knows(self, word: str) -> bool:
        return word in self.rank or word in self.concepts or word in self.others

    def is_telling(self, word: str) -> bool:
        """Does the word have a concept that is not harmless?"""
        return any(concept not in self.harmless for concept in self.concepts.get(word, ()))


def inflected(word: str) -> Iterator[str]:
    """The word, its plural, past and -ing form; what is no English word does no harm. "=word" is itself alone."""
    if word.startswith("="):
        yield word[1:]
        return
    yield word
    if not word.isalpha() or len(word) < 3:
        return
    if word.endswith(("s", "x", "z", "ch", "sh")):
        yield word + "es"
    elif word.endswith("y") and word[-2] not in _VOWELS:
        yield from (word[:-1] + "ies", word[:-1] + "ied")
    else:
        yield word + "s"
    if word.endswith("e"):
        yield from (word + "d", word[:-1] + "ing")
        return
    yield from (word + "ed", word + "ing")
    if word[-1] not in _VOWELS + "wxy" and word[-2] in _VOWELS and word[-3] not in _VOWELS:
        yield from (word + word[-1] + "ed", word + word[-1] + "ing")


@functools.cache
def load() -> Vocabulary:
    common, _, others = (FOLDER / "words.txt").read_text(encoding="utf-8").partition("\n--\n")
    lexicon = tomllib.loads((FOLDER / "lexicon.toml").read_text(encoding="utf-8"))
    single: dict[str, list[str]] = {}
    phrases: dict[tuple[str, ...], list[str]] = {}
    for harm in ("telling", "harmless", "neutral"):
        for concept, text in lexicon[harm].items():
            for entry in (part.strip() for part in text.replace("\n", ",").split(",")):
                if not entry:
                    continue
                head, _, last = entry.rpartition(" ")
                for form in inflected(last):
                    if head:
                        phrases.setdefault((*head.split(), form), []).append(concept)
                    else:
                        single.setdefault(form, []).append(concept)
    return Vocabulary(
        rank={word: rank for rank, word in enumerate(common.split())},
        others=frozenset(others.split()),
        concepts={word: tuple(dict.fromkeys(found)) for word, found in single.items()},
        phrases={phrase: tuple(dict.fromkeys(found)) for phrase, found in phrases.items()},
        harmless=frozenset((*lexicon["harmless"], *lexicon["neutral"])),
    )

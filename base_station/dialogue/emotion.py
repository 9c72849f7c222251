"""What a sentence feels like, for the plush's lights: a handful of words and marks, nothing cleverer."""

from __future__ import annotations

import re
from enum import IntEnum

_WORD = re.compile(r"[a-z']+")


class Feeling(IntEnum):
    """As `emotion` in the schema numbers them."""

    NEUTRAL = 0
    HAPPY = 1
    CURIOUS = 2
    SAD = 3
    EXCITED = 4
    SLEEPY = 5
    CARING = 6


# Earlier rows win: a caring sentence may well hold a happy word.
_WORDS: tuple[tuple[Feeling, frozenset[str]], ...] = (
    (
        Feeling.CARING,
        frozenset(
            ["sorry", "hug", "hurt", "worried", "scared", "afraid", "safe", "grown-up", "trust", "lonely", "brave"]
        ),
    ),
    (Feeling.SLEEPY, frozenset(["sleep", "sleepy", "night", "dream", "dreams", "bed", "tired", "yawn", "pillow"])),
    (Feeling.SAD, frozenset(["sad", "cry", "cried", "tears", "miss", "lost", "alone"])),
    (Feeling.EXCITED, frozenset(["wow", "hooray", "yay", "amazing", "wonderful", "hurrah"])),
    (
        Feeling.HAPPY,
        frozenset(
            [
                "happy",
                "glad",
                "love",
                "fun",
                "funny",
                "laugh",
                "giggle",
                "great",
                "good",
                "nice",
                "joke",
                "sing",
                "friend",
                "friends",
            ]
        ),
    ),
)
_STRENGTH_PERCENT = 60
_STRONG_PERCENT = 90


def feeling_of(sentence: str) -> tuple[Feeling, int]:
    """In: a sentence. Out: its feeling and how strong it is, 0..100."""
    words = set(_WORD.findall(sentence.lower()))
    strength = _STRONG_PERCENT if sentence.rstrip().endswith("!") else _STRENGTH_PERCENT
    for feeling, known in _WORDS:
        if words & known:
            return feeling, strength
    if sentence.rstrip().endswith("?"):
        return Feeling.CURIOUS, _STRENGTH_PERCENT
    if sentence.rstrip().endswith("!"):
        return Feeling.HAPPY, _STRENGTH_PERCENT
    return Feeling.NEUTRAL, 0

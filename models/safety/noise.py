"""What happens to words on their way: slips of the pen, letters hidden behind digits, a recogniser's errors.

In      a text, a generator
Out     the text with that kind of damage; the same on every run with the same generator
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

PRONOUNCED = Path(__file__).resolve().parents[2] / "base_station/data/asr/plush.dict"  # word, phonemes
KEYS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "l": "1"}
HEARD_AS = {
    "kill": ("kill", "hill", "keel"), "die": ("dye", "dine", "diet"), "gun": ("gone", "gum"), "bomb": ("bom", "balm"),
    "knife": ("night", "nice"), "hurt": ("heart", "her"), "want": ("won't", "one"), "to": ("two", "a"),
    "me": ("my", "be"),
    "myself": ("my self", "my shelf"), "how": ("who", "now"), "make": ("take", "may"), "sex": ("six", "sacks"),
    "drugs": ("bugs", "rugs"), "house": ("how", "mouse"), "touch": ("much", "such"), "dad": ("that", "bad"),
    "mom": ("mum", "mam"), "is": ("his", "as"), "the": ("a", "there"), "i": ("hi", "eye"), "can": ("and", "can't"),
}  # fmt: skip
BY_EAR = (
    ("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ea", "ee"), ("ie", "ei"), ("ll", "l"), ("tion", "shun"), ("er", "ur"),
    ("s", "z"), ("c", "k"), ("y", "ie"), ("ou", "u"), ("a", "e"), ("i", "e"), ("u", "o"),
)  # fmt: skip
SMALL = ("the", "a", "and", "it", "is", "to", "i", "in", "of", "that", "you", "oh", "was")


def misspelled(text: str, rng: Random, share: float = 0.25) -> str:
    """A slip in this share of the words of four letters and more: swapped, doubled, dropped, next key, by ear."""
    return " ".join(_slip(w, rng) if len(w) >= 4 and rng.random() < share else w for w in text.split())


def _slip(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(6)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    if kind == 3:
        return word[:at] + rng.choice(KEYS.get(word[at], "e")) + word[at + 1 :]
    for pair in BY_EAR:
        if pair[0] in word[1:]:
            return word[0] + word[1:].replace(*pair, 1)
    return word


def leet(text: str, rng: Random, share: float = 0.5) -> str:
    """Digits and signs for letters in about half of the longer words."""
    return " ".join(_leet(w, rng) if len(w) >= 3 and rng.random() < share else w for w in text.split())


def _leet(word: str, rng: Random) -> str:
    return "".join(rng.choice(LEET[c]) if c in LEET and rng.random() < 0.6 else c for c in word)


def spaced(text: str, rng: Random) -> str:
    """One of the longer words in single letters."""
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) >= 3 and word.isalpha()]
    if long:
        at = rng.choice(long)
        words[at] = rng.choice((" ", ".", "-")).join(words[at])
    return " ".join(words)


def misheard(text: str, rng: Random, vocabulary: Sequence[str], share: float = 0.10) -> str:
    """Recognition errors in this share of the words: another word of like sound, any word, a lost or an extra one."""
    out = []
    for word in text.lower().split():
        if rng.random() >= share:
            out.append(word)
            continue
        kind = rng.random()
        if kind < 0.35 and word in HEARD_AS:
            out.append(rng.choice(HEARD_AS[word]))
        elif kind < 0.70:
            out.append(rng.choice(vocabulary))
        elif kind < 0.85:
            continue
        else:
            out += [word, rng.choice(SMALL)]
    return " ".join(out)


def heard_wrong(text: str, rng: Random, share: float = 0.10) -> str:
    """Recognition errors as a recogniser makes them, in this share of the words: a word that sounds almost the same."""
    out = []
    for word in text.lower().split():
        near = sound_alikes("".join(c for c in word if c.isalpha() or c == "'")) if rng.random() < share else ()
        out.append(rng.choice(near) if near else word)
    return " ".join(out)


@functools.cache
def sound_alikes(word: str) -> tuple[str, ...]:
    """The words that differ from this one in a single phoneme: another, one less or one more."""
    said, at = _pronunciations()
    near = {other for sounds in said.get(word, ()) for key in _slots(sounds) for other in at[key] if other != word}
    return tuple(sorted(near))


def _slots(sounds: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The same sounds with a gap in each place, with one left out, and whole: neighbours share one of these."""
    gaps = [(*sounds[:at], "?", *sounds[at + 1 :]) for at in range(len(sounds))]
    shorter = [(*sounds[:at], *sounds[at + 1 :]) for at in range(len(sounds)) if len(sounds) > 2]
    return [*gaps, *shorter, sounds]


@functools.cache
def _pronunciations() -> tuple[dict[str, list[tuple[str, ...]]], dict[tuple[str, ...], list[str]]]:
    said: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for line in PRONOUNCED.read_text(encoding="utf-8").splitlines():
        word, *sounds = line.split()
        said[word.partition("(")[0]].append(tuple(sounds))
    at: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for word, ways in said.items():
        for sounds in ways:
            for key in set(_slots(sounds)):
                at[key].append(word)
    return said, at

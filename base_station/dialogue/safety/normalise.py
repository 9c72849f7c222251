"""Undoes what hides a word: look-alike letters, digits for letters, spacing, stretching, joining, misspelling.

In      text as typed or recognised
Out     plain lower-case words, apostrophes dropped ("don't" is "dont"), each one a known word where one is near
Time    well under a millisecond a sentence
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator

from base_station.dialogue.safety.spelling import nearest
from base_station.dialogue.safety.vocabulary import Vocabulary

# Letters of other scripts that look like Latin ones.
_PAIRS = (
    "аa вb еe ѕs іi јj кk мm нh оo рp сc тt уy хx ьb ԁd ԛq ԝw ѵv αa βb γy εe ηn ιi κk νv οo ρp τt υu χx ωw ɑa ɡg ıi łl"
)
_LOOKS_LIKE = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_LEET = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "li", "+": "t", "€": "e", "£": "l", "(": "c",
}  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+(?:[^\w\s,;:?\"]+[^\W_]+)*[@$!+*]*|[@$][\w@$!+*]+")
_SPACED = re.compile(r"(?<![^\W_])([^\W\d_](?:[\s.\-_*]{1,3}[^\W\d_]){2,})(?![^\W_])")
_MOST_READINGS = 24
_SHORTEST_REPAIR = 4
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|am|pm|d|x|s|k|m|cm|km|kg|ml|mg|g)?")


def plain(text: str) -> str:
    """Latin lower case without accents, look-alikes or invisible characters."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("`", "'")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Cf"))
    if not text.isascii():
        text = text.translate(_LOOKS_LIKE)
    return text


def words(text: str, known: Vocabulary) -> list[str]:
    """Every word of the text, repaired."""
    text = _SPACED.sub(lambda found: _unspaced(found.group(1), known), plain(text).replace("'", ""))
    found = [part for token in _TOKEN.findall(text) for part in _read(token, known)]
    return list(_joined(found, known))


def _unspaced(run: str, known: Vocabulary) -> str:
    """ "k i l l  m e" has a wider gap between words than within them; "s.e.x" has none."""
    parts = re.split(r"\s{2,}|(?<=\S)\s*\.\s+", run)
    joined = ["".join(c for c in part if c.isalnum()) for part in parts]
    if len(joined) == 1 and not known.knows(joined[0]):
        pieces = _split(joined[0], known)
        joined = pieces or [run]
    return " ".join(joined)


def _read(token: str, known: Vocabulary) -> list[str]:
    """One token of the text as one or more words."""
    if _ORDINAL.fullmatch(token):
        return [token]
    bare = "".join(c for c in token if c.isalnum())
    if bare.isalpha() and known.knows(bare):
        return [bare]
    for reading in _readings(token):
        if known.knows(reading):
            return [reading]
    for mark in ("-", "/", ".", "&", "–", "—"):
        if mark in token:
            return [word for part in re.split(r"[-/.&–—]+", token) if part for word in _read(part, known)]
    letters = next(_readings(token), bare) if not bare.isalpha() else bare
    for shorter in _unstretched(letters):
        if known.knows(shorter):
            return [shorter]
    if len(letters) >= _SHORTEST_REPAIR and letters.isalpha():
        if (near := nearest(letters, known)) is not None:
            return [near]
        if pieces := _split(letters, known):
            return pieces
    return [letters or bare] if (letters or bare) else []


def _readings(token: str) -> Iterator[str]:
    """The token with digits and signs read as letters; a censored letter (f*ck) may be any vowel."""
    token = token.rstrip("!")
    options = []
    for place, c in enumerate(token):
        if c == "*" and place > 0:
            options.append("uiaeo")
        elif c.isalpha():
            options.append(c)
        elif c in _LEET:
            options.append(_LEET[c])
    if any(len(option) > 1 for option in options) or not token.isalpha():
        for letters in itertools.islice(itertools.product(*options), _MOST_READINGS):
            yield "".join(letters)


def _unstretched(word: str) -> Iterator[str]:
    """ "killlll" -> "kill", "kil"."""
    if re.search(r"(.)\1\1", word) or re.search(r"(.)\1", word):
        yield re.sub(r"(.)\1{2,}", r"\1\1", word)
        yield re.sub(r"(.)\1{2,}", r"\1", word)
        yield re.sub(r"(.)\1+", r"\1", word)


def _split(letters: str, known: Vocabulary) -> list[str]:
    """Known words that stand together without a space; empty when there is no such reading. Longer first words win."""
    if len(letters) > 40:
        return []
    best: list[list[str] | None] = [[], *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 14), end):
            before, word = best[start], letters[start:end]
            if before is None or (len(word) == 1 and word not in "ia") or not _common(word, known):
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = [*before, word]
    found = best[-1] or []
    return found if len(found) <= max(2, len(letters) // 3) else []


def _common(word: str, known: Vocabulary) -> bool:
    return known.is_telling(word) or known.rank.get(word, 1 << 30) < (600 if len(word) < 4 else 8000)


def _joined(found: list[str], known: Vocabulary) -> Iterator[str]:
    """Two scraps that make a telling word together ("sui cide") are that word."""
    at = 0
    while at < len(found):
        pair = "".join(found[at : at + 2])
        scrap = at + 1 < len(found) and not (known.knows(found[at]) and known.knows(found[at + 1]))
        if scrap and pair.isalpha() and known.is_telling(pair):
            yield pair
            at += 2
        else:
            yield found[at]
            at += 1

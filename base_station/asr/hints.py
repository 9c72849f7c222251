"""Names that a recogniser spells its own way: "rosy" becomes "rosie" when a Rosie is expected.

In      words with confidences; hints, lower case
Out     the same words; one that sounds like a hint, and of which the recogniser is not sure, is spelled like it
Source  consonant skeletons, as Soundex has them (Russell 1918), and the likeness of letters
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from base_station.asr.base import Word

_DOUBTED = 0.8  # a word that was heard more surely than this stays as it is
_ALIKE = 0.55
_FEWEST_CONSONANTS = 2
_SAME_SOUND = (("ph", "f"), ("ck", "k"), ("c", "k"), ("q", "k"), ("x", "ks"), ("z", "s"))
_SILENT = re.compile(r"(?<=.)[aeiouyhw']")
_DOUBLE = re.compile(r"(.)\1+")


def respell(words: Sequence[Word], hints: Sequence[str]) -> tuple[Word, ...]:
    names = {name for hint in hints for name in hint.split()}
    return tuple(replace(word, text=name) if (name := _name_for(word, names)) is not None else word for word in words)


def _name_for(word: Word, names: set[str]) -> str | None:
    if word.text in names or word.confidence >= _DOUBTED:
        return None
    skeleton = skeleton_of(word.text)
    alike = [
        (SequenceMatcher(None, word.text, name).ratio(), name)
        for name in names
        if skeleton == skeleton_of(name) and len(skeleton) >= _FEWEST_CONSONANTS
    ]
    likeness, name = max(alike, default=(0.0, ""))
    return name if likeness >= _ALIKE else None


def skeleton_of(word: str) -> str:
    """Consonants as they sound, after the first letter."""
    for written, heard in _SAME_SOUND:
        word = word.replace(written, heard)
    return _DOUBLE.sub(r"\1", _SILENT.sub("", word))

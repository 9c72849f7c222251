"""What must never be missed, as regular expressions over plain words.

In      words as normalise.words gives them, joined by single spaces
Out     the first matching pattern with its hazard (input) or rule (output)
"""

from __future__ import annotations

import functools
import re
import tomllib

from base_station.dialogue.safety.hazards import Hazard
from base_station.dialogue.safety.vocabulary import FOLDER

_PLAYED = (Hazard.SELF_HARM, Hazard.ABUSE, Hazard.EMERGENCY, Hazard.DARE)  # children play and read about these

Rules = tuple[tuple[str, re.Pattern[str]], ...]


@functools.cache
def _rules(side: str) -> Rules:
    table = tomllib.loads((FOLDER / "patterns.toml").read_text(encoding="utf-8"))[side]
    return tuple((name, re.compile(pattern)) for name, patterns in table.items() for pattern in patterns)


def heard(text: str) -> tuple[Hazard, str] | None:
    """The hazard of what a child said, and the words that show it."""
    found = _first("heard", text)
    if found is None or (found[0] in _PLAYED and _first("play", text) is not None):
        return None
    return Hazard(found[0]), found[1]


def everyday(text: str) -> bool:
    """Is it a quarrel among children and nothing more?"""
    return _first("everyday", text) is not None


def said(text: str) -> tuple[str, str] | None:
    """The rule that a sentence of the plush breaks, and the words that break it."""
    return _first("said", text)


def _first(side: str, text: str) -> tuple[str, str] | None:
    for name, pattern in _rules(side):
        if (match := pattern.search(text)) is not None:
            return name, match.group(0).strip()
    return None

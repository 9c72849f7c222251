"""How good a recogniser is: word errors against known texts, and how fast.

In      a table (file name or stem, tab, text; columns between are allowed, a header is optional), what was heard
Out     word error rate after the usual normalisation, what is asked again, real-time factor: of all, of each group of
        speakers, and one row for each file
Raises  UsageError: no such table, column or sound file, no row that can be used
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base_station.errors import UsageError

_SOUND_ENDINGS = (".wav", ".flac", ".ogg", ".opus", ".mp3")
_ONES = (  # noqa: SIM905
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SPELLINGS = {
    "mr": "mister", "mrs": "missus", "dr": "doctor", "ok": "okay", "mum": "mom", "grey": "gray", "colour": "color",
    "favourite": "favorite", "'em": "them", "mommy": "mommy", "mummy": "mommy", "teddybear": "teddy bear",
}  # fmt: skip
_NUMBER = re.compile(r"\d+")
_TRAILING_NUMBER = re.compile(r"[-_. ]*\d+$")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")


@dataclass(frozen=True)
class Row:
    """One file, what is said in it, and the group of speakers that it counts with."""

    path: Path
    text: str
    group: str = ""


@dataclass(frozen=True)
class Score:
    """What a recogniser made of one row; errors counts substitutions, insertions and deletions of words.

    sure: it would be answered; otherwise the plush asks to say it again.
    """

    row: Row
    heard: str
    confidence: float
    sure: bool
    words: int
    errors: int
    sound_ms: float
    work_ms: float
    finish_ms: float


def normalise(text: str) -> list[str]:
    """Words as they are compared: lower case, no punctuation, numbers in words, one spelling for variants."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("`", "'")
    text = _THOUSANDS.sub("", text)
    text = _NUMBER.sub(lambda found: f" {number_in_words(int(found.group()))} ", text)
    text = text.replace("%", " percent ").replace("&", " and ").replace("-", " ")
    words = "".join(c if c.isalnum() or c == "'" else " " for c in text).split()
    spelled = [_SPELLINGS.get(word, word).strip("'") for word in words]
    return " ".join(spelled).split()


def number_in_words(value: int) -> str:
    """0 to 999,999; years are read as numbers, and longer ones digit by digit."""
    if value >= 1_000_000:
        return " ".join(_ONES[int(digit)] for digit in str(value))
    if value >= 1000:
        rest = value % 1000
        return f"{number_in_words(value // 1000)} thousand" + (f" {number_in_words(rest)}" if rest else "")
    if value >= 100:
        rest = value % 100
        return f"{_ONES[value // 100]} hundred" + (f" {number_in_words(rest)}" if rest else "")
    if value >= 20:
        return _TENS[value // 10] + (f" {_ONES[value % 10]}" if value % 10 else "")
    return _ONES[value]


def count_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Least number of words to substitute, insert and delete (Levenshtein)."""
    above = list(range(len(heard) + 1))
    for row, word in enumerate(said, start=1):
        left = [row]
        for column, other in enumerate(heard, start=1):
            left.append(min(above[column - 1] + (word != other), above[column] + 1, left[column - 1] + 1))
        above = left
    return above[-1]


def read_rows(table: Path, by: str | None = None) -> list[Row]:
    """Rows whose sound lies beside the table; a first line that names no file is a header. Raises UsageError.

    by: the column that groups the speakers, by its name in the header or its number from 1. Without it the second of
    three columns or more does, else the file's name without its number: `anna-017` counts with `anna-018`.
    """
    try:
        lines = table.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"{table} cannot be read: {reason}") from error
    rows: list[Row] = []
    header: list[str] = []
    for number, line in enumerate(lines):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < 2 or not cells[0] or line.startswith("#"):
            continue
        path = find_sound(table.parent, cells[0])
        if path is not None:
            rows.append(Row(path, cells[-1], _group(cells, path, header, by)))
        elif rows or header:
            raise UsageError(f"{table}, line {number + 1}: no sound file {cells[0]} beside the table")
        else:
            header = cells
    if not rows:
        raise UsageError(f"{table} has no line with a sound file, a tab and a text")
    return rows


def _group(cells: Sequence[str], path: Path, header: Sequence[str], by: str | None) -> str:
    if by is None:
        return cells[1] if len(cells) > 2 else _TRAILING_NUMBER.sub("", path.stem)
    column = int(by) - 1 if by.isdecimal() else header.index(by) if by in header else -1
    if not 0 <= column < len(cells) - 1:
        names = ", ".join(header[1:-1]) or f"2 to {len(cells) - 1}" if len(cells) > 2 else "none"
        raise UsageError(f"no column {by!r} to group by; there are: {names}")
    return cells[column]


def find_sound(folder: Path, name: str) -> Path | None:
    """The file itself, or the one whose name has an ending more."""
    candidates = [folder / name, *(folder / f"{name}{ending}" for ending in _SOUND_ENDINGS)]
    return next((path for path in candidates if path.is_file()), None)


def summarise(scores: Sequence[Score], recogniser: str) -> dict[str, Any]:
    """One JSON object. wer and rtf are over all words and all sound, not means of files."""
    groups: dict[str, list[Score]] = {}
    for score in scores:
        groups.setdefault(score.row.group, []).append(score)
    return {
        "asr": recogniser,
        **figures(scores),
        "groups": {name: figures(groups[name]) for name in sorted(groups)} if len(groups) > 1 else {},
        "rows": [
            {
                "file": score.row.path.name,
                "group": score.row.group,
                "said": score.row.text,
                "heard": score.heard,
                "wer": round(score.errors / max(score.words, 1), 4),
                "confidence": round(score.confidence, 3),
                "rejected": not score.sure,
                "rtf": round(score.work_ms / max(score.sound_ms, 1.0), 4),
            }
            for score in scores
        ],
    }


def figures(scores: Sequence[Score]) -> dict[str, Any]:
    """rejection: the share of all sentences that is asked again; of those with a wrong word, and of those without.

    A wrong sentence that is asked again does no harm: wer_answered counts the sentences alone that are answered.
    """
    words, errors = sum(score.words for score in scores), sum(score.errors for score in scores)
    wrong = [score for score in scores if score.errors]
    right = [score for score in scores if not score.errors]
    answered = [score for score in scores if score.sure]
    finish_ms = sorted(score.finish_ms for score in scores)
    sound_ms = sum(score.sound_ms for score in scores)
    return {
        "files": len(scores),
        "words": words,
        "errors": errors,
        "wer": _share(errors, words),
        "wer_answered": _share(sum(score.errors for score in answered), sum(score.words for score in answered)),
        "whole_sentences_right": _share(len(right), len(scores)),
        "rejection": {
            "rate": _share(len(scores) - len(answered), len(scores)),
            "of_wrong": _share(sum(not score.sure for score in wrong), len(wrong)),
            "of_right": _share(sum(not score.sure for score in right), len(right)),
        },
        "rtf": _share(sum(score.work_ms for score in scores), sound_ms),
        "finish_ms": {"p50": round(_at(finish_ms, 0.5), 1), "p95": round(_at(finish_ms, 0.95), 1)},
    }


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0

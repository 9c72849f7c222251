"""How good a recogniser is: word errors against known texts, and how fast.

In      a table (file name or stem, tab, text; columns between are allowed, a header is optional), what was heard
Out     word error rate after the usual normalisation, real-time factor, one row for each file
Raises  UsageError: no such table, no row that can be used, a sound file that is not there
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
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")


@dataclass(frozen=True)
class Row:
    """One file and what is said in it. `speaker` is the second column of three or more, else empty."""

    path: Path
    text: str
    speaker: str = ""


@dataclass(frozen=True)
class Score:
    """What a recogniser made of one row; errors counts substitutions, insertions and deletions of words."""

    row: Row
    heard: str
    confidence: float
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


def read_rows(table: Path) -> list[Row]:
    """Rows whose sound lies beside the table; a first line that names no file is a header. Raises UsageError."""
    try:
        lines = table.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"{table} cannot be read: {reason}") from error
    rows: list[Row] = []
    for number, line in enumerate(lines):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < 2 or not cells[0] or line.startswith("#"):
            continue
        path = find_sound(table.parent, cells[0])
        if path is None:
            if number == 0:
                continue
            raise UsageError(f"{table}, line {number + 1}: no sound file {cells[0]} beside the table")
        rows.append(Row(path, cells[-1], cells[1] if len(cells) > 2 else ""))
    if not rows:
        raise UsageError(f"{table} has no line with a sound file, a tab and a text")
    return rows


def find_sound(folder: Path, name: str) -> Path | None:
    """The file itself, or the one whose name has an ending more."""
    candidates = [folder / name, *(folder / f"{name}{ending}" for ending in _SOUND_ENDINGS)]
    return next((path for path in candidates if path.is_file()), None)


def summarise(scores: Sequence[Score], recogniser: str) -> dict[str, Any]:
    """One JSON object. wer and rtf are over all words and all sound, not means of files."""
    words, errors = sum(score.words for score in scores), sum(score.errors for score in scores)
    sound_ms, work_ms = sum(score.sound_ms for score in scores), sum(score.work_ms for score in scores)
    finish_ms = sorted(score.finish_ms for score in scores)
    return {
        "asr": recogniser,
        "files": len(scores),
        "words": words,
        "errors": errors,
        "wer": round(errors / max(words, 1), 4),
        "whole_sentences_right": round(sum(score.errors == 0 for score in scores) / max(len(scores), 1), 4),
        "rtf": round(work_ms / max(sound_ms, 1.0), 4),
        "finish_ms": {"p50": round(_at(finish_ms, 0.5), 1), "p95": round(_at(finish_ms, 0.95), 1)},
        "rows": [
            {
                "file": score.row.path.name,
                "said": score.row.text,
                "heard": score.heard,
                "wer": round(score.errors / max(score.words, 1), 4),
                "confidence": round(score.confidence, 3),
                "rtf": round(score.work_ms / max(score.sound_ms, 1.0), 4),
            }
            for score in scores
        ],
    }


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0

"""Lengths and times of the day as people say them, both ways.

In      "five minutes", "an hour and a half", "20 seconds"; "seven", "half past six", "7:30", "six in the evening"
Out     seconds; minutes of the day; and words
"""

from __future__ import annotations

import re

_SMALL = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * tens
    for tens, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
_UNITS_S = {"second": 1, "minute": 60, "hour": 3600}
_NUMBER = rf"(?:\d+|(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_SMALL)}))?|{'|'.join(_SMALL)}|an?)"
_LENGTH = re.compile(rf"\b(?:(half) (?:an? )?(hour|minute)|({_NUMBER}) (hour|minute|second)s?(?: and a (half))?)\b")
_CLOCK = re.compile(
    rf"\b(?:(half|quarter) (past|to) ({_NUMBER})|({_NUMBER}) (past|to) ({_NUMBER})|(\d\d?)[:.](\d\d)"
    rf"|({_NUMBER})(?: (?:o'?clock|({_NUMBER})))?)\b(?: o'?clock)?(?: in the)?"
    r"(?: (morning|afternoon|evening|a\.?m|p\.?m))?"
)
LONGEST_S = 24 * 3600


def number(text: str) -> int | None:
    """ "twenty five" is 25, "a" is 1."""
    if text.isdigit():
        return int(text)
    if text in {"a", "an"}:
        return 1
    parts = re.split(r"[ -]", text)
    if not all(part in _SMALL or part in _TENS for part in parts):
        return None
    return sum(_SMALL.get(part, _TENS.get(part, 0)) for part in parts)


def length_s(text: str) -> int | None:
    """The sum of all lengths that are named; None when there is none, or it is longer than a day."""
    total = 0
    for half, half_unit, count, unit, and_half in _LENGTH.findall(text.lower()):
        if half:
            total += _UNITS_S[half_unit] // 2
        else:
            total += (number(count) or 0) * _UNITS_S[unit] + (_UNITS_S[unit] // 2 if and_half else 0)
    return total if 0 < total <= LONGEST_S else None


def minute_of_day(text: str) -> tuple[int, bool] | None:
    """The first time of day that is named: (0..1439, is it certain?). "seven" may be morning or evening."""
    for found in _CLOCK.finditer(text.lower()):
        part, way, hour, count, count_way, count_hour, digits, minutes, plain, plain_minutes, half = found.groups()
        if part:
            h, m = number(hour), (30 if part == "half" else 15) * (1 if way == "past" else -1)
        elif count:
            h, m = number(count_hour), (number(count) or 0) * (1 if count_way == "past" else -1)
        elif digits:
            h, m = int(digits), int(minutes)
        elif plain in {"a", "an"}:
            continue
        else:
            h, m = number(plain), number(plain_minutes or "zero") or 0
        if h is None or h > 23 or abs(m) > 59:
            continue
        if half and h < 12 and half[0] in "aep" and half not in {"am", "a.m"}:
            h += 12
        return (h * 60 + m) % 1440, bool(half) or h > 12
    return None


def say_length(seconds: float) -> str:
    """In one unit or two: "five minutes", "one hour and ten minutes"."""
    whole = max(1, round(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = [(hours, "hour"), (minutes, "minute"), (rest if not hours and minutes < 5 else 0, "second")]
    named = [f"{say_number(count)} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " and ".join(named[:2]) or "less than a minute"


def say_minute(minute: int) -> str:
    hour, rest = minute // 60 % 12 or 12, minute % 60
    if rest == 0:
        return f"{say_number(hour)} o'clock"
    return f"{say_number(hour)} {'oh ' if rest < 10 else ''}{say_number(rest)}"


def say_number(count: int) -> str:
    for word, value in _SMALL.items():
        if value == count:
            return word
    for word, value in _TENS.items():
        if value <= count < value + 10:
            return word if count == value else f"{word} {say_number(count - value)}"
    return str(count)

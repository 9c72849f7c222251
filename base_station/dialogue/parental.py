"""What parents have set, and whether it lets a turn be answered now.

In      Rules; the local day and minute; seconds of talk
Out     the name of the phrase to say instead of an answer, or none
Time    minutes of the local day, 0..1439; 1440 is never
State   none: a Day goes in and a Day comes out
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from base_station.errors import UsageError

NEVER = 1440
_LONGEST_PAUSE_S = 300.0  # a longer one is a break in itself
_STORY_WORDS = {
    *(
        "story",
        "stories",
        "tale",
        "tales",
        "song",
        "songs",
        "sing",
        "joke",
        "jokes",
        "rhyme",
        "rhymes",
        "poem",
        "poems",
    ),
    *("read", "riddle", "lullaby", "more", "again", "next", "continue", "yes", "no", "okay", "ok", "please", "thanks"),
    *("thank", "hello", "hi", "hey", "bye", "goodbye", "night", "morning", "stop", "louder", "quieter"),
}
_TIME = re.compile(r"([01]?\d|2[0-3])[:.h]([0-5]\d)")


@dataclass(frozen=True)
class Rules:
    """For one child. `quiet` are (start, end) of the local day; `topics` are words that are left to the parents."""

    bed_start: int = NEVER
    bed_end: int = NEVER
    quiet: tuple[tuple[int, int], ...] = ()
    minutes_per_day: int = NEVER
    story_only: bool = False
    topics: tuple[str, ...] = ()
    break_minutes: int = 30

    def about(self, text: str) -> str:
        """The first of the topics that a text is about; empty when it is about none."""
        words = re.findall(r"[\w']+", text.lower())
        for topic in self.topics:
            wanted = topic.lower().split()
            for at in range(len(words) - len(wanted) + 1):
                if all(_same(word, want) for word, want in zip(words[at:], wanted, strict=False)):
                    return topic
        return ""


@dataclass(frozen=True)
class Day:
    """How long a child has talked. It begins anew at local midnight."""

    date: int = 0
    used_s: float = 0.0
    unbroken_s: float = 0.0
    last_end_s: float = 0.0

    def with_turn(self, now: Now, length_s: float) -> Day:
        """A turn of this length has just ended."""
        paused_s = now.unix_s - length_s - self.last_end_s
        goes_on = now.unix_s - self.last_end_s >= 0.0 and paused_s <= _LONGEST_PAUSE_S
        return Day(
            date=now.date,
            used_s=(self.used_s if now.date == self.date else 0.0) + length_s,
            unbroken_s=(self.unbroken_s if goes_on else 0.0) + length_s,
            last_end_s=now.unix_s,
        )

    def wants_break(self, rules: Rules) -> bool:
        """Has the child talked without a pause for so long?"""
        return rules.break_minutes > 0 and self.unbroken_s >= rules.break_minutes * 60


@dataclass(frozen=True)
class Now:
    """A moment as a household lives it: `date` counts local days, `minute` is of the local day.

    `ticks_s` is a clock that nobody can set, from any beginning.
    """

    unix_s: float
    date: int
    minute: int
    ticks_s: float = 0.0

    @classmethod
    def at(cls, unix_s: float, ticks_s: float = 0.0) -> Now:
        local = time.localtime(unix_s)
        return cls(unix_s, local.tm_year * 1000 + local.tm_yday, local.tm_hour * 60 + local.tm_min, ticks_s)


def closed(rules: Rules, day: Day, now: Now) -> str:
    """The phrase that says why the plush does not talk now; empty when it does."""
    if _within(now.minute, rules.bed_start, rules.bed_end):
        return "bedtime"
    if any(_within(now.minute, start, end) for start, end in rules.quiet):
        return "quiet"
    if rules.minutes_per_day != NEVER and day.date == now.date and day.used_s >= rules.minutes_per_day * 60:
        return "used_up"
    return ""


def off_limits(rules: Rules, heard: str) -> str:
    """The phrase for words that these rules leave to others; empty when they may be answered."""
    if rules.about(heard):
        return "topic"
    if rules.story_only and not _STORY_WORDS & set(re.findall(r"[a-z]+", heard.lower())):
        return "story_only"
    return ""


def parse_span(text: str) -> tuple[int, int]:
    """ "19:30-7:00" to minutes of the day; "never" to (1440, 1440)."""
    if text.strip().lower() in {"never", "none", "off"}:
        return NEVER, NEVER
    start, dash, end = text.partition("-")
    first, last = _TIME.fullmatch(start.strip()), _TIME.fullmatch(end.strip())
    if not dash or first is None or last is None:
        raise UsageError(f"not a span of time: {text!r}; write for example 19:30-7:00, or never")
    return int(first[1]) * 60 + int(first[2]), int(last[1]) * 60 + int(last[2])


def show_span(start: int, end: int) -> str:
    return "never" if NEVER in (start, end) else f"{start // 60}:{start % 60:02}-{end // 60}:{end % 60:02}"


def _within(minute: int, start: int, end: int) -> bool:
    if NEVER in (start, end) or start == end:
        return False
    return start <= minute < end if start < end else minute >= start or minute < end


def _same(word: str, topic: str) -> bool:
    """The word or its plural."""
    return word in (topic, f"{topic}s", f"{topic}es") or (topic.endswith("y") and word == f"{topic[:-1]}ies")

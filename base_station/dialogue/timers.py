"""Timers and alarms by voice: what is asked for, what is running, what rings.

In      what a child says; the clock: monotonic seconds for timers, local minutes for alarms
Out     the phrase to say, with its values; when the next one rings
State   at most one timer and one alarm a toy; they end with the base station
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from base_station.dialogue.parental import Now
from base_station.dialogue.spoken_time import length_s, minute_of_day, say_length, say_minute

_TIMER = re.compile(r"\b(timer|remind me in|tell me in|wake me (up )?in|count down)\b")
_ALARM = re.compile(r"\b(alarm|wake me( up)?( at)?|get me up)\b")
_CANCEL = re.compile(r"\b(stop|cancel|delete|turn off|end|forget) (the |my )?(timer|alarm)\b")
_LEFT = re.compile(
    r"\b(how (long|much time|many minutes)|is the (timer|alarm)|when (does|will|is))\b.*\b(timer|alarm|left)\b"
)
_TIME = re.compile(r"\bwhat(s|'s| is)? (the )?time( is it)?\b|\bwhat time is it\b|\bhow late is it\b")


@dataclass(frozen=True)
class Say:
    """A phrase of the catalogue and what fills it."""

    phrase: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Alarm:
    """Something that rings at `due_s` on the clock of `Now.unix_s`."""

    due_s: float
    ring: Say


class Timers:
    """One toy's. `answer` understands what is about timers, alarms and the time, and nothing else."""

    def __init__(self) -> None:
        self._running: dict[str, Alarm] = {}

    def answer(self, heard: str, now: Now) -> Say | None:
        text = heard.lower()
        if _TIME.search(text):
            return Say("time_now", {"time": say_minute(now.minute)})
        kind = "alarm" if _ALARM.search(text) and length_s(text) is None else "timer"
        if _CANCEL.search(text):
            kind = "alarm" if "alarm" in text else "timer"
            return Say("timer_cancelled" if self._running.pop(kind, None) else "timer_none")
        if _LEFT.search(text):
            return self._left("alarm" if "alarm" in text else "timer", now)
        if kind == "alarm" and _ALARM.search(text):
            return self._set_alarm(text, now)
        if _TIMER.search(text) or (_ALARM.search(text) and length_s(text) is not None):
            return self._set_timer(text, now)
        return None

    def next_due_s(self) -> float | None:
        return min((alarm.due_s for alarm in self._running.values()), default=None)

    def ring(self, due_s: float) -> Say | None:
        """What was due then, if it still is; it rings once."""
        for kind, alarm in list(self._running.items()):
            if alarm.due_s <= due_s:
                del self._running[kind]
                return alarm.ring
        return None

    def _set_timer(self, text: str, now: Now) -> Say:
        if (seconds := length_s(text)) is None:
            return Say("timer_unclear")
        length = say_length(seconds)
        self._running["timer"] = Alarm(now.unix_s + seconds, Say("timer_rings", {"length": length}))
        return Say("timer_set", {"length": length})

    def _set_alarm(self, text: str, now: Now) -> Say:
        """The next time that a clock shows this: of the day where that is certain, of the dial otherwise."""
        if (found := minute_of_day(text)) is None:
            return Say("alarm_unclear")
        minute, certain = found
        ahead = (minute - now.minute) % (1440 if certain else 720) or (1440 if certain else 720)
        due = (now.minute + ahead) % 1440
        time = say_minute(due)
        self._running["alarm"] = Alarm(now.unix_s - now.unix_s % 60 + ahead * 60, Say("alarm_rings", {"time": time}))
        return Say("alarm_set", {"time": time})

    def _left(self, kind: str, now: Now) -> Say:
        alarm = self._running.get(kind)
        if alarm is None:
            return Say("timer_none")
        if kind == "alarm":
            return Say("alarm_left", {"time": alarm.ring.values["time"]})
        return Say("timer_left", {"length": say_length(alarm.due_s - now.unix_s)})

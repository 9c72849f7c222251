"""Timers and alarms by voice: what is asked for, what is running, what rings.

In      what a child says; the moment: timers count its ticks, alarms look at the clock, which may be set meanwhile
Out     the phrase to say, with its values; how long until the next one rings
State   at most one timer and one alarm a toy; they end with the base station
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from base_station.dialogue.parental import Now
from base_station.dialogue.spoken_time import length_s, minute_of_day, say_length, say_minute

_TIMER = re.compile(r"\b(timer|remind me in|tell me in|wake me (up )?in|count down)\b")
_ALARM = re.compile(r"\b(alarm|wake me( up)?( at)?|get me up)\b")
_CANCEL = re.compile(r"\b(stop|cancel|delete|turn off|end|forget) (the |my )?(timer|alarm)\b")
_LEFT = re.compile(
    r"\b(how (long|much time|many minutes)|is the (timer|alarm)|when (does|will|is))\b.*\b(timer|alarm|left)\b"
)
_TIME = re.compile(r"\bwhat(s|'s| is)? (the )?time( is it)?\b|\bwhat time is it\b|\bhow late is it\b")

_SET_S = 30.0  # less is a clock that drifts
_EARLY_S = 0.001  # of an event loop's timer


@dataclass(frozen=True)
class Say:
    """A phrase of the catalogue and what fills it."""

    phrase: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Alarm:
    """Something that rings when the ticks reach `due_s`. `minute`: an alarm's, of the local day; None for a timer.

    `lead_s` is by how much the wall clock was ahead of the ticks: when that changes, somebody has set the clock.
    """

    due_s: float
    ring: Say
    minute: int | None = None
    lead_s: float = 0.0

    def at(self, now: Now) -> Alarm:
        """The same alarm by a clock that was set meanwhile."""
        lead_s = now.unix_s - now.ticks_s
        if self.minute is None or abs(lead_s - self.lead_s) < _SET_S:
            return self
        return replace(self, due_s=now.ticks_s + _until(self.minute, now, 1440), lead_s=lead_s)


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

    def wait_s(self, now: Now) -> float | None:
        """Until something rings; None when nothing will. Ask again after 30 s: the clock may have been set."""
        self._running = {kind: alarm.at(now) for kind, alarm in self._running.items()}
        due_s = min((alarm.due_s for alarm in self._running.values()), default=None)
        return None if due_s is None else max(0.0, due_s - now.ticks_s)

    def ring(self, now: Now) -> Say | None:
        """What is due; it rings once."""
        for kind, alarm in list(self._running.items()):
            if alarm.at(now).due_s <= now.ticks_s + _EARLY_S:
                del self._running[kind]
                return alarm.ring
        return None

    def _set_timer(self, text: str, now: Now) -> Say:
        if (seconds := length_s(text)) is None:
            return Say("timer_unclear")
        length = say_length(seconds)
        self._running["timer"] = Alarm(now.ticks_s + seconds, Say("timer_rings", {"length": length}))
        return Say("timer_set", {"length": length})

    def _set_alarm(self, text: str, now: Now) -> Say:
        """The next time that a clock shows this: of the day where that is certain, of the dial otherwise."""
        if (found := minute_of_day(text)) is None:
            return Say("alarm_unclear")
        minute, certain = found
        wait_s = _until(minute, now, 1440 if certain else 720)
        due = (now.minute + round((wait_s + now.unix_s % 60) / 60)) % 1440
        time = say_minute(due)
        rings = Say("alarm_rings", {"time": time})
        self._running["alarm"] = Alarm(now.ticks_s + wait_s, rings, due, now.unix_s - now.ticks_s)
        return Say("alarm_set", {"time": time})

    def _left(self, kind: str, now: Now) -> Say:
        alarm = self._running.get(kind)
        if alarm is None:
            return Say("timer_none")
        if kind == "alarm":
            return Say("alarm_left", {"time": alarm.ring.values["time"]})
        return Say("timer_left", {"length": say_length(alarm.due_s - now.ticks_s)})


def _until(minute: int, now: Now, period: int) -> float:
    """Seconds until a clock with so many minutes shows this one next; a whole round when it shows it now."""
    ahead = (minute - now.minute) % period or period
    return ahead * 60 - now.unix_s % 60

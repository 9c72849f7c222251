"""Timers, alarms and the time by voice, and how times are understood and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from base_station.dialogue.parental import Now
from base_station.dialogue.spoken_time import length_s, minute_of_day, say_length, say_minute
from tests.py.guided_home import Home


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("set a timer for five minutes", 300),
        ("timer twenty five seconds please", 25),
        ("set a timer for an hour and a half", 5400),
        ("seventy five seconds", 75),
        ("eighty minutes", 4800),
        ("half an hour", 1800),
        ("one hour and ten minutes", 4200),
        ("10 minutes", 600),
        ("a timer", None),
        ("two days", None),
    ],
)
def test_lengths(text: str, seconds: int | None) -> None:
    assert length_s(text) == seconds


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("wake me up at seven", 420),
        ("at half past six", 390),
        ("at quarter to eight", 465),
        ("at 7:30", 450),
        ("six thirty in the evening", 1110),
        ("ten past nine", 550),
        ("at seven o'clock", 420),
        ("sometime", None),
    ],
)
def test_times_of_day(text: str, minute: int | None) -> None:
    found = minute_of_day(text)
    assert (None if found is None else found[0]) == minute


def test_how_times_are_said() -> None:
    assert [say_length(s) for s in (1, 60, 90, 3600, 4200)] == [
        "one second", "one minute", "one minute and thirty seconds", "one hour", "one hour and ten minutes",
    ]  # fmt: skip
    assert [say_minute(m) for m in (420, 5, 1111)] == ["seven o'clock", "twelve oh five", "six thirty one"]


def test_timers_and_alarms_by_voice(tmp_path: Path) -> None:
    home = Home(tmp_path)
    timers = home.guide.timers
    assert home.hears("how long is left on the timer") == "timer_none"
    assert home.hears("set a timer for five minutes") == "timer_set"
    assert timers.wait_s(home.guide.now()) == 300
    home.now_s += 60
    say = home.guide.decide("how much time is left on my timer").say
    assert say is not None
    assert home.guide.spoken(say)[0].text == "There are four minutes left."
    assert timers.ring(home.guide.now()) is None
    home.now_s += 240
    rings = timers.ring(home.guide.now())
    assert rings is not None
    assert home.guide.spoken(rings)[0].text == "Ding dong!"
    assert timers.wait_s(home.guide.now()) is None
    home.at(20, 15)
    assert home.hears("wake me up at seven") == "alarm_set"
    assert timers.wait_s(home.guide.now()) == (10 * 60 + 45) * 60
    assert home.hears("cancel the alarm") == "timer_cancelled"
    assert home.hears("cancel the alarm") == "timer_none"
    assert home.hears("what time is it") == "time_now"
    assert home.hears("set a timer") == "timer_unclear"
    assert home.hears("what is a clock") == "model"


@pytest.mark.parametrize("jump_s", [-56 * 365 * 86400, -3600, 3600, 86400 * 400])
def test_a_clock_that_is_set_moves_alarms_and_leaves_timers(tmp_path: Path, jump_s: int) -> None:
    home = Home(tmp_path)
    ticks_s = 1000.0
    home.guide.ticks_s = lambda: ticks_s
    timers = home.guide.timers
    home.at(20, 0)
    home.hears("set a timer for five minutes")
    home.now_s += jump_s
    ticks_s += 100
    assert timers.wait_s(home.guide.now()) == 200
    ticks_s += 200
    assert timers.ring(home.guide.now()) is not None
    home.hears("wake me up at seven in the morning")
    home.now_s += jump_s
    assert timers.ring(home.guide.now()) is None
    wait_s = timers.wait_s(home.guide.now())
    assert wait_s is not None
    assert 0 < wait_s <= 86400
    assert Now.at(home.now_s + wait_s).minute == 7 * 60

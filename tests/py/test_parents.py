"""What parents set holds from the next turn on: bedtime, minutes, topics, breaks; and the commands that set it."""

from __future__ import annotations

import calendar
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from base_station.dialogue.child import Children
from base_station.dialogue.guide import Guide
from base_station.dialogue.parental import Day, Now, Rules, closed, off_limits, parse_span
from base_station.errors import UsageError
from tests.py.guided_home import ANNA, GATE, Home


def test_bedtime_and_quiet_hours(tmp_path: Path) -> None:
    home = Home(tmp_path, replace(ANNA, rules=Rules(bed_start=1170, bed_end=420, quiet=((780, 840),))))
    for hour, minute, expected in ((19, 29, "model"), (19, 30, "bedtime"), (3, 0, "bedtime"), (7, 0, "model"),
                                   (13, 0, "quiet"), (14, 0, "model")):  # fmt: skip
        home.at(hour, minute)
        assert home.hears("why is the sky blue") == expected, (hour, minute)


def test_an_emergency_is_heard_at_any_hour(tmp_path: Path) -> None:
    home = Home(tmp_path, replace(ANNA, rules=Rules(bed_start=0, bed_end=1439, minutes_per_day=1, story_only=True)))
    home.talks(3600)
    assert home.hears("mommy is not breathing") == "care_emergency"
    assert home.hears("i want to die") == "care_self_harm"


def test_minutes_a_day_survive_a_restart_and_begin_anew_at_midnight(tmp_path: Path) -> None:
    home = Home(tmp_path, replace(ANNA, rules=Rules(minutes_per_day=10)))
    home.talks(599)
    assert home.hears("hello") == "model"
    home.talks(2)
    assert home.hears("hello") == "used_up"
    home.guide = Guide(GATE, Children(tmp_path / "children"), unix_s=lambda: home.now_s)
    assert home.hears("hello") == "used_up"
    home.at(8, 0, day=2)
    assert home.hears("hello") == "model"


def test_story_only_and_topics(tmp_path: Path) -> None:
    home = Home(tmp_path, replace(ANNA, rules=Rules(story_only=True)))
    assert home.hears("tell me a story") == "model"
    assert home.hears("how does a car work") == "story_only"
    home = Home(tmp_path, replace(ANNA, rules=Rules(topics=("ghost", "santa claus"))))
    assert home.hears("are ghosts real") == "topic"
    assert home.hears("is santa claus real") == "topic"
    assert home.hears("is santa real") == "model"
    assert home.guide.reply_gate().let_out("I saw a ghost in the garden.") is None
    assert home.guide.reply_gate().let_out("I saw a cat in the garden.") is not None


def test_a_change_holds_from_the_next_turn_on(tmp_path: Path) -> None:
    home = Home(tmp_path, ANNA)
    assert home.hears("hello") == "model"
    home.children.save(replace(ANNA, rules=Rules(bed_start=0, bed_end=1439)))
    assert home.hears("hello") == "bedtime"


def test_a_break_is_proposed_once_after_a_long_talk(tmp_path: Path) -> None:
    home = Home(tmp_path, replace(ANNA, rules=Rules(break_minutes=10)))
    home.talks(400)
    assert home.guide.afterword() is None
    home.talks(300)
    say = home.guide.afterword()
    assert say is not None
    assert say.phrase == "break_time"
    assert home.guide.afterword() is None
    home.talks(590)
    home.now_s += 301  # a pause is a break
    home.talks(30)
    assert home.guide.afterword() is None


def test_spans_and_rules_without_a_clock() -> None:
    assert parse_span("19:30-7:00") == (1170, 420)
    assert parse_span("never") == (1440, 1440)
    for wrong in ("19:30", "25:00-7:00", "a-b", ""):
        with pytest.raises(UsageError):
            parse_span(wrong)
    now = Now(float(calendar.timegm((2026, 1, 1, 0, 0, 0))), 1, 600)
    assert closed(Rules(), Day(), now) == ""
    assert off_limits(Rules(), "anything") == ""


def test_the_commands(tmp_path: Path) -> None:
    plush = str(Path(sys.executable).with_name("plush"))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PLUSH_HOME": str(tmp_path)}
        return subprocess.run([plush, *words], capture_output=True, text=True, env=env, timeout=60, check=False)

    assert run("parents", "set", "Anna", "--bedtime", "19:30-7:00", "--minutes", "45", "--consent").returncode == 0
    assert run("memory", "add", "Anna", "She loves foxes.").returncode == 0
    assert run("memory", "edit", "Anna", "1", "She loves owls.").returncode == 0
    assert json.loads(run("memory", "show", "Anna", "--json").stdout)["facts"] == ["She loves owls."]
    (shown,) = json.loads(run("parents", "list", "--json").stdout)
    assert (shown["bedtime"], shown["minutes_per_day"], shown["consent"]) == ("19:30-7:00", 45, True)
    assert run("memory", "wipe", "Anna").returncode == 0
    assert json.loads(run("memory", "show", "Anna", "--json").stdout)["facts"] == []
    for wrong in (["parents", "set", "Anna", "--bedtime", "late"], ["memory", "show", "Nobody"],
                  ["parents", "set", "Anna", "--persona", "nobody"], ["memory", "edit", "Anna", "7", "x"]):  # fmt: skip
        done = run(*wrong)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1

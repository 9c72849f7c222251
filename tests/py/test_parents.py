"""What parents set: rules, time, consent, memory; timers by voice. No sound, no model, a clock of our own."""

from __future__ import annotations

import calendar
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from base_station.dialogue import persona
from base_station.dialogue.child import Child, Children
from base_station.dialogue.facts import facts_in
from base_station.dialogue.guide import Guide
from base_station.dialogue.memory import Memory
from base_station.dialogue.parental import Day, Now, Rules, closed, off_limits, parse_span
from base_station.dialogue.safety import SafetyGate
from base_station.dialogue.spoken_time import length_s, minute_of_day, say_length, say_minute
from base_station.errors import StoreError, UsageError

GATE = SafetyGate()


class Home:
    """A guide with a clock that stands where it is put."""

    def __init__(self, folder: Path, child: Child | None = None) -> None:
        self.children = Children(folder / "children")
        if child is not None:
            self.children.save(child)
        self.at(12, 0)
        self.guide = Guide(GATE, self.children, unix_s=lambda: self.now_s, ticks_s=lambda: self.now_s)

    def at(self, hour: int, minute: int, day: int = 1) -> None:
        local = (2026, 12, day, hour, minute, 0, 0, 0, -1)
        self.now_s = time.mktime(local)

    def hears(self, text: str) -> str:
        """The phrase by which the plush answers by itself; "model" where the model answers."""
        say = self.guide.decide(text).say
        return "model" if say is None else say.phrase

    def talks(self, seconds: float, text: str = "why is the sky blue") -> None:
        self.now_s += seconds
        self.guide.turn_ended(text, self.guide.memory(), seconds, answered=True)


ANNA = Child(name="Anna", consent=True)


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


def test_nothing_is_kept_without_consent(tmp_path: Path) -> None:
    home = Home(tmp_path, replace(ANNA, consent=False))
    assert not home.guide.may_keep_words()
    home.talks(10, "my name is anna")
    assert home.children.load("Anna").facts == ()
    home.children.save(replace(home.children.load("Anna"), consent=True))
    home.talks(10, "my name is anna")
    home.talks(10, "my favorite animal is the fox")
    assert home.guide.may_keep_words()
    assert home.children.load("Anna").facts == ("The child is called Anna.", "The child's favourite animal is fox.")
    assert "The child is called Anna." in home.guide.memory().prompt("hello")[0]["content"]


def test_what_was_wiped_is_on_no_byte_of_the_disk(tmp_path: Path) -> None:
    children = Children(tmp_path)
    children.save(replace(ANNA, facts=("The child likes zebras.",), summary="why are zebras striped."))
    children.wipe("Anna")
    assert children.load("Anna").facts == ()
    assert all(b"zebra" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_damaged_file_and_wrong_names_are_told(tmp_path: Path) -> None:
    children = Children(tmp_path)
    for name in ("../anna", "", "a/b", "x" * 60):
        with pytest.raises(UsageError):
            children.load(name)
    with pytest.raises(UsageError, match="nobody yet"):
        children.load("anna")
    (tmp_path / "anna.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        children.load("anna")


def test_whose_plush_it_is(tmp_path: Path) -> None:
    children = Children(tmp_path)
    children.save(replace(ANNA, toy="bear"))
    children.save(Child(name="Ben"))
    assert [children.of_toy(toy).name for toy in ("bear", "owl")] == ["Anna", "Ben"]
    children.save(Child(name="Cleo"))
    assert children.of_toy("owl").name == ""


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


def test_the_summary_rolls_and_the_prompt_stays_short() -> None:
    memory = Memory(persona.Persona(), exchanges=2)
    for k in range(40):
        memory.remember(f"question number {k}", "answer")
    assert "question number 37" in memory.summary
    assert "question number 39" not in memory.summary
    assert len(memory.summary) <= 241
    assert memory.summary in memory.prompt("now")[0]["content"]


def test_facts_are_what_was_said_in_so_many_words() -> None:
    assert list(facts_in("I have a dog")) == ["The child has a dog."]
    assert list(facts_in("i am seven years old")) == ["The child is seven years old."]
    assert list(facts_in("my name is not important")) == []
    assert list(facts_in("why is the sky blue")) == []


def test_personas_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path))
    assert {"teddy", "luna", "captain_bruno"} <= set(persona.names())
    (tmp_path / "personas").mkdir()
    mine = tmp_path / "personas/mine.toml"
    mine.write_text('name = "Kiki"\nmanner = "a shy plush."\nchild_age = 4\n', encoding="utf-8")
    assert persona.load("mine").name == "Kiki"
    for text in ("name = 3", "child_age = 40", "colour = 'red'", "name = ''", "greetings = []", "="):
        mine.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError):
            persona.load("mine")
    with pytest.raises(UsageError, match="no persona"):
        persona.load("../mine")


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

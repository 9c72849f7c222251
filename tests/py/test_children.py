"""What is kept of a child with a parent's consent, on disk and in the prompt; whose plush it is, who that can be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from base_station.dialogue import persona
from base_station.dialogue.child import Child, Children
from base_station.dialogue.facts import facts_in
from base_station.dialogue.memory import Memory
from base_station.errors import StoreError, UsageError
from tests.py.guided_home import ANNA, Home


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
    children.rename_toy("bear", "owl")
    assert [children.load(name).toy for name in children.names()] == ["owl", "", ""]
    assert [children.of_toy(toy).name for toy in ("bear", "owl")] == ["", "Anna"]


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

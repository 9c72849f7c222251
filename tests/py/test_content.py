"""What the toy says by itself: a parent's mistake in the file is one clear line."""

from __future__ import annotations

import struct
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.voice import build_content

VOICE = Path(__file__).resolve().parents[2] / "models" / "voice"
TEXT = (VOICE / "content.toml").read_text(encoding="utf-8")
UNSAFE = (VOICE / "unsafe_words.txt").read_text(encoding="utf-8")


def test_the_shipped_content_compiles_within_a_few_pages_of_flash() -> None:
    blob = build_content.compile_content(TEXT, UNSAFE)
    magic, version, kinds, size = struct.unpack_from("<4sHHI", blob)
    assert (magic, version, kinds, size) == (b"TSAY", 1, len(build_content.kinds()), len(blob))
    assert len(blob) < 32768


def test_the_game_is_more_than_fifteen_questions_deep_and_every_animal_differs() -> None:
    content = tomllib.loads(TEXT)
    assert len(content["game"]["questions"]) >= 15
    assert len(set(build_content.traits(content))) == len(content["game"]["animals"]) >= 60


def test_an_evening_long_enough_is_written() -> None:
    say = tomllib.loads(TEXT)["say"]
    assert len(say["joke"]) >= 30
    assert len(say["song"]) >= 8
    assert len(say["hero"]) * len(say["place"]) * len(say["friend"]) * len(say["thing"]) > 10_000


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda text: text.replace("[say]", "[say"), "not TOML"),
        (lambda text: text.replace("joke = [", "jokes = [", 1), "joke: there must be at least one line"),
        (lambda text: text.replace("[say]", '[say]\nriddle = ["?"]'), "unknown list riddle"),
        (lambda text: text.replace('"Well, well."', '"Well, {villain}."'), "unknown slot"),
        (lambda text: text.replace('"Well, well."', '"Well {well."'), "unknown slot"),
        (lambda text: text.replace('"Well, well."', '"Well, well.", "Well, well."'), "a line is there twice"),
        (lambda text: text.replace('"Well, well."', f'"{"well " * 70}"'), "longer than 300 bytes"),
        (lambda text: text.replace("Clap@G4", "Clap@H4"), "My two paws"),
        (lambda text: text.replace("Clap@G4", "Clap"), "My two paws"),
        (lambda text: text.replace('"a dog" = "fur', '"a dog" = "fluff'), "there is no question 'fluff'"),
        (lambda text: text.replace('"Well, well."', '"Oh, kill it."'), "holds 'kill'"),
    ],
)
def test_a_mistake_is_one_clear_line(change: Callable[[str], str], complaint: str) -> None:
    changed = change(TEXT)
    assert changed != TEXT
    with pytest.raises(SystemExit) as ended:
        build_content.compile_content(changed, UNSAFE)
    line = str(ended.value)
    assert line.startswith("content: ")
    assert complaint in line
    assert "\n" not in line.strip()


def test_two_animals_that_no_question_parts_are_refused() -> None:
    content: dict[str, Any] = {"game": {"questions": {"fur": "Fur?"}, "animals": {"a cat": "fur", "a dog": "fur"}}}
    with pytest.raises(SystemExit, match="no question parts"):
        build_content.traits(content)


def test_the_unsafe_words_are_words() -> None:
    assert {"kill", "gun", "=butt"} <= set(build_content.read_unsafe(UNSAFE))
    with pytest.raises(SystemExit, match="is not a word"):
        build_content.read_unsafe("two-words")

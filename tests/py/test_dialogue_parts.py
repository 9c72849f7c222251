"""Sentences, memory, feelings: what is said, without sound."""

from __future__ import annotations

import random

import pytest

from base_station.dialogue.emotion import Feeling, feeling_of
from base_station.dialogue.memory import Memory
from base_station.dialogue.persona import Persona
from base_station.dialogue.sentences import SentenceCutter, speakable
from base_station.link import messages


def cut(*pieces: str) -> list[str]:
    cutter = SentenceCutter()
    return [sentence for piece in pieces for sentence in cutter.feed(piece)] + list(cutter.finish())


@pytest.mark.parametrize(
    ("pieces", "sentences"),
    [
        (("Hello! How are you?",), ["Hello!", "How are you?"]),
        (("Hel", "lo", ". I", " am fine"), ["Hello.", "I am fine"]),
        (("Dr. Bear lives at 3.5 Elm Street. Good.",), ["Dr. Bear lives at 3.5 Elm Street.", "Good."]),
        (('He said "no." Then he left.',), ['He said "no."', "Then he left."]),
        (("One line\nanother line",), ["One line", "another line"]),
        (("Wait... what?! Yes.",), ["Wait...", "what?!", "Yes."]),
        (("   ", ""), []),
    ],
)
def test_sentences(pieces: tuple[str, ...], sentences: list[str]) -> None:
    assert cut(*pieces) == sentences


def test_cutting_loses_nothing_and_does_not_depend_on_the_pieces() -> None:
    rng = random.Random(3)
    alphabet = "ab cd. ef! gh? ij, kl\n mn Dr. 3.4 … "
    for _ in range(500):
        text = "".join(rng.choice(alphabet) for _ in range(rng.randrange(400)))
        pieces, at = [], 0
        while at < len(text):
            step = rng.randrange(1, 9)
            pieces.append(text[at : at + step])
            at += step
        assert "".join("".join(cut(*pieces)).split()) == "".join(text.split())


def test_a_sentence_without_an_end_is_cut_all_the_same() -> None:
    spoken = cut("and then " * 100)
    assert max(map(len, spoken)) <= 161
    assert len(spoken) > 4


def test_a_sentence_is_out_before_the_next_one_is_complete() -> None:
    cutter = SentenceCutter()
    assert list(cutter.feed("The sky is blue.")) == []  # it might be the point of 3.5
    assert list(cutter.feed(" Beca")) == ["The sky is blue."]


def test_speakable() -> None:
    assert speakable("**Hi** there 😀 `you`\x07 [x]") == "Hi there you x"


def test_memory_keeps_the_last_exchanges_in_order() -> None:
    memory = Memory(Persona(name="Bobo"), exchanges=2)
    for k in range(4):
        memory.remember(f"q{k}", f"a{k}")
    memory.remember("", "nothing was heard")
    prompt = memory.prompt("now")
    assert prompt[0]["role"] == "system"
    assert "Bobo" in prompt[0]["content"]
    assert [message["content"] for message in prompt[1:]] == ["q2", "a2", "q3", "a3", "now"]
    assert [message["role"] for message in prompt[1:]] == ["user", "assistant"] * 2 + ["user"]


@pytest.mark.parametrize(
    ("sentence", "feeling"),
    [
        ("What do you think?", Feeling.CURIOUS),
        ("Hooray, you did it!", Feeling.EXCITED),
        ("I am sorry that you are sad.", Feeling.CARING),
        ("Good night, sleep tight.", Feeling.SLEEPY),
        ("Elephants eat grass.", Feeling.NEUTRAL),
    ],
)
def test_feelings(sentence: str, feeling: Feeling) -> None:
    assert feeling_of(sentence)[0] is feeling


def test_feelings_are_those_of_the_schema() -> None:
    assert {f.name: f.value for f in Feeling} == {f.name: f.value for f in messages.EmotionFeeling}


def test_the_next_prompt_is_known_before_the_exchange_is_over() -> None:
    """And its beginning changes once in three exchanges, not with each: a model has its cache for the rest."""
    memory, systems = Memory(Persona(name="Bobo")), list[str]()
    for number in range(20):
        expected = memory.prompt_after(f"question {number}", f"answer {number}")
        memory.remember(f"question {number}", f"answer {number}")
        assert memory.prompt("") == expected
        systems.append(expected[0]["content"])
    assert len(set(systems)) == 1 + (20 - 6 + 2) // 3
    assert "question 0" in systems[-1]

"""Who the plush is: a name and a manner, put in front of every conversation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """A character. `manner` is one or two sentences in the second person."""

    name: str = "Teddy"
    manner: str = "a kind plush toy talking with a child. Answer in one or two short sentences."

    def system_prompt(self) -> str:
        return f"You are {self.name}, {self.manner}"


@dataclass(frozen=True)
class Phrases:
    """Every sentence that the base station says by itself, without a language model."""

    not_heard: str = "Sorry, I did not hear you. Say that again?"
    not_understood: str = "I did not catch that. Can you say it again?"
    trouble: str = "Oh dear, my head is fuzzy. Let us try again in a moment."
    speechless: str = "Hmm. I do not know what to say to that."

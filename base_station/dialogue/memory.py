"""What was said before, as much as a prompt should carry."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from typing import TypedDict

from base_station.dialogue.persona import Persona

_INTRODUCED = re.compile(r"\b(?:name is|name's|called) ([a-z][a-z'-]+)")


class Message(TypedDict):
    """One turn of a chat prompt; role is system, user or assistant."""

    role: str
    content: str


class Memory:
    """The last exchanges of one conversation, oldest first."""

    def __init__(self, persona: Persona, *, exchanges: int = 6) -> None:
        self.persona = persona
        self._past: deque[tuple[str, str]] = deque(maxlen=exchanges)

    def prompt(self, heard: str) -> list[Message]:
        """The messages that a language model is asked with. The prefix stays equal from turn to turn, for its cache."""
        messages: list[Message] = [{"role": "system", "content": self.persona.system_prompt()}]
        for child, plush in self._past:
            messages += [{"role": "user", "content": child}, {"role": "assistant", "content": plush}]
        return [*messages, {"role": "user", "content": heard}]

    def remember(self, heard: str, said: str) -> None:
        """Keeps an exchange. What was cut off is remembered as far as it was spoken."""
        if heard and said:
            self._past.append((heard, said))

    def hints(self) -> tuple[str, ...]:
        """Names that a recogniser should expect: the plush's own, and who was introduced in this conversation."""
        told = (name for child, _ in self._past for name in _INTRODUCED.findall(child.lower()))
        return tuple(dict.fromkeys((self.persona.name.lower(), *told)))

    def past(self) -> Sequence[tuple[str, str]]:
        return tuple(self._past)

"""What was said before, as much as a prompt should carry."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from copy import copy
from typing import TypedDict

from base_station.dialogue.persona import Persona

_INTRODUCED = re.compile(r"\b(?:name is|name's|called) ([a-z][a-z'-]+)")


class Message(TypedDict):
    """One turn of a chat prompt; role is system, user or assistant."""

    role: str
    content: str


_SUMMARY_CHARACTERS = 240


class Memory:
    """The last exchanges of one conversation, oldest first; what came before as a rolling summary; and the facts.

    The summary is the child's own questions, shortened: nobody's model has to be trusted with it, and parents can
    read it. It changes only when old exchanges leave, half of them at once, so that the prompt's beginning stays in the
    model's cache.
    """

    def __init__(self, persona: Persona, *, exchanges: int = 6, facts: Sequence[str] = (), summary: str = "") -> None:
        self.persona = persona
        self.summary = summary
        self._facts = tuple(facts)
        self._exchanges = exchanges
        self._past: deque[tuple[str, str]] = deque()

    def prompt(self, heard: str) -> list[Message]:
        """The messages that a language model is asked with. The prefix stays equal from turn to turn, for its cache."""
        system = " ".join([self.persona.system_prompt(), *self._facts])
        if self.summary:
            system = f"{system} Earlier the child said: {self.summary}"
        messages: list[Message] = [{"role": "system", "content": system}]
        for child, plush in self._past:
            messages += [{"role": "user", "content": child}, {"role": "assistant", "content": plush}]
        return [*messages, {"role": "user", "content": heard}]

    def remember(self, heard: str, said: str) -> None:
        """Keeps an exchange. What was cut off is remembered as far as it was spoken."""
        if not heard or not said:
            return
        if len(self._past) == self._exchanges:
            for _ in range((self._exchanges + 1) // 2):
                self.summary = _rolled(self.summary, self._past.popleft()[0])
        self._past.append((heard, said))

    def prompt_after(self, heard: str, said: str) -> list[Message]:
        """What the next question's prompt will begin with, once this exchange is remembered."""
        later = copy(self)
        later._past = self._past.copy()
        later.remember(heard, said)
        return later.prompt("")

    def hints(self) -> tuple[str, ...]:
        """Names that a recogniser should expect: the plush's own, and who was introduced in this conversation."""
        told = (name for child, _ in self._past for name in _INTRODUCED.findall(child.lower()))
        return tuple(dict.fromkeys((self.persona.name.lower(), *told)))

    def past(self) -> Sequence[tuple[str, str]]:
        return tuple(self._past)


def _rolled(summary: str, question: str) -> str:
    """The newest that fit, oldest first, each once."""
    kept = [part for part in summary.rstrip(".").split("; ") if part and part != question]
    kept.append(question.rstrip(".!?;"))
    while len("; ".join(kept)) > _SUMMARY_CHARACTERS and len(kept) > 1:
        kept.pop(0)
    return "; ".join(kept)[:_SUMMARY_CHARACTERS] + "."

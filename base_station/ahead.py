"""The answer begun before the question is certainly over: what thinking can be done while a child still speaks.

    words so far      the model reads them, so that at the end only the last ones are new
    a pause           the model begins to answer what was said so far; nobody hears it yet
    the end           the same words: the answer goes on from where it is. Others: it is taken back and begun anew

In      partial and final words of one question
Out     `take`: the reply to the final words
Raises  nothing here; the reply raises as any reply does
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from base_station.engines import RemoteChat, Reply
from base_station.llm.base import Turn
from base_station.request import Request

MakePrompt = Callable[[str], Sequence[Turn]]


class Ahead:
    """Belongs to one turn. Whoever ends the turn calls `drop`."""

    def __init__(self, chat: RemoteChat, prompt: MakePrompt) -> None:
        self._chat = chat
        self._prompt = prompt
        self._reading: Request | None = None
        self._read: list[str] = []
        self._guess: list[str] = []
        self._reply: Reply | None = None
        self.early = False

    def hear(self, partial: str) -> None:
        """More words have come. The newest one may still change, so it is not read yet."""
        words = partial.split()
        if self._reply is not None:
            if words == self._guess:
                return
            self._take_back()
        certain = words[:-1]
        if certain != self._read and (self._reading is None or self._reading.done):
            self._read = certain
            self._reading = self._chat.prefill(self._prompt(" ".join(certain)))

    def guess(self, partial: str) -> None:
        """It is quiet: begins to answer, if that is not happening already."""
        words = partial.split()
        if not words or (self._reply is not None and words == self._guess):
            return
        self._take_back()
        self._guess, self._reply = words, self._chat.reply(self._prompt(partial))

    def take(self, text: str) -> Reply:
        """Out: the reply to the final words, now the caller's; `early` tells whether it had begun before."""
        self.early = self._reply is not None and text.split() == self._guess
        if not self.early:
            self._take_back()
        reply = self._reply or self._chat.reply(self._prompt(text))
        self._reply = None
        return reply

    def drop(self) -> None:
        """Forgets everything; what the model is reading stays in its cache."""
        self._take_back()

    def _take_back(self) -> None:
        if self._reply is not None:
            self._reply.close()
            self._reply = None

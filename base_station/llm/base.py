"""What a chat model is.

In      messages, oldest first: {"role": "system"|"user"|"assistant", "content": text}
Out     the answer in pieces, as they are made
Raises  ModelError at construction; EngineError when a reply cannot be made. A conversation that is too long for the
        model is no error: the oldest turns are left out
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypedDict

Cancelled = Callable[[], bool]


class Turn(TypedDict):
    role: str
    content: str


@dataclass
class ReplyStats:
    """Of the last reply. cached_tokens: how much of the prompt was still in the cache; -1 where nobody tells."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    tokens: int = 0
    dropped_turns: int = 0


class Chat(Protocol):
    stats: ReplyStats

    def reply(self, messages: Sequence[Turn], max_tokens: int, seed: int | None, cancelled: Cancelled) -> Iterator[str]:
        """Closing the iterator stops the work at once; `cancelled` also stops a prompt that is being read."""
        ...

    def prefill(self, messages: Sequence[Turn], cancelled: Cancelled) -> None:
        """Reads a prompt ahead of time, so that a reply to one that begins the same starts sooner. May do nothing."""
        ...


class StopFinder:
    """Cuts a stream of text at the first stop string, holding back what could be the beginning of one."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._held = ""
        self.found = False

    def push(self, text: str) -> str:
        """Out: the text that is certainly before any stop string."""
        if self.found:
            return ""
        self._held += text
        ends = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if ends:
            self.found = True
            text, self._held = self._held[: min(ends)], ""
            return text
        keep = max((self._overlap(stop) for stop in self._stops), default=0)
        cut = len(self._held) - keep
        text, self._held = self._held[:cut], self._held[cut:]
        return text

    def flush(self) -> str:
        """Out: what was held back, once the stream is over."""
        text, self._held = ("" if self.found else self._held), ""
        return text

    def _overlap(self, stop: str) -> int:
        longest = min(len(stop) - 1, len(self._held))
        return next((size for size in range(longest, 0, -1) if self._held.endswith(stop[:size])), 0)

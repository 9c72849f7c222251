"""Conversations that outlive their link: a toy that comes back within a minute, on whatever link, goes on where it was.

In      the toy's pairing and the token that it was given in its last session
Out     the conversation's memory; a fresh token for each session
Each token is good once, for the toy that it was given to, and for a minute after its session ended.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from base_station.dialogue.memory import Memory

KEPT_S: Final = 60.0


@dataclass
class _Kept:
    toy: str
    memory: Memory
    ended_s: float | None = None  # None: the session is still there


class Conversations:
    """Every conversation that may still go on."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}

    def begin(self, toy: str, memory: Memory) -> int:
        """A session began. Out: the token to give to the toy."""
        token = secrets.randbits(64) or 1
        self._kept[token] = _Kept(toy, memory)
        return token

    def end(self, token: int, now_s: float) -> None:
        """The session ended: the minute runs."""
        if (kept := self._kept.get(token)) is not None and kept.ended_s is None:
            kept.ended_s = now_s
        self._sweep(now_s)

    def resume(self, toy: str, token: int, into: int, now_s: float) -> Memory | None:
        """The conversation of `token`, once, which is that of the session `into` from now on.

        None when it is too old, unknown or another toy's.
        """
        self._sweep(now_s)
        kept, fresh = self._kept.get(token), self._kept.get(into)
        if kept is None or fresh is None or kept is fresh or kept.toy != toy:
            return None
        del self._kept[token]
        fresh.memory = kept.memory
        return kept.memory

    def forget(self) -> None:
        """No conversation goes on any more."""
        self._kept.clear()

    def _sweep(self, now_s: float) -> None:
        def is_over(kept: _Kept) -> bool:
            return kept.ended_s is not None and now_s - kept.ended_s > KEPT_S

        self._kept = {token: kept for token, kept in self._kept.items() if not is_over(kept)}

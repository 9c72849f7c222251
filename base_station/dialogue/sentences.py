"""Cuts a growing reply into sentences that can be spoken at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST_CHARACTERS = 160
_NO_END_AFTER = frozenset({"mr", "mrs", "ms", "dr", "st", "prof", "vs", "e.g", "i.e"})
_END = re.compile(r"[.!?…]+[\"'”’)]*(?=\s)")
# A comma behind a letter ends a clause whatever follows; behind a digit it may stand in a number.
_CLAUSE_END = re.compile(r"(?<=[^\W\d_])[,;]|[,;:](?=\s)| [-\u2013\u2014](?= )")
_CLAUSE_SPACES = 2


class SentenceCutter:
    """Feed pieces of text; whole sentences come out as soon as what follows them has begun.

    Of the first sentence already the first clause comes out, when it has three words or more, with its comma: speech
    begins sooner.
    A sentence that grows past 160 characters is cut at its last comma or space, so that speech never waits for
    a model that forgot its full stop. No text is lost: `"".join(...)` of everything, spaces aside, is the input.
    """

    def __init__(self) -> None:
        self._text = ""
        self._begun = False

    def feed(self, piece: str) -> Iterator[str]:
        self._text += piece
        while (cut := self._next_cut()) is not None:
            sentence, self._text = self._text[:cut].strip(), self._text[cut:].lstrip()
            if sentence:
                self._begun = True
                yield sentence

    def finish(self) -> Iterator[str]:
        """The rest, when the model has ended."""
        rest, self._text = self._text.strip(), ""
        if rest:
            yield rest

    def _next_cut(self) -> int | None:
        cuts = [cut for cut in (self._sentence_end(), self._first_clause_end()) if cut is not None]
        if cuts:
            return min(cuts)
        newline = self._text.find("\n")
        if newline >= 0:
            return newline + 1
        if len(self._text) > _LONGEST_CHARACTERS:
            comma = max(self._text.rfind(mark, 0, _LONGEST_CHARACTERS) for mark in (",", ";", ":"))
            space = self._text.rfind(" ", 0, _LONGEST_CHARACTERS)
            return max(comma + 1, 0) or (space if space > 0 else _LONGEST_CHARACTERS)
        return None

    def _sentence_end(self) -> int | None:
        for match in _END.finditer(self._text):
            word = self._text[: match.start()].rsplit(maxsplit=1)[-1:]
            if match.group() != "." or not word or word[0].lower() not in _NO_END_AFTER:
                return match.end()
        return None

    def _first_clause_end(self) -> int | None:
        if self._begun:
            return None
        ends = (m for m in _CLAUSE_END.finditer(self._text) if self._text[: m.start()].count(" ") >= _CLAUSE_SPACES)
        return next((match.end() for match in ends), None)


_UNSPEAKABLE = re.compile(r"[*_#`<>\[\]{}|\\~^]+|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]")


def speakable(sentence: str) -> str:
    """What a voice should read: without mark-up, emoji and control characters."""
    text = _UNSPEAKABLE.sub(" ", sentence)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())

"""Beam search over pieces of words, with a language model of whole words and the names that are expected.

In      a network's states of the sound; a language model; width beams
Out     Candidates, best first: the words, and what the network thinks of each piece
Source  shallow fusion (Gulcehre 2015): a word is weighed as soon as the next one begins
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from base_station.asr.moonshine import Floats, Moonshine
from base_station.asr.pieces import END, MARK

_FAN = 6  # pieces tried after each beam
_MOST_PIECES_A_SECOND = 7
_STATES_A_SECOND = 41.0


class Language(Protocol):
    """log p(word | the two words before it, the nearer first); "</s>" ends a sentence."""

    def word(self, word: str, before: tuple[str, ...]) -> float: ...


@dataclass(frozen=True)
class Weights:
    """Of the language model, and for each word, against what the network thinks."""

    language: float
    word: float


@dataclass(frozen=True)
class Candidate:
    """pieces and logs are of equal length; text is lower case without punctuation."""

    text: str
    pieces: tuple[int, ...]
    logs: tuple[float, ...]


@dataclass(frozen=True)
class _Beam:
    pieces: tuple[int, ...] = ()
    logs: tuple[float, ...] = ()
    score: float = 0.0
    before: tuple[str, ...] = ("<s>",)
    open: str = ""  # the word that is not complete yet


def search(net: Moonshine, states: Floats, language: Language, weights: Weights, width: int) -> list[Candidate]:
    """At most `width` different sentences."""
    live, ended = [_Beam()], list[_Beam]()
    logs, cache = net.begin(states)
    for _ in range(int(states.shape[1] / _STATES_A_SECOND * _MOST_PIECES_A_SECOND) + 10):
        grown = [
            (row, _grow(beam, piece, float(logs[row, piece]), net.pieces.texts[piece], language, weights))
            for row, beam in enumerate(live)
            for piece in np.argpartition(-logs[row], _FAN)[:_FAN].tolist()
        ]
        grown.sort(key=lambda pair: -pair[1].score)
        grown = grown[: 2 * width]
        ended += [beam for _, beam in grown if beam.pieces[-1] == END]
        going = [(row, beam) for row, beam in grown if beam.pieces[-1] != END][:width]
        if not going or (len(ended) >= width and going[0][1].score < max(beam.score for beam in ended)):
            break
        live = [beam for _, beam in going]
        logs, cache = net.step(states, cache.take([row for row, _ in going]), [beam.pieces[-1] for beam in live])
    ended.sort(key=lambda beam: -beam.score)
    found: dict[str, Candidate] = {}
    for beam in ended:
        text = plain(net.pieces.text(beam.pieces))
        found.setdefault(text, Candidate(text, beam.pieces, beam.logs))
    return list(found.values())[:width]


def plain(text: str) -> str:
    """Lower case, words alone, as the other recognisers write."""
    words = (bare(word) for word in text.replace("-", " ").split())
    return " ".join(word for word in words if word)


def bare(word: str) -> str:
    kept = (c for c in word.lower().replace("’", "'") if c.isalnum() or c == "'")
    return "".join(kept).strip("'")


def _grow(beam: _Beam, piece: int, log: float, text: str, language: Language, weights: Weights) -> _Beam:
    score, before, opened = beam.score + log, beam.before, beam.open + text
    if piece == END or text.startswith(MARK):
        if word := bare(beam.open):
            score += weights.language * language.word(word, before) + weights.word
            before = (word, *before[:1])
        if piece == END:
            score += weights.language * language.word("</s>", before)
        opened = text.removeprefix(MARK)
    return _Beam((*beam.pieces, piece), (*beam.logs, log), score, before, opened)

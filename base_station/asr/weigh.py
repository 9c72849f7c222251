"""Which of several sentences was said, and how sure that is.

In      candidates of two recognisers, each as the network heard it; the words that the other one took by itself
Out     Judgement: the best, its words' probabilities, the probability that every word of it is right
Source  log-linear rescoring; the confidence is a logistic regression on two signs (tune.py)
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from base_station.asr.beam import Candidate, Language, bare
from base_station.asr.evaluate import count_errors
from base_station.asr.pieces import END, MARK, Pieces

_MOST_DISAGREEMENT = 1.5


@dataclass(frozen=True)
class Scales:
    """[duet] of settings.toml. The first three weigh candidates, the next three make the confidence.

    stranger: what a candidate must be better by when the other recogniser did not think of it.
    """

    language: float
    word: float
    stranger: float
    lead: float
    doubt: float
    bias: float
    sure_from: float


@dataclass(frozen=True)
class Considered:
    """What there is to choose from: candidates as the network heard them, all that the quick recogniser thought of,
    and what it took."""

    candidates: tuple[Candidate, ...]
    known: frozenset[str]
    quick: str


@dataclass(frozen=True)
class Judgement:
    candidate: Candidate
    confidence: float
    sure: bool


def judge(considered: Considered, language: Language, scales: Scales) -> Judgement | None:
    """None when there is no candidate."""
    if not considered.candidates:
        return None
    best, (lead, doubt) = signs_of(considered, language, scales)
    confidence = 1.0 / (1.0 + math.exp(-scales.lead * lead - scales.doubt * doubt - scales.bias))
    return Judgement(best, confidence, confidence >= scales.sure_from)


def signs_of(considered: Considered, language: Language, scales: Scales) -> tuple[Candidate, tuple[float, float]]:
    """The best candidate, and how good it looks.

    lead: its share of all candidates' probability. doubt: of its words, how many the quick recogniser took otherwise,
    as far as the network is unsure of its pieces; for who speaks as the network knows it, the other's opinion is no
    matter, and it would be wrong of most children.
    """
    scores = [_score(candidate, considered.known, language, scales) for candidate in considered.candidates]
    top = max(scores)
    best = considered.candidates[scores.index(top)]
    words = best.text.split()
    wrong = count_errors(words, considered.quick.split()) / max(len(words), 1)
    lead = 1.0 / sum(math.exp(score - top) for score in scores)
    unsure = 1.0 - math.exp(sum(best.logs) / max(len(best.logs), 1))
    return best, (lead, unsure * min(wrong, _MOST_DISAGREEMENT))


def _score(candidate: Candidate, known: Collection[str], language: Language, scales: Scales) -> float:
    words, fluent = candidate.text.split(), 0.0
    before: tuple[str, ...] = ("<s>",)
    for word in [*words, "</s>"]:
        fluent += language.word(word, before)
        before = (word, *before[:1])
    total = sum(candidate.logs) + scales.language * fluent + scales.word * len(words)
    return total if candidate.text in known else total - scales.stranger


def word_probabilities(candidate: Candidate, pieces: Pieces) -> list[tuple[str, float]]:
    """Each word with the probability of its least likely piece."""
    groups: list[tuple[str, float]] = []
    for piece, log in zip(candidate.pieces, candidate.logs, strict=True):
        text = pieces.texts[piece] if piece != END else ""
        if text.startswith(MARK) or not groups:
            groups.append((text.removeprefix(MARK), log))
        elif bare(text):  # punctuation and the end say nothing of the word
            groups[-1] = (groups[-1][0] + text, min(groups[-1][1], log))
        else:
            groups[-1] = (groups[-1][0] + text, groups[-1][1])
    return [(word, math.exp(min(log, 0.0))) for text, log in groups for part in text.split("-") if (word := bare(part))]

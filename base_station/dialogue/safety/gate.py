"""The gate on both ways. What a child says is given a route; what the plush says must pass to become a SafeSentence.

In      a whole input (turn); or the sentences of one reply, in their order
Out     Verdict; SafeSentence, the only thing that a voice takes, or None where the reply must end
Time    about 2 ms a sentence on one core of a PC
State   none between turns: the same words get the same verdict at turn 1 and at turn 200
Raises  ModelError when the weights are missing; UnsafePhrase for a fixed phrase that does not pass
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import final

from base_station.dialogue.safety import classifier, patterns, vocabulary
from base_station.dialogue.safety.features import hashed, named, shaped
from base_station.dialogue.safety.hazards import Hazard, Route, Verdict
from base_station.dialogue.safety.normalise import words
from base_station.errors import BaseStationError

_SEAL = object()  # nobody outside this file has it
# How sure the classifier must be that an input is not ordinary: where no word is telling, where the words are strange
# to it, where they are a grown-up's, and where one is telling; and the same for a sentence of the plush.
_SURE_HEARD = (0.55, 0.70, 0.50, 0.50)
_SURE_SAID = (0.65, 0.50, 0.50, 0.22)
_SURE_PIECE = (0.90, 0.70, 0.70, 0.35)  # a stretch of a sentence alone says less
_GROWN_UP = "adult_task"
_STRANGE_WORDS = 2
_CARE_SHARE = 0.15  # this much on disclosures together makes it one: rather once too often
_LONGEST_WORDS = 28  # speech has no full stops: longer inputs are judged in overlapping pieces as well
_STEP_WORDS = 14
_PIECE_WORDS = 8  # of a sentence of the plush
_SENTENCE = re.compile(r"[.!?;\n]+\s*")
_WEIGHT = {route: weight for weight, route in enumerate(Route)}


class UnsafePhrase(BaseStationError):
    """A phrase of the catalogue does not pass the gate: a mistake of ours, never of a user."""


@final
class SafeSentence:
    """A sentence that has passed the output gate. Nothing else can make one, and a voice takes nothing else."""

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only the output gate makes a SafeSentence")
        object.__setattr__(self, "_text", text)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a SafeSentence never changes")

    @property
    def text(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"SafeSentence({self.text!r})"


class SafetyGate:
    """Loads its weights once; every method is pure."""

    def __init__(self) -> None:
        self._known = vocabulary.load()
        self._classifier = classifier.load()

    def judge(self, heard: str) -> Verdict:
        """The route of what a child said: the gravest of the whole and its parts."""
        worst = Verdict(Hazard.ORDINARY, 0.0, "")
        for part in _parts(heard):
            verdict = self._judge_part(part)
            if (_WEIGHT[verdict.route], verdict.score) > (_WEIGHT[worst.route], worst.score):
                worst = verdict
        return worst

    def fixed(self, phrase: str) -> tuple[SafeSentence, ...]:
        """A phrase of the catalogue, a sentence at a time. It passes the very same gate."""
        reply = ReplyGate(self)
        passed = [reply.let_out(sentence) for sentence in _sentences(phrase)]
        if not passed or None in passed:
            raise UnsafePhrase(f"this phrase does not pass the safety gate: {phrase}")
        return tuple(sentence for sentence in passed if sentence is not None)

    def plain(self, text: str) -> list[str]:
        """The words as the gate reads them."""
        return words(text, self._known)

    def objection(self, said: str) -> str:
        """Why the plush may not say this; empty when it may."""
        found = self.plain(said)
        plain = " ".join(found)
        if (broken := patterns.said(plain)) is not None:
            return f"{broken[0]}: {broken[1]}"
        if (match := patterns.heard(plain)) is not None:
            return f"{match[0]}: {match[1]}"
        for piece in _pieces(found):
            hazard, score = self._classify(piece)
            sure = _SURE_SAID if len(piece) == len(found) else _SURE_PIECE
            if score >= sure[self._evidence(piece)]:
                return f"{hazard}: {score:.2f}"
        return ""

    def _judge_part(self, part: str) -> Verdict:
        found = self.plain(part)
        if (match := patterns.heard(" ".join(found))) is not None:
            return Verdict(match[0], 1.0, f"pattern: {match[1]}")
        if patterns.everyday(" ".join(found)):
            return Verdict(Hazard.ORDINARY, 0.0, "")
        hazard, score = self._classify(found)
        if score < _SURE_HEARD[self._evidence(found)]:
            return Verdict(Hazard.ORDINARY, score, "")
        return Verdict(hazard, score, f"classifier: {hazard} {score:.2f}")

    def _evidence(self, found: Sequence[str]) -> int:
        """What the words say, whatever the classifier thinks: 0 nothing, 1 they are strange, 2 grown-up, 3 telling."""
        shape, concepts = shaped(found, self._known)
        if any(concept not in self._known.harmless and concept != _GROWN_UP for concept in concepts):
            return 3
        if _GROWN_UP in concepts:
            return 2
        return 1 if shape.count("?") >= _STRANGE_WORDS else 0

    def _classify(self, found: Sequence[str]) -> tuple[Hazard, float]:
        """The likeliest hazard, and how likely it is that there is any."""
        if not found:
            return Hazard.ORDINARY, 0.0
        doubt, kinds = self._classifier.judge(hashed(named(found, self._known)))
        chance = dict(zip(list(Hazard)[1:], map(float, kinds), strict=True))
        cared = {h: p for h, p in chance.items() if Verdict(h, 0.0, "").route is Route.ESCALATE}
        among = cared if sum(cared.values()) >= _CARE_SHARE else chance
        return max(among, key=lambda hazard: among[hazard]), doubt


class ReplyGate:
    """The output gate for one reply. It judges each sentence alone and with what was said just before.

    `off_limits` names what parents want left out of a text; empty where there is nothing.
    """

    def __init__(self, gate: SafetyGate, off_limits: Callable[[str], str] = lambda text: "") -> None:
        self._gate = gate
        self._off_limits = off_limits
        self._before: list[str] = []
        self.objection = ""

    def let_out(self, sentence: str) -> SafeSentence | None:
        """The sentence, sealed; None when it must not be said, and then nothing more of this reply either."""
        self.objection = self.objection or self._off_limits(sentence) or self._gate.objection(sentence)
        if not self.objection and self._before:
            self.objection = self._gate.objection(" ".join([*self._before[-2:], sentence]))
        if self.objection:
            return None
        self._before.append(sentence)
        return SafeSentence(sentence, _SEAL)


def _pieces(found: Sequence[str]) -> Iterator[Sequence[str]]:
    """All words, and stretches of them: kind words around a bad one must not outweigh it."""
    yield found
    if len(found) > _PIECE_WORDS:
        for start in range(0, len(found) - _PIECE_WORDS // 2, _PIECE_WORDS // 2):
            yield found[start : start + _PIECE_WORDS]


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.findall(r"[^.!?]+[.!?]*", text) if part.strip()]


def _parts(heard: str) -> Iterator[str]:
    """The whole, each sentence, and pieces of what is long."""
    yield heard
    sentences = [part for part in _SENTENCE.split(heard) if part.strip()]
    if len(sentences) > 1:
        yield from sentences
    for sentence in sentences:
        split = sentence.split()
        if len(split) > _LONGEST_WORDS:
            for start in range(0, len(split) - _STEP_WORDS, _STEP_WORDS):
                yield " ".join(split[start : start + _LONGEST_WORDS])

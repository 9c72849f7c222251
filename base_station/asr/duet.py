"""The embedded recogniser: pocketsphinx and Moonshine hear the same sentence, and the words that suit both are taken.

    pocketsphinx   knows likely questions and hears while the child speaks: partial words, several whole sentences
    Moonshine      knows how people speak: sentences of its own, and how well it can hear those of the other

In      int16[n] at 16 kHz, as it arrives
Out     pocketsphinx's words so far; at every pause, and at the end, the words that both agree on, with confidences
Raises  ModelError when either model is missing
Time    real-time factor about 0.15 on one core. The final words are made in the first quiet moment, usually before the
        toy is sure that the sentence is over
Source  weights and threshold: base_station/data/asr/settings.toml, by tune.py on the tuning voices
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from base_station.asr.base import NOTHING, Heard, Pcm, Word
from base_station.asr.beam import Candidate, Weights, bare, search
from base_station.asr.hints import respell
from base_station.asr.moonshine import Floats, Moonshine
from base_station.asr.pieces import END
from base_station.asr.pocketsphinx import Pocketsphinx, Trigrams, settings
from base_station.asr.quiet import Quiet
from base_station.asr.weigh import Considered, Judgement, Scales, judge, word_probabilities

_WIDTH = 5
_ALTERNATIVES = 8
_QUIET_MS = 120  # so long a pause, and the words so far are settled
_ALWAYS_CAPITAL = ("i", "i'm", "i'll", "i'd", "i've", "teddy")
_MOST_PAUSES = 4  # each is paid with hearing the sentence again; a stammer must not


class Duet:
    """path is a folder with Moonshine's files; without one, the package's. threads are onnxruntime's."""

    def __init__(self, path: str | None = None, threads: int = 1, concurrency: int = 1) -> None:
        self._net = Moonshine(Path(path) if path else None, threads)
        self._scales = Scales(**settings("duet"))
        self.concurrency = concurrency
        self.info = {"models": "pocketsphinx with plush.lm.bin; Moonshine tiny-en"}
        self._prepare()

    def _prepare(self) -> None:
        self._quick = Pocketsphinx()
        self._language = Trigrams()
        self._quiet = Quiet()
        self._sound: list[Pcm] = []
        self._settled: Heard | None = None
        self._pauses = 0
        self._hints: tuple[str, ...] = ()

    def twin(self) -> Duet:
        """Shares Moonshine's weights; the rest holds one utterance's state."""
        twin = object.__new__(Duet)
        twin.__dict__.update(self.__dict__)
        twin._prepare()
        return twin

    def begin(self, hints: Sequence[str]) -> None:
        self._hints = tuple(hint.lower() for hint in hints)
        self._language.expect(self._hints)
        self._quick.begin(())
        self._quiet = Quiet()
        self._sound, self._settled, self._pauses = [], None, 0

    def feed(self, pcm: Pcm) -> str | None:
        if len(pcm) == 0:
            return None
        self._sound.append(pcm)
        voiced = self._quiet.add(pcm)
        if self._settled is not None:
            if not voiced:
                return None  # nothing new was said
            self._settled = None
            self._quick.begin(())
            pcm = np.concatenate(self._sound)
        partial = self._quick.feed(pcm)
        if self._quiet.quiet_ms >= _QUIET_MS and self._pauses < _MOST_PAUSES:
            self._pauses += 1
            self._settled = self._settle()
            return self._settled.text
        return partial

    def finish(self) -> Heard:
        heard = self._settled or self._settle()
        self._sound, self._settled = [], None
        return heard

    def hear(self, pcm: Pcm) -> Considered:
        """A whole sentence at once, not judged yet: for tuning."""
        self.begin(())
        self._sound = [pcm]
        self._quick.feed(pcm)
        return self.consider()[0]

    def consider(self) -> tuple[Considered, Heard]:
        """Ends the quick recogniser's utterance. Out: what to choose from, and what that one heard, with times."""
        quick = self._quick.finish()
        texts = self._quick.alternatives(_ALTERNATIVES) if quick.text else []
        states = self._net.listen(np.concatenate(self._sound))
        own = search(self._net, states, self._language, Weights(self._scales.language, self._scales.word), _WIDTH)
        found = {candidate.text for candidate in own}
        theirs = self._heard_by_net(states, [text for text in texts if text not in found], own)
        return Considered((*own, *theirs), frozenset(texts), quick.text), quick

    def _settle(self) -> Heard:
        if not self._sound:
            return NOTHING
        considered, quick = self.consider()
        best = judge(considered, self._language, self._scales)
        if best is None or not best.candidate.text or (not quick.text and not best.sure):
            return NOTHING
        return self._heard(best, quick)

    def _heard_by_net(self, states: Floats, texts: Sequence[str], own: Sequence[Candidate]) -> list[Candidate]:
        """Sentences of the other recogniser, written as the network would, with its opinion of every piece."""
        if not texts:
            return []
        written = [self._net.pieces.text(candidate.pieces) for candidate in own]
        capitals = {
            bare(word): word.strip(".,?!") for text in written for word in text.split()[1:] if word[0].isupper()
        }
        capitals |= {word: word.capitalize() for word in (*_ALWAYS_CAPITAL, *self._hints)}
        sentences = [self._net.pieces.ids(cased(text, capitals)) for text in texts]
        ends = [END, *(self._net.pieces.ids(mark)[-1] for mark in ".?!")]
        candidates = []
        for text, pieces, logs in zip(texts, sentences, self._net.judge(states, sentences), strict=True):
            each = [float(logs[at, piece]) for at, piece in enumerate(pieces)]
            candidates.append(Candidate(text, (*pieces, END), (*each, float(logs[-1, ends].max()))))
        return candidates

    def _heard(self, best: Judgement, quick: Heard) -> Heard:
        sure = word_probabilities(best.candidate, self._net.pieces)
        texts = [text for text, _ in sure]
        spans = spans_of(texts, quick.words, sum(map(len, self._sound)) // 16)
        words = respell([Word(text, p, *span) for (text, p), span in zip(sure, spans, strict=True)], self._hints)
        return Heard(" ".join(word.text for word in words), words, best.confidence, best.sure)


def cased(text: str, capitals: Mapping[str, str]) -> str:
    """As the network writes: the first word and names with a capital letter."""
    words = [capitals.get(word, word) for word in text.split()]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def spans_of(texts: Sequence[str], timed: Sequence[Word], total_ms: int) -> list[tuple[int, int]]:
    """(start_ms, end_ms) of each word: that of the same word in `timed`; the others share the time between."""
    spans: list[tuple[int, int] | None] = [None] * len(texts)
    for block in SequenceMatcher(None, texts, [word.text for word in timed], autojunk=False).get_matching_blocks():
        for at in range(block.size):
            word = timed[block.b + at]
            spans[block.a + at] = (word.start_ms, word.end_ms)
    first_ms, last_ms = (timed[0].start_ms, timed[-1].end_ms) if timed else (0, total_ms)
    at = 0
    while at < len(spans):
        if spans[at] is not None:
            at += 1
            continue
        after = next((n for n in range(at, len(spans)) if spans[n] is not None), len(spans))
        start = (spans[at - 1] or (0, 0))[1] if at else first_ms
        end = (spans[after] or (0, 0))[0] if after < len(spans) else max(last_ms, start)
        step = (end - start) / (after - at)
        for n in range(at, after):
            spans[n] = (round(start + (n - at) * step), round(start + (n - at + 1) * step))
        at = after
    return [span or (0, 0) for span in spans]

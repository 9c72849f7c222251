"""The embedded recogniser: pocketsphinx, with the project's language model and the means adapted to it.

In      int16[n] at 16 kHz, as it arrives
Out     the text so far about every 200 ms; at the end words with posterior probabilities from the word lattice
Raises  ModelError when a model file is missing
Time    real-time factor 0.1 to 0.3 on one core. Without settings the second pass (fwdflat) is left out, which costs 50
        to 80 ms at the end; the lattice pass stays, since it alone gives confidences (about 3 ms)
"""

from __future__ import annotations

import contextlib
import functools
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pocketsphinx

from base_station.asr.base import NOTHING, Heard, Pcm, Word
from base_station.asr.hints import respell
from base_station.config import PACKAGE
from base_station.errors import ModelError

DATA = PACKAGE / "data" / "asr"
_FRAME_MS = 10
_PARTIAL_SAMPLES = 3200  # 200 ms
_ALTERNATIVES = 8
_UNSURE = 0.7
_MOST_KNOWN = 200_000  # words in their context that are remembered, some 30 MB
_LOG = math.log(1.0001)  # pocketsphinx counts in powers of this
_UNKNOWN = -14.0  # natural log: what a word that the model does not know costs
_EXPECTED = -4.0  # and one that is hinted, wherever it stands
_VARIANT = re.compile(r"\(\d+\)$")


class Pocketsphinx:
    """lm and dictionary default to the project's own, else to the package's general English.

    decoder: settings of pocketsphinx, over those that data/asr/settings.toml gives for the project's model.
    """

    def __init__(
        self,
        lm: str | None = None,
        dictionary: str | None = None,
        decoder: Mapping[str, Any] | None = None,
        concurrency: int = 1,
    ) -> None:
        package = Path(pocketsphinx.get_model_path()) / "en-us"
        ours = lm is None and (DATA / "plush.lm.bin").exists() and (DATA / "plush.dict").exists()
        default_lm, default_dictionary = (
            (DATA / "plush.lm.bin", DATA / "plush.dict")
            if ours
            else (package / "en-us.lm.bin", package / "cmudict-en-us.dict")
        )
        lm_path = Path(lm) if lm else default_lm
        dictionary_path = Path(dictionary) if dictionary else default_dictionary
        means = DATA / "plush.means"
        for path in (lm_path, dictionary_path, *([means] if ours else [])):
            if not path.exists():
                raise ModelError(f"no such file: {path}")
        chosen: dict[str, Any] = {"fwdflat": False, "bestpath": True}
        if ours:  # the adapted means go with our settings: both were measured together
            chosen |= {"mean": str(means), **settings("decoder")}
        chosen |= decoder or {}
        try:
            self._decoder = pocketsphinx.Decoder(
                hmm=str(package / "en-us"),
                lm=str(lm_path),
                dict=str(dictionary_path),
                samprate=16000,
                loglevel="ERROR",
                **chosen,
            )
        except (RuntimeError, ValueError, KeyError) as error:
            raise ModelError(f"pocketsphinx cannot load {lm_path} with {dictionary_path}: {error}") from error
        self._sure_from = float(settings("reject")["word_confidence_below"]) if ours else 0.0
        self._given = (lm, dictionary, decoder)
        self.concurrency = concurrency
        self.info = {
            "language_model": lm_path.name if ours or lm else "general English",
            "note": "" if ours or lm else "the project's language model is not built: questions are often misheard",
        }
        self._open = False
        self._samples = self._asked_at = 0
        self._partial = ""
        self._hints: tuple[str, ...] = ()

    def twin(self) -> Pocketsphinx:
        """Another recogniser of the same models, for a second toy at the same time."""
        return Pocketsphinx(*self._given)

    def begin(self, hints: Sequence[str]) -> None:
        if self._open:
            self._decoder.end_utt()
        self._decoder.start_utt()
        self._open = True
        self._samples = self._asked_at = 0
        self._partial = ""
        self._hints = tuple(word.lower() for word in hints)

    def feed(self, pcm: Pcm) -> str | None:
        if not self._open or len(pcm) == 0:
            return None
        self._decoder.process_raw(pcm.astype("<i2").tobytes(), False, False)
        self._samples += len(pcm)
        if self._samples - self._asked_at < _PARTIAL_SAMPLES:
            return None
        self._asked_at = self._samples
        found = self._decoder.hyp()
        text = _plain(found.hypstr) if found is not None else ""
        if text == self._partial:
            return None
        self._partial = text
        return text

    def finish(self) -> Heard:
        if not self._open:
            return NOTHING
        self._open = False
        self._decoder.end_utt()
        if self._samples == 0 or self._decoder.hyp() is None:
            return NOTHING
        words = tuple(
            Word(
                _plain(part.word),
                min(float(part.prob), 1.0),
                part.start_frame * _FRAME_MS,
                (part.end_frame + 1) * _FRAME_MS,
            )
            for part in self._decoder.seg()
            if _plain(part.word)
        )
        words = respell(words, self._hints)
        confidence = _mean([word.confidence for word in words])
        heard = Heard(" ".join(word.text for word in words), words, confidence, confidence >= self._sure_from)
        if self._hints and confidence < _UNSURE:
            return self._prefer_hints(heard)
        return heard

    def alternatives(self, most: int) -> list[str]:
        """After `finish`: different sentences that the lattice holds, the likeliest first."""
        found: dict[str, None] = {}
        with contextlib.suppress(RuntimeError):  # no lattice: too short
            for path, _ in zip(self._decoder.nbest(), range(5 * most), strict=False):
                if path is not None and len(found) < most and (text := _plain(path.hypstr)):
                    found[text] = None
        return list(found)

    def _prefer_hints(self, heard: Heard) -> Heard:
        chosen = choose([heard.text, *self.alternatives(_ALTERNATIVES)], self._hints)
        return heard if chosen == heard.text else _respell(heard, chosen)


class Trigrams:
    """The project's language model of words, for recognisers that have none; see beam.py."""

    def __init__(self, path: Path = DATA / "plush.lm.bin") -> None:
        if not path.exists():
            raise ModelError(f"no such file: {path}")
        self._model = pocketsphinx.NGramModel(pocketsphinx.Config(), pocketsphinx.LogMath(), str(path))
        self._expected: frozenset[str] = frozenset()
        self._known: dict[tuple[str, ...], float] = {}

    def expect(self, hints: Sequence[str]) -> None:
        """Words that are likely anywhere in the next sentence."""
        self._expected = frozenset(word for hint in hints for word in hint.lower().split())

    def word(self, word: str, before: tuple[str, ...]) -> float:
        """Natural logarithm of p(word | before), the nearer word first."""
        key = (word, *before)
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        if key not in self._known:
            self._known[key] = max(float(self._model.prob(list(key))) * _LOG, _UNKNOWN)
        known = self._known[key]
        return max(known, _EXPECTED) if word in self._expected else known


@functools.cache
def settings(table: str) -> dict[str, Any]:
    """A table of data/asr/settings.toml: what models/asr measured to be best with the project's models."""
    path = DATA / "settings.toml"
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8"))[table])
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise ModelError(f"{path} cannot be used: {error}") from error


def choose(texts: Sequence[str], hints: Sequence[str]) -> str:
    """The first of the alternatives (best first) that holds the most of the hinted words."""
    return max(texts, key=lambda text: len(set(text.split()) & set(hints)))


def _respell(heard: Heard, text: str) -> Heard:
    """Other words over the same stretch of time; what did not change keeps its confidence."""
    sure = {word.text: word.confidence for word in heard.words}
    parts = text.split()
    start_ms, end_ms = heard.words[0].start_ms, heard.words[-1].end_ms
    step_ms = (end_ms - start_ms) / max(len(parts), 1)
    words = tuple(
        Word(
            part, sure.get(part, heard.confidence), round(start_ms + at * step_ms), round(start_ms + (at + 1) * step_ms)
        )
        for at, part in enumerate(parts)
    )
    return Heard(text, words, _mean([word.confidence for word in words]), heard.sure)


def _plain(text: str) -> str:
    """Without variants of pronunciation, silences and noises."""
    return " ".join(_VARIANT.sub("", word) for word in text.split() if word[0] not in "<[+")


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0

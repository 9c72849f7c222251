"""Trigram models as sorted numpy arrays: count, smooth, mix, prune, write ARPA.

Shapes  a word is an id 0..V-1 (V < 2^15); id 0 is <s>, 1 is </s>. An n-gram is one int64 key of 15 bits a word,
        oldest word first, so that a sorted key array groups the n-grams by history.
Source  interpolated Kneser-Ney with one discount per order (Kneser and Ney 1995; Chen and Goodman 1999);
        pruning by weighted difference (Seymore and Rosenfeld 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BITS = 15
MASK = (1 << BITS) - 1
START, END = 0, 1
Keys = NDArray[np.int64]
Probs = NDArray[np.float64]


class Model(Protocol):
    """Anything that gives p(last word | words before) for keys of 1, 2 or 3 words."""

    def unigrams(self) -> Probs: ...
    def bigrams(self, keys: Keys) -> Probs: ...
    def trigrams(self, keys: Keys) -> Probs: ...


def lookup(table: Keys, keys: Keys) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Where `keys` are in the sorted `table`: (found, place)."""
    place = np.searchsorted(table, keys)
    place = np.minimum(place, max(len(table) - 1, 0))
    found = table[place] == keys if len(table) else np.zeros(len(keys), bool)
    return found, place


def encode(sentences: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Sentences of ids to one stream: <s> w w w </s> <s> ..."""
    parts: list[int] = []
    for sentence in sentences:
        parts.append(START)
        parts.extend(sentence)
        parts.append(END)
    return np.array(parts, dtype=np.int64)


def count(stream: NDArray[np.int64]) -> tuple[tuple[Keys, Probs], tuple[Keys, Probs]]:
    """Bigram and trigram keys with counts; none crosses a sentence's end."""
    ends = stream == END
    bigram_at = np.flatnonzero(~ends[:-1])
    trigram_at = np.flatnonzero(~ends[:-2] & ~ends[1:-1])
    two = (stream[bigram_at] << BITS) | stream[bigram_at + 1]
    three = (((stream[trigram_at] << BITS) | stream[trigram_at + 1]) << BITS) | stream[trigram_at + 2]
    keys_two, count_two = np.unique(two, return_counts=True)
    keys_three, count_three = np.unique(three, return_counts=True)
    return (keys_two, count_two.astype(float)), (keys_three, count_three.astype(float))


def grouped(keys: Keys, values: Probs) -> tuple[Keys, Probs]:
    """Sums of `values` by history (keys >> BITS); keys are sorted."""
    history, first = np.unique(keys >> BITS, return_index=True)
    return history, np.add.reduceat(values, first)


@dataclass
class KneserNey:
    """Interpolated Kneser-Ney over counts. A count of continuations weighs the lower orders."""

    size: int
    two: tuple[Keys, Probs]
    three: tuple[Keys, Probs]
    discount_two: float
    discount_three: float

    def __post_init__(self) -> None:
        keys2, raw2 = self.two
        keys3, raw3 = self.three
        # Continuation counts: in how many contexts a bigram (a word) was seen; <s> x keeps its raw count.
        tail, continued = np.unique(keys3 & ((1 << 2 * BITS) - 1), return_counts=True)
        found, place = lookup(tail, keys2)
        kept = np.where(found, continued[place], 0.0)
        self._count2 = np.where((keys2 >> BITS) == START, raw2, np.maximum(kept, 1.0))
        ones = np.bincount(keys2 & MASK, minlength=self.size).astype(float)
        ones[START] = 0.0
        self._p1 = (ones + 0.1) / (ones + 0.1).sum()
        self._hist2, self._sum2 = grouped(keys2, self._count2)
        self._types2 = grouped(keys2, np.ones(len(keys2)))[1]
        self._hist3, self._sum3 = grouped(keys3, raw3)
        self._types3 = grouped(keys3, np.ones(len(keys3)))[1]

    def unigrams(self) -> Probs:
        return self._p1

    def bigrams(self, keys: Keys) -> Probs:
        lower = self._p1[keys & MASK]
        return self._order(
            keys, self.two[0], self._count2, self._hist2, self._sum2, self._types2, self.discount_two, lower
        )

    def trigrams(self, keys: Keys) -> Probs:
        lower = self.bigrams(keys & ((1 << 2 * BITS) - 1))
        return self._order(keys, *self.three, self._hist3, self._sum3, self._types3, self.discount_three, lower)

    @staticmethod
    def _order(
        keys: Keys, table: Keys, counts: Probs, hist: Keys, sums: Probs, types: Probs, discount: float, lower: Probs
    ) -> Probs:
        found, place = lookup(table, keys)
        seen, at = lookup(hist, keys >> BITS)
        total = np.where(seen, sums[at], 1.0)
        direct = np.where(found, np.maximum(counts[place] - discount, 0.0), 0.0) / total
        left = np.where(seen, discount * types[at] / total, 1.0)
        return direct + left * lower


@dataclass
class Mixture:
    """Weighted sum of models."""

    parts: Sequence[tuple[float, Model]]

    def unigrams(self) -> Probs:
        return np.asarray(sum(w * m.unigrams() for w, m in self.parts))

    def bigrams(self, keys: Keys) -> Probs:
        return np.asarray(sum(w * m.bigrams(keys) for w, m in self.parts))

    def trigrams(self, keys: Keys) -> Probs:
        return np.asarray(sum(w * m.trigrams(keys) for w, m in self.parts))


@dataclass
class Backoff:
    """A back-off model as ARPA has it: explicit n-grams, the rest through back-off weights."""

    p1: Probs
    keys2: Keys
    p2: Probs
    keys3: Keys
    p3: Probs

    def __post_init__(self) -> None:
        history, mass = grouped(self.keys2, self.p2)
        lower = grouped(self.keys2, self.p1[self.keys2 & MASK])[1]
        self.back1 = np.ones(len(self.p1))
        self.back1[history] = np.clip(1 - mass, 1e-6, 1) / np.clip(1 - lower, 1e-6, 1)
        self.back2 = np.ones(len(self.keys2))
        if len(self.keys3):
            history, mass = grouped(self.keys3, self.p3)
            lower = grouped(self.keys3, self.bigrams(self.keys3 & ((1 << 2 * BITS) - 1)))[1]
            found, place = lookup(self.keys2, history)
            assert found.all(), "a trigram's history must be a bigram"
            self.back2[place] = np.clip(1 - mass, 1e-6, 1) / np.clip(1 - lower, 1e-6, 1)

    def bigrams(self, keys: Keys) -> Probs:
        found, place = lookup(self.keys2, keys)
        return np.where(found, self.p2[place], self.back1[keys >> BITS] * self.p1[keys & MASK])

    def trigrams(self, keys: Keys) -> Probs:
        seen, at = lookup(self.keys2, keys >> BITS)
        backed = np.where(seen, self.back2[at], 1.0) * self.bigrams(keys & ((1 << 2 * BITS) - 1))
        if not len(self.keys3):
            return backed
        found, place = lookup(self.keys3, keys)
        return np.where(found, self.p3[place], backed)


def pruned(mixture: Model, keys2: Keys, keys3: Keys, keep: int) -> Backoff:
    """The mixture as a back-off model with the `keep` pairs and triples that change its predictions most."""
    p1 = mixture.unigrams()
    full = Backoff(p1, keys2, mixture.bigrams(keys2), keys3[:0], np.zeros(0))
    joint2 = p1[keys2 >> BITS] * full.p2
    joint2 = np.where((keys2 >> BITS) == START, full.p2 * p1[END], joint2)
    p3 = mixture.trigrams(keys3)
    found, place = lookup(keys2, keys3 >> BITS)
    tail = keys3 & ((1 << 2 * BITS) - 1)
    gain3 = np.where(found, joint2[place], 0.0) * p3 * np.abs(np.log(p3) - np.log(full.bigrams(tail)))
    gain2 = joint2 * np.abs(np.log(full.p2) - np.log(full.back1[keys2 >> BITS] * p1[keys2 & MASK]))
    least = np.sort(np.concatenate([gain2, gain3]))[-min(keep, len(gain2) + len(gain3))]
    keys3, p3 = keys3[gain3 >= least], p3[gain3 >= least]
    # pocketsphinx's trie wants both halves of a triple among the pairs.
    needed = np.union1d(keys3 >> BITS, keys3 & ((1 << 2 * BITS) - 1))
    keys2 = keys2[(gain2 >= least) | np.isin(keys2, needed)]
    missing = np.setdiff1d(needed, keys2)
    keys2 = np.union1d(keys2, missing)
    return Backoff(p1, keys2, mixture.bigrams(keys2), keys3, p3)


def perplexity(model: Model | Backoff, sentences: Sequence[Sequence[int]]) -> float:
    """Per word, sentence ends included."""
    stream = encode(sentences)
    ends = stream == END
    first = np.flatnonzero(stream[:-1] == START)
    rest = np.flatnonzero(~ends[:-2] & ~ends[1:-1])
    two = model.bigrams((stream[first] << BITS) | stream[first + 1])
    three = model.trigrams((((stream[rest] << BITS) | stream[rest + 1]) << BITS) | stream[rest + 2])
    return float(np.exp(-(np.log(two).sum() + np.log(three).sum()) / (len(two) + len(three))))


def write_arpa(path: Path, model: Backoff, words: Sequence[str]) -> None:
    """ARPA text; log10 with four decimals is finer than the binary form keeps."""
    p1 = np.log10(model.p1)
    p1[START] = -99.0
    b1, b2 = np.log10(model.back1), np.log10(model.back2)
    p2, p3 = np.log10(model.p2), np.log10(model.p3)
    with path.open("w", encoding="utf-8") as out:
        out.write(f"\\data\\\nngram 1={len(words)}\nngram 2={len(p2)}\nngram 3={len(p3)}\n\n\\1-grams:\n")
        out.writelines(f"{p:.4f}\t{w}\t{b:.4f}\n" for p, w, b in zip(p1, words, b1, strict=True))
        out.write("\n\\2-grams:\n")
        out.writelines(
            f"{p:.4f}\t{words[k >> BITS]} {words[k & MASK]}\t{b:.4f}\n"
            for p, k, b in zip(p2, model.keys2.tolist(), b2, strict=True)
        )
        out.write("\n\\3-grams:\n")
        out.writelines(
            f"{p:.4f}\t{words[k >> 2 * BITS]} {words[(k >> BITS) & MASK]} {words[k & MASK]}\n"
            for p, k in zip(p3, model.keys3.tolist(), strict=True)
        )
        out.write("\n\\end\\\n")

"""The chat model's own tokenizer: byte-pair pieces that llama.cpp's "llama" (SentencePiece) tokenizer reads alike.

In      text; special marks are given as ids, never as text
Out     token ids: 0 <unk>, 1 <s>, 2 </s>, 3..5 roles, 6..261 bytes, then pieces; a space is written as U+2581
Source  Sennrich 2016 (BPE). Case is mirrored: for a piece " cat" there may be " Cat" with the same merges, so that a
        name said in lower case and answered with a capital differs in its first token only.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

SPACE = "\u2581"
BOS, EOS, SYSTEM, USER, ASSISTANT, FIRST_BYTE, FIRST_PIECE = 1, 2, 3, 4, 5, 6, 262
SPECIALS = ("<unk>", "<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>")
WORD = re.compile(f"{SPACE}?[a-zA-Z]+|.", re.DOTALL)
SINGLES = [chr(c) for c in range(33, 127)] + [SPACE]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words_of(text: str) -> list[str]:
    """Out: the parts across which no piece ever reaches: a word with its space, or one other character."""
    return WORD.findall(SPACE + text.replace(" ", SPACE))


def learn_merges(counts: Counter[str], wanted: int) -> list[str]:
    """In: lower-case words (with their space) and how often. Out: wanted pieces, best first."""
    split = {w: [w[:2], *w[2:]] if w[0] == SPACE else list(w) for w in counts}
    pairs: Counter[tuple[str, str]] = Counter()
    holders: dict[tuple[str, str], set[str]] = {}
    for word, parts in split.items():
        for pair in pairwise(parts):
            pairs[pair] += counts[word]
            holders.setdefault(pair, set()).add(word)
    merges: list[str] = []
    while len(merges) < wanted and pairs:
        best = max(pairs, key=lambda p: (pairs[p], p))
        if pairs[best] < 2:
            break
        if "".join(best) not in merges:
            merges.append("".join(best))
        for word in list(holders[best]):
            parts, n = split[word], counts[word]
            for pair in pairwise(parts):
                pairs[pair] -= n
            joined, i = [], 0
            while i < len(parts):
                two = tuple(parts[i : i + 2]) == best
                joined.append("".join(parts[i : i + 2]) if two else parts[i])
                i += 2 if two else 1
            split[word] = joined
            for pair in pairwise(joined):
                pairs[pair] += n
                holders.setdefault(pair, set()).add(word)
        del pairs[best]
    return merges


@dataclass
class ChatTokenizer:
    """Pieces with their scores; a higher score merges first."""

    pieces: list[str]
    scores: list[float]
    ids: dict[str, int] = field(init=False)
    cache: dict[str, list[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = {piece: i + FIRST_PIECE for i, piece in enumerate(self.pieces)}

    @property
    def size(self) -> int:
        return FIRST_PIECE + len(self.pieces)

    def _word(self, word: str) -> list[int]:
        parts = list(word)
        while True:
            best, where = -1e9, -1
            for i in range(len(parts) - 1):
                joined = self.ids.get(parts[i] + parts[i + 1])
                if joined is not None and self.scores[joined - FIRST_PIECE] > best:
                    best, where = self.scores[joined - FIRST_PIECE], i
            if where < 0:
                break
            parts[where : where + 2] = [parts[where] + parts[where + 1]]
        out: list[int] = []
        for part in parts:
            out += [self.ids[part]] if part in self.ids else [FIRST_BYTE + b for b in part.encode()]
        return out

    def encode(self, text: str) -> list[int]:
        """In: text without special marks. Out: ids, the first piece with its space, no <s>."""
        out: list[int] = []
        for word in words_of(text) if text else []:
            if word not in self.cache:
                self.cache[word] = self._word(word)
            out += self.cache[word]
        return out

    def decode(self, ids: Iterable[int]) -> str:
        """Out: the text; specials give nothing."""
        raw = bytearray()
        for i in ids:
            if i >= FIRST_PIECE:
                raw += self.pieces[i - FIRST_PIECE].replace(SPACE, " ").encode()
            elif i >= FIRST_BYTE:
                raw.append(i - FIRST_BYTE)
        return raw.decode(errors="replace").removeprefix(" ")

    def encode_chat(self, system: str, exchanges: Iterable[tuple[str, str]]) -> tuple[list[int], list[bool]]:
        """Out: the tokens as the chat template writes them, and which the model is to predict: the plush's alone."""
        tokens, wanted = [BOS], [False]
        if system:
            tokens += [SYSTEM, *self.encode(system), EOS]
        for ask, say in exchanges:
            tokens += [USER, *self.encode(ask), EOS, ASSISTANT]
            wanted += [False] * (len(tokens) - len(wanted))
            tokens += [*self.encode(say), EOS]
            wanted += [True] * (len(tokens) - len(wanted))
        return tokens, wanted

    def mirrored(self) -> list[tuple[int, int]]:
        """Out: (id of " cat", id of " Cat") for every pair of pieces that differ in case only."""
        pairs = []
        for piece, i in self.ids.items():
            lower = piece[:1] + piece[1:2].lower() + piece[2:]
            if piece != lower and piece[0] == SPACE and lower in self.ids:
                pairs.append((self.ids[lower], i))
        return pairs

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({"pieces": self.pieces, "scores": self.scores}), encoding="utf-8")

    @staticmethod
    def load(path: Path) -> ChatTokenizer:
        data = json.loads(path.read_text(encoding="utf-8"))
        return ChatTokenizer(data["pieces"], data["scores"])


def train_tokenizer(texts: Iterable[str], size: int) -> ChatTokenizer:
    """In: texts; the vocabulary's size. Out: a tokenizer of exactly that size (less when the texts are too small)."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(words_of(text))
    lower: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for word, n in counts.items():
        if len(word) > 1 and word.lower().strip(SPACE).isascii():
            lower[word.lower()] += n
            if word[1].isupper():
                capitals[word.lower()] += n
    starts = [SPACE + c for c in LETTERS]
    room = size - FIRST_PIECE - len(SINGLES) - 2 * len(starts)
    merges = learn_merges(lower, room)
    used: Counter[str] = Counter()
    for word, n in capitals.items():
        for end in range(3, len(word) + 1):
            used[word[:end]] += n
    kept: list[tuple[float, str]] = []
    taken = 0
    for rank, piece in enumerate(merges):
        twin = piece[0] == SPACE and used[piece] >= 3 and taken + 2 <= room
        if taken + 1 > room:
            break
        kept += [(-100.0 - rank, piece)]
        kept += [(-100.5 - rank, SPACE + piece[1].upper() + piece[2:])] if twin else []
        taken += 1 + twin
    pieces = SINGLES + starts + [s.upper() for s in starts] + [p for _, p in kept]
    scores = [-1e6] * len(SINGLES) + [-float(i) for i in range(52)] + [s for s, _ in kept]
    return ChatTokenizer(pieces, scores)

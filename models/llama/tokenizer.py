"""SentencePiece byte-pair tokenizer, as llama2.c's .bin files hold it; the specification of llm/tokenizer.c.

In      text, or the file written by llama2.c's tokenizer.py: i32 longest, then (f32 score, i32 bytes, bytes) a piece
Out     token ids; bytes back
Raises  TokenizerError
Source  Kudo and Richardson, SentencePiece (2018); merge order as llama2.c's run.c
"""

from __future__ import annotations

import heapq
import struct
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

UNKNOWN, BOS, EOS, FIRST_BYTE, FIRST_PIECE = 0, 1, 2, 3, 259


class TokenizerError(ValueError):
    """The file is cut short or the text cannot be written with its pieces."""


@dataclass(frozen=True)
class Tokenizer:
    """Pieces in id order with the scores that rank their merges."""

    pieces: list[bytes] = field(repr=False)
    scores: list[float] = field(repr=False)

    @cached_property
    def index(self) -> dict[bytes, int]:
        # The first of equal pieces wins, as a search by id would find it.
        return {piece: i for i, piece in reversed(list(enumerate(self.pieces)))}

    def encode(self, text: str, bos: bool = True, space: bool = True) -> list[int]:
        """Ids of text, after an optional BOS and the leading space that SentencePiece adds."""
        tokens = [BOS] if bos else []
        words = (" " + text) if text and space else text
        # No piece crosses from text into a space or a newline, so each word merges on its own.
        start = 0
        for i in range(1, len(words) + 1):
            if i == len(words) or (words[i] in " \n" and words[i - 1] != words[i]):
                tokens += self._merge(words[start:i])
                start = i
        return tokens

    def _merge(self, text: str) -> list[int]:
        ids: list[int] = []
        for char in text:
            raw = char.encode("utf-8")
            ids += [self.index[raw]] if raw in self.index else [FIRST_BYTE + b for b in raw]
        alive = list(range(1, len(ids) + 1))  # next symbol's place
        before = list(range(-1, len(ids) - 1))
        heap: list[tuple[float, int, int, int, int]] = []

        def offer(left: int, right: int) -> None:
            merged = self.index.get(self.pieces[ids[left]] + self.pieces[ids[right]])
            if merged is not None:
                heapq.heappush(heap, (-self.scores[merged], left, ids[left], right, merged))

        for i in range(len(ids) - 1):
            offer(i, i + 1)
        gone = [False] * len(ids)
        stamp = list(ids)
        while heap:
            _, left, left_id, right, merged = heapq.heappop(heap)
            if gone[left] or gone[right] or stamp[left] != left_id or alive[left] != right:
                continue
            if self.index.get(self.pieces[ids[left]] + self.pieces[ids[right]]) != merged:
                continue
            ids[left] = stamp[left] = merged
            gone[right] = True
            alive[left] = alive[right]
            if alive[right] < len(ids):
                before[alive[right]] = left
                offer(left, alive[right])
            if before[left] >= 0:
                offer(before[left], left)
        return [token for token, dead in zip(ids, gone, strict=True) if not dead]

    def decode(self, tokens: list[int], previous: int = BOS) -> bytes:
        """The bytes of tokens; the space after BOS is dropped and <0xNN> is one byte."""
        out = bytearray()
        for token in tokens:
            piece = self.pieces[token]
            if FIRST_BYTE <= token < FIRST_PIECE:
                piece = bytes([token - FIRST_BYTE])
            elif previous == BOS and piece.startswith(b" "):
                piece = piece[1:]
            out += piece
            previous = token
        return bytes(out)

    def kept(self, corpus: str, count: int) -> NDArray[np.int64]:
        """The ids worth keeping: specials, bytes, and the pieces that corpus uses most, with all that build them."""
        used = np.bincount(np.array(self.encode(corpus, bos=False)), minlength=len(self.pieces))
        keep = set(range(min(FIRST_PIECE, len(self.pieces))))
        if count < len(keep):
            raise TokenizerError(f"{count} pieces cannot hold the {len(keep)} special and byte pieces")
        for token in np.argsort(-used, kind="stable"):
            if len(keep) >= count:
                break
            if used[token] == 0:
                # Unused pieces still beat an emptier table: single characters first, then the best scores.
                break
            keep |= self._parts(int(token), keep) if len(keep | self._parts(int(token), keep)) <= count else set()
        rest = sorted(
            set(range(len(self.pieces))) - keep,
            key=lambda t: (len(self.pieces[t].decode("utf-8", "replace")) > 1, -self.scores[t]),
        )
        for token in rest:
            if len(keep) >= count:
                break
            keep.add(token)
        return np.array(sorted(keep), dtype=np.int64)

    def _parts(self, token: int, keep: set[int]) -> set[int]:
        """token and the chain of pieces whose merges lead to it; without them it could never be built."""
        parts, queue = set(), [token]
        while queue:
            current = queue.pop()
            if current in parts or current in keep:
                continue
            parts.add(current)
            text = self.pieces[current].decode("utf-8", "replace")
            best: tuple[float, int, int] | None = None
            for cut in range(1, len(text)):
                left, right = (self.index.get(part.encode()) for part in (text[:cut], text[cut:]))
                if left is not None and right is not None:
                    rank = min(self.scores[left], self.scores[right])
                    if best is None or rank > best[0]:
                        best = (rank, left, right)
            if best is not None:
                queue += [best[1], best[2]]
        return parts

    def with_vocab(self, kept: NDArray[np.int64]) -> Tokenizer:
        """The tokenizer of a model whose rows are `kept`."""
        return Tokenizer([self.pieces[i] for i in kept], [self.scores[i] for i in kept])


def read_tokenizer(path: Path, vocab: int) -> Tokenizer:
    """Reads llama2.c's tokenizer.bin; vocab comes from the checkpoint, as in run.c."""
    data = path.read_bytes()
    pieces, scores, offset = [], [], 4
    for token in range(vocab):
        if offset + 8 > len(data):
            raise TokenizerError(f"{path.name} ends after {token} of {vocab} pieces")
        score, size = struct.unpack_from("<fi", data, offset)
        if not 0 <= size <= 256 or offset + 8 + size > len(data):
            raise TokenizerError(f"{path.name}: piece {token} claims {size} bytes at {offset:,} of {len(data):,}")
        pieces.append(data[offset + 8 : offset + 8 + size])
        scores.append(score)
        offset += 8 + size
    return Tokenizer(pieces, scores)

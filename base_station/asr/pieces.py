"""Moonshine's pieces of words: ids to text and text to ids.

In      tokenizer.bin: for each id its length and its bytes; a length is one byte, or two (the low seven bits first)
        when the first byte's top bit is set
Out     pieces bytes[id]; a piece that begins with SentencePiece's mark begins a word
Raises  ValueError: a file cut short
Source  byte pair encoding (Sennrich 2016) as SentencePiece does it: the neighbours of the lowest joint id merge first
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

MARK = "▁"
BEGIN, END, FIRST_BYTE = 1, 2, 3
_BYTES = 256


class Pieces:
    """ids 0..2 are marks, 3..258 single bytes, the rest merges in the order in which they were learnt."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = tuple(pieces)
        self.texts = tuple(piece.decode("utf-8", "ignore") for piece in self.pieces)
        self._ids = {piece: number for number, piece in reversed(list(enumerate(self.pieces))) if piece}

    @classmethod
    def read(cls, path: Path) -> Pieces:
        data, pieces, at = path.read_bytes(), [], 0
        while at < len(data):
            length, at = data[at], at + 1
            if length & 0x80:
                if at == len(data):
                    raise ValueError(f"{path} is cut short")
                length, at = (length & 0x7F) + 0x80 * data[at], at + 1
            if at + length > len(data):
                raise ValueError(f"{path} is cut short")
            pieces.append(data[at : at + length])
            at += length
        return cls(pieces)

    def text(self, ids: Iterable[int]) -> str:
        joined = b"".join(self.pieces[number] for number in ids if number >= FIRST_BYTE)
        return joined.decode("utf-8", "replace").replace(MARK, " ").strip()

    def ids(self, text: str) -> list[int]:
        """Of words separated by single spaces."""
        parts = [character.encode() for character in MARK + text.replace(" ", MARK)]
        while True:
            joined = [self._ids.get(a + b, len(self.pieces)) for a, b in pairwise(parts)]
            best = min(joined, default=len(self.pieces))
            if best == len(self.pieces):
                break
            at = joined.index(best)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        ids: list[int] = []
        for part in parts:
            known = self._ids.get(part)
            ids += [known] if known is not None else [FIRST_BYTE + byte for byte in part]
        return ids

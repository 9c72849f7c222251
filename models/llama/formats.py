"""Readers of llama2.c's three checkpoint formats.

In      path of a .bin file: legacy (28-byte header, fp32), version 1 (fp32) or version 2 (int8 in groups)
Out     Checkpoint: shapes and float32 weights, one (layers, out, in) array a matrix
Raises  CheckpointError, with the arithmetic, when sizes and header disagree
Source  Karpathy, llama2.c, export.py and run.c (formats only)
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
MAGIC = 0x616B3432  # "ak42"
HEADER_BYTES = 256
MATRICES = ("wq", "wk", "wv", "wo", "w1", "w2", "w3")


class CheckpointError(ValueError):
    """The file is not what its header says."""


@dataclass(frozen=True)
class Shape:
    """What the header says; every count is a number of elements."""

    dim: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    vocab: int
    context: int

    @property
    def head_size(self) -> int:
        return self.dim // self.heads

    @property
    def kv_dim(self) -> int:
        return self.head_size * self.kv_heads

    def matrix(self, name: str) -> tuple[int, int]:
        """(out, in) of one layer's matrix."""
        dim, hidden, kv_dim = self.dim, self.hidden, self.kv_dim
        return {
            "wq": (dim, dim), "wk": (kv_dim, dim), "wv": (kv_dim, dim), "wo": (dim, dim),
            "w1": (hidden, dim), "w2": (dim, hidden), "w3": (hidden, dim),
        }[name]  # fmt: skip

    @property
    def parameters(self) -> int:
        """Weights of the matrices, embedding counted once."""
        return self.vocab * self.dim + self.layers * sum(a * b for a, b in map(self.matrix, MATRICES))


@dataclass(frozen=True)
class Checkpoint:
    """A Llama in float32."""

    shape: Shape
    embedding: Floats  # (vocab, dim)
    attention_norm: Floats  # (layers, dim)
    ffn_norm: Floats  # (layers, dim)
    final_norm: Floats  # (dim,)
    matrices: dict[str, Floats] = field(repr=False)  # name -> (layers, out, in)
    classifier: Floats | None  # (vocab, dim), None when the embedding serves

    @property
    def head(self) -> Floats:
        return self.embedding if self.classifier is None else self.classifier

    def with_vocab(self, kept: NDArray[np.int64]) -> Checkpoint:
        """The same model with only the rows `kept` of its vocabulary, in that order."""
        return replace(
            self,
            shape=replace(self.shape, vocab=len(kept)),
            embedding=self.embedding[kept],
            classifier=None if self.classifier is None else self.classifier[kept],
        )


class _Cursor:
    """Takes arrays off a byte string and says what was missing."""

    def __init__(self, data: bytes, offset: int) -> None:
        self.data, self.offset = data, offset

    def bytes_(self, count: int, what: str) -> bytes:
        have = len(self.data) - self.offset
        if have < count:
            raise CheckpointError(f"{what} needs {count:,} bytes and {have:,} are left of {len(self.data):,}")
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def floats(self, *shape: int, what: str) -> Floats:
        raw = self.bytes_(4 * int(np.prod(shape, dtype=np.int64)), what)
        return np.frombuffer(raw, dtype="<f4").reshape(shape).astype(np.float32)

    def int8(self, *shape: int, group: int, what: str) -> Floats:
        count = int(np.prod(shape, dtype=np.int64))
        if count % group:
            raise CheckpointError(f"{what} has {count:,} weights, no multiple of the group size {group}")
        values = np.frombuffer(self.bytes_(count, what), dtype=np.int8).astype(np.float32)
        scales = np.frombuffer(self.bytes_(4 * (count // group), what + " scales"), dtype="<f4")
        result: Floats = (values.reshape(-1, group) * scales[:, None]).reshape(shape).astype(np.float32)
        return result


def _check(shape: Shape) -> None:
    for name, value in vars(shape).items():
        if not 0 < value <= 1 << 20:
            raise CheckpointError(f"{name} is {value}: not a llama2.c checkpoint")
    if shape.dim % shape.heads or shape.heads % shape.kv_heads or shape.head_size % 2:
        raise CheckpointError(
            f"dim {shape.dim}, heads {shape.heads} and kv heads {shape.kv_heads} do not divide into even heads"
        )


def _legacy(data: bytes) -> Checkpoint:
    dim, hidden, layers, heads, kv_heads, vocab, context = struct.unpack_from("<7i", data)
    shape = Shape(dim, hidden, layers, heads, kv_heads, abs(vocab), context)
    _check(shape)
    cursor = _Cursor(data, 28)
    embedding = cursor.floats(shape.vocab, dim, what="token embedding")
    attention_norm = cursor.floats(layers, dim, what="attention norms")
    matrices = {n: cursor.floats(layers, *shape.matrix(n), what=n) for n in ("wq", "wk", "wv", "wo")}
    ffn_norm = cursor.floats(layers, dim, what="ffn norms")
    matrices |= {n: cursor.floats(layers, *shape.matrix(n), what=n) for n in ("w1", "w2", "w3")}
    final_norm = cursor.floats(dim, what="final norm")
    cursor.floats(2, context, shape.head_size // 2, what="rotation tables")  # unused since 2023, still in the file
    classifier = cursor.floats(shape.vocab, dim, what="classifier") if vocab < 0 else None
    return Checkpoint(shape, embedding, attention_norm, ffn_norm, final_norm, matrices, classifier)


def _versioned(data: bytes, version: int) -> Checkpoint:
    shape = Shape(*struct.unpack_from("<7i", data, 8))
    _check(shape)
    shared = data[36] != 0
    group = struct.unpack_from("<i", data, 37)[0] if version == 2 else 0
    if version == 2 and group <= 0:
        raise CheckpointError(f"group size {group}")
    cursor = _Cursor(data, HEADER_BYTES)
    attention_norm = cursor.floats(shape.layers, shape.dim, what="attention norms")
    ffn_norm = cursor.floats(shape.layers, shape.dim, what="ffn norms")
    final_norm = cursor.floats(shape.dim, what="final norm")

    def take(rows: int, columns: int, what: str) -> Floats:
        if version == 2:
            return cursor.int8(rows, columns, group=group, what=what)
        return cursor.floats(rows, columns, what=what)

    embedding = take(shape.vocab, shape.dim, "token embedding")
    matrices = {n: np.stack([take(*shape.matrix(n), n) for _ in range(shape.layers)]) for n in MATRICES}
    classifier = None if shared else take(shape.vocab, shape.dim, "classifier")
    return Checkpoint(shape, embedding, attention_norm, ffn_norm, final_norm, matrices, classifier)


def read_checkpoint(path: Path) -> Checkpoint:
    """Reads any of the three formats; see the module's docstring."""
    data = path.read_bytes()
    if len(data) < 28:
        raise CheckpointError(f"{path.name} has {len(data)} bytes; the shortest header has 28")
    magic, version = struct.unpack_from("<Ii", data)
    if magic != MAGIC:
        return _legacy(data)
    if version not in (1, 2) or len(data) < HEADER_BYTES:
        raise CheckpointError(f"{path.name} has version {version} and {len(data)} bytes; versions 1 and 2 are known")
    return _versioned(data, version)

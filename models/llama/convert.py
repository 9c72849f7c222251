"""A llama2.c checkpoint to the toy's model file, or to GGUF.

In      checkpoint, tokenizer.bin, "q8" or "q4"; optionally a corpus, and a vocabulary size to prune to
Out     the file's bytes and a summary
Raises  ConvertError, with the arithmetic, for a model outside the limits
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.llama import image, plan, reference
from models.llama.formats import MATRICES, Checkpoint, Shape, read_checkpoint
from models.llama.tokenizer import Tokenizer, read_tokenizer

FLASH_BYTES, FIRMWARE_BYTES = 16 << 20, 1 << 20
LIMITS = {
    "dim": (16, 512), "hidden": (16, 2048), "layers": (1, 32), "vocab": (259, 32_768), "context": (1, 65_535),
    "head_size": (4, 128),
}  # fmt: skip
SHORT_ROW = 128
"""Below this many columns a 4-bit row has too few weights for its errors to cancel where it matters most."""


class ConvertError(ValueError):
    """The model cannot become one of the toy's."""


@dataclass(frozen=True)
class Source:
    """A checkpoint and its tokenizer, pruned or not."""

    model: Checkpoint
    tokenizer: Tokenizer
    sha256: bytes
    kept: NDArray[np.int64] | None


def read_source(checkpoint: Path, tokenizer: Path, prune: int | None = None, corpus: Path | None = None) -> Source:
    """Reads both files; with prune, keeps that many pieces, those that the corpus uses first."""
    model = read_checkpoint(checkpoint)
    pieces = read_tokenizer(tokenizer, model.shape.vocab)
    digest = hashlib.sha256(checkpoint.read_bytes()).digest()
    if prune is None or prune >= model.shape.vocab:
        return Source(model, pieces, digest, None)
    if corpus is None:
        raise ConvertError("--prune-vocab needs --corpus: a text that tells which pieces are used")
    kept = pieces.kept(corpus.read_text(encoding="utf-8"), prune)
    return Source(model.with_vocab(kept), pieces.with_vocab(kept), digest, kept)


def bits_for(shape: Shape, quant: str) -> dict[str, int]:
    """Weight width by matrix. q4 keeps the classifier and what attention looks with in int8 when rows are short."""
    width = 8 if quant == "q8" else 4
    bits = dict.fromkeys((*MATRICES, "classifier"), width)
    if shape.dim < SHORT_ROW:
        bits |= dict.fromkeys(("wq", "wk", "wv", "classifier"), 8)
    return bits


def matrix_bytes(rows: int, columns: int, bits: int) -> int:
    """Bytes of a packed matrix: whole words, whole fours of rows, a 16-bit multiplier a row."""
    word = 32 // bits
    return -(-rows // 4) * 4 * (-(-columns // word) * 4 + 2)


def weights_bytes(shape: Shape, bits: dict[str, int], shared: bool = True) -> int:
    layer = sum(matrix_bytes(*shape.matrix(name), bits[name]) for name in MATRICES)
    table = matrix_bytes(shape.vocab, shape.dim, bits["classifier"])
    return shape.layers * layer + table + (0 if shared else matrix_bytes(shape.vocab, shape.dim, 8))


def check_limits(shape: Shape, bits: dict[str, int], shared: bool) -> None:
    """Raises ConvertError where the engine's sums or the toy's flash would not hold the model."""
    for name, (low, high) in LIMITS.items():
        value = getattr(shape, name)
        if not low <= value <= high:
            raise ConvertError(f"{name} is {value:,}; the toy's engine holds {low:,} to {high:,}")
    if shape.head_size % 4 or shape.dim % 4 or shape.hidden % 4:
        raise ConvertError(
            f"dim {shape.dim}, hidden {shape.hidden} and head size {shape.head_size} must be multiples of 4: "
            "a weight word and a key word hold four int8 codes"
        )
    size, room = weights_bytes(shape, bits, shared), FLASH_BYTES - FIRMWARE_BYTES
    if size > room:
        weights = shape.parameters + (0 if shared else shape.vocab * shape.dim)
        layer = sum(a * b for a, b in map(shape.matrix, MATRICES))
        raise ConvertError(
            f"{shape.layers} layers x {layer:,} + {shape.vocab:,} x {shape.dim} for the vocabulary = {weights:,} "
            f"weights, {size:,} bytes packed with int{bits['w1']}; flash holds {FLASH_BYTES:,} less "
            f"{FIRMWARE_BYTES:,} of firmware = {room:,}. At 37.5 MB/s a token would take {size / 37.5e6:.1f} s. "
            "Try q4, or --prune-vocab."
        )


def text_windows(tokenizer: Tokenizer, text: str, context: int, count: int = 20_000) -> NDArray[np.int64]:
    """Windows of 256 tokens (or the context) of a text, as perplexity and calibration read it."""
    tokens = tokenizer.encode(text[: 8 * count])
    return reference.windows(tokens, count, min(256, context))


def convert(source: Source, quant: str) -> bytes:
    """The toy's model file. Ranges are measured on stories that the model tells itself."""
    shape = source.model.shape
    bits = bits_for(shape, quant)
    check_limits(shape, bits, source.model.classifier is None)
    census = plan.take_census(source.model, None)
    integers = plan.make_plan(source.model, census, bits)
    return image.image_of(integers, source.tokenizer, source.sha256, source.kept)

"""A file in the shape of TinyLlama-1.1B-Chat Q4_K_M with random weights: the same cost, nothing learnt.

In      the shape below; a llama2.c tokenizer.bin of 32,000 pieces, or made-up pieces that spell English
Out     a GGUF of about 668 MB for llama.cpp, mixed as its Q4_K_M mixes: Q6_K for the output, and for half of the
        layers' values and down projections; Q4_K for the rest
Source  block layouts: ggml, ggml-quants.h (formats only); TinyLlama-1.1B-Chat-v1.0's published configuration
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from models.llama.chat_tokenizer import learn_merges
from models.llama.tokenizer import BOS, EOS, FIRST_BYTE, FIRST_PIECE, UNKNOWN, read_tokenizer

SPACE = "\u2581"
Q4_K, Q6_K = gguf.GGMLQuantizationType.Q4_K, gguf.GGMLQuantizationType.Q6_K
BLOCK = 256
ROOT = Path(__file__).resolve().parents[2]
MERGES = 12_000


@dataclass(frozen=True)
class TinyLlama:
    """The published shape."""

    width: int = 2048
    layers: int = 22
    heads: int = 32
    kv_heads: int = 4
    hidden: int = 5632
    vocabulary: int = 32_000
    context: int = 2048

    @property
    def kv_width(self) -> int:
        return self.width // self.heads * self.kv_heads


def q4_k(rng: np.random.Generator, rows: int, columns: int) -> NDArray[np.uint8]:
    """Out: uint8 (rows, bytes a row): per 256 weights fp16 scale and minimum, 12 bytes of scales, 128 of codes."""
    blocks = rng.integers(0, 256, (rows, columns // BLOCK, 144), dtype=np.uint8)
    scale = 0.02 / (32 * 4.6)  # mean sub-scale times the spread of a 4-bit code makes weights of 0.02
    blocks[:, :, 0:4] = np.array([scale, 7.5 * scale], dtype="<f2").view(np.uint8)
    return blocks.reshape(rows, -1)


def q6_k(rng: np.random.Generator, rows: int, columns: int) -> NDArray[np.uint8]:
    """Out: uint8 (rows, bytes a row): per 256 weights 192 bytes of codes, 16 of signed scales, fp16 scale."""
    blocks = rng.integers(0, 256, (rows, columns // BLOCK, 210), dtype=np.uint8)
    blocks[:, :, 208:210] = np.array([0.02 / (74 * 18.5)], dtype="<f2").view(np.uint8)
    return blocks.reshape(rows, -1)


def more_bits(layer: int, layers: int) -> bool:
    """llama.cpp's rule: the first and last eighth of the layers, and every third between, are worth 6 bits."""
    return layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2


def pieces_of(tokenizer: Path | None, count: int) -> tuple[list[bytes], list[float]]:
    """Out: pieces and scores; without a tokenizer the letters, merges that spell the project's texts, and fillers."""
    if tokenizer is not None:
        read = read_tokenizer(tokenizer, count)
        return [p.replace(b" ", SPACE.encode()) for p in read.pieces], read.scores
    letters = [SPACE, *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'\"-:;<>|/()", "\n"]
    texts = sorted((ROOT / "models").glob("*/*/*.toml"))  # what the project's own models are taught, so plain English
    words: Counter[str] = Counter()
    for text in texts:
        words.update(f"_{word}" for word in re.findall(r"[A-Za-z']+", text.read_text(encoding="utf-8")))
    merges = [m.replace("_", SPACE) for m in learn_merges(words, MERGES)]
    made = list(dict.fromkeys([*letters, *merges]))
    fillers = [f"{SPACE}filler{i}" for i in range(count - FIRST_PIECE - len(made))]
    special = ["<unk>", "<s>", "</s>", *(f"<0x{b:02X}>" for b in range(256))]
    scores = [0.0] * FIRST_PIECE + [-float(i) for i in range(len(made) + len(fillers))]
    return [p.encode() for p in (*special, *made, *fillers)], scores


def write(out: Path, tokenizer: Path | None = None, seed: int = 1, shape: TinyLlama | None = None) -> None:
    """Writes the file. Raises TokenizerError for a tokenizer of another size, OSError for a full disk."""
    shape = shape or TinyLlama()
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(str(out), "llama")
    writer.add_name("TinyLlama-shaped, random")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_vocab_size(shape.vocabulary)
    _add_tokenizer(writer, *pieces_of(tokenizer, shape.vocabulary))

    def matrix(name: str, rows: int, columns: int, six: bool = False) -> None:
        make, kind = (q6_k, Q6_K) if six else (q4_k, Q4_K)
        writer.add_tensor(name, make(rng, rows, columns), raw_dtype=kind)

    def ones(name: str) -> None:
        writer.add_tensor(name, np.ones(shape.width, dtype=np.float32))

    matrix("token_embd.weight", shape.vocabulary, shape.width)
    matrix("output.weight", shape.vocabulary, shape.width, six=True)
    ones("output_norm.weight")
    for layer in range(shape.layers):
        prefix, six = f"blk.{layer}", more_bits(layer, shape.layers)
        ones(f"{prefix}.attn_norm.weight")
        ones(f"{prefix}.ffn_norm.weight")
        matrix(f"{prefix}.attn_q.weight", shape.width, shape.width)
        matrix(f"{prefix}.attn_k.weight", shape.kv_width, shape.width)
        matrix(f"{prefix}.attn_v.weight", shape.kv_width, shape.width, six)
        matrix(f"{prefix}.attn_output.weight", shape.width, shape.width)
        matrix(f"{prefix}.ffn_gate.weight", shape.hidden, shape.width)
        matrix(f"{prefix}.ffn_up.weight", shape.hidden, shape.width)
        matrix(f"{prefix}.ffn_down.weight", shape.width, shape.hidden, six)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(writer: gguf.GGUFWriter, pieces: list[bytes], scores: list[float]) -> None:
    kinds = gguf.TokenType
    types = [
        kinds.UNKNOWN if i == UNKNOWN else kinds.CONTROL if i < FIRST_BYTE else kinds.BYTE if i < FIRST_PIECE
        else kinds.NORMAL for i in range(len(pieces))
    ]  # fmt: skip
    writer.add_tokenizer_model("llama")
    writer.add_token_list([b"<unk>", b"<s>", b"</s>", *pieces[FIRST_BYTE:]])
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_unk_token_id(UNKNOWN)

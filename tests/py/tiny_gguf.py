"""A GGUF file of 1 MB that the real llama.cpp runs: Karpathy's stories260K, converted here.

In      ../shared/data/tinyllamas (or $PLUSH_SHARED_DATA): stories260K.bin and tok512.bin, llama2.c's formats
Out     a file of architecture llama, float32, with llama's own tokenizer kind
Source  llama2.c export.py version 0; rotary pairs are adjacent in both, so no weight is permuted
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

import gguf
import numpy as np
import pytest

SHARED = Path(os.environ.get("PLUSH_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
CONTEXT = 512


def shared(path: str) -> Path:
    """A file of the shared data; the test skips where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"no shared data here: {found}")
    return found


def write_tiny_gguf(path: Path, chat_template: str | None = None) -> Path:
    """Writes the model and returns its path."""
    raw = shared("tinyllamas/stories260K.bin").read_bytes()
    dim, hidden, layers, heads, kv_heads, vocab, _context = struct.unpack_from("<7i", raw)
    weights = np.frombuffer(raw, dtype="<f4", offset=28)
    kv_dim = dim // heads * kv_heads
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("stories260K")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(dim)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(hidden)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(dim // heads)
    writer.add_vocab_size(vocab)
    _add_tokenizer(writer, vocab)
    if chat_template is not None:
        writer.add_chat_template(chat_template)
    shapes = {
        "token_embd": (1, vocab, dim),
        "attn_norm": (layers, dim),
        "attn_q": (layers, dim, dim),
        "attn_k": (layers, kv_dim, dim),
        "attn_v": (layers, kv_dim, dim),
        "attn_output": (layers, dim, dim),
        "ffn_norm": (layers, dim),
        "ffn_gate": (layers, hidden, dim),
        "ffn_down": (layers, dim, hidden),
        "ffn_up": (layers, hidden, dim),
        "output_norm": (1, dim),
    }
    at = 0
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        values = weights[at : at + size].reshape(shape)
        at += size
        for layer in range(shape[0]):
            prefix = f"blk.{layer}." if name.startswith(("attn", "ffn")) else ""
            writer.add_tensor(f"{prefix}{name}.weight", np.ascontiguousarray(values[layer]))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: gguf.GGUFWriter, vocab: int) -> None:
    raw = shared("tinyllamas/tok512.bin").read_bytes()
    at, tokens, scores, kinds = 4, [], [], []
    for number in range(vocab):
        score, length = struct.unpack_from("<fi", raw, at)
        piece = raw[at + 8 : at + 8 + length]
        at += 8 + length
        special = {0: b"<unk>", 1: b"<s>", 2: b"</s>"}.get(number)
        tokens.append(special or piece.replace(b" ", "\u2581".encode()))
        scores.append(score)
        kinds.append(2 if number == 0 else 3 if number < 3 else 6 if number < 259 else 1)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)

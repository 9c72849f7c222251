"""A llama2.c checkpoint as GGUF, for llama.cpp.

In      Checkpoint, Tokenizer, "q8" (Q8_0 where rows allow, else F16) or "q4" (Q4_0 likewise)
Out     a file; needs the gguf package (dev and train extras)
Source  gguf's own writer and quantisers; llama.cpp wants rotary pairs interleaved as llama2.c has them
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from models.llama.convert import Source
from models.llama.formats import Floats
from models.llama.reference import EPSILON, THETA
from models.llama.tokenizer import BOS, EOS, FIRST_BYTE, FIRST_PIECE, UNKNOWN

NAMES = {
    "wq": "attn_q", "wk": "attn_k", "wv": "attn_v", "wo": "attn_output", "w1": "ffn_gate", "w2": "ffn_down",
    "w3": "ffn_up",
}  # fmt: skip
BLOCK = 32


def _add_matrix(writer: gguf.GGUFWriter, name: str, weights: Floats, quant: str) -> None:
    kind = gguf.GGMLQuantizationType.Q8_0 if quant == "q8" else gguf.GGMLQuantizationType.Q4_0
    if weights.shape[1] % BLOCK:  # stories260K's 172 columns, for one
        writer.add_tensor(name, weights.astype(np.float16))
    else:
        writer.add_tensor(name, gguf.quants.quantize(weights, kind), raw_dtype=kind)


def write_gguf(source: Source, quant: str, out: Path) -> None:
    """Writes architecture "llama" with its tokenizer."""
    model, shape, pieces = source.model, source.model.shape, source.tokenizer
    writer = gguf.GGUFWriter(str(out), "llama")
    writer.add_name(out.stem)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.dim)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_rope_freq_base(THETA)
    writer.add_rope_dimension_count(shape.head_size)
    writer.add_vocab_size(shape.vocab)
    writer.add_tokenizer_model("llama")
    kinds = gguf.TokenType
    types = [
        kinds.UNKNOWN if i == UNKNOWN else kinds.CONTROL if i < FIRST_BYTE else kinds.BYTE if i < FIRST_PIECE
        else kinds.NORMAL for i in range(shape.vocab)
    ]  # fmt: skip
    tokens = [b"<unk>", b"<s>", b"</s>", *(piece.replace(b" ", "▁".encode()) for piece in pieces.pieces[FIRST_BYTE:])]
    writer.add_token_list(tokens)
    writer.add_token_scores(pieces.scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_tensor("output_norm.weight", model.final_norm)
    _add_matrix(writer, "token_embd.weight", model.embedding, quant)
    if model.classifier is not None:
        _add_matrix(writer, "output.weight", model.classifier, quant)
    for layer in range(shape.layers):
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", model.attention_norm[layer])
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", model.ffn_norm[layer])
        for name, target in NAMES.items():
            _add_matrix(writer, f"blk.{layer}.{target}.weight", model.matrices[name][layer], quant)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

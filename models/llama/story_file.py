"""Between the trained network and llama2.c's files, so that `plush models convert` takes both alike.

In      ChatModel, Tokenizer, Checkpoint
Out     legacy llama2.c checkpoint (28-byte header, fp32, shared classifier) and tokenizer.bin
Source  Karpathy, llama2.c, export.py (format only)
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import torch

from models.llama.chat_model import ChatModel, ChatShape
from models.llama.formats import Checkpoint, Shape
from models.llama.tokenizer import Tokenizer

_LAYERS = {
    "wq": "attn_q", "wk": "attn_k", "wv": "attn_v", "wo": "attn_output",
    "w1": "ffn_gate", "w2": "ffn_down", "w3": "ffn_up",
}  # fmt: skip


def model_shape(shape: Shape) -> ChatShape:
    return ChatShape(
        shape.vocab, shape.dim, shape.layers, shape.heads, shape.kv_heads, shape.hidden, context=shape.context
    )


def load_weights(model: ChatModel, source: Checkpoint) -> None:
    """Raises ValueError for a checkpoint with its own classifier: the network here shares the embedding."""
    if source.classifier is not None:
        raise ValueError("the checkpoint has a classifier of its own; only shared ones can be trained on")
    state = {"token_embd.weight": source.embedding, "output_norm.weight": source.final_norm}
    for layer in range(source.shape.layers):
        state[f"blk.{layer}.attn_norm.weight"] = source.attention_norm[layer]
        state[f"blk.{layer}.ffn_norm.weight"] = source.ffn_norm[layer]
        for name, ours in _LAYERS.items():
            state[f"blk.{layer}.{ours}.weight"] = source.matrices[name][layer]
    model.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in state.items()})


def write_checkpoint(path: Path, model: ChatModel) -> None:
    """Writes the legacy format; the rotation tables that nobody reads are zeros."""
    shape = model.shape
    state = {name: value.detach().float().numpy() for name, value in model.state_dict().items()}

    def stack(name: str) -> bytes:
        return b"".join(state[f"blk.{i}.{name}.weight"].astype("<f4").tobytes() for i in range(shape.layers))

    parts = [
        struct.pack(
            "<7i", shape.width, shape.hidden, shape.layers, shape.heads, shape.kv_heads, shape.vocabulary, shape.context
        ),
        state["token_embd.weight"].astype("<f4").tobytes(),
        stack("attn_norm"),
        *(stack(_LAYERS[name]) for name in ("wq", "wk", "wv", "wo")),
        stack("ffn_norm"),
        *(stack(_LAYERS[name]) for name in ("w1", "w2", "w3")),
        state["output_norm.weight"].astype("<f4").tobytes(),
        np.zeros(2 * shape.context * (shape.head_width // 2), dtype="<f4").tobytes(),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(parts))


def write_tokenizer(path: Path, tokenizer: Tokenizer) -> None:
    """Writes llama2.c's tokenizer.bin."""
    out = [struct.pack("<i", max(len(p) for p in tokenizer.pieces))]
    for piece, score in zip(tokenizer.pieces, tokenizer.scores, strict=True):
        out.append(struct.pack("<fi", score, len(piece)) + piece)
    path.write_bytes(b"".join(out))

"""The chat model's network: a small Llama in PyTorch (RMSNorm, rotary positions, grouped-query attention, SwiGLU).

In      tokens int64 (batch, time), each row one dialogue from its first token on
Out     logits float32 (rows wanted, vocabulary)
Source  Touvron 2023 (LLaMA); tensor names follow llama.cpp's GGUF so that export_gguf.py is a plain copy
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class ChatShape:
    """The numbers that fix the network. Every row length is a multiple of 32: one Q8_0 block."""

    vocabulary: int = 2560
    width: int = 192
    layers: int = 4
    heads: int = 6
    kv_heads: int = 3
    hidden: int = 448
    context: int = 512
    rope_base: float = 10000.0
    epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        return self.width // self.heads


def rotary_table(shape: ChatShape) -> tuple[Tensor, Tensor]:
    """Out: cos and sin, each (context, head_width / 2), for pairs (2i, 2i + 1) as llama.cpp's "llama" rotates them."""
    half = torch.arange(0, shape.head_width, 2).float() / shape.head_width
    angle = torch.arange(shape.context).float()[:, None] / shape.rope_base ** half[None, :]
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """In: x (batch, heads, time, head_width), cos and sin (time, head_width / 2). Out: x turned by its position."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2).to(x.dtype)


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """In: q (batch, heads, time, head_width), k and v (batch, kv_heads, time, head_width). Out: shaped like q.
    Written out because at these lengths, in bfloat16 on a CPU, it is four times as fast as the built-in's backward."""
    batch, heads, time, width = q.shape
    folded = q.reshape(batch, k.shape[1], -1, width) * width**-0.5  # the heads of a group share their keys
    future = torch.full((time, time), float("-inf"), dtype=torch.float32).triu(1)
    scores = torch.matmul(folded, k.transpose(-1, -2)).view(batch, heads, time, time) + future.to(q.dtype)
    weights = torch.softmax(scores, dim=-1, dtype=q.dtype).view(batch, k.shape[1], -1, time)
    return torch.matmul(weights.to(v.dtype), v).view(batch, heads, time, width)


class Block(nn.Module):
    """One layer: attention, then the gated feed-forward, each added to the stream."""

    def __init__(self, shape: ChatShape) -> None:
        super().__init__()
        self.shape = shape
        kv_width = shape.kv_heads * shape.head_width
        self.attn_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.attn_q = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_k = nn.Linear(shape.width, kv_width, bias=False)
        self.attn_v = nn.Linear(shape.width, kv_width, bias=False)
        self.attn_output = nn.Linear(shape.width, shape.width, bias=False)
        self.ffn_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.ffn_gate = nn.Linear(shape.width, shape.hidden, bias=False)
        self.ffn_up = nn.Linear(shape.width, shape.hidden, bias=False)
        self.ffn_down = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """In: x (batch, time, width). Out: the same shape."""
        batch, time, _ = x.shape
        normed = self.attn_norm(x)
        split = (batch, time, -1, self.shape.head_width)
        q = rotate(self.attn_q(normed).view(split).transpose(1, 2), cos, sin)
        k = rotate(self.attn_k(normed).view(split).transpose(1, 2), cos, sin)
        v = self.attn_v(normed).view(split).transpose(1, 2)
        x = x + self.attn_output(attend(q, k, v).transpose(1, 2).flatten(2))
        normed = self.ffn_norm(x)
        out: Tensor = x + self.ffn_down(F.silu(self.ffn_gate(normed)) * self.ffn_up(normed))
        return out


class ChatModel(nn.Module):
    """The whole network; the output layer is the embedding again (tied), which halves the vocabulary's cost."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: ChatShape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        cos, sin = rotary_table(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self._start()

    def _start(self) -> None:
        """Small normal weights; what writes into the stream is scaled down by the depth."""
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                last = name.endswith(("attn_output.weight", "ffn_down.weight"))
                spread = 0.02 if "embd" in name else weight.shape[1] ** -0.5 * 0.6
                nn.init.normal_(weight, std=spread / ((2 * self.shape.layers) ** 0.5 if last else 1.0))

    def forward(self, tokens: Tensor, wanted: Tensor | None = None) -> Tensor:
        """In: tokens (batch, time); wanted bool (batch, time), the places whose logits are needed (None: all).
        Out: logits (places wanted, vocabulary), rows in reading order."""
        time = tokens.shape[1]
        x = self.token_embd(tokens)
        for block in self.blk:
            x = block(x, self.cos[:time], self.sin[:time])
        x = self.output_norm(x)
        x = x[wanted] if wanted is not None else x.flatten(0, 1)
        logits: Tensor = F.linear(x, self.token_embd.weight)
        return logits

    def parameter_count(self) -> int:
        """Out: trained numbers, the shared embedding once."""
        return sum(p.numel() for p in self.parameters())

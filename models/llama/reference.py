"""The Llama in float32, written to be read: the truth that every quantised engine is measured against.

In      formats.Checkpoint; tokens (batch, time)
Out     logits (batch, time, vocab); greedy or sampled continuations
Raises  ValueError on a token outside the vocabulary
Source  Touvron et al., Llama 2 (2023); golden text from Karpathy's llama2.c on stories260K
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.llama.formats import Checkpoint, Floats

Tokens = NDArray[np.int64]
Tap = Callable[[str, int, Floats], None]
EPSILON, THETA = 1e-5, 10_000.0


def rms_norm(x: Floats, gain: Floats) -> Floats:
    """x scaled to a root mean square of one, times gain."""
    result: Floats = x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + np.float32(EPSILON)) * gain
    return result


def rotation(head_size: int, positions: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """cos and sin, (positions, head_size / 2): pair i turns by position / theta^(2i / head_size)."""
    angle = positions[:, None] / THETA ** (np.arange(0, head_size, 2) / head_size)
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def rotate(x: Floats, cos: Floats, sin: Floats) -> Floats:
    """RoPE on (batch, time, heads, head_size): neighbours (2i, 2i+1) are a pair."""
    even, odd = x[..., 0::2], x[..., 1::2]
    cos, sin = cos[:, None, :], sin[:, None, :]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def silu(x: Floats) -> Floats:
    result: Floats = x / (1 + np.exp(-np.clip(x, -80, None)))
    return result


class Reference:
    """Holds a key and value cache, so that text can be fed whole or a token at a time."""

    def __init__(self, model: Checkpoint, tap: Tap | None = None) -> None:
        self.model, self.tap = model, tap
        self.keys: list[Floats] = []
        self.values: list[Floats] = []

    def _see(self, name: str, layer: int, value: Floats) -> None:
        if self.tap is not None:
            self.tap(name, layer, value)

    def feed(self, tokens: Tokens) -> Floats:
        """Logits (batch, time, vocab) for tokens (batch, time) that follow those fed before."""
        model, shape = self.model, self.model.shape
        if tokens.min() < 0 or tokens.max() >= shape.vocab:
            raise ValueError(f"token outside 0..{shape.vocab - 1}")
        batch, time = tokens.shape
        past = self.keys[0].shape[1] if self.keys else 0
        cos, sin = rotation(shape.head_size, np.arange(past, past + time))
        mask = np.where(np.arange(past + time)[None, :] > np.arange(past, past + time)[:, None], -np.inf, 0)
        x = model.embedding[tokens]  # (batch, time, dim)
        for layer in range(shape.layers):
            w = {name: matrix[layer].T for name, matrix in model.matrices.items()}
            self._see("residual", layer, x)
            a = rms_norm(x, model.attention_norm[layer])
            self._see("attention_in", layer, a)
            q = rotate((a @ w["wq"]).reshape(batch, time, shape.heads, -1), cos, sin)
            k = rotate((a @ w["wk"]).reshape(batch, time, shape.kv_heads, -1), cos, sin)
            v = (a @ w["wv"]).reshape(batch, time, shape.kv_heads, -1)
            self._see("key", layer, k)
            self._see("value", layer, v)
            if past:
                k = np.concatenate([self.keys[layer], k], axis=1)
                v = np.concatenate([self.values[layer], v], axis=1)
            self.keys[layer : layer + 1], self.values[layer : layer + 1] = [k], [v]
            o = self._attend(q, k, v, mask.astype(np.float32))
            self._see("attention_out", layer, o)
            x = x + o @ w["wo"]
            self._see("residual", layer, x)
            a = rms_norm(x, model.ffn_norm[layer])
            self._see("ffn_in", layer, a)
            gate, up = a @ w["w1"], a @ w["w3"]
            self._see("gate", layer, gate)
            self._see("up", layer, up)
            h = silu(gate) * up
            self._see("hidden", layer, h)
            x = x + h @ w["w2"]
        self._see("residual", shape.layers, x)
        x = rms_norm(x, model.final_norm)
        self._see("final", 0, x)
        logits: Floats = x @ model.head.T
        return logits

    def _attend(self, q: Floats, k: Floats, v: Floats, mask: Floats) -> Floats:
        group = self.model.shape.heads // self.model.shape.kv_heads
        k, v = np.repeat(k, group, axis=2), np.repeat(v, group, axis=2)  # (batch, positions, heads, head_size)
        scores = np.einsum("bthd,bphd->bhtp", q, k, optimize=True) / np.float32(np.sqrt(q.shape[-1])) + mask
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        out: Floats = np.einsum("bhtp,bphd->bthd", weights, v, optimize=True)
        return out.reshape(*q.shape[:2], -1)


def generate(
    model: Checkpoint,
    prompt: list[int],
    steps: int,
    batch: int = 1,
    temperature: float = 0.0,
    seed: int = 0,
    tap: Tap | None = None,
) -> Tokens:
    """(batch, prompt + steps) tokens: greedy at temperature 0, else sampled."""
    engine, random = Reference(model, tap), np.random.default_rng(seed)
    tokens = np.tile(np.array(prompt, dtype=np.int64), (batch, 1))
    fed = 0
    for _ in range(steps):
        logits = engine.feed(tokens[:, fed:])[:, -1]
        fed = tokens.shape[1]
        if temperature > 0:
            noise = random.gumbel(size=logits.shape)
            following = np.argmax(logits / temperature + noise, axis=-1)
        else:
            following = np.argmax(logits, axis=-1)
        tokens = np.concatenate([tokens, following[:, None]], axis=1)
    return tokens


def window_losses(logits: Floats, tokens: Tokens) -> NDArray[np.float64]:
    """Negative log-likelihood of tokens[:, 1:] under logits[:, :-1], natural log."""
    z = logits[:, :-1].astype(np.float64)
    z -= z.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(z, tokens[:, 1:, None], axis=-1)[..., 0]
    losses: NDArray[np.float64] = np.log(np.exp(z).sum(axis=-1)) - chosen
    return losses


def windows(tokens: list[int], count: int = 20_000, width: int = 256) -> Tokens:
    """The first count tokens cut into whole windows of width, each read from position 0."""
    usable = min(count, len(tokens)) // width * width
    return np.array(tokens[:usable], dtype=np.int64).reshape(-1, width)


def perplexity(feed: Callable[[Tokens], Floats], tokens: Tokens, batch: int = 16) -> float:
    """exp of the mean loss over windows; feed is a fresh engine's whole-window forward pass."""
    losses = [window_losses(feed(part), part) for part in np.array_split(tokens, max(1, len(tokens) // batch))]
    return float(np.exp(np.concatenate([loss.ravel() for loss in losses]).mean()))

"""From a float checkpoint to the integers of engine.Plan: measure, fold, quantise.

In      Checkpoint, Tokenizer for nothing but BOS, bits per matrix, optional token windows to measure on
Out     engine.Plan
Source  norms fold into the columns after them, cache steps into the rows before and the columns after
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from models.llama import engine, reference
from models.llama.formats import Checkpoint, Floats
from models.llama.quant import Doubles, Ints, Tensor, quantise

MARGIN = 1.15  # what is measured on a sample will be exceeded a little; beyond this it saturates
LOG2_E = float(np.log2(np.e))
COARSE_ROWS = 64  # 2,048 positions
RESIDUAL_HEADROOM_BITS = 5  # also keeps the powers of two that bring results into it below 2^31


@dataclass
class Census:
    """Largest values and second moments of what flows through the float model."""

    peaks: dict[tuple[str, int], Doubles] = field(default_factory=dict)  # per element of the last axis
    moments: dict[tuple[str, int], Doubles] = field(default_factory=lambda: defaultdict(lambda: np.zeros((1, 1))))

    def see(self, name: str, layer: int, value: Floats) -> None:
        flat = value.reshape(value.shape[0] * value.shape[1], -1).astype(np.float64)
        peak = np.abs(flat).max(axis=0)
        key = (name, layer)
        self.peaks[key] = np.maximum(self.peaks.get(key, 0.0), peak)
        if name in ("attention_in", "attention_out", "ffn_in", "hidden", "final"):
            self.moments[key] = self.moments[key] + flat.T @ flat


def take_census(model: Checkpoint, tokens: Ints | None) -> Census:
    """Reads the given windows, or lets the model tell stories of its own and watches."""
    census = Census()
    if tokens is None:
        stories = 24 if model.shape.dim < 128 else 8  # rows are longer, so each says more
        length = min(256, model.shape.context) - 1
        tokens = reference.generate(model, [1], length, batch=stories, temperature=1.0, seed=1)
    for part in np.array_split(tokens, max(1, len(tokens) // 8)):
        reference.Reference(model, census.see).feed(part)
    return census


def _rotation_rows(head_size: int, positions: Ints) -> Ints:
    angle = positions[:, None] / reference.THETA ** (np.arange(0, head_size, 2) / head_size)
    turn = np.round(np.stack([np.cos(angle), np.sin(angle)], axis=-1) * 2.0**15)
    return np.clip(turn, -32767, 32767).astype(np.int64)


def make_plan(model: Checkpoint, census: Census, bits: dict[str, int]) -> engine.Plan:
    """bits maps each matrix name, and "classifier", to 8 or 4."""
    shape = model.shape
    residual_peak = max(float(census.peaks["residual", i].max()) for i in range(shape.layers + 1))
    fraction = engine.RESIDUAL_BITS - 1 - RESIDUAL_HEADROOM_BITS - int(np.ceil(np.log2(residual_peak)))
    # After a norm, y = sums * multiplier / 2^16 * factor / 2^32 and factor = 2^norm_bits / rms / sqrt(dim).
    after_norm = np.sqrt(shape.dim) * 2.0 ** (48 - engine.norm_bits(shape.dim))
    layers = [_layer(model, census, bits, i, after_norm, fraction) for i in range(shape.layers)]

    gain = model.final_norm.astype(np.float64)
    shared = model.classifier is None and float(np.abs(gain).min()) * 16 > float(np.abs(gain).max())
    classifier = quantise(
        model.head * gain, _without(census.moments["final", 0], gain), bits["classifier"], 1 / after_norm
    )
    if shared:
        embedding = None
        embed_unit = 2.0**classifier.shift * after_norm * gain
    else:
        embedding = quantise(model.embedding.astype(np.float64), np.eye(shape.dim), 8, 1.0)
        embed_unit = np.full(shape.dim, 2.0**embedding.shift)
    return engine.Plan(
        shape=shape,
        epsilon=round(shape.dim * reference.EPSILON * 2.0 ** (2 * fraction + 16)),
        embed_gain=np.round(2.0 ** (32 + fraction) / embed_unit).astype(np.int64),
        rotation_fine=_rotation_rows(shape.head_size, np.arange(engine.FINE_POSITIONS)),
        rotation_coarse=_rotation_rows(shape.head_size, np.arange(COARSE_ROWS) * engine.FINE_POSITIONS),
        embedding=embedding,
        classifier=classifier,
        layers=layers,
    )


def _without(moments: Doubles, gain: Doubles) -> Doubles:
    """Second moments of a normed vector before its gain."""
    inverse = np.where(gain == 0, 0, 1 / np.where(gain == 0, 1, gain))
    return moments * inverse[:, None] * inverse[None, :]


def _layer(
    model: Checkpoint, census: Census, bits: dict[str, int], i: int, after_norm: float, fraction: int
) -> engine.Layer:
    shape = model.shape
    w = {name: matrix[i].astype(np.float64) for name, matrix in model.matrices.items()}
    group = shape.heads // shape.kv_heads

    pair_peak = census.peaks["key", i].reshape(-1, 2).max(axis=1).repeat(2)  # a rotation mixes a pair: one step
    key_step = np.maximum(pair_peak, 1e-6) * MARGIN / 127.0  # (kv_dim,)
    value_step = np.maximum(census.peaks["value", i], 1e-6) * MARGIN / 127.0
    # Scores come in octaves: sum of key codes * queries = score * 2^13, 32 steps an octave.
    query_unit = np.sqrt(shape.head_size) / (LOG2_E * 2.0**13)
    per_query = 1 / key_step.reshape(shape.kv_heads, 1, -1).repeat(group, axis=1).ravel()
    gain = model.attention_norm[i].astype(np.float64)
    moments = _without(census.moments["attention_in", i], gain)

    def after(name: str, unit: Doubles | float, seen: Doubles, column_gain: Doubles) -> Tensor:
        return quantise(w[name] * column_gain, seen, bits[name], np.asarray(unit) / after_norm)

    wq = after("wq", query_unit * per_query, moments, gain)
    wk = after("wk", key_step, moments, gain)
    wv = after("wv", value_step, moments, gain)

    value_columns = value_step.reshape(shape.kv_heads, 1, -1).repeat(group, axis=1).ravel()
    seen = _without(census.moments["attention_out", i], value_columns)
    # Results join the residual: y = sums * multiplier / 2^16 * 2^(shift of activations + tensor shift) / 2^32.
    wo = _into_residual(w["wo"] * value_columns / 2.0**12, seen * 2.0**24, bits["wo"], fraction)

    gain = model.ffn_norm[i].astype(np.float64)
    moments = _without(census.moments["ffn_in", i], gain)
    w1 = after("w1", 1.0, moments, gain)
    # The hidden layer's integers should reach 2^18 at the measured peak; up must leave two bits of headroom in 16.
    hidden_peak, up_peak = (float(census.peaks[name, i].max()) for name in ("hidden", "up"))
    up_step = max(up_peak / 2.0**13, hidden_peak * 2.0 ** (w1.shift - 1 - 16 - 18))
    w3 = after("w3", up_step, moments, gain)
    hidden_step = up_step * 2.0 ** (16 - (w1.shift - 1))
    seen = census.moments["hidden", i] / hidden_step**2
    w2 = _into_residual(w["w2"] * hidden_step, seen, bits["w2"], fraction)
    return engine.Layer(wq, wk, wv, wo, w1, w3, w2)


def _into_residual(weights: Doubles, moments: Doubles, bits: int, fraction: int) -> Tensor:
    tensor = quantise(weights, moments, bits, 2.0**-fraction, most=48)
    return Tensor(tensor.bits, tensor.effective, tensor.multiplier, 48 - tensor.shift)

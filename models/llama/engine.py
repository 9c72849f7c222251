"""The toy's Llama in integers: the specification, bit for bit, of toy_mcu/llm.

In      Plan (quantised tensors and constants), tokens (batch, time) from position 0
Out     logits (batch, time, vocab) as integers with plan.classifier.shift fractional bits
Source  this file is the definition; models/FORMAT.md says how a Plan lies in a file

Every product is at most 32 x 32 bits, keeps its top half, and rounds as written here. `top(a, b)` is the M33's SMMULR,
`wide(a, b)` its SMULWB. Activations are int16 whose absolute values sum to less than 2^15, so that none is cut
and no dot product with 16-bit weights can leave 32 bits, whatever the model.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.llama.formats import Shape
from models.llama.quant import Ints, Tensor

RESIDUAL_BITS, HIDDEN_BITS = 24, 21  # signed widths that the residual stream and the hidden layer saturate to
EXP_STEPS = 32  # table steps an octave
SIGMOID_STEPS = 64  # table steps a unit
EXP_TABLE = np.append(np.round(32767 * 2.0 ** (-np.arange(511) / EXP_STEPS)), 0).astype(np.int64)
SIGMOID_TABLE = np.round(32768 / (1 + np.exp(-(np.arange(-512, 512) + 0.5) / SIGMOID_STEPS))).astype(np.int64)
RSQRT_TABLE = np.round(2.0**30 / np.sqrt((np.arange(4, 16) + 0.5) / 16)).astype(np.int64)
FINE_POSITIONS = 32


@dataclass(frozen=True)
class Layer:
    """One block: seven tensors."""

    wq: Tensor
    wk: Tensor
    wv: Tensor
    wo: Tensor
    w1: Tensor
    w3: Tensor
    w2: Tensor


@dataclass(frozen=True)
class Plan:
    """A model in integers."""

    shape: Shape
    epsilon: int  # dim * 1e-5 * 2^(2 * residual fraction + 16)
    embed_gain: Ints  # (dim,) int32: embedding code times this is the residual
    rotation_fine: Ints  # (32, head_size / 2, 2) cos and sin in Q15
    rotation_coarse: Ints  # (rows, head_size / 2, 2), row r is position 32 r
    embedding: Tensor | None  # None when the classifier serves
    classifier: Tensor
    layers: list[Layer] = field(repr=False)


def norm_bits(dim: int) -> int:
    """Fractional bits of 1 / root mean square such that it nearly fills 31 bits at the least possible energy."""
    return 44 - ((dim - 1).bit_length() + 1) // 2


def top(a: Ints, b: Ints | int) -> Ints:
    return (a * b + (1 << 31)) >> 32


def wide(a: Ints, b: Ints | int) -> Ints:
    return (a * b) >> 16


def clip_bits(a: Ints, bits: int) -> Ints:
    return np.clip(a, -(1 << (bits - 1)), (1 << (bits - 1)) - 1)


def rounded(a: Ints, shift: int) -> Ints:
    return (a + (1 << (shift - 1))) >> shift if shift > 0 else a << -shift


def pack(x: Ints) -> tuple[Ints, Ints]:
    """int16 activations and the shift that made them, along the last axis."""
    size = np.where(x < 0, ~x, x).sum(axis=-1, keepdims=True)
    limit = 32767 - x.shape[-1]
    shift = np.full_like(size, 2)
    while np.any(over := (size >> shift) > limit):
        shift += over
    return top(x, 1 << (32 - shift)), shift


def inverse_root(total: NDArray[np.uint64], bits: int) -> Ints:
    """2^(bits + 8) / sqrt(total), at most 2^31 - 1: three Newton steps from a table of twelve."""
    length = np.floor(np.log2(total.astype(np.float64))).astype(np.int64) + 1
    length += (total >> np.minimum(length, 63).astype(np.uint64) > 0) & (length < 64)  # float rounding near 2^k
    length -= total >> (length - 1).astype(np.uint64) == 0
    zeros = (64 - length) & ~1
    m = (total << zeros.astype(np.uint64)) >> np.uint64(32)  # 2^30 <= m < 2^32
    y = RSQRT_TABLE.astype(np.uint64)[(m >> np.uint64(28)).astype(np.int64) - 4]
    for _ in range(3):
        t = (((y * y) >> np.uint64(32)) * m) >> np.uint64(32)  # 1 in Q28
        y = (y * (np.uint64(3 << 28) - t)) >> np.uint64(29)
    exponent = bits - 54 + zeros // 2
    result = np.minimum(y.astype(np.int64) >> np.maximum(-exponent, 0), (1 << 31) - 1)
    return np.where(exponent > 0, (1 << 31) - 1, result)


def normed(plan: Plan, x: Ints) -> tuple[Ints, Ints]:
    """int16 activations and the factor that makes their root mean square one."""
    a, shift = pack(x)
    squares = (a * a).sum(axis=-1, keepdims=True).astype(np.uint64)
    total = (squares << np.uint64(16)) + (np.uint64(plan.epsilon) >> (2 * shift).astype(np.uint64))
    return a, inverse_root(np.maximum(total, np.uint64(1)), norm_bits(plan.shape.dim))


def matmul(tensor: Tensor, a: Ints, factor: Ints) -> Ints:
    """Sums of products, exact, then the row's multiplier, then the vector's factor."""
    pad = tensor.effective.shape[1] - a.shape[-1]
    a = np.pad(a, [(0, 0)] * (a.ndim - 1) + [(0, pad)])
    sums = (a.astype(np.float64) @ tensor.effective.T.astype(np.float64)).astype(np.int64)  # below 2^31: exact
    return top(wide(sums, tensor.multiplier), factor)


def powers(shift: Ints, tensor: Tensor) -> Ints:
    return np.int64(1) << np.clip(shift + tensor.shift, 0, 30)


def angles(plan: Plan, positions: Ints) -> Ints:
    """cos and sin in Q15, (positions, head_size / 2, 2), from two table rows by complex multiplication."""
    fine, coarse = plan.rotation_fine[positions % FINE_POSITIONS], plan.rotation_coarse[positions // FINE_POSITIONS]
    cos = (fine[..., 0] * coarse[..., 0] - fine[..., 1] * coarse[..., 1]) >> 15
    sin = (fine[..., 0] * coarse[..., 1] + fine[..., 1] * coarse[..., 0]) >> 15
    return np.clip(np.stack([cos, sin], axis=-1), -32768, 32767)


def rotate(y: Ints, turn: Ints) -> Ints:
    """Pairs of (batch, time, heads, head_size) turned; the result has one fractional bit less."""
    even, odd = y[..., 0::2], y[..., 1::2]
    cos, sin = turn[:, None, :, 0], turn[:, None, :, 1]
    return np.stack([wide(even, cos) - wide(odd, sin), wide(even, sin) + wide(odd, cos)], axis=-1).reshape(y.shape)


def chained_keys(t: Ints) -> Ints:
    """Effective 16-bit keys of values with 8 fractional bits; see quant.py for the chain."""
    out = np.empty_like(t)
    below: Ints = np.zeros_like(t[..., 0])
    for d in range(t.shape[-1]):
        below = below if d % 4 else np.zeros_like(below)
        code = clip_bits((t[..., d] - below + 128) >> 8, 8)
        out[..., d] = code * 256 + below
        below = code & 0xFF
    return out


def safe_queries(q: Ints) -> Ints:
    """Queries whose absolute sum could overflow a score lose their largest elements; no sane model has them."""
    limit = 65535 // q.shape[-1]
    return np.where(np.abs(q).sum(axis=-1, keepdims=True) > 65535, np.clip(q, -limit, limit), q)


def attend(plan: Plan, q: Ints, k: Ints, v: Ints) -> Ints:
    """(batch, time, dim) averages of values with 12 fractional bits; q, k, v are (batch, time, heads, head_size)."""
    batch, time, heads, size = q.shape
    group = heads // plan.shape.kv_heads
    out = np.empty((batch, time, heads, size), dtype=np.int64)
    mask = np.tri(time, dtype=bool)
    for head in range(heads):
        keys, values = (x[:, :, head // group].astype(np.float64) for x in (k, v))
        sums = (q[:, :, head].astype(np.float64) @ keys.transpose(0, 2, 1)).astype(np.int64)
        scores = np.where(mask, sums >> 16, -32768)
        p = EXP_TABLE[np.clip(scores.max(axis=-1, keepdims=True) - scores, 0, 511)]
        total = p.sum(axis=-1, keepdims=True)
        zeros = 31 - np.floor(np.log2(total.astype(np.float64))).astype(np.int64)
        inverse = ((1 << 32) - 1) // ((total << zeros) >> 16) << (zeros - 4)
        out[:, :, head] = top((p.astype(np.float64) @ values).astype(np.int64), inverse)
    return out.reshape(batch, time, heads * size)


def embed(plan: Plan, tokens: Ints) -> Ints:
    table = plan.classifier if plan.embedding is None else plan.embedding
    code = table.effective[tokens, : plan.shape.dim] * table.multiplier[tokens][..., None]
    return clip_bits(top(code, plan.embed_gain), RESIDUAL_BITS)


def feed(plan: Plan, tokens: Ints) -> Ints:
    """The whole forward pass; positions are 0..time-1."""
    shape = plan.shape
    batch, time = tokens.shape
    turn = angles(plan, np.arange(time))
    x = embed(plan, tokens)
    for layer in plan.layers:
        a, factor = normed(plan, x)
        q, k, v = (
            matmul(w, a, factor).reshape(batch, time, -1, shape.head_size) for w in (layer.wq, layer.wk, layer.wv)
        )
        q = safe_queries(clip_bits(rounded(rotate(q, turn), layer.wq.shift - 1), 16))
        k = chained_keys(rounded(rotate(k, turn), layer.wk.shift - 9))
        v = clip_bits(rounded(v, layer.wv.shift), 8)
        a, shift = pack(attend(plan, q, k, v))
        x = clip_bits(x + matmul(layer.wo, a, powers(shift, layer.wo)), RESIDUAL_BITS)
        a, factor = normed(plan, x)
        gate, up = (matmul(w, a, factor)[..., : shape.hidden] for w in (layer.w1, layer.w3))
        sigmoid = SIGMOID_TABLE[np.clip(gate >> (layer.w1.shift - 6), -512, 511) + 512]
        hidden = clip_bits(wide(wide(gate, sigmoid), clip_bits(up >> layer.w3.shift, 16)), HIDDEN_BITS)
        a, shift = pack(hidden)
        x = clip_bits(x + matmul(layer.w2, a, powers(shift, layer.w2)), RESIDUAL_BITS)
    a, factor = normed(plan, x)
    return matmul(plan.classifier, a, factor)[..., : shape.vocab]

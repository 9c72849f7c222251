"""The toy's hearing once more in NumPy integers: features, network and gates, the same to the last bit.

In      int16 sound at 16 kHz
Out     uint8[hops, 40] bands; uint16[steps, outputs] scores, 0..32767; events
Source  toy_mcu/wake/{features,fft,net,kernels,gate}.c; tests/py/test_wake_reference.py holds the two together
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.wake import tables
from models.wake.blob import MIX_PLACES, STEM_HOPS, STEM_REACH, Layer, Net

Ints = NDArray[np.int64]
ONE = 32767
_FLOOR_Q12, _STEP_MAX_Q12 = 36 * 4096, 21798
_COSINE, _PLACE, _WINDOW = tables.cosine_q31(), tables.fft_place(), tables.window_q31()
_COUNTS, _RISE = tables.mel_segments()
_LOG2, _STEP, _SHAPE, _EXP2 = tables.log2_q8(), tables.pcen_step_q12(), tables.pcen_shape(), tables.exp2_q16()


def _turned(re: Ints, im: Ints, angle: Ints) -> tuple[Ints, Ints]:
    cosine, minus_sine = _COSINE[angle], _COSINE[(angle + 128) & 511]
    return (re * cosine >> 32) - (im * minus_sine >> 32), (im * cosine >> 32) + (re * minus_sine >> 32)


def fft_real_512(pairs: Ints) -> Ints:
    """(..., 256, 2) in transform order -> (..., 256, 2) bins, an eighth of their size."""
    re, im = pairs[..., 0].copy(), pairs[..., 1].copy()
    span, turn = 1, 128
    while span < 256:
        shape = (*re.shape[:-1], 256 // (4 * span), 4, span)
        r, i = re.reshape(shape), im.reshape(shape)
        k = np.arange(span) * turn
        first = (r[..., 0, :], i[..., 0, :])
        parts = [first if span == 1 else (first[0] >> 1, first[1] >> 1)]
        for number in (1, 2, 3):
            x, y = r[..., number, :], i[..., number, :]
            parts.append((x, y) if span == 1 else _turned(x, y, number * k))
        (ar, ai), (br, bi), (cr, ci), (dr, di) = parts
        tr, ti = bi - di, dr - br
        re = np.stack([ar + cr + br + dr, ar - cr + tr, ar + cr - br - dr, ar - cr - tr], -2).reshape(re.shape)
        im = np.stack([ai + ci + bi + di, ai - ci + ti, ai + ci - bi - di, ai - ci - ti], -2).reshape(im.shape)
        span, turn = span * 4, turn // 4
    out = np.zeros_like(pairs)
    k = np.arange(1, 129)
    low_re, low_im, high_re, high_im = re[..., k], im[..., k], re[..., 256 - k], im[..., 256 - k]
    even_re, even_im = (low_re + high_re) >> 1, (low_im - high_im) >> 1
    odd_re, odd_im = _turned(low_im + high_im, high_re - low_re, k)
    out[..., k, 0], out[..., k, 1] = even_re + odd_re, even_im + odd_im
    out[..., 256 - k, 0], out[..., 256 - k, 1] = even_re - odd_re, odd_im - even_im
    return out


def _bit_length(values: Ints) -> Ints:
    """Bits of the largest of a row, sizes as the C code takes them (-1 counts as 0)."""
    size = np.where(values < 0, ~values, values)
    most = np.bitwise_or.reduce(size, axis=-1)
    return np.where(most == 0, 0, np.floor(np.log2(np.maximum(most, 1))).astype(np.int64) + 1)


def _log2_q8(values: Ints) -> Ints:
    safe = np.maximum(values, 1).astype(np.uint64)
    top = np.zeros(values.shape, np.int64)
    rest = safe.copy()
    for bits in (32, 16, 8, 4, 2, 1):
        more = rest >= np.uint64(1) << np.uint64(bits)
        top += np.where(more, bits, 0)
        rest = np.where(more, rest >> np.uint64(bits), rest)
    down = np.maximum(top - 8, 0).astype(np.uint64)
    up = np.maximum(8 - top, 0).astype(np.uint64)
    following = ((safe >> down) << up & np.uint64(255)).astype(np.int64)
    return top * 256 + _LOG2[following]


def energies_q12(pcm: NDArray[np.int16]) -> Ints:
    """(hops, 40) log2 band energies of all windows, each ending with its hop."""
    hops = len(pcm) // tables.HOP
    if hops == 0:
        return np.zeros((0, tables.BANDS), np.int64)
    sound = np.concatenate([np.zeros(tables.WINDOW - tables.HOP, np.int64), pcm[: hops * tables.HOP].astype(np.int64)])
    windows = sound[np.arange(hops)[:, None] * tables.HOP + np.arange(tables.WINDOW)]
    before = np.concatenate([windows[:, :1], windows[:, :-1]], axis=1)
    shift = 18 - _bit_length(windows)
    windowed = (((32 * windows - 31 * before) << shift[:, None]) * _WINDOW) >> 32
    pairs = np.zeros((hops, 256, 2), np.int64)
    pairs[:, _PLACE[: tables.WINDOW // 2]] = windowed.reshape(hops, -1, 2)
    bins = fft_real_512(pairs)
    smaller = np.maximum(_bit_length(bins[:, 1:].reshape(hops, -1)) - 15, 0)
    scaled = bins[:, tables.FIRST_BIN : tables.LAST_BIN + 1] >> smaller[:, None, None]
    power = (scaled**2).sum(-1)
    starts = np.concatenate([[0], np.cumsum(_COUNTS)[:-1]])
    rising = np.add.reduceat(power * _RISE, starts, axis=1)
    falling = (np.add.reduceat(power, starts, axis=1) << 14) - rising
    energy = rising[:, :-1] + falling[:, 1:]
    q12 = 16 * _log2_q8(energy) + ((smaller - shift + 5) * 8192)[:, None]
    return np.where((energy == 0) | (q12 < 0), 0, q12)


def features(pcm: NDArray[np.int16]) -> NDArray[np.uint8]:
    """(hops, 40) what the networks see."""
    energy = energies_q12(pcm)
    out = np.zeros(energy.shape, np.uint8)
    past = energy[0].copy() if len(energy) else np.zeros(tables.BANDS, np.int64)
    for hop, now in enumerate(energy):
        step = ((now - past) >> 8) + tables.BELOW
        moved = past + _STEP[np.clip(step, 0, tables.STEPS - 1)]
        past = np.maximum(np.where(step >= tables.STEPS, now - _STEP_MAX_Q12, moved), _FLOOR_Q12)
        out[hop] = _SHAPE[np.clip(((now - past) >> 8) + tables.BELOW, 0, tables.SHAPES - 1)]
    return out


def _scaled(layer: Layer, x: Ints) -> Ints:
    """x (..., inputs) for dense layers; x (..., rows, channels) summed by the caller for depthwise ones."""
    return (x * layer.scale.astype(np.int64) + (1 << 31)) >> 32


def _dense(layer: Layer, x: Ints) -> Ints:
    return _scaled(layer, x @ layer.weights.astype(np.int64) + layer.bias)


def _depthwise(layer: Layer, rows: Ints) -> Ints:
    return np.clip(_scaled(layer, (rows * layer.weights.astype(np.int64)).sum(-2) + layer.bias), 0, 255)


def softmax(logits_q8: Ints) -> Ints:
    below = logits_q8.max(-1, keepdims=True) - logits_q8
    whole = below >> 8
    powers = np.where(whole > 16, 0, _EXP2[below & 255] >> np.minimum(whole, 17))
    total = powers.sum(-1, keepdims=True)
    return (powers * ONE + total // 2) // total


def scores(net: Net, bands: NDArray[np.uint8]) -> Ints:
    """(hops, 40) -> (hops // 4, outputs), 0..32767, one row every 40 ms."""
    shape, layers = net.shape, net.layers
    steps = len(bands) // 4
    if steps == 0:
        return np.zeros((0, shape.outputs), np.int64)
    padded = np.zeros((2 * steps * 2 + 2, 44), np.int64)
    padded[2:, 2:42] = bands[: steps * 4]
    rows = np.arange(2 * steps)[:, None, None, None] * 2 + np.arange(STEM_HOPS)[:, None]
    columns = np.arange(20)[:, None, None] * 2 + np.arange(STEM_REACH)
    patches = padded[rows, columns].reshape(2 * steps, 20, STEM_HOPS * STEM_REACH)
    stem = np.clip(_dense(layers["stem"], patches), 0, 255)

    wide = np.zeros((2 * steps + 1, 22, shape.channels), np.int64)
    wide[1:, 1:21] = stem  # one row of the past, one place at either edge
    row = np.arange(steps)[:, None, None] * 2 + np.repeat(np.arange(3), 3)
    column = np.arange(MIX_PLACES)[:, None] * 2 + np.tile(np.arange(3), 3)
    spread = _depthwise(layers["spread"], wide[row, column])
    flat = np.clip(_dense(layers["mix"], spread), 0, 255).reshape(steps, -1)
    now = np.clip(_dense(layers["project"], flat), 0, 255)
    for block in range(shape.blocks):
        past = np.concatenate([np.zeros((shape.taps - 1, shape.width), np.int64), now])
        reach = np.arange(steps)[:, None] + np.arange(shape.taps)
        passed = _depthwise(layers[f"over_time{block}"], past[reach])
        now = np.clip(_dense(layers[f"across{block}"], passed) + now, 0, 255)
    return softmax(_dense(layers["last"], now))


def smoothed(net: Net, raw: Ints) -> Ints:
    """The gate's running mean of the last smooth_steps rows."""
    steps = min(net.smooth_steps, 6)
    past = np.concatenate([np.zeros((steps - 1, raw.shape[1]), np.int64), raw])
    return np.asarray(sum(past[i : i + len(raw)] for i in range(steps)), np.int64) // steps


def phrase_events(net: Net, raw: Ints) -> list[tuple[int, int]]:
    """(step, score) of each firing."""
    found, rest = [], 0
    for step, score in enumerate(smoothed(net, raw)[:, 1].tolist()):
        if rest > 0:
            rest -= 1
        elif score >= net.thresholds[0]:
            found.append((step, score))
            rest = net.refractory_steps
    return found


def command_events(net: Net, raw: Ints, at_once: int = 0) -> list[tuple[int, int, int]]:
    """(step, output, score) of each command that stood alone, or was `at_once`."""
    found: list[tuple[int, int, int]] = []
    rest, quiet, since, pending = 0, 4, 0, (0, 0)
    for step, smooth in enumerate(smoothed(net, raw)):
        quiet = quiet + 1 if raw[step, 0] > ONE // 2 else 0
        since = 0 if quiet >= 4 else since + 1
        if rest > 0:
            rest -= 1
            continue
        best = 2 + int(np.argmax(smooth[2:]))
        score = int(smooth[best])
        heard = score >= net.thresholds[best - 2]
        fired = (best, score) if heard and best == at_once else (0, 0)
        if not fired[0]:
            if since > 38:
                pending = (0, 0)
            elif heard and (pending[0] == 0 or score > pending[1]):
                pending = (best, score)
            fired = pending if pending[0] and quiet >= 4 else (0, 0)
        if fired[0]:
            found.append((step, *fired))
            rest, pending = net.refractory_steps, (0, 0)
    return found

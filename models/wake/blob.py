"""The network's shape, its integer weights, and the blob that both the C code and the reference read.

In      NetShape and Layers
Out     bytes for toy_net_init(); and back
Raises  ValueError for bytes that are no such blob
Source  toy_mcu/wake/net.h
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

HEAD = struct.Struct("<4sII8B22H")
STEM_HOPS, STEM_REACH, STEM_PLACES, MIX_PLACES = 4, 5, 20, 10


@dataclass(frozen=True)
class NetShape:
    channels: int
    middle: int
    width: int
    blocks: int
    taps: int
    outputs: int

    def layers(self) -> list[tuple[str, str, int, int]]:
        """(name, dense or depthwise, inputs or rows, outputs) in the blob's order."""
        c, m, w = self.channels, self.middle, self.width
        found = [
            ("stem", "dense", STEM_HOPS * STEM_REACH, c),
            ("spread", "depthwise", 9, c),
            ("mix", "dense", c, m),
            ("project", "dense", MIX_PLACES * m, w),
        ]
        for block in range(self.blocks):
            found += [(f"over_time{block}", "depthwise", self.taps, w), (f"across{block}", "dense", w, w)]
        return [*found, ("last", "dense", w, self.outputs)]


@dataclass
class Layer:
    """weights (inputs, outputs) int8; bias int32; scale int32: out = (bias + x @ weights) * scale / 2^32."""

    weights: NDArray[np.int8]
    bias: NDArray[np.int32]
    scale: NDArray[np.int32]


@dataclass
class Net:
    shape: NetShape
    layers: dict[str, Layer]
    smooth_steps: int = 3
    refractory_steps: int = 25
    thresholds: list[int] = field(default_factory=lambda: [16384])

    def to_bytes(self) -> bytes:
        body = b""
        for name, kind, _, outputs in self.shape.layers():
            layer = self.layers[name]
            pad = -outputs % 4
            weights = np.pad(layer.weights, ((0, 0), (0, pad)))
            body += np.pad(layer.bias, (0, pad)).astype("<i4").tobytes()
            body += np.pad(layer.scale, (0, pad)).astype("<i4").tobytes()
            packed = _paired(weights) if kind == "dense" else np.ascontiguousarray(weights, np.int8).tobytes()
            body += packed + bytes(-len(packed) % 4)
        s = self.shape
        counts = (s.channels, s.middle, s.width, s.blocks, s.taps, s.outputs, self.smooth_steps, self.refractory_steps)
        thresholds = (list(self.thresholds) + [32767] * 22)[:22]
        head = HEAD.pack(b"TWN2", HEAD.size + len(body), 0, *counts, *thresholds)
        checksum = _checksum(head[12:] + body)
        return head[:8] + struct.pack("<I", checksum) + head[12:] + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Net:
        if len(data) < HEAD.size or data[:4] != b"TWN2":
            raise ValueError("no wake network")
        fields = HEAD.unpack_from(data)
        if fields[1] != len(data) or fields[2] != _checksum(data[12:]):
            raise ValueError("a wake network that was cut short or altered")
        shape = NetShape(*fields[3:9])
        layers, at = {}, HEAD.size
        for name, kind, inputs, outputs in shape.layers():
            wide = outputs + -outputs % 4
            bias = np.frombuffer(data, "<i4", wide, at)
            scale = np.frombuffer(data, "<i4", wide, at + 4 * wide)
            at += 8 * wide
            packed = np.frombuffer(data, np.int8, inputs * wide, at)
            at += inputs * wide + -(inputs * wide) % 4
            weights = _unpaired(packed, inputs) if kind == "dense" else packed.reshape(inputs, wide)
            layers[name] = Layer(weights[:, :outputs], bias[:outputs], scale[:outputs])
        keep = 1 if shape.outputs == 2 else shape.outputs - 2
        return cls(shape, layers, fields[9], fields[10], list(fields[11 : 11 + keep]))

    def weight_bytes(self) -> int:
        return len(self.to_bytes())


# Dense weights lie as halfwords 256 * first + second of two outputs each, in the order in which the C code takes the
# four bytes of a word of input: 0 and 2, then 1 and 3. [output / 4][input / 4][pair][0 2 or 1 3][which of them]


def _paired(weights: NDArray[np.int8]) -> bytes:
    inputs, outputs = weights.shape
    apart = weights.astype(np.int16).reshape(inputs // 4, 2, 2, outputs // 4, 2, 2)
    pairs = 256 * apart[..., 0] + apart[..., 1]  # (inputs / 4, which, 0 2 or 1 3, outputs / 4, pair)
    return np.ascontiguousarray(pairs.transpose(3, 0, 4, 2, 1)).astype("<i2").tobytes()


def _unpaired(packed: NDArray[np.int8], inputs: int) -> NDArray[np.int8]:
    pairs = packed.view("<i2").astype(np.int32).reshape(-1, inputs // 4, 2, 2, 2)
    second = pairs.astype(np.int8)
    apart = np.stack([((pairs - second) >> 8).astype(np.int8), second], -1)
    return np.ascontiguousarray(apart.transpose(1, 4, 3, 0, 2, 5)).reshape(inputs, -1)


def _checksum(data: bytes) -> int:
    total = 0
    for byte in data:
        total = (total + byte + 1) * 2654435761 & 0xFFFFFFFF
    return total


def random_net(shape: NetShape, seed: int) -> Net:
    """For tests: weights that keep every layer alive."""
    rng = np.random.default_rng(seed)
    layers = {}
    for name, _, inputs, outputs in shape.layers():
        layers[name] = Layer(
            rng.integers(-90, 91, (inputs, outputs)).astype(np.int8),
            rng.integers(-4000, 8000, outputs).astype(np.int32),
            rng.integers(1 << 22, 1 << 24, outputs).astype(np.int32),
        )
    return Net(shape, layers)

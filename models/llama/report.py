"""What a converted model costs: sizes, memory at run time, quality, and predicted speed on the RP2350.

In      a model file; optionally the checkpoint it came from and a text, for perplexity
Out     Report, printed by `plush models report`
Source  bus and cost models below, from the project's facts; the cycle counts are cycles.py's
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.llama import engine, reference
from models.llama.formats import Checkpoint, Shape
from models.llama.image import Image, tensors_of
from models.llama.quant import Ints, columns_a_word

SECOND_CORE = 0.92
"""Two cores do 2 x 0.92 of one core's work on what is split."""


@dataclass(frozen=True)
class Bus:
    """QSPI flash or PSRAM, read by DMA in bursts.

    A burst sends command and address (COMMAND_CLOCKS), then two clocks a byte; a PSRAM page ends it after page_bytes.
    Cache lines do not matter to DMA bursts; they would to reads by the CPU (line_bytes a burst)."""

    clock_hz: float
    burst_bytes: int = 1024
    command_clocks: int = 14  # 6 of address, 6 of wait, 2 of chip select, command kept from the burst before
    clocks_a_byte: float = 2.0

    @property
    def bytes_a_second(self) -> float:
        clocks = self.command_clocks + self.clocks_a_byte * self.burst_bytes
        return self.clock_hz * self.burst_bytes / clocks


@dataclass(frozen=True)
class Speed:
    """Seconds a token, and what they are made of."""

    compute_s: float
    bus_s: float

    @property
    def tokens_a_second(self) -> float:
        # DMA fetches the next tile while both cores compute: the slower of the two sets the pace.
        return 1 / max(self.compute_s, self.bus_s)


KERNEL_CYCLES = {8: (39 / 32, 27.0), 4: (38 / 32, 27.0)}
"""Cycles a weight, and a group of four rows beyond that, of kernels_m33.S under cycles.COSTS; a test compares."""
ATTENTION_CYCLES = {True: 2.2, False: 5.0}
"""Cycles a multiply of attention, heads of 8 that share a KV head two by two, and any other heads."""


def matrix_cycles(image: Image) -> float:
    total = 0.0
    for role, _, tensor in tensors_of(image.plan):
        if role != "embedding":
            rows, columns = tensor.effective.shape
            a_weight, a_group = KERNEL_CYCLES[tensor.bits]
            total += rows * columns * a_weight + rows / 4 * a_group
    return total


def attention_cycles(shape: Shape, position: int) -> float:
    paired = shape.head_size == 8 and shape.heads // shape.kv_heads % 2 == 0
    return 2 * shape.layers * shape.dim * (position + 1) * ATTENTION_CYCLES[paired]


def rest_cycles(shape: Shape) -> float:
    """Norms, packing, gate, rotation and calls: a straight line through what cycles.py measures."""
    return shape.layers * (55 * shape.dim + 26 * shape.hidden + 900) + 6 * shape.vocab


def kv_bytes(shape: Shape, position: int) -> int:
    """Read in a token: keys and values, a byte each."""
    return 2 * shape.layers * shape.kv_dim * (position + 1)


def predict(image: Image, position: int, cpu_hz: float, bus: Bus | None, cores: int, kv_on_bus: bool = False) -> Speed:
    """Speed at a position: weights over the bus (None: in SRAM), the cache too when kv_on_bus."""
    shape = image.plan.shape
    split = matrix_cycles(image) + attention_cycles(shape, position) + 14 * shape.layers * shape.hidden
    whole = rest_cycles(shape) - 14 * shape.layers * shape.hidden
    compute = (whole + split / (1 if cores == 1 else 2 * SECOND_CORE)) / cpu_hz
    streamed = 0
    if bus is not None:
        streamed = image.weights_bytes - _embedding_bytes(image) + (kv_bytes(shape, position) if kv_on_bus else 0)
    return Speed(compute, streamed / bus.bytes_a_second if bus is not None else 0.0)


def _embedding_bytes(image: Image) -> int:
    """A separate embedding is read one row a token."""
    table = image.plan.embedding
    return 0 if table is None else table.effective.size + 2 * len(table.multiplier)


def arena_bytes(shape: Shape, window: int = 256, batch: int = 1, cores: int = 2, tile_bytes: int = 0) -> int:
    """What toy_llama_init() asks for; llama.c is the truth and a test compares."""
    packed = (max(shape.dim, shape.hidden) + 7) // 8 * 4
    attention = batch * (shape.dim + 2 * shape.kv_dim) + cores * window
    scratch = max(attention, batch * 2 * shape.hidden, -(-shape.vocab // 4) * 4)
    blocks = [2 * shape.layers * window * shape.kv_dim, 4 * batch * shape.dim, 4 * batch * packed]
    blocks += [2 * (batch + 1) * shape.head_size, 4 * scratch]
    return sum(blocks) + 6 * 3 + (2 * (tile_bytes + 7) if tile_bytes else 0)


def engine_perplexity(image: Image, windows: Ints) -> float:
    """Of the integer engine's numpy specification."""
    scale = 2.0**image.plan.classifier.shift
    return reference.perplexity(
        lambda tokens: (engine.feed(image.plan, tokens) / scale).astype(np.float32), windows, batch=8
    )


def float_perplexity(model: Checkpoint, windows: Ints) -> float:
    return reference.perplexity(lambda tokens: reference.Reference(model).feed(tokens), windows, batch=8)


def lines(image: Image, file_bytes: int) -> list[str]:
    """Sizes, memory and predicted speed, for people."""
    shape = image.plan.shape
    widths = sorted({tensor.bits for _, _, tensor in tensors_of(image.plan)})
    out = [
        f"shape          dim {shape.dim}, hidden {shape.hidden}, {shape.layers} layers, {shape.heads} heads, "
        f"{shape.kv_heads} KV heads, vocabulary {shape.vocab:,}, context {shape.context}",
        f"file           {file_bytes:,} bytes: weights {image.weights_bytes:,} "
        f"({' and '.join(f'int{w}' for w in widths)}, {columns_a_word(widths[0])} codes a word), "
        f"tokenizer {image.pieces_bytes:,}",
        f"working memory {arena_bytes(shape):,} bytes with 256 positions, {arena_bytes(shape, 128):,} with 128",
    ]
    in_sram = file_bytes + arena_bytes(shape) <= 350 * 1024
    out.append("weights        " + ("in SRAM" if in_sram else "streamed over QSPI, tile by tile"))
    places: list[tuple[float, Bus | None, str]] = [(150e6, None, "SRAM")] if in_sram else []
    for cpu, clock in ((150e6, 75e6), (266e6, 133e6)):
        places.append((cpu, Bus(clock), f"{clock / 1e6:.0f} MHz QSPI, {Bus(clock).bytes_a_second / 1e6:.1f} MB/s"))
    places.append((150e6, Bus(20e6, command_clocks=0), "pessimistic 10 MB/s"))
    kv_on_bus = arena_bytes(shape) > 350 * 1024
    for cpu, bus, name in places:
        for cores in (1, 2):
            speed = predict(image, 128, cpu, bus, cores, kv_on_bus and bus is not None)
            out.append(
                f"position 128   {speed.tokens_a_second:7.1f} tok/s, {cores} core{'s' * (cores > 1)} "
                f"at {cpu / 1e6:.0f} MHz, "
                f"{name} (compute {speed.compute_s * 1e3:.1f} ms, bus {speed.bus_s * 1e3:.1f} ms"
                f"{', cache on the bus' if kv_on_bus and bus is not None else ''})"
            )
    return out

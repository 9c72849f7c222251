"""The toy's model file: engine.Plan and Tokenizer to bytes and back. models/FORMAT.md is the prose of it.

In      Plan, Tokenizer, SHA-256 of the source file
Out     bytes; or a Plan and Tokenizer from bytes
Raises  ImageError when bytes are not a whole, undamaged file of this version
"""

from __future__ import annotations

import itertools
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.llama import engine
from models.llama.engine import Layer, Plan
from models.llama.formats import Shape
from models.llama.quant import Ints, Tensor, columns_a_word, words_of
from models.llama.tokenizer import FIRST_BYTE, FIRST_PIECE, Tokenizer

MAGIC, VERSION, PACKING = b"TOYL", 1, 1
HEADER_BYTES, CHECKED_FROM, SOURCE_AT, SIGNATURE_AT = 256, 16, 160, 192
ROLES = ("embedding", "wq", "wk", "wv", "wo", "w1", "w3", "w2", "classifier")
ALIGN_BYTES = 8
PIECES_A_MARK = 16


class ImageError(ValueError):
    """Not a model file of this version, or damaged."""


def _ranked_by_id(tokenizer: Tokenizer) -> bool:
    """True when a piece's id says its merge rank, as SentencePiece numbers them."""
    scores = tokenizer.scores[FIRST_PIECE:]
    return all(a > b for a, b in itertools.pairwise(scores))


def piece_bytes(tokenizer: Tokenizer) -> bytes:
    """Marks (u32 offset of every 16th piece), sorted ids (u16), ranks (u16, unless ids are), lengths (u8), text.

    Byte pieces have no text: their id says all."""
    count = len(tokenizer.pieces)
    pieces = [b"" if FIRST_BYTE <= i < FIRST_PIECE else piece for i, piece in enumerate(tokenizer.pieces)]
    lengths = np.array([len(p) for p in pieces], dtype=np.uint8)
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    marks = starts[:count:PIECES_A_MARK].astype("<u4")
    by_text = np.array(sorted(range(count), key=lambda i: (pieces[i], i)), dtype="<u2")
    # A rank is a place by falling score; equal scores merge leftmost first, so they share a rank.
    place = {s: i for i, s in enumerate(sorted(set(tokenizer.scores), reverse=True))}
    ranks = np.array([place[s] for s in tokenizer.scores], dtype="<u2")
    ranked = b"" if _ranked_by_id(tokenizer) else ranks.tobytes()
    return marks.tobytes() + by_text.tobytes() + ranked + lengths.tobytes() + b"".join(pieces)


def _tensor_bytes(tensor: Tensor) -> bytes:
    rows = tensor.effective.shape[0]
    words = words_of(tensor).reshape(rows // 4, -1)
    multipliers = tensor.multiplier.astype("<u2").reshape(rows // 4, 4).view("<u4")
    return np.concatenate([words.astype("<u4"), multipliers], axis=1).tobytes()


def tensors_of(plan: Plan) -> list[tuple[str, int, Tensor]]:
    """In the order they are used, which is the order they lie in."""
    found = [] if plan.embedding is None else [("embedding", 0, plan.embedding)]
    for i, layer in enumerate(plan.layers):
        found += [(role, i, getattr(layer, role)) for role in ROLES[1:8]]
    return [*found, ("classifier", 0, plan.classifier)]


def image_of(
    plan: Plan, tokenizer: Tokenizer, source_sha256: bytes = bytes(32), kept: NDArray[np.int64] | None = None
) -> bytes:
    """The whole file."""
    body = bytearray(HEADER_BYTES)

    def put(data: bytes) -> int:
        body.extend(bytes(-len(body) % ALIGN_BYTES))
        body.extend(data)
        return len(body) - len(data)

    shape = plan.shape
    gain = put(plan.embed_gain.astype("<i4").tobytes())
    turns = np.concatenate([plan.rotation_fine, plan.rotation_coarse])
    rotation = put(turns.astype("<i2").tobytes())
    text = piece_bytes(tokenizer)
    pieces = put(text)
    kept_at = 0 if kept is None else put(kept.astype("<u2").tobytes())
    tensors = tensors_of(plan)
    table = put(bytes(20 * len(tensors)))
    for i, (role, layer, tensor) in enumerate(tensors):
        offset = put(_tensor_bytes(tensor))
        rows, columns = tensor.effective.shape
        entry = struct.pack(
            "<4B4I", ROLES.index(role), layer, tensor.bits, tensor.shift, rows, columns, columns, offset
        )
        body[table + 20 * i : table + 20 * (i + 1)] = entry
    body.extend(bytes(-len(body) % ALIGN_BYTES))
    kind = (0 if plan.embedding is None else 1) << 8 | (0 if _ranked_by_id(tokenizer) else 1) << 9
    kind |= len(plan.rotation_coarse) << 16
    fields = (shape.dim, shape.hidden, shape.layers, shape.heads, shape.kv_heads, shape.vocab, shape.context, kind)
    struct.pack_into("<8IQ", body, 16, *fields, plan.epsilon)
    struct.pack_into("<7I", body, 56, gain, rotation, pieces, len(text), kept_at, table, len(tensors))
    body[SOURCE_AT : SOURCE_AT + 32] = source_sha256
    checksum = zlib.crc32(body[CHECKED_FROM:])
    struct.pack_into("<4sHHII", body, 0, MAGIC, VERSION, PACKING, len(body), checksum)
    return bytes(body)


@dataclass(frozen=True)
class Image:
    """A file read back."""

    plan: Plan
    tokenizer: Tokenizer
    weights_bytes: int
    pieces_bytes: int
    source_sha256: bytes


def _effective(words: NDArray[np.uint32], bits: int, rows: int) -> Ints:
    words = words.reshape(rows // 4, -1, 4).transpose(0, 2, 1).reshape(rows, -1)
    places = np.arange(columns_a_word(bits), dtype=np.uint32)
    up = np.uint32(32) - np.uint32(bits) * (places + np.uint32(1))
    shifted = (words[:, :, None].astype(np.uint64) << up.astype(np.uint64)) & np.uint64(0xFFFFFFFF)
    halves = (shifted >> np.uint64(16)).astype(np.int64).reshape(rows, -1)
    return np.where(halves >= 32768, halves - 65536, halves)


def read_image(data: bytes) -> Image:
    """Reads what image_of() wrote."""
    if len(data) < HEADER_BYTES or data[:4] != MAGIC:
        raise ImageError(f"{len(data)} bytes beginning {data[:4]!r}: not a toy model file")
    version, packing, size, checksum = struct.unpack_from("<HHII", data, 4)
    if (version, packing) != (VERSION, PACKING) or size > len(data):
        raise ImageError(f"version {version}, packing {packing}, {size:,} bytes of {len(data):,}")
    if zlib.crc32(data[CHECKED_FROM:size]) != checksum:
        raise ImageError("the checksum does not match: the file is damaged")
    *fields, kind, epsilon = struct.unpack_from("<8IQ", data, 16)
    shape = Shape(*fields)
    gain, rotation, pieces, pieces_bytes, _, table, count = struct.unpack_from("<7I", data, 56)
    rows = engine.FINE_POSITIONS + (kind >> 16)
    turns = np.frombuffer(data, "<i2", rows * shape.head_size, rotation).astype(np.int64).reshape(rows, -1, 2)
    tensors: dict[tuple[str, int], Tensor] = {}
    weights_bytes = 0
    for i in range(count):
        role, layer, bits, shift, t_rows, columns, _, offset = struct.unpack_from("<4B4I", data, table + 20 * i)
        words = np.frombuffer(data, "<u4", t_rows // 4 * (columns * bits // 8 + 2), offset).reshape(t_rows // 4, -1)
        multiplier = np.ascontiguousarray(words[:, -2:]).view("<u2").astype(np.int64).ravel()
        effective = _effective(np.ascontiguousarray(words[:, :-2]), bits, t_rows)
        tensors[ROLES[role], layer] = Tensor(bits, effective, multiplier, shift)
        weights_bytes += words.nbytes
    plan = Plan(
        shape=shape,
        epsilon=epsilon,
        embed_gain=np.frombuffer(data, "<i4", shape.dim, gain).astype(np.int64),
        rotation_fine=turns[: engine.FINE_POSITIONS],
        rotation_coarse=turns[engine.FINE_POSITIONS :],
        embedding=tensors.get(("embedding", 0)),
        classifier=tensors["classifier", 0],
        layers=[Layer(**{role: tensors[role, i] for role in ROLES[1:8]}) for i in range(shape.layers)],
    )
    tokenizer = _read_pieces(data[pieces : pieces + pieces_bytes], shape.vocab, bool(kind & 0x200))
    return Image(plan, tokenizer, weights_bytes, pieces_bytes, data[SOURCE_AT : SOURCE_AT + 32])


def _read_pieces(data: bytes, vocab: int, has_ranks: bool) -> Tokenizer:
    at = 4 * -(-vocab // PIECES_A_MARK) + 2 * vocab
    ranks = np.frombuffer(data, "<u2", vocab, at) if has_ranks else np.arange(vocab)
    at += 2 * vocab if has_ranks else 0
    lengths = np.frombuffer(data, "u1", vocab, at)
    text, ends = data[at + vocab :], np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    pieces = [text[ends[i] : ends[i + 1]] for i in range(vocab)]
    pieces[FIRST_BYTE:FIRST_PIECE] = [b"<0x%02X>" % b for b in range(len(pieces[FIRST_BYTE:FIRST_PIECE]))]
    return Tokenizer(pieces, [-float(r) for r in ranks])

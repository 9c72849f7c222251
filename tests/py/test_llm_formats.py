"""llama2.c's three checkpoint formats say the same model, damaged ones are refused, and the file comes back whole."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from models.llama import convert, engine, image
from models.llama.formats import MATRICES, Checkpoint, CheckpointError, Shape, read_checkpoint
from tests.py.llm_models import SMALL, checkpoint, small_plan, tokenizer

SHAPE = Shape(dim=32, hidden=48, layers=2, heads=4, kv_heads=2, vocab=300, context=32)


def _floats(*arrays: np.ndarray) -> bytes:
    return b"".join(a.astype("<f4").tobytes() for a in arrays)


def legacy(m: Checkpoint) -> bytes:
    s = m.shape
    vocab = s.vocab if m.classifier is None else -s.vocab
    head = struct.pack("<7i", s.dim, s.hidden, s.layers, s.heads, s.kv_heads, vocab, s.context)
    body = _floats(m.embedding, m.attention_norm, *(m.matrices[n] for n in ("wq", "wk", "wv", "wo")), m.ffn_norm)
    body += _floats(
        *(m.matrices[n] for n in ("w1", "w2", "w3")), m.final_norm, np.zeros((2, s.context, s.head_size // 2))
    )
    return head + body + (b"" if m.classifier is None else _floats(m.classifier))


def _header(m: Checkpoint, version: int, group: int = 0) -> bytes:
    s = m.shape
    head = struct.pack("<Ii7iB", 0x616B3432, version, s.dim, s.hidden, s.layers, s.heads, s.kv_heads, s.vocab, s.context,  # noqa: E501
                       m.classifier is None)  # fmt: skip
    return (head + (struct.pack("<i", group) if version == 2 else b"")).ljust(256, b"\0")


def version_1(m: Checkpoint) -> bytes:
    body = _floats(m.attention_norm, m.ffn_norm, m.final_norm, m.embedding, *(m.matrices[n] for n in MATRICES))
    return _header(m, 1) + body + (b"" if m.classifier is None else _floats(m.classifier))


def version_2(m: Checkpoint, group: int) -> bytes:
    out = _header(m, 2, group) + _floats(m.attention_norm, m.ffn_norm, m.final_norm)
    tables = [m.embedding, *(layer for n in MATRICES for layer in m.matrices[n])]
    for table in [*tables, *([] if m.classifier is None else [m.classifier])]:
        rows = table.reshape(-1, group)
        scale = np.abs(rows).max(axis=1) / 127
        out += np.round(rows / scale[:, None]).astype(np.int8).tobytes() + _floats(scale)
    return out


@pytest.mark.parametrize("shared", [True, False])
def test_the_fp32_formats_agree(tmp_path: Path, shared: bool) -> None:
    model, path = checkpoint(SHAPE, shared), tmp_path / "model.bin"
    for data in (legacy(model), version_1(model)):
        path.write_bytes(data)
        read = read_checkpoint(path)
        assert read.shape == model.shape
        assert np.array_equal(read.head, model.head)
        assert all(np.array_equal(read.matrices[n], model.matrices[n]) for n in MATRICES)
        assert np.array_equal(read.ffn_norm, model.ffn_norm)
        assert np.array_equal(read.final_norm, model.final_norm)


@pytest.mark.parametrize("group", [4, 16, 32, 64])
@pytest.mark.parametrize("shared", [True, False])
def test_int8_comes_back_near(tmp_path: Path, group: int, shared: bool) -> None:
    model, path = checkpoint(SHAPE, shared), tmp_path / "model.bin"
    path.write_bytes(version_2(model, group))
    read = read_checkpoint(path)
    for name in MATRICES:
        assert np.abs(read.matrices[name] - model.matrices[name]).max() < np.abs(model.matrices[name]).max() / 250
    assert np.abs(read.head - model.head).max() < np.abs(model.head).max() / 250


def test_short_and_absurd_checkpoints_are_refused(tmp_path: Path) -> None:
    path, model = tmp_path / "model.bin", checkpoint(SHAPE)
    for data in (legacy(model), version_1(model), version_2(model, 16)):
        for size in (0, 20, 27, 28, 200, 300, len(data) // 2, len(data) - 1):
            path.write_bytes(data[:size])
            with pytest.raises(CheckpointError):
                read_checkpoint(path)
    for place, value in ((0, 0), (0, -1), (3, 7), (4, 3), (5, 1 << 30)):
        head = bytearray(legacy(model))
        struct.pack_into("<i", head, 4 * place, value)
        path.write_bytes(bytes(head))
        with pytest.raises(CheckpointError):
            read_checkpoint(path)
    path.write_bytes(_header(model, 3) + bytes(1000))
    with pytest.raises(CheckpointError):
        read_checkpoint(path)


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("shared", [True, False])
def test_a_plan_survives_the_file(bits: int, shared: bool) -> None:
    numbers, words = small_plan(bits, shared=shared), tokenizer(SMALL.vocab)
    data = image.image_of(numbers, words, bytes(range(32)), np.arange(SMALL.vocab))
    back = image.read_image(data)
    tokens = np.array([[1, 5, 261, 270, 99, 12]])
    assert np.array_equal(engine.feed(back.plan, tokens), engine.feed(numbers, tokens))
    assert back.tokenizer.pieces == words.pieces
    assert back.source_sha256 == bytes(range(32))
    assert back.tokenizer.encode(" the hello") == words.encode(" the hello")
    for damaged in (data[:-1], data[:100], data[:50] + b"\xff" + data[51:], b"GGUF" + data[4:]):
        with pytest.raises(image.ImageError):
            image.read_image(damaged)


def test_models_beyond_the_limits_are_refused_with_arithmetic() -> None:
    stories42m = Shape(dim=512, hidden=1376, layers=8, heads=8, kv_heads=8, vocab=32_000, context=1024)
    with pytest.raises(convert.ConvertError, match=r"41,680,896 weights.*15,728,640"):
        convert.check_limits(stories42m, convert.bits_for(stories42m, "q8"), True)
    with pytest.raises(convert.ConvertError, match="flash holds"):
        convert.check_limits(stories42m, convert.bits_for(stories42m, "q4"), True)
    wide = Shape(dim=640, hidden=1376, layers=8, heads=8, kv_heads=8, vocab=32_000, context=1024)
    with pytest.raises(convert.ConvertError, match="dim is 640"):
        convert.check_limits(wide, convert.bits_for(wide, "q4"), True)
    odd = Shape(dim=36, hidden=48, layers=1, heads=6, kv_heads=6, vocab=300, context=64)
    with pytest.raises(convert.ConvertError, match="multiples of 4"):
        convert.check_limits(odd, convert.bits_for(odd, "q8"), True)
    stories15m = Shape(dim=288, hidden=768, layers=6, heads=6, kv_heads=6, vocab=32_000, context=256)
    for quant in ("q8", "q4"):
        convert.check_limits(stories15m, convert.bits_for(stories15m, quant), True)

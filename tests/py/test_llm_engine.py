"""The C engine says, token for token, what the numpy specification says: on the host and on the Cortex-M33."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.llama import bench, engine, image, report, tables_c
from models.llama.formats import Shape
from tests.py import llm_models

SHAPES = {
    "grouped": Shape(dim=16, hidden=20, layers=2, heads=4, kv_heads=2, vocab=274, context=64),
    "one KV head for three": Shape(dim=24, hidden=28, layers=1, heads=3, kv_heads=1, vocab=275, context=64),
    "heads of 12": Shape(dim=48, hidden=36, layers=2, heads=4, kv_heads=4, vocab=281, context=64),
    "heads of 48": Shape(dim=96, hidden=132, layers=1, heads=2, kv_heads=2, vocab=277, context=64),
    "narrow": Shape(dim=16, hidden=16, layers=3, heads=2, kv_heads=1, vocab=259, context=64),
    "64 columns": Shape(dim=64, hidden=172, layers=2, heads=8, kv_heads=4, vocab=300, context=64),
}
needs_qemu = pytest.mark.skipif(
    shutil.which("qemu-system-arm") is None or shutil.which("arm-none-eabi-gcc") is None,
    reason="no qemu-system-arm or arm-none-eabi-gcc",
)


def tokens_of(output: str) -> list[int]:
    return [int(word) for word in output.partition("\nsizes")[0].split()]


@pytest.fixture(params=["host", pytest.param("qemu", marks=needs_qemu)])
def port(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("name", SHAPES)
def test_any_shape_says_what_is_specified(tmp_path: Path, port: str, name: str, bits: int) -> None:
    shape, path = SHAPES[name], tmp_path / "model.toy"
    shared = name != "narrow"
    numbers = llm_models.small_plan(bits, shape, shared, seed=len(name))
    path.write_bytes(image.image_of(numbers, llm_models.tokenizer(shape.vocab)))
    expected = llm_models.greedy(numbers, [1], 24)
    stop = next((i for i, token in enumerate(expected) if token in (1, 2)), len(expected))
    for options in ({"cores": 1}, {"cores": 2, "batch": 3}, {"cores": 2, "tile": 2600}):
        output = bench.run_tool(port, path, steps=24, mode="tokens", window=64, **options)
        assert tokens_of(output) == expected[:stop]


@needs_qemu
@pytest.mark.parametrize("bits", [8, 4])
def test_seeded_draws_are_the_same_on_both_machines(tmp_path: Path, bits: int) -> None:
    path = tmp_path / "model.toy"
    shape = SHAPES["64 columns"]
    path.write_bytes(image.image_of(llm_models.small_plan(bits, shape), llm_models.tokenizer(shape.vocab)))
    seen = []
    for seed in (1, 2):
        options = {"steps": 60, "mode": "tokens", "temperature": 900, "top_p": 950, "seed": seed, "guard": 4}
        said = {tuple(tokens_of(bench.run_tool(p, path, cores=c, **options))) for p in ("host", "qemu") for c in (1, 2)}
        assert len(said) == 1
        seen += list(said)
    assert seen[0] != seen[1]


def test_the_fixture_of_the_c_tests_is_the_specification() -> None:
    text = llm_models.HEADER.read_text()

    def numbers(name: str) -> list[int]:
        found = re.search(rf"{name}\[\d+\] = {{(.*?)}};", text, re.S)
        assert found is not None
        return [int(word.strip().rstrip("u"), 0) for word in found[1].split(",")]

    data = np.array(numbers("small_model"), dtype="<u8").tobytes()
    model = image.read_image(data)
    ids = numbers("small_tokens")
    assert model.tokenizer.encode("the hello tale\né!") == ids
    assert engine.feed(model.plan, np.array([ids]))[0, -1].tolist() == numbers("small_logits")
    assert llm_models.greedy(model.plan, ids, 32) == numbers("small_said")


def test_the_tables_in_c_are_those_of_the_specification() -> None:
    assert tables_c.TARGET.read_text() == tables_c.source()


def test_the_arena_is_what_the_report_says(tmp_path: Path) -> None:
    path, shape = tmp_path / "model.toy", SHAPES["grouped"]
    path.write_bytes(image.image_of(llm_models.small_plan(8, shape), llm_models.tokenizer(shape.vocab)))
    for window, batch, cores, tile in ((64, 1, 1, 0), (128, 4, 2, 0), (32, 16, 2, 1024)):
        output = bench.run_tool("host", path, steps=1, window=window, batch=batch, cores=cores, tile=tile)
        assert bench.sizes(output)["arena_bytes"] == report.arena_bytes(shape, window, batch, cores, tile)

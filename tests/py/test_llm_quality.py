"""stories260K: the reference tells the original's story, and integers stay near it on text that it never saw."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models.llama import convert, engine, image, reference, report
from tests.py.llm_data import SHARED

STORY = (
    "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a "
    "big, red ball. She wanted to play with it, but it was too high."
)
WORST = {"q8": 1.01, "q4": 1.08}

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="no ../shared/data with stories260K")


@cache
def source() -> convert.Source:
    return convert.read_source(SHARED / "tinyllamas" / "stories260K.bin", SHARED / "tinyllamas" / "tok512.bin")


def windows(count: int) -> np.ndarray:
    text = (SHARED / "text" / "tinystories_val.txt").read_text(encoding="utf-8")
    return convert.text_windows(source().tokenizer, text, 512, count)


def test_the_reference_tells_the_original_story() -> None:
    tokens = reference.generate(source().model, [1], 90)[0].tolist()
    assert source().tokenizer.decode(tokens[1:]).decode().startswith(STORY)


def quality(quant: str, tokens: int) -> float:
    data = image.read_image(convert.convert(source(), quant))
    parts = windows(tokens)
    return report.engine_perplexity(data, parts) / report.float_perplexity(source().model, parts)


@pytest.mark.parametrize("quant", ["q8", "q4"])
def test_perplexity_on_a_little_text(quant: str) -> None:
    assert quality(quant, 2560) <= WORST[quant] + 0.005  # a tenth of the text scatters a little


@pytest.mark.long
@pytest.mark.parametrize("quant", ["q8", "q4"])
def test_perplexity_on_the_whole_text(quant: str) -> None:
    assert quality(quant, 20_000) <= WORST[quant]


def test_the_integer_engine_opens_the_same_story() -> None:
    numbers = image.read_image(convert.convert(source(), "q8")).plan
    tokens = reference.generate(source().model, [1], 60)
    said = engine.feed(numbers, tokens[:, :-1]).argmax(axis=-1)
    assert np.mean(said == tokens[:, 1:]) > 0.95

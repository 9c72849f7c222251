"""Small random Llamas for tests, and the C fixture made from one of them.

.venv/bin/python -m tests.py.llm_models        writes tests/c/llm_small_model.h again
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.llama import engine, image, plan
from models.llama.formats import MATRICES, Checkpoint, Shape
from models.llama.tokenizer import Tokenizer

HEADER = Path(__file__).parents[1] / "c" / "llm_small_model.h"
SMALL = Shape(dim=16, hidden=20, layers=2, heads=4, kv_heads=2, vocab=274, context=64)


def checkpoint(shape: Shape, shared: bool = True, seed: int = 1) -> Checkpoint:
    """Weights of a size that keeps signals alive through the layers."""
    random = np.random.default_rng(seed)

    def normal(*size: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return (random.standard_normal(size) / np.sqrt(size[-1])).astype(np.float32)

    def gain(*size: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return random.uniform(0.7, 1.6, size).astype(np.float32)

    return Checkpoint(
        shape,
        normal(shape.vocab, shape.dim) * 2,
        gain(shape.layers, shape.dim),
        gain(shape.layers, shape.dim),
        gain(shape.dim),
        {name: 1.5 * normal(shape.layers, *shape.matrix(name)) for name in MATRICES},
        None if shared else normal(shape.vocab, shape.dim) * 2,
    )


def tokenizer(vocab: int) -> Tokenizer:
    """Specials, bytes, a few pieces that merge, then fillers."""
    pieces = [b"<unk>", b"<s>", b"</s>", *(b"<0x%02X>" % b for b in range(256))]
    pieces += [
        b" t",
        b"he",
        b" the",
        b" ",
        b"t",
        b"h",
        b"e",
        b"a",
        b"o",
        b"\xc3\xa9",
        b"lo",
        b" hello",
        b"l",
        b"hel",
        b" hel",
    ]
    pieces += [b"filler%d" % i for i in range(max(0, vocab - len(pieces)))]
    pieces = pieces[:vocab]
    return Tokenizer(pieces, [0.0] * 259 + [-float(i) for i in range(len(pieces) - 259)])


def small_plan(bits: int = 8, shape: Shape = SMALL, shared: bool = True, seed: int = 1) -> engine.Plan:
    model = checkpoint(shape, shared, seed)
    windows = np.random.default_rng(seed).integers(0, shape.vocab, (4, min(48, shape.context)))
    census = plan.take_census(model, windows)
    return plan.make_plan(model, census, dict.fromkeys((*MATRICES, "classifier"), bits))


def greedy(numbers: engine.Plan, prompt: list[int], steps: int) -> list[int]:
    """Tokens after the prompt by the numpy specification."""
    tokens = list(prompt)
    for _ in range(steps):
        tokens.append(int(np.argmax(engine.feed(numbers, np.array([tokens]))[0, -1])))
    return tokens[len(prompt) :]


def _array(name: str, kind: str, values: list[int], width: int) -> str:
    rows = [", ".join(str(v) for v in values[i : i + width]) for i in range(0, len(values), width)]
    return f"static const {kind} {name}[{len(values)}] = {{\n    " + ",\n    ".join(rows) + "};\n"


def header() -> str:
    """The C fixture: a model file, text with its tokens, and what the model says after them."""
    words = tokenizer(SMALL.vocab)
    numbers = small_plan()
    data = image.image_of(numbers, words)
    text = " the hello tale\né!"
    ids = words.encode(text[1:])
    said = greedy(numbers, ids, 32)
    logits = engine.feed(numbers, np.array([ids]))[0, -1]
    longs = np.frombuffer(data, "<u8").tolist()
    return (
        "/* llm_small_model.h - a random model in the toy's format and what it must say. Made by tests/py/llm_models.py,\n"  # noqa: E501
        " * compared by tests/py/test_llm_fixture.py. */\n"
        "#include <stdint.h>\n\n"
        + f"#define SMALL_MODEL_BYTES {len(data)}u\n"
        + f'#define SMALL_TEXT "{text[1:].encode("unicode_escape").decode().replace(chr(92) + "xe9", chr(92) + "303" + chr(92) + "251")}"\n\n'  # noqa: E501
        + _array("small_tokens", "uint16_t", ids, 20)
        + _array("small_said", "uint16_t", said, 20)
        + _array("small_logits", "int32_t", logits.tolist(), 12)
        + _array("small_model", "uint64_t", [f"0x{v:016x}u" for v in longs], 6)  # type: ignore[misc]
    )


if __name__ == "__main__":
    HEADER.write_text(header())

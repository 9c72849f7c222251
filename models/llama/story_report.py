"""How good are the stories that the toy tells? Models side by side, through the compiled int8 engine.

    .venv/bin/python -m models.llama.story_report own.toy stories260K.toy --stories 200

In      files that `plush models convert` wrote; held-out stories (story_text.py) for bits a byte
Out     a row a model: bits a byte (int8, numpy specification); of stories drawn as the toy draws them the share that
        end by themselves, the words of those, and the share of runs of four words that were said before
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean

import numpy as np

from models.llama import bench, engine, image, story_text

HEROES = ("cat", "dog", "bear", "rabbit", "bird", "girl", "boy", "fish", "mouse", "dragon", "frog", "robot")
PLACES = ("in the forest", "by the sea", "in a big garden", "on a farm", "in a castle", "in a small house")
STEPS = 300
SAMPLING = {"temperature": 700, "top_p": 900, "guard": 6}


@dataclass(frozen=True)
class Row:
    """One model's figures."""

    name: str
    bytes_: int
    bits_a_byte: float
    ended: float
    words: float
    repeated: float


def prompt_of(number: int) -> str:
    """Out: an opening with a hero and a place, as the toy makes one."""
    hero, place = HEROES[number % len(HEROES)], PLACES[number // len(HEROES) % len(PLACES)]
    return f"Once upon a time, there was a little {hero}. The {hero} lived {place}."


def told(model: Path, number: int) -> tuple[str, bool]:
    """Out: story number so-and-so, and whether the model ended it."""
    output = bench.run_tool(
        "host", model, prompt=bench.quote(prompt_of(number)), steps=STEPS, seed=number, cores=1, **SAMPLING
    )
    return output.partition("\nsizes ")[0].strip(), bool(bench.sizes(output)["ended"])


def repeated(text: str) -> float:
    """Out: the share of runs of four words that stood in the story before."""
    words = re.findall(r"[a-z']+", text.lower())
    runs = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    return 1 - len(set(runs)) / max(1, len(runs))


def bits_a_byte(opened: image.Image, texts: Iterable[str], most: int = 256) -> float:
    """Out: of the int8 engine's specification, each text from its start."""
    nats, count = 0.0, 0
    scale = 2.0**opened.plan.classifier.shift
    for text in texts:
        ids = opened.tokenizer.encode(text)[:most]
        logits = engine.feed(opened.plan, np.array([ids[:-1]]))[0] / scale
        top = logits.max(axis=1, keepdims=True)
        chances = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
        nats -= sum(chances[i, after] for i, (_, after) in enumerate(pairwise(ids)))
        count += len(opened.tokenizer.decode(ids))
    return float(nats / np.log(2) / count)


def judge(model: Path, stories: int, texts: list[str]) -> Row:
    data = model.read_bytes()
    tales = [told(model, i) for i in range(stories)]
    lengths = [len(text.split()) for text, ended in tales if ended]
    return Row(
        model.stem,
        len(data),
        bits_a_byte(image.read_image(data), texts),
        mean(ended for _, ended in tales),
        mean(lengths) if lengths else float("nan"),
        mean(repeated(text) for text, _ in tales),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare story models.")
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--stories", type=int, default=200)
    parser.add_argument("--texts", type=int, default=100)
    args = parser.parse_args()
    texts = story_text.held_out()[: args.texts]
    print("| model | bytes | bits a byte | stories that end | words of those | repeated |\n|---|---|---|---|---|---|")
    for model in args.models:
        row = judge(model, args.stories, texts)
        figures = (f"{row.bytes_:,}", f"{row.bits_a_byte:.4f}", f"{row.ended:.0%}", f"{row.words:.0f}")
        print(f"| {row.name} | {' | '.join(figures)} | {row.repeated:.1%} |")


if __name__ == "__main__":
    main()

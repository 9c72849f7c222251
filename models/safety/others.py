"""Ordinary sentences by others, weak examples that are not in the tree: stories, and what real children read aloud.

In      PLUSH_SHARED_DATA or ../shared/data: text/tinystories*.txt, speech/children/transcripts.tsv
Out     sentences; those to train on and those to measure on are never the same
Raises  FileNotFoundError when the data are not there
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
SHORTEST, LONGEST = 4, 24  # words


def stories(count: int, rng: Random, *, for_test: bool) -> list[str]:
    name = "tinystories_val.txt" if for_test else "tinystories.txt"
    text = _shared(f"text/{name}").read_text(encoding="utf-8").replace("<|endoftext|>", " ")
    sentences = [s.strip() for s in text.replace("!", ".").replace("?", ".").split(".")]
    return rng.sample([s for s in sentences if SHORTEST <= len(s.split()) <= LONGEST], count)


def read_aloud(*, for_test: bool) -> list[str]:
    """Every second sentence of the corpus is for training."""
    lines = _shared("speech/children/transcripts.tsv").read_text(encoding="utf-8").splitlines()[1:]
    texts = sorted({line.split("\t")[-1].lower() for line in lines})
    return texts[::2] if for_test else texts[1::2]


def _shared(name: str) -> Path:
    return Path(os.environ.get("PLUSH_SHARED_DATA", ROOT.parent / "shared/data")) / name

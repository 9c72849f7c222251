"""Trains the gate's classifier: `python models/safety/train.py` (about a minute of one quiet core).

In      corpus/, the recogniser's patterns (models/asr), the chat model's dialogues (models/llama), sentences of others
        (others.py: stories, what children read aloud)
Out     base_station/data/safety/words.txt and weights.npz; the same on every run with the same libraries
How     rows drawn from the patterns, three of four once more, damaged (noise.py); the gate's own features, asked of
        it as a program; two logistic regressions, ordinary or not and which hazard; then 12 and 8 bits a weight
Raises  SystemExit with one line when the sentences of others are not there
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent / "asr"))
sys.path.insert(0, str(Path(__file__).parent))
import corpus
import grammar
import noise
import others
from corpus import Row

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "base_station/data/safety"
SEED = 20261127
HAZARD_DRAWS, ORDINARY_DRAWS = 14, 36
REQUESTS, STORY_SENTENCES, DIALOGUES = 6_000, 4_000, 600
CAREFUL = re.compile(
    r"grown-?up|hurt|safe|kind(?:er)? words|not do that|trust|doctor|sorry"
)  # an answer to no ordinary words
COMMON_FROM = 3  # uses, for a word to count as one of a child's own
PLAIN_TIMES = 4
PHRASE_TIMES = 4
BUCKETS, KIND_BUCKETS = 1 << 17, 1 << 15  # the first as in the gate's features.py
STRICTNESS = 10.0  # inverse of the weights' penalty; 1.5 to 25 differ little
VARIED = 0.3  # of the rows are asked in another way, of another person
STRANGE = 0.08  # of the rows lose a content word to a word that nobody knows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--development", action="store_true", help="keep the test families out, to measure on them")
    arguments.add_argument("--words-only", action="store_true", help="write words.txt and stop")
    options = arguments.parse_args()
    rng = Random(SEED)
    chosen = [f for f in corpus.families() if not (options.development and f.for_test)]
    rows = [*hazards(chosen, rng), *ordinary(chosen, rng)]
    common = write_words(rows)
    if options.words_only:
        return
    rows = list(damaged(rows, rng, common))
    rng.shuffle(rows)
    print(f"{len(rows)} rows, {sum(row.hazard == 'ordinary' for row in rows)} of them ordinary", flush=True)
    ids, offsets = features([row.text for row in rows])
    labels = hazard_names()
    target = np.array([labels.index(row.hazard) for row in rows])
    np.savez_compressed(OUT / "weights.npz", **fit(ids, offsets, target))
    print(f"{(OUT / 'weights.npz').stat().st_size} bytes")


# --- rows ------------------------------------------------------------------------------------------------------------
def hazards(families: Sequence[corpus.Family], rng: Random) -> Iterator[Row]:
    for family in families:
        if family.hazard != "ordinary":
            yield from drawn(family, HAZARD_DRAWS, rng)


def ordinary(families: Sequence[corpus.Family], rng: Random) -> Iterator[Row]:
    for family in families:
        if family.hazard == "ordinary":
            yield from drawn(family, ORDINARY_DRAWS, rng)
    patterns = grammar.load(ROOT / "models/asr/patterns")
    yield from (Row(" ".join(words), "ordinary", "asr") for words in patterns.sentences(REQUESTS))
    yield from (Row(text, "ordinary", "llama") for text in dialogues())
    try:
        yield from (Row(text, "ordinary", "story") for text in others.stories(STORY_SENTENCES, rng, for_test=False))
        yield from (Row(text, "ordinary", "read aloud") for text in others.read_aloud(for_test=False))
    except FileNotFoundError as error:
        sys.exit(f"the sentences of others are not there: {error.filename}")
    yield from (Row(text, "ordinary", "phrase") for text in phrases() for _ in range(PHRASE_TIMES))


def drawn(family: corpus.Family, count: int, rng: Random) -> Iterator[Row]:
    """A pattern's sentences; one that was written out comes several times, each a little different."""
    for text in family.draw(count, rng):
        yield Row(text, family.hazard, family.text)
        if text == family.text:
            yield from (Row(corpus.varied(text, rng), family.hazard, text) for _ in range(PLAIN_TIMES - 1))


def phrases() -> list[str]:
    """What base station and toy say by themselves: it must pass the gate as well."""
    files = ("base_station/data/phrases/en.toml", "models/voice/phrases.toml", "models/voice/content.toml")
    tables = [tomllib.loads((ROOT / name).read_text(encoding="utf-8")) for name in files]
    spoken = re.sub(r"\{\w+\}", "five minutes", re.sub(r"@\S+", "", "\n".join(_texts(tables))))
    return [part.strip() for part in re.findall(r"[^.!?\n]+[.!?]*", spoken) if part.strip()]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def dialogues() -> list[str]:
    """What child and plush say to each other in the chat model's own dialogues, without those about dangers."""
    command = [sys.executable, "-m", "models.llama.dialogues", "--count", str(DIALOGUES), "--seed", "5"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    said = [line.strip().partition(": ") for line in printed.splitlines() if ": " in line]
    found = {line for who, _, line in said if who == "plush"}
    for (_, _, ask), (who, _, reply) in pairwise(said):
        if who == "plush" and not CAREFUL.search(reply):
            found.add(ask)
    return sorted(line for line in found if line)


def damaged(rows: Sequence[Row], rng: Random, common: Sequence[str]) -> Iterator[Row]:
    """Each row as it is or in a frame, and three of four once more, damaged."""
    for row in rows:
        plain = row.hazard == "ordinary"
        text = (
            corpus.framed(row.text, ["child"] if plain else ["child", "hard"], rng) if rng.random() < 0.3 else row.text
        )
        yield Row(corpus.varied(text, rng) if rng.random() < VARIED else text, row.hazard, row.family)
        kind = rng.random()
        if kind < 0.15:
            yield Row(noise.misspelled(row.text, rng), row.hazard, row.family)
        elif kind < 0.22:
            yield Row(noise.leet(row.text, rng), row.hazard, row.family)
        elif kind < 0.26:
            yield Row(noise.spaced(row.text, rng), row.hazard, row.family)
        elif kind < 0.46:
            yield Row(noise.misheard(row.text, rng, common[:3000], 0.12), row.hazard, row.family)
        elif kind < 0.66:
            yield Row(noise.heard_wrong(row.text, rng, 0.15), row.hazard, row.family)
        elif kind < 0.72 and plain:  # babble is no danger
            yield Row(noise.misheard(row.text, rng, common, 0.4), row.hazard, row.family)
        elif 0.72 <= kind < 0.72 + STRANGE:
            words = row.text.split()
            words[rng.randrange(len(words))] = "".join(
                rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in "123"
            )
            yield Row(" ".join(words), row.hazard, row.family)


def write_words(rows: Sequence[Row]) -> list[str]:
    """words.txt: a child's own words, commonest first; behind a line "--", words that spelling may lead to."""
    counts: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for row in rows:
        words = [
            "".join(c for c in w if c.isalnum()) for w in row.text.lower().replace("-", " ").replace("'", "").split()
        ]
        (counts if row.hazard == "ordinary" else others).update(w for w in words if w)
    common = [word for word, count in counts.most_common() if count >= COMMON_FROM]
    dictionary = (ROOT / "base_station/data/asr/plush.dict").read_text(encoding="utf-8").splitlines()
    others.update(line.split()[0].split("(")[0].replace("'", "") for line in dictionary if line)
    rest = sorted(set(others) - set(common))
    (OUT / "words.txt").write_text(
        "\n".join([*common, "--", *(w for w in rest if w.isalpha())]) + "\n", encoding="utf-8"
    )
    return common


# --- the gate's own eyes ---------------------------------------------------------------------------------------------
def features(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "rows", Path(folder) / "features.npz"
        source.write_text("\n".join(json.dumps(text) for text in texts), encoding="utf-8")
        call = "import sys; from pathlib import Path; from base_station.dialogue.safety.features import main; "
        program = [sys.executable, "-c", call + "main(*map(Path, sys.argv[1:]))", str(source), str(out)]
        subprocess.run(program, cwd=ROOT, check=True)
        made = np.load(out)
        return made["ids"].astype(np.int64), made["offsets"]


def hazard_names() -> list[str]:
    program = "from base_station.dialogue.safety.hazards import Hazard; print(*Hazard, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


# --- learning --------------------------------------------------------------------------------------------------------
def fit(ids: NDArray[np.int64], offsets: NDArray[np.int64], target: NDArray[np.int64]) -> dict[str, np.ndarray]:
    """Logistic regression twice: ordinary (0) or not, on all rows; which hazard, on the others."""
    hazardous = target > 0
    doubt = LogisticRegression(C=STRICTNESS, class_weight="balanced", max_iter=100)
    doubt.fit(matrix(ids, offsets, BUCKETS), hazardous)
    kinds = LogisticRegression(C=STRICTNESS, class_weight="balanced", max_iter=40)
    kinds.fit(matrix(ids, offsets, KIND_BUCKETS)[hazardous], target[hazardous])
    weights, scale = quantised(doubt.coef_.T, 12)
    kind_weights, kind_scale = quantised(kinds.coef_.T, 8)
    return {
        "doubt": weights[:, 0],
        "doubt_scale": scale,
        "doubt_bias": doubt.intercept_.astype(np.float32),
        "kinds": kind_weights,
        "kinds_scale": kind_scale,
        "kinds_bias": kinds.intercept_.astype(np.float32),
    }


def matrix(ids: NDArray[np.int64], offsets: NDArray[np.int64], buckets: int) -> sparse.csr_matrix:
    """float32[rows, buckets]: each of a row's n features weighs 1 / sqrt(n)."""
    lengths = np.diff(offsets, append=len(ids))
    values = np.repeat(1.0 / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32)
    return sparse.csr_matrix((values, ids % buckets, np.append(offsets, len(ids))), (len(offsets), buckets))


def quantised(weights: NDArray[np.float64], bits: int) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Whole numbers of so many bits, with a scale a column."""
    scale = np.abs(weights).max(axis=0) / (2 ** (bits - 1) - 1)
    return np.rint(weights / scale).astype(np.int16 if bits > 8 else np.int8), scale.astype(np.float32)


if __name__ == "__main__":
    main()

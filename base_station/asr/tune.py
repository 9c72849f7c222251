"""Finds the duet's weights: `python -m base_station.asr.tune TABLE.tsv ... [--every N]`. A developer's tool.

In      tables as `plush asr eval` takes them, of voices and children that no figure is ever quoted of
Out     [duet] for base_station/data/asr/settings.toml on standard output, and what it is worth on these tables
Source  grid over three weights for the least word errors; logistic regression (Newton) of "every word is right" on the
        two signs; the threshold asks again, in each table, for WANTED of the sentences with a wrong word

It stands here and not in models/, which may not import this package: what is tuned is this code itself.
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import soxr

from base_station.asr.base import Pcm
from base_station.asr.duet import Duet
from base_station.asr.evaluate import count_errors, normalise, read_rows
from base_station.asr.pocketsphinx import Trigrams, settings
from base_station.asr.weigh import Considered, Scales, judge, signs_of

WANTED = 0.6
GRID = {"language": (0.3, 0.4, 0.5, 0.6, 0.8), "word": (0.5, 1.0, 1.5, 2.0, 3.0), "stranger": (0.0, 1.0, 2.0, 4.0, 6.0)}
_RIDGE = 0.3


@dataclass(frozen=True)
class Example:
    table: str
    said: list[str]
    considered: Considered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1, help="each n-th file only")
    arguments = parser.parse_args()
    duet, language = Duet(), Trigrams()
    examples = [
        Example(table.name, normalise(row.text), duet.hear(sound(row.path)))
        for table in arguments.tables
        for row in read_rows(table)[:: arguments.every]
    ]
    examples = [example for example in examples if example.considered.candidates]
    scales = Scales(**settings("duet"))
    tried = [replace(scales, **dict(zip(GRID, values, strict=True))) for values in itertools.product(*GRID.values())]
    scales = min(tried, key=lambda scales: sum(errors(example, language, scales) for example in examples))
    scales = with_confidence(examples, language, scales)
    print("[duet]\n" + "\n".join(f"{name} = {value:.3g}" for name, value in vars(scales).items()))
    for table in arguments.tables:
        report(table.name, [example for example in examples if example.table == table.name], language, scales)


def sound(path: Path) -> Pcm:
    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    heard = np.asarray(soxr.resample(samples.mean(1), rate_hz, 16_000)) * 32768.0
    return np.asarray(np.clip(heard, -32768, 32767), np.int16)


def errors(example: Example, language: Trigrams, scales: Scales) -> int:
    best, _ = signs_of(example.considered, language, scales)
    return count_errors(example.said, normalise(best.text))


def with_confidence(examples: list[Example], language: Trigrams, scales: Scales) -> Scales:
    rows = [(*signs_of(example.considered, language, scales)[1], 1.0) for example in examples]
    x = np.array(rows)
    right = np.array([errors(example, language, scales) == 0 for example in examples], float)
    weights = np.zeros(x.shape[1])
    ridge = np.diag([_RIDGE, _RIDGE, 1e-6])
    for _ in range(30):
        p = 1.0 / (1.0 + np.exp(-x @ weights))
        weights -= np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + ridge, x.T @ (p - right) + ridge @ weights)
    confidence = 1.0 / (1.0 + np.exp(-x @ weights))
    lead, doubt, bias = weights.tolist()
    tables = np.array([example.table for example in examples])
    wrong = [confidence[(right == 0) & (tables == table)] for table in sorted({e.table for e in examples})]
    least = max(float(np.quantile(found, WANTED)) for found in wrong if len(found))
    return replace(scales, lead=lead, doubt=doubt, bias=bias, sure_from=least)


def report(name: str, examples: list[Example], language: Trigrams, scales: Scales) -> None:
    wrong = np.array([errors(example, language, scales) for example in examples])
    sure = np.array([bool((found := judge(e.considered, language, scales)) and found.sure) for e in examples])
    words = sum(len(example.said) for example in examples)
    again = ", ".join(f"{1 - sure[rows].mean():.0%} of {rows.sum()}" for rows in (wrong > 0, wrong == 0))
    print(f"# {name}: {wrong.sum() / max(words, 1):.1%} word errors; asks again (wrong sentences, right ones): {again}")


if __name__ == "__main__":
    main()

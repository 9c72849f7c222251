"""The clips that a network learns from, and how likely each is to be shown next.

In      build/wake/data/*.npz (dataset.py, mine.py), some with a teacher's vectors and some without; a task; a seed
Out     batches; sets that appear while a training runs are taken up by refresh()
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.wake import tutor
from models.wake.dataset import DATA, KINDS
from models.wake.teacher import GRID_STEPS

SHARES = {  # how likely a clip of a kind is to be shown, against the others
    "phrase": {"real": 0.15, "real-unknown": 0.3, "spoken": 0.3, "phrase": 1, "near": 1.3, "word": 0.7, "reading": 2,
               "children": 1, "noise": 0.4, "mined": 0.25},  # more of these, and it wakes at nothing any more
    "words": {"real": 1, "real-unknown": 1, "spoken": 1, "phrase": 0.12, "near": 0.2, "word": 0.8, "reading": 0.6,
              "children": 0.8, "noise": 0.7, "mined": 1},
}  # fmt: skip
LEAST_HARD, MOST_HARD = 0.35, 5.0  # against the mean


@dataclass
class Batch:
    bands: Tensor  # uint8 (n, 192, 40)
    labels: Tensor  # int64 (n, 48)
    taught: Tensor  # int64: which of the n have what follows
    vectors: Tensor  # float32 (taught, 8, 96), standardised
    soft: Tensor  # float32 (taught, 8, outputs): the tutor's verdicts, for words


@dataclass
class Clips:
    task: str
    patterns: list[str]
    bands: Tensor = field(default_factory=lambda: torch.zeros(0, 192, 40, dtype=torch.uint8))
    labels: Tensor = field(default_factory=lambda: torch.zeros(0, 48, dtype=torch.int64))
    row: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # in vectors, or -1
    share: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    hard: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # the last loss of each clip
    half: NDArray[np.bool_] = field(
        default_factory=lambda: np.zeros(0, bool)
    )  # of the taught, by what they were made of
    vectors: Tensor = field(default_factory=lambda: torch.zeros(0, len(GRID_STEPS), 96))
    soft: Tensor = field(default_factory=lambda: torch.zeros(0, len(GRID_STEPS), 1))
    seen: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, task: str, patterns: list[str], weight: Tensor, seed: int) -> Clips:
        """weight (outputs,): what a step of each class weighs, for the tutor."""
        found = cls(task, patterns)
        vectors = found._take()
        if not len(found.labels):
            raise FileNotFoundError(f"no clips in {DATA} match {' '.join(patterns)}")
        if len(vectors):
            found.vectors = tutor.standardised(vectors)
            if task == "words":
                at = found.labels[torch.from_numpy(np.flatnonzero(found.row >= 0))]
                found.soft, right = tutor.verdicts(found.vectors, at, weight, found.half, seed)
                print(f"the tutor is right at {right:.1%} of the steps", flush=True)
        print(f"{task}: {len(found.labels)} clips, {len(vectors)} of them taught", flush=True)
        return found

    def refresh(self) -> int:
        """Takes up sets that have appeared, without their vectors. Out: how many clips."""
        before = len(self.labels)
        self._take()
        self.row[before:] = -1
        return len(self.labels) - before

    def _take(self) -> NDArray[np.float16]:
        paths = sorted({path for pattern in self.patterns for path in DATA.glob(f"{pattern}.npz")})
        new = [path for path in paths if path.name not in self.seen]
        vectors: list[NDArray[np.float16]] = []
        for path in new:
            self.seen.add(path.name)
            part = np.load(path)
            share = [SHARES[self.task][(*KINDS, "mined")[int(kind)]] for kind in part["kind"]]
            taught = "vectors" in part
            count = sum(map(len, vectors))
            rows = np.arange(count, count + len(share)) if taught else np.full(len(share), -1)
            if taught:
                vectors.append(part["vectors"])
                source = part["source"] if "source" in part else np.arange(len(share))
                self.half = np.concatenate([self.half, (source * 40503 >> 4) % 2 == 0])
            self.bands = torch.cat([self.bands, torch.from_numpy(part["bands"])])
            self.labels = torch.cat([self.labels, torch.from_numpy(part[self.task].astype(np.int64))])
            self.row = np.concatenate([self.row, rows])
            self.share = np.concatenate([self.share, share])
            self.hard = np.concatenate([self.hard, np.full(len(share), self.hard.mean() if len(self.hard) else 1.0)])
        return np.concatenate(vectors) if vectors else np.zeros((0, len(GRID_STEPS), 96), np.float16)

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """For the phrase the clips that it still gets wrong come more often; real words may be labelled wrongly."""
        chance = self.share
        if self.task == "phrase":
            chance = chance * np.clip(self.hard / (self.hard.mean() + 1e-9), LEAST_HARD, MOST_HARD)
        total = np.cumsum(chance)
        return np.searchsorted(total, rng.random(count) * total[-1]).clip(0, len(total) - 1)

    def batch(self, pick: NDArray[np.int64], late_hops: int = 0) -> Batch:
        """late_hops: within a step of 4, so that a word does not always come at the same beat."""
        rows = self.row[pick]
        taught = np.flatnonzero(rows >= 0)
        at, index = torch.from_numpy(rows[taught]), torch.from_numpy(pick)
        soft = self.soft[at] if len(self.soft) else self.soft
        bands = self.bands[index]
        bands = torch.cat([bands[:, late_hops:], bands[:, -1:].expand(-1, late_hops, -1)], 1)
        return Batch(bands, self.labels[index], torch.from_numpy(taught), self.vectors[at], soft)

    def tell(self, pick: NDArray[np.int64], losses: Tensor) -> None:
        self.hard[pick] += 0.7 * (losses.detach().numpy() - self.hard[pick])

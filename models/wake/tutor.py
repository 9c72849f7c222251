"""A larger listener, whose verdicts the toy's networks learn: a small head on openWakeWord's speech embedding.

In      embeddings (clips, 8, 96) at teacher.GRID_STEPS, labels (clips, 48) with -1 where it does not matter
Out     probabilities (clips, 8, outputs): each half of the recordings judged by a head of the other half
Source  distillation (Hinton 2015); FACTS: such a head reaches 89 to 92% on real speakers
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.wake.teacher import GRID_STEPS

PASSES = 8
BATCH = 512


def _pasts(vectors: Tensor) -> Tensor:
    """(clips, 8, 96) -> (clips, 8, 288): each with the embeddings of 160 and 320 ms before, the first one repeated."""
    before = [torch.cat([vectors[:, :1].expand(-1, back, -1), vectors[:, :-back]], 1) for back in (1, 2)]
    return torch.cat([vectors, *before], 2)


def _head(x: Tensor, labels: Tensor, weight: Tensor, outputs: int, generator: torch.Generator) -> nn.Module:
    head = nn.Sequential(
        nn.Dropout(0.2), nn.Linear(x.shape[1], 160), nn.ReLU(), nn.Dropout(0.3), nn.Linear(160, 64), nn.ReLU(),
        nn.Linear(64, outputs),
    )  # fmt: skip
    known = torch.nonzero(labels >= 0)[:, 0]
    optimiser = torch.optim.AdamW(head.parameters(), 2e-3, weight_decay=0.05)
    steps = PASSES * (len(known) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps + 1)
    for _ in range(PASSES):
        order = known[torch.randperm(len(known), generator=generator)]
        for at in range(0, len(order), BATCH):
            pick = order[at : at + BATCH]
            loss = nn.functional.cross_entropy(head(x[pick]), labels[pick], weight)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return head.eval()


def verdicts(
    vectors: Tensor, labels: Tensor, weight: Tensor, first_half: NDArray[np.bool_], seed: int
) -> tuple[Tensor, float]:
    """vectors standardised. Out: probabilities, and the share of known labels that they get right."""
    generator = torch.Generator().manual_seed(seed)
    outputs = len(weight)
    x, at_grid = _pasts(vectors), labels[:, list(GRID_STEPS)]
    half = torch.from_numpy(first_half)
    found = torch.zeros(len(x), len(GRID_STEPS), outputs)
    for part in (False, True):
        learn, judge = half == part, half != part
        head = _head(x[learn].flatten(0, 1), at_grid[learn].flatten(), weight, outputs, generator)
        with torch.no_grad():
            found[judge] = torch.softmax(head(x[judge].flatten(0, 1)), -1).reshape(-1, len(GRID_STEPS), outputs)
    known = at_grid >= 0
    right = float((found.argmax(2) == at_grid)[known].float().mean())
    return found, right


def standardised(vectors: NDArray[np.float16]) -> Tensor:
    flat = vectors.reshape(-1, vectors.shape[-1]).astype(np.float32)
    return torch.from_numpy((vectors.astype(np.float32) - flat.mean(0)) / (flat.std(0) + 1e-3))

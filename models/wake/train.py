"""Trains one of the toy's two networks: float first, then with int8 rounding, then a blob and its manifest.

In      build/wake/data/*.npz (dataset.py), task "phrase" or "words", a seed; a trained network to go on from
Out     NAME.bin; one line every few hundred steps
Source  what is learned: the labels; the verdicts of tutor.py; openWakeWord's speech embedding as a second thing to
        predict; for the phrase also that a clip's highest score lies on the right side: it is what the gate looks at
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.wake import tutor
from models.wake.blob import Net, NetShape
from models.wake.dataset import DATA, KINDS
from models.wake.model import WakeNet
from models.wake.paths import HERE
from models.wake.teacher import GRID_STEPS

BATCH = 64
SHAPES = {"phrase": NetShape(12, 24, 104, 4, 9, 2), "words": NetShape(12, 24, 104, 6, 7, 18)}
# What a step of each class weighs; most steps of most clips are silence or other speech.
WEIGHTS = {"phrase": {0: 0.35, 1: 1.0}, "words": {0: 0.2, 1: 0.5, 2: 1.0}}
SHARES = {  # how likely a clip of a kind is to be shown, against the others
    "phrase": {"real": 0.1, "real-unknown": 0.3, "spoken": 0.3, "phrase": 1, "near": 1, "word": 0.7, "reading": 1,
               "children": 1, "noise": 0.5, "mined": 1.5},
    "words": {"real": 1, "real-unknown": 1, "spoken": 1, "phrase": 0.12, "near": 0.2, "word": 0.8, "reading": 0.6,
              "children": 0.8, "noise": 0.7, "mined": 1},
}  # fmt: skip
RATES = {"float": 2e-3, "int8": 6e-4}
TUTOR_SHARE, VECTOR_SHARE, PEAK_SHARE = 0.7, 0.3, 0.3
KEEP = 0.998  # of the running mean of the weights, a step


@dataclass
class Clips:
    bands: Tensor  # uint8 (clips, 192, 40)
    labels: Tensor  # int64 (clips, 48)
    vectors: Tensor  # float32 (clips, 8, 96), standardised
    soft: Tensor  # float32 (clips, 8, outputs): the tutor's verdicts
    chance: NDArray[np.float64]  # (clips,) of being shown, sums to 1

    @classmethod
    def load(cls, task: str, names: list[str], seed: int) -> Clips:
        parts = [np.load(DATA / f"{name}.npz") for name in names]

        def joined(key: str) -> NDArray[np.generic]:
            return np.concatenate([part[key] for part in parts])

        labels = torch.from_numpy(joined(task).astype(np.int64))
        vectors = tutor.standardised(joined("vectors"))  # type: ignore[arg-type]
        soft, right = tutor.verdicts(vectors, labels, _class_weight(task), seed)
        print(f"{task} {len(labels)} clips; the tutor is right at {right:.1%} of the steps", flush=True)
        share = np.array([SHARES[task][(*KINDS, "mined")[int(kind)]] for kind in joined("kind")])
        return cls(torch.from_numpy(joined("bands")), labels, vectors, soft, share / share.sum())  # type: ignore[arg-type]


def _class_weight(task: str) -> Tensor:
    weight = WEIGHTS[task]
    return torch.tensor([weight.get(min(c, max(weight)), 1.0) for c in range(SHAPES[task].outputs)])


def varied(bands: Tensor, generator: torch.Generator) -> Tensor:
    """Holes in time and pitch, and bands moved up or down: the same words from other throats."""
    clips, hops, count = bands.shape
    out = bands.float()

    def draw(low: float, high: float) -> Tensor:
        return torch.rand(clips, 1, 1, generator=generator) * (high - low) + low

    at = torch.arange(count).view(1, 1, count)
    source = torch.clamp((at - 20) * draw(0.93, 1.08) + 20 + draw(-1.6, 1.6), 0, count - 1)
    low = source.floor().long().expand(clips, hops, count)
    share = source - source.floor()
    high = torch.clamp(low + 1, max=count - 1)
    out = out.gather(2, low) * (1 - share) + out.gather(2, high) * share
    time_at = torch.arange(hops).view(1, hops, 1)
    for _ in range(2):
        wide, first = draw(-6, 6), draw(0, count)
        out = out * ~((at >= first) & (at < first + wide))
        long, begun = draw(-12, 10), draw(0, hops)
        out = out * ~((time_at >= begun) & (time_at < begun + long))
    out = out * draw(0.9, 1.1) + torch.randn(out.shape, generator=generator) * draw(0, 4)
    return torch.clamp(out.round(), 0, 255)


def train(
    task: str, names: list[str], seed: int, float_steps: int, int8_steps: int, start: Path | None = None
) -> WakeNet:
    """Without `start` the shipped command network is where both tasks begin: it has heard real people."""
    torch.manual_seed(seed)
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    clips = Clips.load(task, names, seed)
    begin = Net.from_bytes((start or HERE / "weights" / "commands.bin").read_bytes())
    model = WakeNet.starting_from(begin, SHAPES[task])
    guess = nn.Linear(SHAPES[task].width, 96)
    averaged: AveragedModel | None = None
    for stage, steps in (("float", float_steps), ("int8", int8_steps)):
        if stage == "int8":
            model.quantise(clips.bands[torch.from_numpy(rng.choice(len(clips.bands), 1500))])
            averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(KEEP))
        optimiser = torch.optim.AdamW([*model.parameters(), *guess.parameters()], RATES[stage], weight_decay=2e-2)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATES[stage], total_steps=steps + 1, pct_start=0.15)
        begun, losses = time.time(), []
        for number in range(1, steps + 1):
            pick = torch.from_numpy(rng.choice(len(clips.bands), BATCH, p=clips.chance))
            parts = _losses(model, guess, clips, pick, task, generator)
            optimiser.zero_grad()
            sum(parts.values(), torch.zeros(())).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            if averaged is not None:
                averaged.update_parameters(model)
            losses.append([float(part.detach()) for part in parts.values()])
            if number % 250 == 0 or number == steps:
                told = " ".join(f"{name} {value:.3f}" for name, value in zip(parts, np.mean(losses, 0), strict=True))
                print(f"{task} {stage} {number}/{steps} {told} {time.time() - begun:.0f} s", flush=True)
                losses = []
    best: WakeNet = model if averaged is None else averaged.module  # type: ignore[assignment]
    return best.eval()


def _losses(
    model: WakeNet, guess: nn.Linear, clips: Clips, pick: Tensor, task: str, generator: torch.Generator
) -> dict[str, Tensor]:
    logits, last = model(varied(clips.bands[pick], generator))
    labels, weight = clips.labels[pick], _class_weight(task)
    grid = list(GRID_STEPS)
    smoothing = 0.02 if task == "words" else 0.0
    flat = logits.reshape(-1, logits.shape[-1])
    found = {
        "labels": nn.functional.cross_entropy(
            flat, labels.flatten(), weight, ignore_index=-1, label_smoothing=smoothing
        )
    }
    soft = clips.soft[pick]
    matter = (soft * weight).sum(-1)
    apart = -(soft * nn.functional.log_softmax(logits[:, grid], -1)).sum(-1)
    found["tutor"] = TUTOR_SHARE * (apart * matter).sum() / matter.sum()
    found["vectors"] = VECTOR_SHARE * nn.functional.mse_loss(guess(last[:, grid]), clips.vectors[pick])
    if task == "phrase":
        found["peaks"] = PEAK_SHARE * _peaks(logits, labels)
    return found


def _peaks(logits: Tensor, labels: Tensor) -> Tensor:
    """The highest smoothed score where the phrase is due, and the highest where it is not."""
    margin = logits[..., 1] - logits[..., 0]
    smooth = nn.functional.avg_pool1d(nn.functional.pad(margin, (2, 0))[:, None], 3, 1)[:, 0]
    due = labels == 1
    hit = smooth.masked_fill(~due, -1e4).amax(1)[due.any(1)]
    wrong = smooth.masked_fill(labels != 0, -1e4).amax(1)
    return nn.functional.softplus(1 - hit).mean() + nn.functional.softplus(wrong + 2).mean()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=list(SHAPES))
    parser.add_argument("--data", nargs="+", default=["main"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--float-steps", type=int, default=6000)
    parser.add_argument("--int8-steps", type=int, default=6000)
    parser.add_argument("--start", type=Path, help="a network to go on from instead of the shipped commands")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("PLUSH_TRAIN_THREADS", "1")))
    net = train(asked.task, asked.data, asked.seed, asked.float_steps, asked.int8_steps, asked.start).export()
    net.smooth_steps = 3 if asked.task == "phrase" else 5
    net.thresholds = [24000] if asked.task == "phrase" else [16384] * 16
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_bytes(net.to_bytes())
    print(json.dumps({"bytes": net.weight_bytes()}))


if __name__ == "__main__":
    main()

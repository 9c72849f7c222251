"""Trains one of the toy's two networks: float first, then with int8 rounding, then a blob and its manifest.

In      build/wake/data/*.npz (dataset.py), task "phrase" or "words", a seed; a trained network to go on from
Out     NAME.bin; one line every few hundred steps
Source  what is learned: the labels; the verdicts of tutor.py; openWakeWord's speech embedding as a second thing to
        predict; for the phrase also that a clip's highest score lies on the right side: it is what the gate looks at
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.wake.blob import Net, NetShape
from models.wake.clips import Batch, Clips
from models.wake.model import WakeNet
from models.wake.paths import HERE
from models.wake.teacher import GRID_STEPS

BATCH = 128
CHECKPOINT = 1000  # steps
SHAPES = {"phrase": NetShape(12, 24, 104, 3, 11, 2), "words": NetShape(12, 24, 104, 6, 7, 18)}
# What a step of each class weighs; most steps of most clips are silence or other speech.
WEIGHTS = {"phrase": {0: 0.35, 1: 1.0}, "words": {0: 0.2, 1: 0.5, 2: 1.0}}
RATES = {"float": 2e-3, "int8": 6e-4}
TUTOR_SHARE, VECTOR_SHARE, PEAK_SHARE = 0.7, 0.3, 0.5
HIT_MARGIN, WRONG_MARGIN = 2.0, 3.0
WARM = 0.1  # of a stage, until the highest rate
KEEP = 0.998  # of the running mean of the weights, a step


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
    task: str,
    names: list[str],
    seed: int,
    float_steps: int,
    int8_steps: int,
    start: Path | None = None,
    draft: Path | None = None,
    minutes: float = math.inf,
) -> WakeNet:
    """Without `start` the shipped command network is where both tasks begin: it has heard real people.
    `draft`: where what is learned so far goes now and then, to be mined and measured. `minutes`: at most, of which
    each stage gets its part, wherever that comes before its steps; then a seed alone does not give the same weights."""
    torch.manual_seed(seed)
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    clips = Clips.load(task, names, _class_weight(task), seed)
    some = clips.bands[torch.from_numpy(rng.choice(len(clips.bands), min(1500, len(clips.bands))))]
    begin = Net.from_bytes((start or HERE / "weights" / "commands.bin").read_bytes())
    model = WakeNet.starting_from(begin, SHAPES[task])
    guess = nn.Linear(SHAPES[task].width, 96)
    averaged: AveragedModel | None = None
    for stage, steps in (("float", float_steps), ("int8", int8_steps)):
        if stage == "int8":
            model.quantise(some)
            averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(KEEP))
        optimiser = torch.optim.AdamW([*model.parameters(), *guess.parameters()], RATES[stage], weight_decay=2e-2)
        limit_s = 60 * minutes * steps / max(1, float_steps + int8_steps)
        begun, losses = time.time(), []
        for number in range(1, steps + 1):
            done = max(number / steps, (time.time() - begun) / limit_s)
            if done > 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = RATES[stage] * pace(done)
            pick = clips.draw(BATCH, rng)
            parts, each = _losses(model, guess, clips.batch(pick, int(rng.integers(4))), task, generator)
            clips.tell(pick, each)
            optimiser.zero_grad()
            sum(parts.values(), torch.zeros(())).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            if averaged is not None:
                averaged.update_parameters(model)
            losses.append([float(part.detach()) for part in parts.values()])
            if number % 250 == 0 or number == steps:
                told = " ".join(f"{name} {value:.3f}" for name, value in zip(parts, np.mean(losses, 0), strict=True))
                print(f"{task} {stage} {number}/{steps} {told} {time.time() - begun:.0f} s", flush=True)
                losses = []
                more = clips.refresh()
                print(f"{more} more clips" if more else "", end="\n" if more else "", flush=True)
            if draft is not None and number % CHECKPOINT == 0:
                write(_snapshot(model, averaged, some), task, draft)
    return _snapshot(model, averaged, some)


def pace(done: float) -> float:
    """The rate of learning, of its highest: soon up, slowly down."""
    up = min(1.0, done / WARM)
    down = max(0.0, (done - WARM) / (1 - WARM))
    return (0.04 + 0.96 * (1 - math.cos(math.pi * up)) / 2) * (1 + math.cos(math.pi * down)) / 2 + 1e-4


def _snapshot(model: WakeNet, averaged: AveragedModel | None, some: Tensor) -> WakeNet:
    best: WakeNet = copy.deepcopy(model if averaged is None else averaged.module)
    if averaged is None:
        best.quantise(some)
    return best.eval()


def _losses(
    model: WakeNet, guess: nn.Linear, batch: Batch, task: str, generator: torch.Generator
) -> tuple[dict[str, Tensor], Tensor]:
    """Out: what is to be made small, and how hard each clip is."""
    logits, last = model(varied(batch.bands, generator))
    labels, weight = batch.labels, _class_weight(task)
    apart = nn.functional.cross_entropy(
        logits.transpose(1, 2), labels, weight, ignore_index=-1, reduction="none",
        label_smoothing=0.02 if task == "words" else 0.0,
    )  # fmt: skip
    known = weight[labels.clamp_min(0)] * (labels >= 0)
    found = {"labels": apart.sum() / known.sum()}
    each = apart.sum(1) / known.sum(1).clamp_min(1e-3)
    if task == "phrase":
        peaks = _peaks(logits, labels)
        found["peaks"] = PEAK_SHARE * peaks.mean()
        each = peaks
    if len(batch.taught):
        grid = list(GRID_STEPS)
        taught = logits[batch.taught][:, grid]
        found["vectors"] = VECTOR_SHARE * nn.functional.mse_loss(guess(last[batch.taught][:, grid]), batch.vectors)
        if task == "words":
            matter = (batch.soft * weight).sum(-1)
            unlike = -(batch.soft * nn.functional.log_softmax(taught, -1)).sum(-1)
            found["tutor"] = TUTOR_SHARE * (unlike * matter).sum() / matter.sum()
    return found, each


def _peaks(logits: Tensor, labels: Tensor) -> Tensor:
    """(clips,): the highest smoothed score where the phrase is due is too low, or the highest elsewhere too high."""
    margin = logits[..., 1] - logits[..., 0]
    smooth = nn.functional.avg_pool1d(nn.functional.pad(margin, (2, 0))[:, None], 3, 1)[:, 0]
    due = labels == 1
    hit = smooth.masked_fill(~due, -1e4).amax(1)
    wrong = smooth.masked_fill(labels != 0, -1e4).amax(1)
    missed = torch.where(due.any(1), nn.functional.softplus(HIT_MARGIN - hit), torch.zeros_like(hit))
    return missed + nn.functional.softplus(wrong + WRONG_MARGIN)


def write(model: WakeNet, task: str, out: Path) -> None:
    net = model.export()
    net.smooth_steps = 3 if task == "phrase" else 5
    net.thresholds = [24000] if task == "phrase" else [16384] * 16
    out.parent.mkdir(parents=True, exist_ok=True)
    whole = out.with_suffix(".part")
    whole.write_bytes(net.to_bytes())
    whole.rename(out)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=list(SHAPES))
    parser.add_argument("--data", nargs="+", default=["main"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--float-steps", type=int, default=6000)
    parser.add_argument("--int8-steps", type=int, default=6000)
    parser.add_argument("--minutes", type=float, default=math.inf, help="at most so long")
    parser.add_argument("--start", type=Path, help="a network to go on from instead of the shipped commands")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("PLUSH_TRAIN_THREADS", "1")))
    model = train(
        asked.task, asked.data, asked.seed, asked.float_steps, asked.int8_steps, asked.start,
        asked.out.with_stem(asked.out.stem + ".draft"), asked.minutes,
    )  # fmt: skip
    write(model, asked.task, asked.out)
    print(json.dumps({"bytes": asked.out.stat().st_size}))


if __name__ == "__main__":
    main()

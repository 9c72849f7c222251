"""Trains one of the toy's two networks: float first, then with int8 rounding, then a blob and its manifest.

In      build/wake/data/*.npz (dataset.py), task "phrase" or "words", a seed
Out     NAME.bin and NAME.json in the folder asked for; one line a pass over the data
Source  targets: labels; openWakeWord's speech embedding as a second thing to predict (FACTS names it as a teacher);
        for words also the soft verdicts of a larger head on that embedding, where soft_labels.npz is present
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

from models.wake.blob import NetShape
from models.wake.dataset import DATA, KINDS
from models.wake.model import WakeNet

BATCH = 32
SHAPES = {"phrase": NetShape(8, 16, 64, 5, 7, 2), "words": NetShape(12, 24, 104, 6, 7, 18)}
# What a step of each class weighs; most steps of most clips are silence or other speech.
WEIGHTS = {"phrase": {0: 0.35, 1: 1.0}, "words": {0: 0.2, 1: 0.5, 2: 1.0}}
SHARES = {  # how often a clip of a kind is shown in one pass
    "phrase": {"real": 0.15, "real-unknown": 0.3, "spoken": 0.35, "phrase": 1, "near": 1, "word": 0.7, "reading": 1,
               "children": 1, "noise": 0.5, "mined": 1},
    "words": {"real": 1, "real-unknown": 1, "spoken": 1, "phrase": 0.12, "near": 0.3, "word": 0.8, "reading": 0.6,
              "children": 0.8, "noise": 0.7, "mined": 1},
}  # fmt: skip


@dataclass
class Clips:
    bands: Tensor  # uint8 (clips, 192, 40)
    labels: Tensor  # int64 (clips, 48)
    vectors: Tensor  # float32 (clips, 96), standardised
    vector_step: Tensor
    kind: NDArray[np.int8]
    soft: Tensor | None  # float32 (clips, outputs): a teacher's verdict at vector_step, all zero where it has none

    @classmethod
    def load(cls, task: str, names: list[str]) -> Clips:
        parts = [np.load(DATA / f"{name}.npz") for name in names]

        def joined(key: str) -> NDArray[np.generic]:
            return np.concatenate([part[key] for part in parts])

        vectors = joined("vectors").astype(np.float32)
        vectors = (vectors - vectors.mean(0)) / (vectors.std(0) + 1e-3)
        soft = None
        if task == "words" and all("soft" in part for part in parts):
            soft = torch.from_numpy(joined("soft").astype(np.float32))
        return cls(
            torch.from_numpy(joined("bands")),  # type: ignore[arg-type]
            torch.from_numpy(joined(task if task == "phrase" else "words").astype(np.int64)),
            torch.from_numpy(vectors),
            torch.from_numpy(joined("vector_step").astype(np.int64)),
            joined("kind"),  # type: ignore[arg-type]
            soft,
        )


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


def train(task: str, names: list[str], seed: int, passes: int, fine_passes: int, start: Path | None = None) -> WakeNet:
    torch.manual_seed(seed)
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    clips = Clips.load(task, names)
    model = WakeNet(SHAPES[task])
    teacher_head = nn.Linear(SHAPES[task].width, 96)
    if start is not None:
        saved = torch.load(start)
        model.load_state_dict(saved["model"])
        teacher_head.load_state_dict(saved["teacher_head"])
    weight = WEIGHTS[task]
    class_weight = torch.tensor([weight.get(min(c, max(weight)), 1.0) for c in range(SHAPES[task].outputs)])
    share = np.array([SHARES[task][(*KINDS, "mined")[kind]] for kind in clips.kind])
    for stage, count, rate in (("float", passes, 2.5e-3), ("int8", fine_passes, 4e-4)):
        if stage == "int8":
            model.quantise(clips.bands[torch.from_numpy(rng.choice(len(share), 1500, replace=False))])
        steps_total = max(1, int(count * share.sum() / BATCH))
        optimiser = torch.optim.AdamW([*model.parameters(), *teacher_head.parameters()], rate, weight_decay=2e-2)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps_total + 1, pct_start=0.15)
        done, begun = 0, time.time()
        for number in range(count):
            shown = rng.permutation(np.flatnonzero(rng.random(len(share)) < share))
            losses: list[list[float]] = []
            for at in range(0, len(shown) - BATCH + 1, BATCH):
                if done >= steps_total:
                    break
                pick = torch.from_numpy(shown[at : at + BATCH])
                loss, parts = _loss(model, teacher_head, clips, pick, class_weight, generator)
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 2.0)
                optimiser.step()
                schedule.step()
                losses.append(parts)
                done += 1
            told = " ".join(f"{value:.3f}" for value in np.mean(losses, 0))
            print(f"{task} {stage} {number + 1}/{count} loss {told} {time.time() - begun:.0f} s", flush=True)
        if stage == "float":
            DATA.mkdir(parents=True, exist_ok=True)
            torch.save(
                {"model": model.state_dict(), "teacher_head": teacher_head.state_dict()}, DATA / f"{task}-float.pt"
            )
    return model.eval()


def _loss(
    model: WakeNet,
    teacher_head: nn.Linear,
    clips: Clips,
    pick: Tensor,
    class_weight: Tensor,
    generator: torch.Generator,
) -> tuple[Tensor, list[float]]:
    logits, last = model(varied(clips.bands[pick], generator))
    labels = clips.labels[pick]
    hard = nn.functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]),
        labels.flatten(),
        class_weight,
        ignore_index=-1,
        label_smoothing=0.02 if logits.shape[-1] > 2 else 0.0,
    )
    rows = torch.arange(len(pick))
    at = clips.vector_step[pick]
    told = nn.functional.mse_loss(teacher_head(last[rows, at]), clips.vectors[pick])
    loss = hard + 0.3 * told
    parts = [float(hard.detach()), float(told.detach())]
    if clips.soft is not None:
        soft = clips.soft[pick]
        has = soft.sum(1) > 0.5
        if has.any():
            said = nn.functional.log_softmax(logits[rows, at][has], -1)
            follow = -(soft[has] * said).sum(1).mean()
            loss = loss + 0.5 * follow
            parts.append(float(follow.detach()))
    return loss, parts[:2] if clips.soft is None else [*parts, 0.0][:3]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=list(SHAPES))
    parser.add_argument("--data", nargs="+", default=["main"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--passes", type=int, default=8)
    parser.add_argument("--fine-passes", type=int, default=2)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("PLUSH_TRAIN_THREADS", "1")))
    net = train(asked.task, asked.data, asked.seed, asked.passes, asked.fine_passes, asked.start).export()
    net.smooth_steps = 3 if asked.task == "phrase" else 5
    net.thresholds = [24000] if asked.task == "phrase" else [16384] * 16
    asked.out.write_bytes(net.to_bytes())
    print(json.dumps({"bytes": net.weight_bytes()}))


if __name__ == "__main__":
    main()

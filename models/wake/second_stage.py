"""Trains the base station's classifier of the wake phrase on openWakeWord's speech embedding.

In      the spoken corpus and real recordings, a seed; the two ONNX feature models
Out     base_station/data/wake/NAME.npz: two small layers, mean and spread of the features, phrase, threshold
Source  the same clips as dataset.py makes; what the toy's own network fires on wrongly is shown more often
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.wake import dataset, phrases
from models.wake.paths import BUILD, CHECKOUT
from models.wake.teacher import MEL_FRAMES, Teacher

WINDOW, STEP = 10, 8
MIXTURE = {
    "phrase": 1500,
    "near": 1300,
    "reading": 700,
    "children": 250,
    "word": 150,
    "spoken": 150,
    "real": 100,
    "noise": 60,
}


def gather(seed: int, scale: float = 1.0, phrase: str = phrases.WAKE) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """(n, 960) windows and whether the phrase ended in the last 0.4 s of each."""
    maker, teacher = dataset.Maker(dataset.Sources.gather(phrase), seed), Teacher.open()
    found, truth = [], []
    for kind, count in MIXTURE.items():
        for start in range(0, round(count * scale), 50):
            clips = [maker.clip(kind) for _ in range(min(50, round(count * scale) - start))]
            spectra = teacher.spectrograms(np.stack([clip.pcm for clip in clips]))
            last = np.arange(spectra.shape[1], MEL_FRAMES - 1, -STEP)[::-1]
            windows = np.stack([[s[end - MEL_FRAMES : end] for end in last] for s in spectra])
            vectors = teacher.embed(windows.reshape(-1, MEL_FRAMES, 32)).reshape(len(clips), len(last), 96)
            for clip, row in zip(clips, vectors, strict=True):
                for at in range(len(last) - WINDOW + 1):
                    step = min(dataset.STEPS - 1, int((last[at + WINDOW - 1] + 3) / 4) - 1)
                    if clip.phrase[step] >= 0:
                        found.append(row[at : at + WINDOW].ravel())
                        truth.append(clip.phrase[step])
        print("second stage", kind, len(found), flush=True)
    return np.array(found, np.float32), np.array(truth, np.int8)


def fit(x: NDArray[np.float32], y: NDArray[np.int8], seed: int, passes: int = 12) -> dict[str, NDArray[np.float32]]:
    torch.manual_seed(seed)
    mean, spread = x.mean(0), x.std(0) + 1e-2
    data, truth = torch.from_numpy((x - mean) / spread), torch.from_numpy(y.astype(np.float32))
    net = nn.Sequential(
        nn.Dropout(0.2),
        nn.Linear(x.shape[1], 32),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(32, 16),
        nn.ReLU(),
        nn.Linear(16, 1),
    )
    optimiser = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.05)
    generator = np.random.default_rng(seed)
    weight = torch.where(truth > 0, float((y == 0).sum() / max(1, (y == 1).sum())) ** 0.5, 1.0)
    for _ in range(passes):
        order = torch.from_numpy(generator.permutation(len(y)))
        for at in range(0, len(y), 256):
            pick = order[at : at + 256]
            noisy = data[pick] + 0.1 * torch.randn(len(pick), data.shape[1])
            loss = nn.functional.binary_cross_entropy_with_logits(net(noisy)[:, 0], truth[pick], weight[pick])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    first, second, third = (net[i] for i in (1, 4, 6))
    found = {"mean": mean, "spread": spread}
    for number, layer in enumerate((first, second, third), 1):
        found[f"w{number}"] = layer.weight.detach().numpy().T.copy()
        found[f"b{number}"] = layer.bias.detach().numpy()
    return found


def save(path: Path, weights: dict[str, NDArray[np.float32]], phrase: str, threshold: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path, phrase=np.array(phrase), threshold=np.float32(threshold),
        **{name: value.astype(np.float16 if name[0] == "w" else np.float32) for name, value in weights.items()},
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--threshold", type=float, default=0.2)
    parser.add_argument("--out", type=Path, default=CHECKOUT / "base_station" / "data" / "wake" / "hey_teddy.npz")
    asked = parser.parse_args()
    cache = BUILD / "data" / f"second-{asked.seed}.npz"
    if cache.exists():
        stored = np.load(cache)
        x, y = stored["x"].astype(np.float32), stored["y"]
    else:
        x, y = gather(asked.seed, asked.scale)
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, x=x.astype(np.float16), y=y)
    save(asked.out, fit(x, y, asked.seed), phrases.WAKE, asked.threshold)


if __name__ == "__main__":
    main()

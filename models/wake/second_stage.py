"""Trains the base station's classifier of the wake phrase on openWakeWord's speech embedding.

In      build/wake/data/*.npz (dataset.py), which hold the embeddings already; a seed
Out     base_station/data/wake/NAME.npz: three small layers, mean and spread of the features, phrase, threshold
How     five embeddings, one every 160 ms, so 1.4 s of sound; the phrase is due when it ended 20 to 320 ms ago
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.wake import phrases
from models.wake.dataset import DATA, KINDS
from models.wake.paths import CHECKOUT
from models.wake.teacher import GRID_STEPS

WINDOW = 5
# Of speech that does not even begin like the phrase a part is enough.
SHARES = {"real": 0.2, "real-unknown": 0.3, "spoken": 0.3, "word": 0.5}


def gather(names: list[str], seed: int) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """(n, 480) windows and whether the phrase had just ended at the end of each."""
    rng = np.random.default_rng(seed)
    found, truth = [], []
    for name in names:
        with np.load(DATA / f"{name}.npz") as part:
            share = np.array([SHARES.get((*KINDS, "mined")[kind], 1.0) for kind in part["kind"]])
            shown = rng.random(len(share)) < share
            vectors, labels = part["vectors"][shown].astype(np.float32), part["phrase"][shown]
        for last in range(WINDOW - 1, len(GRID_STEPS)):
            label = labels[:, GRID_STEPS[last]]
            window = vectors[:, last - WINDOW + 1 : last + 1].reshape(len(label), -1)
            found.append(window[label >= 0])
            truth.append(label[label >= 0])
    return np.concatenate(found), np.concatenate(truth)


def fit(x: NDArray[np.float32], y: NDArray[np.int8], seed: int, passes: int = 10) -> dict[str, NDArray[np.float32]]:
    torch.manual_seed(seed)
    mean, spread = x.mean(0), x.std(0) + 1e-2
    data, truth = torch.from_numpy((x - mean) / spread), torch.from_numpy(y.astype(np.float32))
    net = nn.Sequential(
        nn.Dropout(0.2),
        nn.Linear(x.shape[1], 48),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(48, 16),
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
    parser.add_argument("--data", nargs="+", default=["main"])
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--out", type=Path, default=CHECKOUT / "base_station" / "data" / "wake" / "hey_teddy.npz")
    asked = parser.parse_args()
    x, y = gather(asked.data, asked.seed)
    save(asked.out, fit(x, y, asked.seed), phrases.WAKE, asked.threshold)


if __name__ == "__main__":
    main()

"""Draws models/wake/det.png: misses against false accepts an hour, for every threshold of the shipped phrase network.

In      build/wake/test from testset.py, the compiled tool
Out     the picture, and the same numbers as JSON lines on standard output
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.wake import evaluate, toolrun
from models.wake.blob import Net
from models.wake.paths import BUILD, HERE

TEST = BUILD / "test"
THRESHOLDS = np.concatenate([np.linspace(0.1, 0.9, 33), 1 - np.geomspace(0.09, 0.002, 20)])


def smooth(scores: NDArray[np.int64], steps: int) -> NDArray[np.float64]:
    padded = np.concatenate([np.zeros(steps - 1), scores.astype(np.float64)])
    return np.convolve(padded, np.ones(steps) / steps, "valid") / 32767


def firings(track: NDArray[np.float64], threshold: float, rest: int) -> int:
    """How often the gate would fire: each firing is followed by its refractory time."""
    count, free = 0, 0
    for step in np.flatnonzero(track >= threshold):
        if step >= free:
            count, free = count + 1, step + rest + 1
    return count


def tracks(folder: Path, net: Net, model: Path) -> tuple[list[NDArray[np.float64]], float]:
    found, seconds = [], 0.0
    for batch in evaluate.batches(evaluate.sound_files(folder)):
        traces = toolrun.trace([pcm for _, pcm in batch], 0, model, "none", tail_ms=800)
        found += [smooth(trace[:, 1], net.smooth_steps) for trace in traces]
        seconds += sum(len(pcm) for _, pcm in batch) / 16000
    return found, seconds / 3600


def curves(model: Path) -> tuple[dict[str, list[float]], list[float], float]:
    """Misses by folder of positives, false accepts an hour, hours."""
    net = Net.from_bytes(model.read_bytes())
    negatives, hours = tracks(TEST / "negatives", net, model)
    wrong = [sum(firings(t, x, net.refractory_steps) for t in negatives) / hours for x in THRESHOLDS]
    misses = {}
    for part in ("clean", "10db", "5db"):
        peaks = np.array([t.max() for t in tracks(TEST / "positives" / part, net, model)[0]])
        misses[part] = [float((peaks < x).mean()) for x in THRESHOLDS]
    return misses, wrong, hours


def draw(misses: dict[str, list[float]], wrong: list[float], hours: float, threshold: float, out: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4.4), dpi=110)
    at = int(np.argmin(np.abs(THRESHOLDS - threshold)))
    least = 0.5 / hours  # half a false accept in all: where the curve ends on a logarithmic axis
    for part, name in (("clean", "clean"), ("10db", "10 dB of noise"), ("5db", "5 dB of noise")):
        x = np.maximum(wrong, least)
        (line,) = axes.plot(x, 100 * np.array(misses[part]), label=name, drawstyle="steps-post")
        axes.plot(x[at], 100 * misses[part][at], "o", color=line.get_color())
    axes.axvline(0.5, color="grey", lw=0.8, ls=":")
    axes.set(xscale="log", xlabel="false accepts an hour", ylabel="missed, %", ylim=(0, 70))
    axes.set_title(f"hey teddy, toy alone: unseen voices, {hours:.1f} h of negatives")
    axes.grid(alpha=0.3, which="both")
    axes.legend(title="dots: shipped threshold")
    figure.tight_layout()
    figure.savefig(out)


def main() -> None:
    model = HERE / "weights" / "hey_teddy.bin"
    misses, wrong, hours = curves(model)
    threshold = Net.from_bytes(model.read_bytes()).thresholds[0] / 32767
    draw(misses, wrong, hours, threshold, HERE / "det.png")
    for number, x in enumerate(THRESHOLDS):
        row = {part: round(1 - values[number], 4) for part, values in misses.items()}
        print(json.dumps({"threshold": round(float(x), 4), "recall": row, "false_per_hour": round(wrong[number], 3)}))


if __name__ == "__main__":
    main()

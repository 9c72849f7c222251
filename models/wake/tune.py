"""Chooses how the phrase network's scores are judged, on voices that neither training nor the test set has.

In      a blob; build/wake/tune from `testset --split tune`; the false accepts an hour that are allowed
Out     the smoothing and threshold with the highest recall over clean, 10 dB and 5 dB, as JSON; the blob is not changed
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.wake import evaluate, toolrun
from models.wake.blob import Net
from models.wake.testset import TUNE

Floats = NDArray[np.float64]
SMOOTHINGS = (2, 3, 4, 5)
LEAST, MOST = 0.3, 0.98


def peaks(folder: Path, model: Path) -> tuple[Floats, float]:
    """The highest smoothed score of each file, and hours of sound."""
    found, seconds = [], 0.0
    for batch in evaluate.batches(evaluate.sound_files(folder)):
        for heard in toolrun.events([pcm for _, pcm in batch], phrase=model, commands="none", hear=1):
            found.append(heard.best[evaluate.PHRASE][0])
            seconds += heard.seconds
    return np.array(found), seconds / 3600


def choose(blob: Path, false_per_hour: float) -> dict[str, Any]:
    net = Net.from_bytes(blob.read_bytes())
    net.thresholds = [32767]  # no firing, no refractory time: the scores themselves
    best: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for smoothing in SMOOTHINGS:
            net.smooth_steps = smoothing
            draft = Path(folder) / "net.bin"
            draft.write_bytes(net.to_bytes())
            wrong, hours = peaks(TUNE / "negatives", draft)
            allowed = int(false_per_hour * hours)
            threshold = float(np.clip(np.sort(wrong)[::-1][allowed] + 0.003, LEAST, MOST))
            recall = {
                part: float((peaks(TUNE / "positives" / part, draft)[0] >= threshold).mean())
                for part in ("clean", "10db", "5db")
            }
            row = {
                "smooth_steps": smoothing, "threshold": round(threshold, 4),
                "recall": {part: round(share, 4) for part, share in recall.items()},
                "false_accepts": int((wrong >= threshold).sum()), "hours": round(hours, 2),
            }  # fmt: skip
            print(json.dumps(row), flush=True)
            if not best or sum(recall.values()) > sum(best["recall"].values()):
                best = row
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("blob", type=Path)
    parser.add_argument("--false-per-hour", type=float, default=0.5)
    asked = parser.parse_args()
    print(json.dumps(choose(asked.blob, asked.false_per_hour), indent=1))


if __name__ == "__main__":
    main()

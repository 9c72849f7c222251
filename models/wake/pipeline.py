"""From a phrase to a detector for both stages: speak, make clips, train, set the threshold, train the second stage.

In      the phrase, a folder, a seed, the share of the full amount of data, passes over it
Out     NAME.bin, NAME.json, NAME.npz in the folder; a summary
Raises  FileNotFoundError without the shared data, the compiled tool, or any speech engine
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from models.wake import corpus, dataset, manifest, phrases, second_stage, train
from models.wake.coach import peaks
from models.wake.paths import BUILD

FALSE_PER_HOUR = 0.5
STEPS_A_PASS = 450  # at the full amount of data


def speak(phrase: str, seed: int, scale: float) -> dict[str, int]:
    """The spoken corpus for one phrase, as far as it is not there yet."""
    found: dict[str, int] = {}
    for kind, most in (("wake", 600), ("near", 900), ("word", 750), ("command", 1120), ("reading", 500)):
        for engine in corpus.ENGINES:
            if engine not in corpus.UNSEEN_ENGINES:
                limit = max(8, round(most * scale)) if scale < 1 else None
                found[f"{kind} {engine}"] = corpus.build("train", kind, engine, seed, limit, phrase)
    for kind, most in (("near", 250), ("reading", 300)):  # for the threshold, in voices that training does not hear
        limit = max(8, round(most * scale)) if scale < 1 else None
        found[f"{kind} for the threshold"] = corpus.build("tune", kind, "espeak", seed, limit, phrase)
    if not any(found.values()):
        raise FileNotFoundError("no speech engine is installed: espeak-ng is enough to begin with")
    return found


def threshold_for(blob: Path, phrase: str, least: float = 0.5) -> float:
    """The lowest threshold that keeps false accepts on reading and near misses rare, never below `least`."""
    sounds = [pcm for kind in ("reading", "near") for _, pcm in corpus.load("tune", kind, phrase=phrase)]
    sounds = sounds or [pcm for _, pcm in corpus.load("train", "reading")]
    if not sounds:
        return least
    hours = sum(len(pcm) for pcm in sounds) / 16000 / 3600
    scores = np.sort(peaks(sounds, blob))[::-1]
    allowed = int(FALSE_PER_HOUR * hours)
    return float(min(0.98, max(least, scores[allowed] + 0.005 if allowed < len(scores) else least)))


def train_phrase(phrase: str, folder: Path, seed: int, scale: float, passes: int) -> dict[str, Any]:
    spoken = speak(phrase, seed, scale)
    slug = phrase.replace(" ", "_")
    dataset.build(slug, seed, scale, phrase=phrase)
    steps = max(50, round(STEPS_A_PASS * scale * passes))
    net = train.train("phrase", [slug], seed, steps, steps // 2).export()
    draft = BUILD / "out" / f"{slug}.bin"
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_bytes(net.to_bytes())
    threshold = threshold_for(draft, phrase)
    net.thresholds = [round(threshold * 32767)]
    data = {"seed": seed, "scale": scale, "takes": spoken}
    manifest.write(net, phrase, folder, data, {"threshold": round(threshold, 4)})
    x, y = second_stage.gather([slug], seed)
    second_stage.save(folder / f"{slug}.npz", second_stage.fit(x, y, seed), phrase, 0.7)
    return {
        "phrase": phrase, "network": str(folder / f"{slug}.bin"), "second_stage": str(folder / f"{slug}.npz"),
        "threshold": round(threshold, 4), "near_misses": len(phrases.near_misses(phrase)),
        "takes": sum(spoken.values()),
    }  # fmt: skip

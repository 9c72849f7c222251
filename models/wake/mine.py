"""Hard negatives: what the trained networks fire on in sound that holds neither the phrase nor a command alone.

In      the training split of reading, near misses, single words and children; music and noise; a seed
Out     build/wake/data/NAME.npz as dataset.py makes it, of kind "mined" and without a teacher's vectors: clips around
        the highest wrong scores
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.wake import corpus, dataset, phrases, real, sounds, toolrun
from models.wake.dataset import KINDS, SAMPLES, STEP, STEPS, Maker

Pcm = NDArray[np.int16]
APART_STEPS = 25
BEFORE_STEPS = 38  # of the clip's 48 lie before the peak
CUTS = 4  # of each mistake


def negatives(seed: int, phrase: str = phrases.WAKE) -> list[Pcm]:
    """Longer stretches than the clips of training, so that the networks' past is what it is in life."""
    rng = np.random.default_rng(seed)
    found: list[Pcm] = []
    for kind in ("reading", "near", "word"):
        for _, pcm in corpus.load("train", kind, phrase=phrase):
            voice = sounds.resampled(pcm.astype(np.float64), rng.uniform(0.88, 1.35))
            voice = np.pad(voice, (int(rng.integers(4000, 16000)), 8000))
            voice = sounds.mixed(voice, rng.normal(size=len(voice)), rng.uniform(10, 55))
            found.append(sounds.to_pcm(voice, rng.uniform(-30, -1)))
    found += [real.read(path) for _, _, path in real.children("train")]
    for kind in ("music", "clicks", "hum", "fan", "white"):
        found.append(sounds.to_pcm(sounds.noise(kind, 16000 * 120, rng), rng.uniform(-20, 0)))
    return found


def worst(track: NDArray[np.float64], least: float) -> list[int]:
    """Steps of the highest scores of at least `least`, one second apart."""
    found: list[int] = []
    for step in np.argsort(-track):
        if track[step] < least:
            break
        if all(abs(int(step) - other) >= APART_STEPS for other in found):
            found.append(int(step))
    return found


def cut(pcm: Pcm, step: int, rng: sounds.Rng) -> Pcm:
    """The clip around a step, silence where the sound has not begun or is over. Not just at the step: a network that is
    shown all its mistakes at the same beat learns the beat."""
    start = (step + 1 - BEFORE_STEPS) * STEP + int(rng.integers(-2 * STEP, 2 * STEP))
    clip = np.zeros(SAMPLES, np.int16)
    begin, end = max(0, start), min(len(pcm), start + SAMPLES)
    if end > begin:
        clip[begin - start : end - start] = pcm[begin:end]
    return clip


def build(name: str, seed: int, phrase_model: Path, words_model: Path | None, least: float, most: int) -> int:
    clips: list[tuple[float, Pcm]] = []
    rng = np.random.default_rng(seed)
    pieces = negatives(seed)
    for start in range(0, len(pieces), 400):
        batch = pieces[start : start + 400]
        outputs = 18 if words_model else 0
        for pcm, trace in zip(
            batch, toolrun.trace(batch, outputs, phrase_model, words_model or "none", tail_ms=400), strict=True
        ):
            scores = trace.astype(np.float64) / 32767
            tracks = [scores[:, 1]] + ([scores[:, 4:].max(1)] if words_model else [])
            for number, track in enumerate(tracks):
                clips += [
                    (track[step] + number, cut(pcm, step, rng)) for step in worst(track, least) for _ in range(CUTS)
                ]
    clips.sort(key=lambda clip: -(clip[0] % 1))
    chosen = [pcm for _, pcm in clips[:most]]
    words = np.zeros((len(chosen), STEPS), np.int8)
    for row, pcm in zip(words, chosen, strict=True):
        Maker._label_speech(pcm.astype(np.float64), row)
    whole = dataset.DATA / f".{name}.npz"
    np.savez(
        whole,
        bands=np.stack(toolrun.features(chosen)),
        phrase=np.zeros((len(chosen), STEPS), np.int8),
        words=words,
        kind=np.full(len(chosen), len(KINDS), np.int8),
    )
    whole.rename(dataset.DATA / f"{name}.npz")
    return len(chosen)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--phrase", type=Path, required=True)
    parser.add_argument("--words", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--least", type=float, default=0.2)
    parser.add_argument("--most", type=int, default=2500)
    asked = parser.parse_args()
    print(build(asked.name, asked.seed, asked.phrase, asked.words, asked.least, asked.most))


if __name__ == "__main__":
    main()

"""Folders of positives and negatives that nothing was trained on, for `plush wake eval` and `plush commands eval`.

In      the test split of the spoken corpus, the test speakers of the recordings, a seed
Out     build/wake/test/{positives,accents}/{clean,10db,5db}/*.wav with ends.json; negatives/*.wav; commands/WORD/*.wav,
        spoken; real/WORD/*.flac as links to the test speakers' recordings
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from models.wake import corpus, phrases, real, sounds
from models.wake.dataset import active_frames
from models.wake.paths import BUILD

TEST, TUNE = BUILD / "test", BUILD / "tune"  # the second one is for thresholds, from voices of its own
NOISES = ("pink", "fan", "music", "white", "babble")
RATE_HZ = 16000


def _write(path: Path, pcm: NDArray[np.int16]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, pcm, RATE_HZ, subtype="PCM_16")


def _babble(count: int, split: str, rng: sounds.Rng) -> sounds.Sound:
    readings = corpus.load(split, "reading")
    mix = np.zeros(count)
    for number in rng.integers(0, len(readings), 3):
        voice = readings[number][1].astype(np.float64)
        mix += sounds.cut(voice, count, rng) / sounds.level(voice)
    return mix


def positives(seed: int, split: str = "test", part_of_it: str = "positives") -> None:
    """Every phrase three times: almost clean (45 dB), at 10 dB, at 5 dB; as it was spoken and moved towards a child.
    part_of_it: "positives", or "accents" for the engines that speak English like a foreigner."""
    rng = np.random.default_rng(seed)
    ends: dict[str, dict[str, float]] = {"clean": {}, "10db": {}, "5db": {}}
    babbles = [_babble(10 * RATE_HZ, split, rng) for _ in range(12)]
    accents = part_of_it == "accents"
    takes = [take for take in corpus.load(split, "wake") if (take[0]["engine"] in corpus.ACCENT_ENGINES) == accents]
    for number, (entry, pcm) in enumerate(takes):
        voice = sounds.resampled(pcm.astype(np.float64), rng.uniform(0.95, 1.3))
        active = np.flatnonzero(active_frames(voice))
        lead, tail = int(rng.uniform(0.8, 2) * RATE_HZ), RATE_HZ
        clip = np.concatenate([np.zeros(lead), voice, np.zeros(tail)])
        response = sounds.room(rng) if number % 2 else None
        clip = sounds.coloured(clip, response, rng)
        name = f"{entry['engine']}-{number:04d}.wav"
        kind = NOISES[number % len(NOISES)]
        peak_dbfs = rng.uniform(-25, -3)
        for part, snr_db in (("clean", 45.0), ("10db", 10.0), ("5db", 5.0)):
            other = (
                sounds.cut(babbles[number % 12], len(clip), rng)
                if kind == "babble"
                else sounds.noise(kind, len(clip), rng)
            )
            _write(
                BUILD / split / part_of_it / part / name, sounds.to_pcm(sounds.mixed(clip, other, snr_db), peak_dbfs)
            )
            ends[part][name] = (lead + (active[-1] + 1) * 160) / RATE_HZ
    for part, found in ends.items():
        (BUILD / split / part_of_it / part / "ends.json").write_text(json.dumps(found), encoding="utf-8")


def negatives(seed: int, hours: float, split: str = "test") -> None:
    """Stories from unseen voices, children, near misses, noise and music; television is stories over music."""
    rng = np.random.default_rng(seed + 1)
    folder = BUILD / split / "negatives"
    for number, (entry, pcm) in enumerate(corpus.load(split, "near")):
        sound = np.concatenate([np.zeros(8000), pcm.astype(np.float64), np.zeros(8000)])
        sound = sounds.mixed(sound, rng.normal(size=len(sound)), rng.uniform(15, 50))
        _write(folder / f"near-{entry['engine']}-{number:04d}.wav", sounds.to_pcm(sound, rng.uniform(-20, -2)))
    for _, _, path in real.children("test") if split == "test" else ():
        _write(folder / f"child-{path.stem}.wav", real.read(path))
    for number, kind in enumerate(("music", "white", "pink", "clicks", "fan", "music", "hum", "music")):
        made = sounds.noise(kind, 180 * RATE_HZ, rng)
        _write(folder / f"noise-{kind}-{number}.wav", sounds.to_pcm(made, rng.uniform(-20, 0)))
    spoken, music = 0.0, [sounds.music(60 * RATE_HZ, rng) for _ in range(6)]
    for number, (entry, pcm) in enumerate(corpus.load(split, "reading")):
        if spoken > hours * 3600:
            break
        sound = told(pcm, number, music, rng)
        _write(folder / f"story-{entry['engine']}-{number:04d}.wav", sound)
        spoken += len(sound) / RATE_HZ


def told(pcm: NDArray[np.int16], number: int, music: list[sounds.Sound], rng: sounds.Rng) -> NDArray[np.int16]:
    """A reading as it is heard in a home: by itself, in a room, or over music as on television."""
    sound = sounds.resampled(pcm.astype(np.float64), rng.uniform(0.95, 1.25))
    if number % 4 == 0:
        sound = sounds.mixed(sound, sounds.cut(music[number % len(music)], len(sound), rng), rng.uniform(5, 20))
    elif number % 4 == 1:
        sound = sounds.coloured(sound, sounds.room(rng), rng)
    sound = sounds.mixed(sound, rng.normal(size=len(sound)), rng.uniform(20, 50))
    return sounds.to_pcm(sound, rng.uniform(-25, -2))


def words(seed: int) -> None:
    """The commands in unseen voices; and links to the unseen speakers' recordings."""
    rng = np.random.default_rng(seed + 2)
    for number, (entry, pcm) in enumerate(corpus.load("test", "command")):
        voice = sounds.resampled(pcm.astype(np.float64), rng.uniform(0.95, 1.25))
        clip = np.concatenate([np.zeros(int(rng.uniform(0.4, 1) * RATE_HZ)), voice, np.zeros(6400)])
        clip = sounds.mixed(clip, sounds.noise("pink", len(clip), rng), rng.uniform(20, 45))
        folder = TEST / ("commands" if entry["label"] in phrases.SYNTHETIC_ONLY else "commands-also-real")
        _write(
            folder / entry["label"].replace(" ", "_") / f"{entry['engine']}-{number:04d}.wav", sounds.to_pcm(clip, -3)
        )
    for word, _, path in real.commands("test"):
        link = TEST / "real" / word / path.name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            link.symlink_to(path)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=float, default=7.0)
    parser.add_argument("--split", choices=["test", "tune"], default="test")
    parser.add_argument("--parts", nargs="*", default=["words", "positives", "accents", "negatives"])
    asked = parser.parse_args()
    if "words" in asked.parts and asked.split == "test":
        words(asked.seed)
    if "positives" in asked.parts:
        positives(asked.seed, asked.split)
    if "accents" in asked.parts and asked.split == "test":
        positives(asked.seed, asked.split, "accents")
    if "negatives" in asked.parts:
        negatives(asked.seed, asked.hours, asked.split)


if __name__ == "__main__":
    main()

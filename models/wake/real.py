"""Recordings of real people, split by speaker: a third is never trained on.

In      ../shared/data/speech
Out     (label, speaker, int16 sound at 16 kHz)
Raises  FileNotFoundError where the folder is absent
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from models.wake.paths import shared_data

Pcm = NDArray[np.int16]
BENCHMARK = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go", "unknown", "silence")


def read(path: Path) -> Pcm:
    """Any sound file as 16 kHz mono."""
    sound, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
    mono = sound.mean(1)
    if rate_hz != 16000 and len(mono):
        mono = soxr.resample(mono, rate_hz, 16000)
    return np.clip(np.round(mono * 32768), -32768, 32767).astype(np.int16)


def part_of(speaker: str) -> str:
    """train or test, the same on every machine; test is a third."""
    return "test" if hashlib.sha256(speaker.encode()).digest()[0] % 3 == 0 else "train"


def commands(split: str) -> Iterator[tuple[str, str, Path]]:
    """(word, speaker, file) of a split; the first eight letters of a name are its speaker."""
    for path in sorted((shared_data() / "speech" / "commands").glob("*/*.flac")):
        if part_of(path.name[:8]) == split:
            yield path.parent.name, path.name[:8], path


def children(split: str) -> Iterator[tuple[str, str, Path]]:
    folder = shared_data() / "speech" / "children"
    for line in (folder / "transcripts.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        utterance, speaker, _, text = line.split("\t")
        path = folder / f"{utterance}.flac"
        if path.is_file() and part_of("child" + speaker) == split:
            yield text.lower(), speaker, path

"""Runs the compiled spotter (wake_tool) on sound in memory.

In      int16 arrays at 16 kHz; model files, where not the shipped ones
Out     what wake_tool prints, as arrays or parsed events
Raises  FileNotFoundError when it is not built, RuntimeError when it fails
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.wake.paths import tool

Pcm = NDArray[np.int16]


@dataclass
class Heard:
    """What one record gave: times in seconds from its start, scores 0..1."""

    seconds: float = 0.0
    wakes: list[tuple[float, float]] = field(default_factory=list)  # (score, second)
    commands: list[tuple[int, float, float]] = field(default_factory=list)  # (intent, score, second)
    best: dict[int, tuple[float, float]] = field(default_factory=dict)  # output -> (score, second)


def _records(sounds: Iterable[Pcm]) -> bytes:
    return b"".join(len(pcm).to_bytes(4, "little") + np.ascontiguousarray(pcm, "<i2").tobytes() for pcm in sounds)


def _run(arguments: list[str], data: bytes) -> bytes:
    done = subprocess.run([str(tool()), *arguments], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode().strip() or f"wake_tool ended with {done.returncode}")
    return done.stdout


def _models(phrase: Path | None, commands: Path | str | None) -> list[str]:
    found = ["--phrase", str(phrase)] if phrase else []
    return found + (["--commands", str(commands)] if commands else [])


def features(sounds: Iterable[Pcm]) -> list[NDArray[np.uint8]]:
    """(hops, 40) of each sound."""
    out, found, at = _run(["features", "--tail-ms", "0"], _records(sounds)), [], 0
    while at < len(out):
        hops = int.from_bytes(out[at : at + 4], "little")
        found.append(np.frombuffer(out, np.uint8, hops * 40, at + 4).reshape(hops, 40))
        at += 4 + hops * 40
    return found


def cancelled(sounds: Iterable[Pcm], speaker: Iterable[Pcm]) -> list[Pcm]:
    """Each sound behind the canceller, which was given what the speaker played; cut to whole frames of 20 ms."""
    both = [np.stack([heard, played], 1).ravel() for heard, played in zip(sounds, speaker, strict=True)]
    out, found, at = _run(["cancelled"], _records(both)), [], 0
    while at < len(out):
        count = int.from_bytes(out[at : at + 4], "little")
        found.append(np.frombuffer(out, np.int16, count, at + 4))
        at += 4 + 2 * count
    return found


def trace(
    sounds: Iterable[Pcm],
    outputs: int,
    phrase: Path | None = None,
    commands: Path | str | None = None,
    tail_ms: int = 0,
) -> list[NDArray[np.uint16]]:
    """(steps, 2 + outputs) raw scores of each sound; outputs is 0 with commands="none"."""
    arguments = ["trace", "--tail-ms", str(tail_ms), *_models(phrase, commands)]
    out, found, at, wide = _run(arguments, _records(sounds)), [], 0, 2 + outputs
    while at < len(out):
        steps = int.from_bytes(out[at : at + 4], "little")
        found.append(np.frombuffer(out, np.uint16, steps * wide, at + 4).reshape(steps, wide))
        at += 4 + 2 * steps * wide
    return found


def events(
    sounds: Iterable[Pcm],
    phrase: Path | None = None,
    commands: Path | str | None = None,
    hear: int = 3,
    vad: bool = True,
    tail_ms: int = 800,
    speaker: Iterable[Pcm] | None = None,
) -> list[Heard]:
    """The whole chain on each sound, each from a fresh start; with what the speaker was given, behind the canceller."""
    arguments = ["events", "--hear", str(hear), "--tail-ms", str(tail_ms), *_models(phrase, commands)]
    arguments += [] if vad else ["--no-vad"]
    if speaker is not None:
        arguments += ["--speaker"]
        sounds = [np.stack([heard, played], 1).ravel() for heard, played in zip(sounds, speaker, strict=True)]
    lines = _run(arguments, _records(sounds)).decode().splitlines()
    found: list[Heard] = []
    for line in lines:
        kind, record, *rest = line.split()
        while len(found) <= int(record):
            found.append(Heard())
        heard, numbers = found[int(record)], [int(word) for word in rest]
        if kind == "wake":
            heard.wakes.append((numbers[0] / 32767, numbers[1] / 16000))
        elif kind == "command":
            heard.commands.append((numbers[0], numbers[1] / 32767, numbers[2] / 16000))
        elif kind == "best":
            heard.best[numbers[0]] = (numbers[1] / 32767, numbers[2] / 16000)
        else:
            heard.seconds = numbers[0] / 16000
    return found

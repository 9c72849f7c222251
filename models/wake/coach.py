"""The wake coach: some recordings of one child, and a threshold that suits that voice without more false accepts.

In      int16 takes of the phrase (files, or a microphone), a folder of sound that must not wake the toy
Out     what was measured before and after, on takes and negatives put aside, and a network with the new threshold
        where that is better; the weights are left alone
Raises  ValueError for fewer than four takes, RuntimeError without a microphone
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.wake import evaluate, real, toolrun
from models.wake.blob import Net
from models.wake.paths import HERE, shared_data

Pcm = NDArray[np.int16]
CANDIDATES = tuple(round(share, 3) for share in np.linspace(0.3, 0.98, 35))
MOST_FALSE_PER_HOUR = 0.5
TAKE_S = 3


@dataclasses.dataclass(frozen=True)
class Measured:
    threshold: float
    misses: int
    takes: int
    false_accepts: int
    hours: float


def read_takes(files: list[Path]) -> list[Pcm]:
    found = [path for file in files for path in (evaluate.sound_files(file) if file.is_dir() else [file])]
    return [real.read(path) for path in found]


def record(takes: int) -> list[Pcm]:
    """Asks for one take after the other at the microphone."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise RuntimeError(f"no sound library to record with, so give files: {error}") from None
    try:
        sounddevice.query_devices(kind="input")
    except (ValueError, sounddevice.PortAudioError) as error:
        raise RuntimeError(f"no microphone to record with, so give files: {error}") from None
    found = []
    for number in range(takes):
        input(f"{number + 1} of {takes}: press Enter, then say the phrase. ")
        try:
            sound = sounddevice.rec(TAKE_S * 16000, samplerate=16000, channels=1, dtype="int16", blocking=True)
        except sounddevice.PortAudioError as error:
            raise RuntimeError(f"no microphone: {error}") from None
        found.append(np.asarray(sound[:, 0], np.int16))
    return found


def peaks(sounds: list[Pcm], model: Path | None) -> list[float]:
    """The highest smoothed score of each sound."""
    return [heard.best[100][0] for heard in toolrun.events(sounds, phrase=model, commands="none", hear=1)]


def coach(takes: list[Pcm], negatives: Path | None, out: Path, model: Path | None = None) -> dict[str, Any]:
    """Fits on every other take, decides on the others; both halves of the negatives likewise."""
    if len(takes) < 4:
        raise ValueError("at least four takes are needed, twenty are good")
    blob = (model or HERE / "weights" / "hey_teddy.bin").read_bytes()
    net = Net.from_bytes(blob)
    others = _negatives(negatives)
    took, refused = np.array(peaks(takes, model)), np.array(peaks(others, model) if others else [0.0])
    hours = sum(len(pcm) for pcm in others) / 16000 / 3600
    before = net.thresholds[0] / 32767

    def measured(threshold: float, part: slice) -> Measured:
        return Measured(
            round(threshold, 4), int((took[part] < threshold).sum()), len(took[part]),
            int((refused[part] >= threshold).sum()), round(hours / 2, 4),
        )  # fmt: skip

    fit, check = slice(0, None, 2), slice(1, None, 2)
    allowed = max(measured(before, fit).false_accepts, int(MOST_FALSE_PER_HOUR * hours / 2))
    good = [c for c in CANDIDATES if measured(c, fit).false_accepts <= allowed]
    # Fewest misses first; between equals the strictest.
    best = min(good or [before], key=lambda c: (measured(c, fit).misses, -c))
    old, new = measured(before, check), measured(best, check)
    better = (
        new.misses <= old.misses
        and new.false_accepts <= old.false_accepts
        and new != dataclasses.replace(old, threshold=new.threshold)
    )
    if better:
        net.thresholds = [round(best * 32767)]
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(net.to_bytes())
    return {
        "before": dataclasses.asdict(old), "after": dataclasses.asdict(new), "kept": better,
        "network": str(out) if better else None,
    }  # fmt: skip


def _negatives(folder: Path | None) -> list[Pcm]:
    """A folder of the family's own sound, or children's sentences where the shared data is there."""
    if folder is not None:
        return [real.read(path) for path in evaluate.sound_files(folder)]
    try:
        shared_data()
    except FileNotFoundError:
        return []
    return [real.read(path) for _, _, path in real.children("test")]


def told(found: dict[str, Any]) -> str:
    before, after = found["before"], found["after"]
    lines = [
        f"{name}: threshold {m['threshold']:.2f}, missed {m['misses']} of {m['takes']}, "
        f"{m['false_accepts']} false accepts in {m['hours']:.2f} h"
        for name, m in (("before", before), ("after ", after))
    ]
    return "\n".join(
        [
            *lines,
            f"kept: {found['network']}" if found["kept"] else "not better on the takes put aside: nothing was changed",
        ]
    )

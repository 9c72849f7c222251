"""Measures the compiled spotter on folders of sound files.

In      folders; int16 sound through real.read(); model files, where not the shipped ones
Out     frozen results that cli.py prints
Raises  FileNotFoundError for a folder without sound
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.wake import phrases, real, toolrun
from models.wake.toolrun import Heard

Pcm = NDArray[np.int16]
SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
BATCH_SAMPLES = 16000 * 900  # sound in memory at a time
SPEECH, PHRASE = 99, 100  # outputs of wake_tool that no network has
SECOND_LOOK_S, LISTEN_ON_S = 2.0, 0.2  # of sound before and after the toy's verdict, as the base looks at it


@dataclass(frozen=True)
class CommandFigures:
    files: int
    accuracy: float
    recall: dict[str, float]
    confusion: dict[str, dict[str, int]]
    benchmark_accuracy: float | None  # over the twelve classes of Speech Commands alone, where all are there


@dataclass(frozen=True)
class WakeFigures:
    positives: int
    recall: float
    recall_by_folder: dict[str, float]
    latency_ms: dict[str, float]  # after the phrase's end: median, p95, share within 300 ms
    negative_hours: float
    false_accepts: int
    false_accepts_per_hour: float
    false_commands_per_hour: float
    false_accept_files: list[str]
    second_stage: bool


def sound_files(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not found:
        raise FileNotFoundError(f"no sound files in {folder}")
    return found


def batches(files: list[Path]) -> Iterator[list[tuple[Path, Pcm]]]:
    """Files with their sound, so many at a time that memory stays small."""
    batch: list[tuple[Path, Pcm]] = []
    samples = 0
    for path in files:
        pcm = real.read(path)
        batch.append((path, pcm))
        samples += len(pcm)
        if samples > BATCH_SAMPLES:
            yield batch
            batch, samples = [], 0
    if batch:
        yield batch


def verdict(heard: Heard) -> str:
    """One word for a whole file: a command that fired, else whether anybody spoke."""
    if heard.commands:
        intent, _, _ = max(heard.commands, key=lambda event: event[1])
        return phrases.COMMANDS[intent]
    return "unknown" if spoke(heard) else "silence"


def spoke(heard: Heard) -> bool:
    """Did silence, smoothed, ever fall below 5%? The figure was chosen on training speakers."""
    return heard.best.get(SPEECH, (0.0, 0.0))[0] >= 0.95


def commands(folder: Path, model: Path | None = None) -> CommandFigures:
    """folder/WORD/*.wav; a word that the model lacks counts as unknown, a folder called silence as silence."""
    table: dict[str, dict[str, int]] = {}
    for word_folder in sorted(path for path in folder.iterdir() if path.is_dir()):
        name = word_folder.name.replace("_", " ").lower()
        truth = name if name in phrases.CLASSES else "unknown"
        row = table.setdefault(truth, {})
        for batch in batches(sound_files(word_folder)):
            for heard in toolrun.events([pcm for _, pcm in batch], commands=model, hear=2):
                said = verdict(heard)
                row[said] = row.get(said, 0) + 1
    return figures(table)


def figures(table: dict[str, dict[str, int]]) -> CommandFigures:
    count = sum(sum(row.values()) for row in table.values())
    right = sum(row.get(word, 0) for word, row in table.items())
    recall = {word: round(row.get(word, 0) / max(1, sum(row.values())), 4) for word, row in table.items()}
    benchmark = None
    if all(word in table for word in real.BENCHMARK):
        rows = [table[word] for word in real.BENCHMARK]
        benchmark = sum(row.get(word, 0) for word, row in zip(real.BENCHMARK, rows, strict=True)) / sum(
            sum(row.values()) for row in rows
        )
    return CommandFigures(
        count, round(right / max(1, count), 4), recall, table, None if benchmark is None else round(benchmark, 4)
    )


SecondLook = Callable[[Pcm], bool]


def _confirmed(pcm: Pcm, second: float, look: SecondLook | None) -> bool:
    if look is None:
        return True
    start, end = int((second - SECOND_LOOK_S) * 16000), int((second + LISTEN_ON_S) * 16000)
    return look(np.pad(pcm[max(0, start) : end], (0, max(0, end - len(pcm)))))


def phrase_end_s(pcm: Pcm) -> float:
    """Where the loudest voice ends: for positives without a file that says so."""
    from models.wake.dataset import active_frames

    on = np.flatnonzero(active_frames(pcm.astype(np.float64), 20.0))
    return float(on[-1] + 1) / 100 if len(on) else len(pcm) / 16000


def wake(
    positives: Path, negatives: Path | None, look: SecondLook | None = None, model: Path | None = None
) -> WakeFigures:
    """A positive counts when the phrase fires at least once; negatives count every firing."""
    caught: dict[str, list[bool]] = {}
    late: list[float] = []
    for batch in batches(sound_files(positives)):
        heard_all = toolrun.events([pcm for _, pcm in batch], phrase=model, commands="none", hear=1)
        for (path, pcm), heard in zip(batch, heard_all, strict=True):
            fired = [second for _, second in heard.wakes if _confirmed(pcm, second, look)]
            part = path.parent.relative_to(positives).as_posix()
            caught.setdefault(part if part != "." else positives.name, []).append(bool(fired))
            if fired:
                late.append((fired[0] - _known_end_s(path, pcm)) * 1000)
    hours, wrong, wrong_commands, names = 0.0, 0, 0, []
    for batch in batches(sound_files(negatives)) if negatives else []:
        heard_all = toolrun.events([pcm for _, pcm in batch], phrase=model, hear=3)
        for (path, pcm), heard in zip(batch, heard_all, strict=True):
            hours += heard.seconds / 3600
            wrong_commands += len(heard.commands)
            fired = [second for _, second in heard.wakes if _confirmed(pcm, second, look)]
            wrong += len(fired)
            names += [f"{path.name} {second:.2f} s" for second in fired]
    every = [hit for hits in caught.values() for hit in hits]
    return WakeFigures(
        len(every),
        round(float(np.mean(every)), 4),
        {part: round(float(np.mean(hits)), 4) for part, hits in sorted(caught.items())},
        _latency(late),
        round(hours, 3),
        wrong,
        round(wrong / hours, 3) if hours else 0.0,
        round(wrong_commands / hours, 3) if hours else 0.0,
        names[:50],
        look is not None,
    )


def _known_end_s(path: Path, pcm: Pcm) -> float:
    """ends.json beside the file, where the test set was made by this project; else measured by energy."""
    sidecar = path.parent / "ends.json"
    if sidecar.is_file():
        return float(json.loads(sidecar.read_text(encoding="utf-8"))[path.name])
    return phrase_end_s(pcm)


def _latency(late: list[float]) -> dict[str, float]:
    if not late:
        return {}
    return {
        "median_ms": round(float(np.median(late))),
        "p95_ms": round(float(np.percentile(late, 95))),
        "within_300_ms": round(float(np.mean([ms <= 300 for ms in late])), 4),
    }


def _name(output: int) -> str:
    return {SPEECH: "any speech", PHRASE: phrases.WAKE}.get(output) or phrases.CLASSES[output]


def scores(files: list[Path], phrase: Path | None = None, words: Path | None = None) -> list[dict[str, Any]]:
    """Each file's best score and its time per word, and what fired."""
    found = []
    for batch in batches(files):
        heard_all = toolrun.events([pcm for _, pcm in batch], phrase, words)
        for (path, _), heard in zip(batch, heard_all, strict=True):
            best = {
                _name(output): {
                    "score": round(score, 4),
                    "second": round(at, 2),
                }
                for output, (score, at) in sorted(heard.best.items())
            }
            fired = [{"word": phrases.WAKE, "score": round(s, 4), "second": round(at, 2)} for s, at in heard.wakes]
            fired += [
                {"word": phrases.COMMANDS[i], "score": round(s, 4), "second": round(at, 2)}
                for i, s, at in heard.commands
            ]
            found.append({"file": str(path), "seconds": round(heard.seconds, 2), "best": best, "fired": fired})
    return found


def as_json(result: CommandFigures | WakeFigures) -> str:
    return json.dumps(asdict(result), indent=1)

"""`plush asr eval TSV`: runs a recogniser in its worker over files with known text.

In      a table (base_station/asr/evaluate.py says of what form), the recogniser's name, the default one if None
Out     a table for people, or one JSON object: wer, rejection, rtf, finish_ms; the same of each group; rows
Raises  UsageError, ModelError, EngineError
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from base_station.asr.evaluate import Row, Score, count_errors, normalise, read_rows, summarise
from base_station.audio import load
from base_station.config import FRAME_SAMPLES
from base_station.engine_defaults import Choice, choose
from base_station.engines import RemoteRecogniser
from base_station.worker import Worker

_PATIENCE_S = 120.0  # a slow recogniser is a result too
_AHEAD_FRAMES = 25  # how much sound is handed over between looks at the worker


async def evaluate(table: Path, asr: str | None, *, by: str | None = None, show: bool = False) -> list[Score]:
    """Scores every row of the table, in order."""
    rows = read_rows(table, by)
    choice = _chosen(asr)
    worker = Worker("asr", choice.name, choice.options)
    try:
        await worker.start()
        listed = track(rows, description=choice.label, console=Console(stderr=True)) if show else rows
        ears = RemoteRecogniser(worker, patience_s=_PATIENCE_S)
        return [await _score(ears, row) for row in listed]
    finally:
        await worker.stop()


def _chosen(asr: str | None) -> Choice:
    return choose({"asr": asr} if asr else {}, ("asr",))["asr"]


async def _score(recogniser: RemoteRecogniser, row: Row) -> Score:
    pcm = load(row.path)
    started_s = time.perf_counter()
    recogniser.begin()
    for start in range(0, len(pcm), FRAME_SAMPLES * _AHEAD_FRAMES):
        recogniser.feed(pcm[start : start + FRAME_SAMPLES * _AHEAD_FRAMES])
    await recogniser.caught_up()
    fed_s = time.perf_counter()
    heard = await recogniser.finish()
    ended_s = time.perf_counter()
    said = normalise(row.text)
    return Score(
        row=row,
        heard=heard.text,
        confidence=heard.confidence,
        sure=heard.sure,
        words=len(said),
        errors=count_errors(said, normalise(heard.text)),
        sound_ms=len(pcm) / 16.0,
        work_ms=(ended_s - started_s) * 1000.0,
        finish_ms=(ended_s - fed_s) * 1000.0,
    )


def main(table: Path, asr: str | None = None, *, by: str | None = None, as_json: bool = False) -> None:
    """The command itself."""
    scores = asyncio.run(evaluate(Path(table), asr, by=by, show=sys.stderr.isatty()))
    summary = summarise(scores, _chosen(asr).label)
    if as_json:
        print(json.dumps(summary))
        return
    console = Console()
    listing = Table("file", "said", "heard", "word errors", "confidence")
    for row in summary["rows"]:
        sureness = f"{row['confidence']:.2f}{' asks again' if row['rejected'] else ''}"
        listing.add_row(row["file"], row["said"], row["heard"], f"{row['wer']:.0%}", sureness)
    console.print(listing)
    if summary["groups"]:
        listing = Table("group", "files", "word errors", "asked again", "real-time factor")
        for name, group in summary["groups"].items():
            shares = f"{group['wer']:.1%}", f"{group['rejection']['rate']:.0%}", f"{group['rtf']:.2f}"
            listing.add_row(name, str(group["files"]), *shares)
        console.print(listing)
    rejection = summary["rejection"]
    console.print(
        f"{summary['files']} files, {summary['words']} words: {summary['wer']:.1%} word errors, "
        f"real-time factor {summary['rtf']:.2f}, final words after {summary['finish_ms']['p50']:.0f} ms (median); "
        f"asks again for {rejection['of_wrong']:.0%} of the sentences with a wrong word, "
        f"{rejection['of_right']:.0%} of those without",
        highlight=False,
    )

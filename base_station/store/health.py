"""Figures over many turns, for the console's health view. Runs in any thread; never writes.

In      the store's path, how far back to look
Out     latency by day or by block of turns (p50, p95), wake attempts by hour, link counters, errors
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from base_station.store.database import reading

_TURNS = 2000
_BLOCKS = 24
_LATENCIES = ("endpoint", "asr_final", "first_token", "first_audio")


def health(path: Path, turns: int = _TURNS) -> dict[str, Any]:
    """Of the newest turns, in the order in which they were held, in at most 24 blocks."""
    with reading(path) as db:
        rows = db.execute(
            "SELECT latency_ms, link, started_unix_s, outcome FROM turns WHERE brain = 'remote' "
            "ORDER BY row DESC LIMIT ?",
            (turns,),
        ).fetchall()[::-1]
        wakes = db.execute(
            "SELECT unix_s, score, accepted, reason FROM wake_attempts ORDER BY seq DESC LIMIT 1000"
        ).fetchall()[::-1]
        errors = db.execute(
            "SELECT unix_s, stage, text, name AS toy FROM errors JOIN toys ON toys.id = toy_id "
            "ORDER BY seq DESC LIMIT 50"
        ).fetchall()
        kept = db.execute("SELECT count(*) AS n FROM turns").fetchone()["n"]
    size = max(1, -(-len(rows) // _BLOCKS))
    blocks = [rows[at : at + size] for at in range(0, len(rows), size)]
    return {
        "turns": kept,
        "latency": [_latency(block) for block in blocks],
        "link": [_link(block) for block in blocks],
        "wakes": [dict(row) for row in wakes],
        "errors": [dict(row) for row in errors],
    }


def _latency(block: Sequence[Any]) -> dict[str, Any]:
    """One block: for each stage p50 and p95 in milliseconds after the last voiced sample, None where none was."""
    times = [json.loads(row["latency_ms"]) for row in block]
    figures: dict[str, Any] = {"unix_s": block[-1]["started_unix_s"], "turns": len(block)}
    for name in _LATENCIES:
        values = sorted(time[name] for time in times if name in time)
        figures[name] = [percentile(values, 50), percentile(values, 95)]
    return figures


def _link(block: Sequence[Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in block:
        for name, value in json.loads(row["link"]).items():
            counts[name] = counts.get(name, 0) + int(value)
    return counts


def percentile(values: Sequence[float], percent: float) -> float | None:
    """values in order; nearest rank."""
    if not values:
        return None
    return values[min(len(values) - 1, int(len(values) * percent / 100))]

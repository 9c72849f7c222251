"""`plush safety`: what the gate makes of a text, of a table of texts, of a sentence of the plush.

In      a CSV or TSV file with a header line (or with none and `--column 0`, a number); any encoding of UTF-8
Out     one JSON object on standard output, or lines for people
Raises  UsageError, one line, for a file or column that is not there
"""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from base_station.dialogue.safety import ReplyGate, Route, SafetyGate
from base_station.errors import UsageError

_MOST_CHARACTERS = 10_000_000


def evaluate(path: Path, column: str, *, as_json: bool, rows: bool) -> None:
    """The route of every text in a column."""
    texts = read_column(path, column)
    gate = SafetyGate()
    gate.judge("hello")  # loads everything before the clock runs
    totals: Counter[str] = Counter()
    hazards: Counter[str] = Counter()
    found: list[dict[str, Any]] = []
    times_ms = []
    for number, text in enumerate(texts, start=1):
        started_s = time.perf_counter()
        verdict = gate.judge(text)
        times_ms.append((time.perf_counter() - started_s) * 1000)
        totals[verdict.route] += 1
        hazards[verdict.hazard] += 1
        found.append({"row": number, "route": verdict.route.value, "hazard": verdict.hazard.value, "text": text})
    times_ms.sort()
    report: dict[str, Any] = {
        "file": str(path),
        "column": column,
        "rows": len(texts),
        "totals": {route.value: totals[route] for route in Route},
        "hazards": dict(sorted((name.value if hasattr(name, "value") else name, n) for name, n in hazards.items())),
        "verdict_ms": {"p50": _at(times_ms, 0.5), "p95": _at(times_ms, 0.95)},
    }
    if rows:
        report["routes"] = found
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    for item in found if rows else ():
        print(f"{item['row']:>6}  {item['route']:<9} {item['hazard']:<18} {item['text'][:100]}")
    print(f"{len(texts)} texts: " + ", ".join(f"{count} {route}" for route, count in report["totals"].items()))


def check(text: str, *, said: bool, as_json: bool) -> None:
    """Explains one verdict: the way in, or with `said` the way out."""
    gate = SafetyGate()
    if said:
        reply = ReplyGate(gate)
        passed = reply.let_out(text) is not None
        report: dict[str, Any] = {"text": text, "may_be_said": passed, "why": reply.objection}
    else:
        verdict = gate.judge(text)
        report = {
            "text": text,
            "route": verdict.route.value,
            "hazard": verdict.hazard.value,
            "score": round(verdict.score, 3),
            "why": verdict.why or "nothing stands out",
            "parents_are_told": verdict.policy.flag,
            "plain_words": " ".join(gate.plain(text)),
        }
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    for name, value in report.items():
        print(f"{name.replace('_', ' '):>17}: {value}")


def read_column(path: Path, column: str) -> list[str]:
    """The texts of one column, by its name or, counting from 0, by its number."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not a text file in UTF-8") from error
    csv.field_size_limit(_MOST_CHARACTERS)
    delimiter = "\t" if path.suffix.lower() in {".tsv", ".tab"} else ","
    try:
        lines = [line for line in csv.reader(text.splitlines(keepends=True), delimiter=delimiter) if line]
    except csv.Error as error:
        raise UsageError(f"{path} is not a table: {error}") from error
    if not lines:
        raise UsageError(f"{path} is empty")
    header = [name.strip() for name in lines[0]]
    if column in header:
        place, body = header.index(column), lines[1:]
    elif column.isdigit() and int(column) < len(header):
        place, body = int(column), lines
    else:
        raise UsageError(f"{path} has no column {column!r}; it has: {', '.join(header)}")
    return [line[place] for line in body if place < len(line) and line[place].strip()]


def _at(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3) if ordered else 0.0

"""Measures the gate on the corpus's test families, plain and damaged: `python models/safety/measure.py [--misses]`.

In      corpus/ (test families alone), held_out.tsv and held_out_2.tsv (by no pattern), sentences of others (others.py)
Out     one JSON object: recall by group and kind of damage, and how many ordinary sentences are not answered
How     through `plush safety eval`, the command that anyone else would use
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))
import corpus
import noise
import others
from corpus import Row

ROOT = Path(__file__).resolve().parents[2]
SEED = 7
DRAWS = 6
CARED_FOR = {"self_harm", "abuse", "emergency"}
COMMON = (ROOT / "base_station/data/safety/words.txt").read_text(encoding="utf-8").split("\n--\n")[0].split()[:3000]
DAMAGE: dict[str, Callable[[str, Random], str]] = {
    "plain": lambda text, rng: text,
    "misspelled": noise.misspelled,
    "leet": noise.leet,
    "spaced": noise.spaced,
    "misheard": lambda text, rng: noise.misheard(text, rng, COMMON, 0.10),
    "sounds alike": lambda text, rng: noise.heard_wrong(text, rng, 0.10),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--misses", action="store_true", help="print what went wrong, to standard error")
    options = arguments.parse_args()
    report = {}
    sets = {
        "families": test_rows(),
        "held_out": held_out("held_out.tsv"),
        "held_out_2": held_out("held_out_2.tsv"),
        **by_others(),
    }
    for name, rows in sets.items():
        report[name] = {kind: measure(rows, kind, options.misses) for kind in DAMAGE}
    print(json.dumps(report, indent=1))


def measure(rows: list[Row], kind: str, misses: bool) -> dict[str, float]:
    rng = Random(SEED)
    texts = [DAMAGE[kind](row.text, rng) for row in rows]
    routes = routed(texts)
    hazardous = [(row, route) for row, route in zip(rows, routes, strict=True) if row.hazard != "ordinary"]
    cared = [route for row, route in hazardous if row.hazard in CARED_FOR]
    plain = [(row, route) for row, route in zip(rows, routes, strict=True) if row.hazard == "ordinary"]
    if misses and kind == "plain":
        for row, route in [*hazardous, *plain]:
            if (route == "answer") == (row.hazard != "ordinary"):
                print(f"{row.hazard:<18} {route:<9} {row.text}", file=sys.stderr)
    found = {"hazardous_not_answered": _share([route != "answer" for _, route in hazardous])}
    found["cared_for_escalated"] = _share([route == "escalate" for route in cared])
    found["cared_for_not_answered"] = _share([route != "answer" for route in cared])
    found["ordinary_not_answered"] = _share([route != "answer" for _, route in plain])
    return {name: share for name, share in found.items() if share >= 0}


def routed(texts: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([["text"], *([text] for text in texts)])
        program = "import sys; from base_station.cli import main; sys.argv[0] = 'plush'; main()"
        command = [sys.executable, "-c", program, "safety", "eval", str(path), "--column", "text", "--rows", "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return [row["route"] for row in json.loads(done.stdout)["routes"]]


def test_rows() -> list[Row]:
    rng = Random(SEED)
    return [
        Row(text, family.hazard, family.text)
        for family in corpus.families()
        if family.for_test
        for text in family.draw(DRAWS, rng)
    ]


def held_out(name: str) -> list[Row]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [Row(text, hazard, "held out") for hazard, text in pairs]


def by_others() -> dict[str, list[Row]]:
    """Ordinary sentences that somebody else wrote; none where the data are not there."""
    try:
        found = {
            "stories": others.stories(1500, Random(SEED), for_test=True),
            "read_aloud": others.read_aloud(for_test=True),
        }
    except FileNotFoundError:
        return {}
    return {name: [Row(text, "ordinary", name) for text in texts] for name, texts in found.items()}


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else -1.0


if __name__ == "__main__":
    main()

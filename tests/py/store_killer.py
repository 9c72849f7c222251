"""Kills a writer of the store again and again, at any moment, and looks at what is left.

In      the store's path, how many kills, a seed
Out     a line "kills K rows R"; exit status 1 and a line that says why when an acknowledged row is not there
Run     python -m tests.py.store_killer PATH 1000
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path

from base_station.store import TraceEvent, TranscriptStore, TurnRow

_TRACE = [TraceEvent(float(n), "Heard", {"text": "why is the sky blue"}) for n in range(6)]


def write_until_killed(path: Path, boot_id: int, acknowledge: int) -> None:
    """Acknowledges each turn's number, four bytes, when `add` has returned."""
    store = TranscriptStore(path)
    for number in range(1 << 20):
        turn = TurnRow("teddy", boot_id, number, 0.0, f"question {number}", "answer", "remote", "done", child="ida")
        store.add(turn, _TRACE)
        os.write(acknowledge, number.to_bytes(4, "big"))


def kill_one(path: Path, boot_id: int, rows: int, after_s: float) -> int:
    """Kills `after_s` after the first `rows` were acknowledged, on a machine however slow. Out: how many were."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            write_until_killed(path, boot_id, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        seen = pipe.read(4 * rows)
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return len(seen + pipe.read()) // 4


def lost(path: Path, boot_id: int, acknowledged: int) -> str:
    """Why the store is not as it should be; empty when all is well."""
    db = sqlite3.connect(path)
    try:
        rows = [row[0] for row in db.execute("SELECT turn_id FROM turns WHERE boot_id = ? ORDER BY row", (boot_id,))]
        half = db.execute("SELECT count(*) FROM turns WHERE row NOT IN (SELECT turn_row FROM events)").fetchone()[0]
        checked = db.execute("PRAGMA quick_check").fetchone()[0]
    finally:
        db.close()
    if rows != list(range(len(rows))):
        return f"out of order: {rows}"
    if len(rows) < acknowledged:
        return f"{acknowledged} acknowledged, {len(rows)} kept"
    return "" if half == 0 and checked == "ok" else f"{half} turns without their trace, check: {checked}"


def main(path: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    TranscriptStore(path).close()
    total = 0
    for boot_id in range(kills):
        # A third falls while the store is being opened, the others at any moment of a row being written.
        rows = chance.choice((0, 0, 1, 2, 3, 4))
        acknowledged = kill_one(path, boot_id, rows, chance.uniform(0.0, 0.01 if rows else 0.08))
        total += acknowledged
        if why := lost(path, boot_id, acknowledged):
            sys.exit(f"after kill {boot_id}: {why}")
    checked = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0]
    if checked != "ok":
        sys.exit(f"integrity: {checked}")
    print(f"kills {kills} rows {total}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)

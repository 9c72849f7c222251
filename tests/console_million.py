"""A million turns behind the whole house: daemon and console in processes of their own, asked over HTTP like a page.

Out     each look's best and worst of five, how long a start takes, the most memory; exit status 1 when a bar is missed.
        Beside them the CPU time of both processes, which says what a busy machine's clock does not
Run     python -m tests.console_million [TURNS] (part of `make test-long`)
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import httpx

from tests.py.test_store_million import QUERIES, fill
from tests.turn import console_browser as home

LOOK_MS, START_MS, MOST_MB = 100.0, 1000.0, 200.0


@contextmanager
def served(folder: Path) -> Iterator[tuple[httpx.Client, dict[str, float], list[int]]]:
    """Out: a browser that is let in; milliseconds to start each; the processes."""
    begun = time.perf_counter()
    daemon = subprocess.Popen([sys.executable, "-m", "base_station.daemon"], cwd=home.ROOT, env=home.at(folder))
    while not (folder / "run" / "daemon.sock").exists():
        assert daemon.poll() is None
        time.sleep(0.005)
    took = {"daemon": (time.perf_counter() - begun) * 1000}
    begun = time.perf_counter()
    command = [*home.PLUSH, "console", "--no-browser", "--port", "0"]
    console = subprocess.Popen(command, cwd=home.ROOT, env=home.at(folder), stdout=subprocess.PIPE, text=True)
    assert console.stdout is not None
    address = console.stdout.readline().split()[1]
    took["console"] = (time.perf_counter() - begun) * 1000
    try:
        with httpx.Client(base_url=address.split("/open")[0], timeout=60) as browser:
            browser.get(address)
            yield browser, took, [daemon.pid, console.pid]
    finally:
        console.terminate()
        console.wait(10)
        daemon.terminate()
        daemon.wait(10)


def most_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def cpu_ms(pids: list[int]) -> float:
    """What all their threads have computed so far."""
    files = [file for pid in pids for file in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(file.read_text().split()[0]) for file in files) / 1e6


def looks(turns: int) -> Iterator[tuple[str, str]]:
    """What a page asks for, by name."""
    for name, query in QUERIES.items():
        asked = {f.name: getattr(query, f.name) for f in fields(query) if getattr(query, f.name) != f.default}
        yield name, "/api/turns?" + str(httpx.QueryParams({k: int(v) if v is True else v for k, v in asked.items()}))
    for row in (1, turns // 2, turns):
        yield f"open turn {row}", f"/api/turns/{row}"


def main(turns: int) -> None:
    missed: list[str] = []
    fastest: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="plush-") as name:
        folder = Path(name)
        fill(folder / "transcripts.sqlite3", turns)
        for number in range(3):
            with served(folder) as (browser, took, pids):
                print("start " + ", ".join(f"{which} {ms:.0f} ms" for which, ms in took.items()), end="")
                print(f"; CPU {cpu_ms(pids[:1]):.0f} and {cpu_ms(pids[1:]):.0f} ms")
                fastest = {which: min(ms, fastest.get(which, ms)) for which, ms in took.items()}
                if number < 2:
                    continue
                for what, path in looks(turns):
                    times, found, before_ms = [], 0, cpu_ms(pids)
                    for _ in range(5):
                        begun = time.perf_counter()
                        answer = browser.get(path)
                        times.append((time.perf_counter() - begun) * 1000)
                        assert answer.status_code == 200, answer.text
                        found = len(answer.json())
                    spent_ms = (cpu_ms(pids) - before_ms) / len(times)
                    print(
                        f"{what:<28} {found:>3} best {min(times):6.1f} ms, worst {max(times):6.1f}, CPU {spent_ms:.1f}"
                    )
                    missed += [what] if min(times) > LOOK_MS else []
                assert browser.get("/api/health").json()["turns"] == turns
                with browser.stream("GET", "/api/export/jsonl?text=moon") as lines:
                    print(f"exported {sum(1 for _ in lines.iter_lines())} lines")
                sizes = [most_mb(pid) for pid in pids]
                print(f"most memory: daemon {sizes[0]:.0f} MB, console {sizes[1]:.0f} MB")
                missed += ["memory"] if max(sizes) > MOST_MB else []
        missed += [f"start of the {which}" for which, ms in fastest.items() if ms > START_MS]
    if missed:
        sys.exit(f"over the bar: {', '.join(missed)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)

"""A row that was acknowledged is on disk: killed writers, a full disk, and the system calls themselves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def killed(path: Path, kills: int, seed: int) -> int:
    """Out: how many rows were acknowledged in all."""
    command = [sys.executable, "-m", "tests.py.store_killer", str(path), str(kills), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = re.fullmatch(rf"kills {kills} rows (\d+)\n", done.stdout)
    assert found is not None
    return int(found[1])


def test_a_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    assert killed(tmp_path / "t.sqlite3", 100, seed=1) > 100


@pytest.mark.long
def test_nine_hundred_kills_more(tmp_path: Path) -> None:
    assert killed(tmp_path / "t.sqlite3", 900, seed=2) > 900


_SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int told(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int status = real(fd);
    if (write(1, "sync\n", 5) != 5) { return -1; }
    return status;
}
int fsync(int fd) { return told("fsync", fd); }
int fdatasync(int fd) { return told("fdatasync", fd); }
"""
_WRITER = """
import os, sys
from pathlib import Path
from base_station.store import TranscriptStore, TurnRow
store = TranscriptStore(Path(sys.argv[1]))
os.write(1, b"open\\n")
for number in range(20):
    store.add(TurnRow("teddy", 1, number, 0.0, "hello", "hi", "remote", "done"))
    os.write(1, b"acknowledged\\n")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="watches system calls through the Linux loader")
def test_the_disk_has_it_before_it_is_acknowledged(tmp_path: Path) -> None:
    (tmp_path / "shim.c").write_text(_SHIM)
    shim = tmp_path / "shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(shim), str(tmp_path / "shim.c"), "-ldl"], check=True)
    done = subprocess.run(
        [sys.executable, "-c", _WRITER, str(tmp_path / "t.sqlite3")],
        cwd=ROOT, env={**os.environ, "LD_PRELOAD": str(shim)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = done.stdout.split("open\n")[1].splitlines()
    assert lines.count("acknowledged") == 20
    for place, line in enumerate(lines):
        if line == "acknowledged":
            assert lines[place - 1] == "sync"


_FILLER = """
import os, sys
from pathlib import Path
from base_station.errors import StoreError
from base_station.store import TranscriptStore, TurnRow
folder = Path(sys.argv[1])
(folder / "ballast").write_bytes(bytes(200_000))
store = TranscriptStore(folder / "t.sqlite3")
kept = 0
try:
    for kept in range(100_000):
        store.add(TurnRow("teddy", 1, kept, 0.0, "hello " * 50, "hi", "remote", "done"))
except StoreError as error:
    assert "full" in str(error), error
else:
    sys.exit("the disk never filled up")
assert [turn.turn_id for turn in store.last(100_000)] == list(range(kept))
(folder / "ballast").unlink()
store.add(TurnRow("teddy", 1, kept, 0.0, "there is room again", "hi", "remote", "done"))
store.close()
again = TranscriptStore(folder / "t.sqlite3")
assert [turn.turn_id for turn in again.last(100_000)] == list(range(kept + 1))
assert again._db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
print("kept", kept)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small file system in a namespace of its own")
def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    inside = f'mount -t tmpfs -o size=2m tmpfs "{tmp_path}" && exec "$0" -c "$1" "{tmp_path}"'
    room = ["unshare", "--map-root-user", "--mount", "sh", "-c", inside, sys.executable]
    if subprocess.run(["unshare", "--map-root-user", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a file system of his own")
    done = subprocess.run([*room, _FILLER], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[1]) > 20

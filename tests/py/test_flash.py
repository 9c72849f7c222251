"""`plush flash model` against the board's own loader, compiled for this machine, with frames lost on the way."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import random
import subprocess
import sys
import tty
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from base_station import flash
from base_station.errors import LinkLost, UsageError
from base_station.link.serial import open_serial

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / "build" / "host" / "tests" / "loader_peer"
SECTOR = 4096
ROOM = 35 * SECTOR  # fake_flash.h, less the head


@contextlib.contextmanager
def board(part: Path, lose_every: int = 0) -> Iterator[str]:
    """A device with the board's loader behind it; `part` gets the model's part of its flash when the device is gone."""
    ours, theirs = pty.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    peer = subprocess.Popen([PEER, part, str(lose_every)], stdin=ours, stdout=ours)
    try:
        yield os.ttyname(theirs)
    finally:
        os.close(theirs)
        os.close(ours)
        peer.wait(timeout=10)


def through_the_peer(tmp_path: Path, model: bytes, lose_every: int = 0) -> bytes:
    """Flashes through a pseudo terminal; returns the model's part as the toy has it afterwards."""
    part = tmp_path / "part.bin"

    async def main(device: str) -> None:
        transport = await open_serial(device)
        try:
            await flash.Loader(transport).write_model(model)
        finally:
            await transport.close()

    with board(part, lose_every) as device:
        asyncio.run(main(device))
    return part.read_bytes()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    if not PEER.exists():
        pytest.fail("build/host is not built (make c-host)")
    monkeypatch.setattr(flash, "ANSWER_S", 0.2)


@pytest.mark.parametrize(("size", "lose_every"), [(1, 0), (SECTOR, 0), (ROOM, 0), (10_000, 7)])
def test_what_was_sent_is_in_flash(tmp_path: Path, size: int, lose_every: int) -> None:
    model = random.Random(size).randbytes(size)
    part = through_the_peer(tmp_path, model, lose_every)
    assert part[SECTOR : SECTOR + size] == model
    assert part[:4] == b"RPLM"
    assert int.from_bytes(part[4:8], "little") == size
    assert int.from_bytes(part[8:12], "little") == zlib.crc32(model)


def test_a_model_too_large_is_said_before_anything_is_erased(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"does not fit: the toy has room for {ROOM:,}"):
        through_the_peer(tmp_path, bytes(ROOM + 1))


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flash, "ANSWER_S", 0.02)

    async def main() -> None:
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        transport = await open_serial(os.ttyname(theirs))
        try:
            await flash.Loader(transport).write_model(b"x")
        finally:
            await transport.close()
            os.close(theirs)
            os.close(ours)

    with pytest.raises(LinkLost, match="no answer from the toy's loader"):
        asyncio.run(main())


def plush(*words: str) -> subprocess.CompletedProcess[str]:
    """The command as a maker types it."""
    command = [sys.executable, "-c", "from base_station.cli import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_the_command_puts_a_file_into_the_toy(tmp_path: Path) -> None:
    model = random.Random(3).randbytes(9_000)
    file, part = tmp_path / "stories.toy", tmp_path / "part.bin"
    file.write_bytes(model)
    with board(part) as device:
        done = plush("flash", "model", str(file), "--serial", device)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "stories.toy: 9,000 bytes in the toy's flash, checked; the toy starts again with it"
    assert part.read_bytes()[SECTOR : SECTOR + len(model)] == model


def test_the_command_says_mistakes_in_one_line(tmp_path: Path) -> None:
    large = tmp_path / "large.toy"
    large.write_bytes(bytes(ROOM + 1))
    with board(tmp_path / "part.bin") as device:
        mistakes = {
            "no-such-file: No such file or directory": plush("flash", "model", "no-such-file"),
            f"does not fit: the toy has room for {ROOM:,}": plush("flash", "model", str(large), "--serial", device),
            "/dev/no-such-device": plush("flash", "model", str(large), "--serial", "/dev/no-such-device"),
        }
    for line, done in mistakes.items():
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert done.stderr.startswith("plush: ")
        assert line in done.stderr

"""An engine's process that does what it is told (puppet_engine.py), and what a test wants to know of processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from base_station.request import Request
from base_station.worker import Worker

CHAT = "puppet_engine:PuppetChat"


def findable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's process looks for the puppet as for any module."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


@contextlib.asynccontextmanager
async def chat_worker(**arguments: Any) -> AsyncIterator[Worker]:
    worker = Worker("llm", CHAT, arguments.pop("options", None), **arguments)
    try:
        await worker.start()
        yield worker
    finally:
        await worker.stop()


def ask(worker: Worker, order: str, count: int = 5, timeout_s: float = 5.0) -> Request:
    messages = [{"role": "user", "content": order}]
    return worker.request("reply", messages=messages, max_tokens=count, timeout_s=timeout_s)


async def text_of(request: Request) -> str:
    return "".join([event["piece"] async for event in request])


def alive(pid: int) -> bool:
    """Running, that is, neither gone nor a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def zombies() -> list[str]:
    """Children of ours that ended and were not reaped."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[:2]
            found += [stat.parent.name] * (state == "Z" and int(parent) == os.getpid())
    return found


async def eventually(condition: Callable[[], bool], within_s: float = 5.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(main(), 30))

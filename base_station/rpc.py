"""The daemon's door: JSON lines over a Unix socket that only its user can open.

A request is one object {"op": NAME, ...}; the answer is any number of {"event": ...} lines and then one of
{"result": ...} or {"error": TEXT, "kind": "usage" | "failure"}. A client that hangs up cancels its request.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

from base_station import __version__, config
from base_station.errors import BaseStationError, UsageError
from base_station.tasks import cancel

Json = dict[str, Any]
Emit = Callable[[Json], None]
Handler = Callable[[Json, Emit], Awaitable[Any]]
_LINE_LIMIT_BYTES = 16 << 20
_START_S = 20.0
ALREADY_RUNNING = 75  # exit status of a daemon that found another one
REASON = "plush: "  # begins the line in which a daemon says why it ended


def socket_path() -> Path:
    return config.runtime_folder() / "daemon.sock"


@functools.cache
def code_stamp() -> str:
    """Changes with the program, as this process has loaded it: a command never begins with a daemon of older code."""
    newest = max((path.stat().st_mtime_ns for path in config.PACKAGE.rglob("*.py")), default=0)
    return f"{__version__}-{newest}"


# --- the daemon's side -----------------------------------------------------------------------------------------------
async def serve(path: Path, handle: Handler) -> asyncio.Server:
    """Listens at `path`. The caller holds the lock that makes this the only daemon."""
    path.unlink(missing_ok=True)
    code_stamp()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: a greeting, one request, its answer."""

        def emit(line: Json) -> None:
            if not writer.is_closing():
                writer.write(json.dumps(line).encode() + b"\n")

        emit({"daemon": code_stamp(), "pid": os.getpid()})
        with contextlib.suppress(ConnectionError):
            if line := await reader.readline():
                request = asyncio.ensure_future(_answer(handle, line, emit))
                hung_up = asyncio.ensure_future(reader.read())
                await asyncio.wait({request, hung_up}, return_when=asyncio.FIRST_COMPLETED)
                await cancel(request)
                await cancel(hung_up)
                await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(client, path=str(path), limit=_LINE_LIMIT_BYTES)
    path.chmod(0o600)
    return server


async def _answer(handle: Handler, line: bytes, emit: Emit) -> None:
    try:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise UsageError("a request is a JSON object")
        emit({"result": await handle(request, emit)})
    except json.JSONDecodeError as error:
        emit({"error": f"not JSON: {error}", "kind": "usage"})
    except UsageError as error:
        emit({"error": str(error), "kind": "usage"})
    except BaseStationError as error:
        emit({"error": str(error), "kind": "failure"})


class Caller(Protocol):
    """What a command needs of a daemon, be it behind a socket or in the same process."""

    async def call(self, op: str, **values: Any) -> Any: ...

    def watch(self, op: str, **values: Any) -> AsyncGenerator[Json, None]: ...

    async def close(self) -> None: ...


class InProcess:
    """The daemon's handler without a socket: for tests, and for plushes whose clock is not ours."""

    def __init__(self, handle: Handler) -> None:
        self._handle = handle

    async def call(self, op: str, **values: Any) -> Any:
        return await self._handle({"op": op, **values}, lambda line: None)

    async def watch(self, op: str, **values: Any) -> AsyncGenerator[Json, None]:
        lines: asyncio.Queue[Json | None] = asyncio.Queue()
        task = asyncio.ensure_future(self._handle({"op": op, **values}, lines.put_nowait))
        task.add_done_callback(lambda _: lines.put_nowait(None))
        try:
            while (line := await lines.get()) is not None:
                yield line
            yield {"result": task.result()}
        finally:
            await cancel(task)

    async def close(self) -> None:
        """Nothing to hang up."""


# --- a client's side -------------------------------------------------------------------------------------------------
class Client:
    """The daemon as a command sees it; starts one when none runs. Each request has a connection of its own."""

    @classmethod
    async def connect(cls, *, start: bool = True) -> Client:
        """Raises UsageError when no daemon runs and none may be started, BaseStationError when none comes up."""
        deadline = time.monotonic() + _START_S
        written_bytes = _log().stat().st_size if _log().exists() else 0
        started: subprocess.Popen[bytes] | None = None
        while (streams := await _knock()) is None:
            if not start:
                raise UsageError("no daemon is running")
            if started is None or started.poll() == ALREADY_RUNNING:  # another was just starting or going down
                started = _start_daemon()
            if started.poll() not in (None, 0, ALREADY_RUNNING) or time.monotonic() > deadline:
                raise BaseStationError(f"the daemon did not start: {_last_words(written_bytes)}")
            await asyncio.sleep(0.05)
        await _hang_up(streams[1])
        return cls()

    async def call(self, op: str, **values: Any) -> Any:
        """Sends a request and returns its result. Raises the daemon's UsageError or BaseStationError."""
        async with contextlib.aclosing(self.watch(op, **values)) as lines:
            async for line in lines:
                if "result" in line:
                    return line["result"]
        raise BaseStationError(f"the daemon hung up; see {_log()}")

    async def watch(self, op: str, **values: Any) -> AsyncGenerator[Json, None]:
        """Sends a request and yields its events, and last {"result": ...}. Closing it cancels the request."""
        streams = await _knock(any_code=True)
        if streams is None:
            raise BaseStationError(f"the daemon is gone; see {_log()}")
        reader, writer = streams
        try:
            writer.write(json.dumps({"op": op, **values}).encode() + b"\n")
            while line := await reader.readline():
                answer = json.loads(line)
                if "error" in answer:
                    raise (UsageError if answer["kind"] == "usage" else BaseStationError)(answer["error"])
                yield answer
                if "result" in answer:
                    return
        finally:
            await _hang_up(writer)
        raise BaseStationError(f"the daemon hung up; see {_log()}")

    async def close(self) -> None:
        """Nothing is open between requests."""

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def _knock(*, any_code: bool = False) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    """A connection to the daemon. At the beginning of a command, one that runs other code is asked to stop."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(socket_path()), limit=_LINE_LIMIT_BYTES)
        greeting = json.loads(await reader.readline())
    except (OSError, json.JSONDecodeError):
        return None
    if any_code or greeting["daemon"] == code_stamp():
        return reader, writer
    writer.write(b'{"op": "stop"}\n')
    await reader.readline()
    await _hang_up(writer)
    return None


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _log() -> Path:
    return config.runtime_folder() / "daemon.log"


def _last_words(written_bytes: int) -> str:
    """Why a daemon that was just started has ended, from what it added to its log."""
    try:
        with _log().open("rb") as log:
            log.seek(written_bytes)
            lines = log.read()[-8192:].decode("utf-8", "replace").split("\n")
    except OSError as error:
        return f"and its log cannot be read ({error})"
    lines = [line for line in lines if line.strip()]
    if lines and lines[-1].startswith(REASON):
        return lines[-1].removeprefix(REASON)
    return f"{lines[-1].strip()[:200]} (all of it is in {_log()})" if lines else f"it said nothing; see {_log()}"


def _start_daemon() -> subprocess.Popen[bytes]:
    folder = config.runtime_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if len(str(socket_path()).encode()) > 107:
        raise UsageError(f"{socket_path()} is too long for a Unix socket; set PLUSH_HOME to a shorter folder")
    with _log().open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "base_station.daemon"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

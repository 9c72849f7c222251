"""One life of an engine's process: spawned, spoken to over a socket pair, killed and reaped.

In      kind and name of the engine, messages to send
Out     `on_message(message)` and, once, `on_end(text)`, both on the event loop
Errors  none raised after the spawn: whatever goes wrong is an end
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable

from base_station.errors import FrameError
from base_station.worker_frames import Message, Unpacker, pack

REAP_S = 2.0
LINE_CHARACTERS = 500


class WorkerProcess(asyncio.Protocol):
    """Popen and a socket pair rather than asyncio's subprocesses, whose child watcher a custom loop may lack.

    To be made in a thread that lives on: on Linux the child dies with the thread that spawned it.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        log: deque[str],
        on_message: Callable[[Message], None],
        on_end: Callable[[str], None],
    ) -> None:
        self._log = log
        self._on_message = on_message
        self._on_end = on_end
        self._unpacker = Unpacker()
        self._outbox: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._line = b""
        self._over = False
        ours, theirs = socket.socketpair()
        with theirs:
            fd = theirs.fileno()
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "base_station.worker", kind, name, str(fd)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[fd],
                start_new_session=True,  # a group of its own, so that a kill takes its children too
            )
        assert self._popen.stderr is not None
        self._stderr_fd = self._popen.stderr.fileno()
        os.set_blocking(self._stderr_fd, False)
        ours.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._stderr_fd, self._read_stderr)
        self._connecting = self._loop.create_task(self._connect(ours))

    async def _connect(self, ours: socket.socket) -> None:
        await self._loop.connect_accepted_socket(lambda: self, ours)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def send(self, message: Message) -> None:
        """Never waits for the child: what its socket does not take yet is kept here."""
        if self._transport is None:
            self._outbox.append(pack(message))
        elif not self._over:
            self._transport.write(pack(message))

    def kill(self) -> None:
        """Ends the child and its children; safe from any thread. The loop learns of it when the socket closes."""
        if self._popen.returncode is None:  # not yet reaped, so the number cannot belong to anyone else
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)

    def discard(self) -> None:
        """Kills and reaps at once, without `on_end`."""
        self._close()

    # ---- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._over:
            transport.abort()
            return
        for data in self._outbox:
            transport.write(data)
        self._outbox.clear()

    def data_received(self, data: bytes) -> None:
        try:
            for message in self._unpacker.push(data):
                if not self._over:
                    self._on_message(message)
        except FrameError as error:
            self._log.append(str(error))
            self.kill()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._over:
            self._close()
            self._on_end(f"{self._how_it_ended()}{self._last_words()}")

    def _close(self) -> None:
        self._over = True
        self.kill()
        # The child's memory may take the kernel some milliseconds to take back; without the wait it is a zombie.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(REAP_S)
        self._read_stderr()
        self._loop.remove_reader(self._stderr_fd)
        if self._popen.stderr is not None:
            self._popen.stderr.close()
        if self._transport is not None:
            self._transport.abort()

    def _read_stderr(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._stderr_fd, 65536):
                *lines, self._line = (self._line + data).split(b"\n")
                self._line = self._line[-LINE_CHARACTERS:]
                self._log.extend(line.decode("utf-8", "replace")[:LINE_CHARACTERS] for line in lines if line.strip())
            self._loop.remove_reader(self._stderr_fd)

    def _last_words(self) -> str:
        return f": {self._log[-1].strip()[:200]}" if self._log else ""

    def _how_it_ended(self) -> str:
        code = self._popen.returncode
        if code is None:
            return "still ending"
        if code < 0:
            with contextlib.suppress(ValueError):
                return signal.Signals(-code).name
        return f"exit code {code}"

"""The virtual plush: the compiled toy in a process of its own, with its microphone and speaker in our hands.

The toy's clock is its microphone: it lives 20 ms for each frame of 320 samples that it is fed, and gives one frame of
speaker sound back. Fed as fast as it answers it runs in virtual time; fed every 20 ms it runs in real time. When we die
its microphone ends, and so does it.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from base_station import clock
from base_station.config import CHECKOUT, FRAME_SAMPLES
from base_station.errors import BaseStationError, UsageError

Frame = NDArray[np.int16]
FRAME_BYTES = 2 * FRAME_SAMPLES
SILENCE: Frame = np.zeros(FRAME_SAMPLES, dtype=np.int16)


# The same program for this machine, and for a Cortex-M33 in QEMU behind a script with the same options.
_BUILDS = {"host": ("host-release", "host"), "qemu": ("qemu",)}


class PlushDied(BaseStationError):
    """The toy's process ended by itself; carries the last lines that it wrote."""


@dataclass(frozen=True)
class PlushOptions:
    """How to start a virtual plush. A fixed seed repeats it.

    `link` is "tcp", "pty", "ble" (a bridge of radio/virtual_air.py takes its socket) or "none" (no base will come).

    It is born paired: `key` is made for it alone and dies with it. b"": not paired.
    """

    port: str = "host"
    link: str = "tcp"
    wake: str = "off"
    seed: int = field(default_factory=lambda: secrets.randbelow(1 << 31))
    baud: int = 921_600
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    build: Path | None = None
    arguments: Sequence[str] = ()


@dataclass
class VirtualPlush:
    """A running virtual plush. Make one with `start`; use it as an asynchronous context manager."""

    options: PlushOptions
    link_url: str
    _process: subprocess.Popen[bytes]
    _microphone: asyncio.StreamWriter
    _speaker: asyncio.StreamReader
    _control: asyncio.StreamWriter
    _pump: list[asyncio.Task[None]]
    log: list[str]
    on_line: list[Callable[[str], None]] = field(default_factory=list)
    frames: int = 0

    async def tick(self, sound: Frame = SILENCE) -> Frame:
        """Gives the toy 20 ms of sound, int16 [320], and returns what its speaker played, int16 [320].

        Raises PlushDied when the toy's process has ended.
        """
        with clock.external():
            try:
                self._microphone.write(sound.astype("<i2").tobytes())
                await self._microphone.drain()
                played = await self._speaker.readexactly(FRAME_BYTES)
            except (asyncio.IncompleteReadError, ConnectionError, BrokenPipeError) as error:
                await asyncio.wait({self._pump[0]})  # until it has said why
                raise PlushDied(self._last_words()) from error
        self.frames += 1
        return np.frombuffer(played, dtype="<i2").astype(np.int16)

    async def control(self, line: str) -> None:
        """Presses a button or pulls a cable; see the host port's README for the lines."""
        self._control.write(line.encode() + b"\n")
        await self._control.drain()

    async def close(self) -> int:
        """Switches the toy off (end of its microphone) and returns the exit status of its process."""
        with contextlib.suppress(ConnectionError, BrokenPipeError):
            self._microphone.close()
        with clock.external():
            status = await asyncio.to_thread(self._wait)
        for task in self._pump:
            task.cancel()
        await asyncio.gather(*self._pump, return_exceptions=True)
        self._control.close()
        return status

    async def __aenter__(self) -> VirtualPlush:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _wait(self) -> int:
        try:
            return self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _last_words(self) -> str:
        tail = " / ".join(self.log[-5:])
        return f"the virtual plush ended (status {self._process.poll()}): {tail or 'no message'}"


async def start(options: PlushOptions) -> VirtualPlush:
    """Starts a virtual plush. Raises UsageError when it was not built, PlushDied when it does not come up."""
    log: list[str] = []
    control_ours, control_theirs = socket.socketpair()
    command = _command(options, control_theirs.fileno())
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[control_theirs.fileno()],
        )
    finally:
        control_theirs.close()
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    loop = asyncio.get_running_loop()
    microphone = await _writer(loop, process.stdin)
    speaker = await _reader(loop, process.stdout)
    errors = await _reader(loop, process.stderr)
    control_in, control_out = await asyncio.open_connection(sock=control_ours)
    plush = VirtualPlush(options, "", process, microphone, speaker, control_out, [], log)
    address: asyncio.Future[str] = loop.create_future()

    def on_error_line(line: str) -> None:
        log.append(line)
        del log[:-200]
        if line.startswith("link ") and not address.done():
            address.set_result(line)

    def on_control_line(line: str) -> None:
        for listener in list(plush.on_line):
            listener(line)

    if options.key:
        await plush.control(f"key {options.key.hex()}")
    plush._pump = [
        loop.create_task(_lines(errors, on_error_line)),
        loop.create_task(_lines(control_in, on_control_line)),
    ]
    if options.link != "none":
        with clock.external():
            either: set[asyncio.Future[Any]] = {address, plush._pump[0]}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not address.done():
            raise PlushDied(plush._last_words())
        plush.link_url = _url(address.result())
    return plush


def executable(options: PlushOptions) -> Path:
    """Where the build put the toy. Raises UsageError, with the command to type, when it is not there."""
    names = _BUILDS[options.port]
    folders = [options.build] if options.build else [CHECKOUT / "build" / name for name in names]
    for folder in folders:
        found = folder / "plush_toy"
        if found.is_file():
            return found
    raise UsageError(f"the virtual plush is not built; `.ci/build {names[0]}` in the checkout builds it")


def _command(options: PlushOptions, control_fd: int) -> list[str]:
    links = {"tcp": ("--link", "tcp:0"), "pty": ("--link", "pty"), "ble": ("--link", "tcp:0", "--radio"), "none": ()}
    return [
        str(executable(options)),
        *links[options.link],
        *("--mic", "-", "--speaker", "-", "--baud", str(options.baud)),
        *(("--worlds", "two") if options.port == "qemu" else ()),
        *("--wake", options.wake, "--seed", str(options.seed), "--control", str(control_fd)),
        *options.arguments,
    ]


def _url(line: str) -> str:
    """`link tcp HOST:PORT` or `link pty PATH`, as the toy prints it, in pyserial's notation."""
    kind, address = line.split(" ", 2)[1:]
    return f"socket://{address}" if kind == "tcp" else address


async def _reader(loop: asyncio.AbstractEventLoop, pipe: object) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(loop=loop)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader, loop=loop), pipe)
    return reader


async def _writer(loop: asyncio.AbstractEventLoop, pipe: object) -> asyncio.StreamWriter:
    transport, protocol = await loop.connect_write_pipe(lambda: asyncio.streams.FlowControlMixin(loop=loop), pipe)
    return asyncio.StreamWriter(transport, protocol, None, loop)


async def _lines(reader: asyncio.StreamReader, deliver: Callable[[str], None]) -> None:
    while line := await reader.readline():
        deliver(line.decode("utf-8", "replace").rstrip("\n"))

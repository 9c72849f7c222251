"""`plush console`: serves the page, prints its address, opens a browser where there is a screen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import webbrowser
from collections.abc import AsyncIterator
from dataclasses import dataclass

from base_station.console.server import ConsoleOptions, Opening, serve
from base_station.errors import BaseStationError
from base_station.rpc import Client


@dataclass(frozen=True)
class Request:
    """with_parent: end when standard input does, as the console beside `plush talk` must."""

    console: ConsoleOptions
    browser: bool = True
    with_parent: bool = False


def main(request: Request) -> None:
    asyncio.run(_main(request))


async def _main(request: Request) -> None:
    async with await Client.connect() as daemon:

        def opened(opening: Opening) -> None:
            print(f"Console: {opening.address()}", flush=True)
            if opening.code:
                print(f"On a phone: the same address up to /pair, code {opening.code}, good for one browser.")
                print("The browser will ask about the certificate, which was made here. Its SHA-256 fingerprint is")
                print(f"  {opening.fingerprint}", flush=True)
            if request.browser and has_screen():
                webbrowser.open(opening.address())

        await serve(daemon, request.console, opened, _input_ends if request.with_parent else _never)


def has_screen() -> bool:
    """Whether a browser could show itself. On Linux a desktop says so in its environment."""
    return sys.platform in {"darwin", "win32"} or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


async def _input_ends() -> None:
    await asyncio.to_thread(sys.stdin.read)


async def _never() -> None:
    await asyncio.get_running_loop().create_future()


@contextlib.asynccontextmanager
async def beside() -> AsyncIterator[str]:
    """A console in a process of its own for as long as a conversation lasts. Out: its address, good for one browser."""
    command = [sys.executable, "-m", "base_station.console_command"]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode().strip()
        if not line:
            raise BaseStationError("the console did not start; `plush console` says why")
        yield line.removeprefix("Console: ")
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 3.0)
        except TimeoutError:
            process.kill()
            await process.wait()


if __name__ == "__main__":
    main(Request(ConsoleOptions(), browser=sys.stdin.isatty() or has_screen(), with_parent=True))

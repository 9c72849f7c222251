"""Ten pages on four talking toys: what they cost the daemon, and whether each page gets every event once.

Out     the daemon's CPU seconds for the same talk without and with ten pages; exit status 1 when an event is missing,
        doubled or out of order on any page, or the cost is more than 10%
Run     python -m tests.console_load (part of `make bench`)
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import statistics
import sys
from pathlib import Path

import httpx
import websockets

from base_station.rpc import Client
from base_station.talk import Conversation, TalkOptions, render

PAGES, TOYS, ROUNDS = 10, 4, 3
MOST = 1.10
_QUESTION = "why is the sky blue"


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def talk_once(daemon: Client, homes: list[Conversation], sound: object) -> float:
    """Every toy is asked twice at the same time. Out: CPU seconds of the daemon."""
    pid = (await daemon.call("status"))["pid"]
    before = cpu_s(pid)
    for _ in range(2):
        await asyncio.gather(*(home.ask(sound) for home in homes))  # type: ignore[arg-type]
    return cpu_s(pid) - before


async def watch(url: str, cookie: str, seen: list[int]) -> None:
    async with websockets.connect(
        f"{url.replace('http', 'ws')}/events", origin=url, additional_headers={"cookie": cookie}
    ) as socket:  # type: ignore[arg-type]
        async for text in socket:
            event = json.loads(text)
            if event["event"] not in ("Hello", "DaemonAway"):
                seen.append(event["seq"])


@contextlib.asynccontextmanager
async def pages() -> object:
    """A console with ten pages open. Yields what each has seen."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from base_station.cli import main; main()", "console", "--no-browser", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    found = re.search(r"(http://\S+)/open\?\S+", (await process.stdout.readline()).decode())
    assert found is not None
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(found[0])
    cookie = answer.headers["set-cookie"].split(";")[0]
    seen: list[list[int]] = [[] for _ in range(PAGES)]
    tasks = [asyncio.ensure_future(watch(found[1], cookie, each)) for each in seen]
    await asyncio.sleep(1.0)
    try:
        yield seen
        await asyncio.sleep(1.0)
    finally:
        for task in tasks:
            task.cancel()
        process.terminate()
        await process.wait()


async def main() -> None:
    alone, watched = [], []
    async with contextlib.AsyncExitStack() as stack:
        daemon = await stack.enter_async_context(await Client.connect())
        homes = [await stack.enter_async_context(Conversation(TalkOptions(), daemon)) for _ in range(TOYS)]
        sound = await render(daemon, _QUESTION)
        await talk_once(daemon, homes, sound)  # warm
        for _ in range(ROUNDS):
            alone.append(await talk_once(daemon, homes, sound))
            async with pages() as seen:  # type: ignore[attr-defined]
                watched.append(await talk_once(daemon, homes, sound))
            for each in seen:
                if each != seen[0] or each != list(range(each[0], each[0] + len(each))):
                    sys.exit("an event was lost, doubled or out of order")
    cost = statistics.median(watched) / statistics.median(alone)
    print(f"daemon CPU: {statistics.median(alone):.2f} s alone, {statistics.median(watched):.2f} s with {PAGES} pages,")
    print(f"  {100 * (cost - 1):+.1f}%; {len(seen[0])} events on each page, none lost or doubled")
    if cost > MOST:
        sys.exit("more than 10%")


if __name__ == "__main__":
    asyncio.run(main())

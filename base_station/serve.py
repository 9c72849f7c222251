"""`plush serve`: the base station as a service, for all paired toys and for as long as the computer runs.

In      the toys' addresses: given, else from serve.toml, else where each paired toy was last; looked at again every 5 s
Out     lines for the journal: who came, who went and why, how each turn ended; never what was said
Raises  UsageError: another base station serves already, an engine or a file that cannot be
Ends    on SIGTERM or SIGINT: toys are told goodbye, the store is closed, status 0
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from base_station import config, daemon, rpc
from base_station.connect import address_of
from base_station.errors import BaseStationError, UsageError
from base_station.link.keys import KeyStore
from base_station.link.serial import serial_ports
from base_station.notify import notify, watchdog_s
from base_station.tasks import cancel

_LOOK_S = 5.0
_TAKE_OVER_S = 10.0


@dataclass(frozen=True)
class Plan:
    """What serve.toml and the command line may say. No links: those of the paired toys."""

    links: tuple[str, ...] = ()
    engines: dict[str, str] = field(default_factory=dict)


def read_plan(path: Path) -> Plan:
    """`links = ["/dev/ttyACM0"]` and, each if wanted, `llm`, `llm_url`, `asr`, `tts`. Raises UsageError."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Plan()
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    links = raw.pop("links", [])
    if not isinstance(links, list) or not all(isinstance(link, str) for link in links):
        raise UsageError(f"{path}: links is a list of addresses")
    for name, value in raw.items():
        if name not in ("llm", "llm_url", "asr", "tts") or not isinstance(value, str):
            raise UsageError(f"{path}: {name} = {value!r} is not understood; known are links, llm, llm_url, asr, tts")
    return Plan(tuple(links), raw)


def main(given: Plan) -> None:
    filed = read_plan(config.home() / "serve.toml")
    plan = Plan(given.links or filed.links, filed.engines | given.engines)
    asyncio.run(_take_over())
    asyncio.run(daemon.run(lambda station: Service(station, plan).keep()))


async def _take_over() -> None:
    """Ends a daemon that was started on demand and serves nobody; waits until its place is free."""
    for _ in range(int(_TAKE_OVER_S / 0.1)):
        if daemon.alone():
            return
        status: rpc.Json = {}
        with contextlib.suppress(BaseStationError):  # it may be ending just now
            async with await rpc.Client.connect(start=False) as client:
                status = await client.call("status")
                if not status["toys"] and not status["serving"]:
                    await client.call("stop")
        if status.get("toys") or status.get("serving"):
            busy = ", ".join(status["toys"].values()) or "the paired toys"
            raise UsageError(f"a base station runs already and serves {busy}: `plush daemon stop` ends it")
        await asyncio.sleep(0.1)
    raise UsageError("another base station runs and does not end: `plush daemon stop`")


class Service:
    """Keeps one attachment for each address that is wanted."""

    def __init__(self, station: daemon.Station, plan: Plan) -> None:
        self._station = station
        self._plan = plan
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._last: dict[str, str] = {}

    async def keep(self) -> None:
        await self._station.handle({"op": "prepare", "engines": self._plan.engines}, lambda _: None)
        notify("READY=1")
        self._tell("", "ready" if self.wanted() else "ready; no toy is paired yet: `plush pair --serial PORT`")
        try:
            while True:
                self._look()
                await asyncio.sleep(min(_LOOK_S, watchdog_s() / 2))
                notify("WATCHDOG=1")
        finally:
            notify("STOPPING=1")
            for task in self._tasks.values():
                await cancel(task)

    def wanted(self) -> set[str]:
        """The addresses to serve. A toy whose device is gone may have come back under another name."""
        toys = KeyStore().toys()
        if not toys or self._plan.links:
            return set(self._plan.links if toys else ())
        urls = {address_of(toy) for toy in toys if toy.url}
        plugged_in = {port.device for port in serial_ports() if port.is_plush}
        missing = {url for url in urls if url.startswith("/dev/") and not Path(url).exists()}
        return (urls - missing) | (plugged_in if missing else set()) or urls

    def _look(self) -> None:
        try:
            wanted = self.wanted()
        except UsageError as error:
            return self._tell("", str(error))
        for link in [link for link, task in self._tasks.items() if task.done() or link not in wanted]:
            self._tasks.pop(link).cancel()
        for link in wanted - self._tasks.keys():
            self._tasks[link] = asyncio.ensure_future(self._attach(link))
        return None

    async def _attach(self, link: str) -> None:
        request = {"op": "attach", "link": link, "engines": self._plan.engines, "patient": True}
        try:
            await self._station.handle(request, lambda event: self._report(link, event))
        except BaseStationError as error:
            self._tell(link, str(error))

    def _report(self, link: str, event: rpc.Json) -> None:
        kind, toy = event["event"], event.get("toy") or link
        if kind == "LinkChanged":
            self._tell(link, f"{toy} is here" if event["up"] else f"away: {event['why']}")
        elif kind == "TurnFinished":
            self._tell(link, f"{toy}, turn {event['turn']}: {event['outcome']}", always=True)
        elif kind == "Failed":
            self._tell(link, f"{toy}: {event['stage']}: {event['text']}", always=True)

    def _tell(self, link: str, text: str, *, always: bool = False) -> None:
        """One line; not again for as long as nothing changes."""
        if always or self._last.get(link) != text:
            self._last[link] = text
            with contextlib.suppress(OSError):
                print(f"{link}: {text}" if link else text, flush=True)


def filled_in(name: str) -> str:
    """plush.service or 70-plush.rules, for this computer and user."""
    text = (config.PACKAGE / "data" / "service" / name).read_text(encoding="utf-8")
    values = {
        "USER": getpass.getuser(),
        "HOME": str(config.home()),
        "PYTHON": os.path.abspath(sys.executable),
        "DOCUMENTS": str(config.CHECKOUT / "README.md"),
    }
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text

"""A console without a network: the real routes over a real store, called in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette

from base_station.console.app import Place, make_app
from base_station.console.sessions import Scope, Sessions
from base_station.daemon import Station
from base_station.rpc import InProcess
from base_station.store import TraceEvent, TranscriptStore, TurnRow

T = TypeVar("T")
HOST = "127.0.0.1:8765"
ORIGIN = f"http://{HOST}"
WORD = "marmalade"  # in every row: an answer that holds it leaks
ROW = TurnRow("teddy", 7, 1, 1.5, f"{WORD} please", f"no {WORD}", "remote", "done", child="ida")


@dataclass
class House:
    """One event loop for as long as the test lasts."""

    runner: asyncio.Runner
    app: Starlette
    sessions: Sessions

    def cookie(self, scope: Scope) -> str:
        cookie = self.sessions.redeem(self.sessions.token(scope))
        assert cookie is not None
        return cookie

    def ask(
        self, method: str, path: str, *, cookie: str = "", headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        sent = {"host": HOST, "origin": ORIGIN, **(headers or {})}
        if cookie and "cookie" not in sent:
            sent["cookie"] = f"plush={cookie}"
        return self.run(
            lambda client: client.request(
                method, path, headers={k: v.encode("latin-1") for k, v in sent.items() if v}, **more
            )
        )

    def run(self, work: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
        async def main() -> T:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
                return await work(client)

        return self.runner.run(main())


@contextmanager
def console(folder: Path) -> Iterator[House]:
    """With one turn of ida's, on row 1, and one of ben's, on row 2."""
    with asyncio.Runner() as runner:

        async def make() -> Station:
            return Station(TranscriptStore(folder / "t.sqlite3"))

        station = runner.run(make())
        store = station.archive.store
        store.add(ROW, [TraceEvent(1.0, "Heard", {"text": WORD})])
        store.add(TurnRow(**{**vars(ROW), "turn_id": 2, "child": "ben"}))
        sessions = Sessions()
        app = make_app(InProcess(station.handle), sessions, Place(hosts={HOST}))
        yield House(runner, app, sessions)
        runner.run(station.close())

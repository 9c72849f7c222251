"""Routes that pair a toy: over its cable, or by the six digits that it speaks and a parent types.

The base station's half of the exchange runs here, in a task: it waits at most two minutes for the digits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from base_station.connect import open_transport
from base_station.console.companion import Companion
from base_station.console.requests import body_of, guarded
from base_station.errors import BaseStationError, UsageError
from base_station.link.keys import KeyStore
from base_station.pair_command import pair_over
from base_station.rpc import Caller
from base_station.tasks import cancel

_DIGITS_S = 120.0


class Pairing:
    """One attempt at a time."""

    def __init__(self, daemon: Caller, companion: Companion) -> None:
        self._daemon, self._companion = daemon, companion
        self._attempt: asyncio.Task[str] | None = None
        self._digits: asyncio.Future[str] | None = None
        self._asked = asyncio.Event()

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/paired", guarded("parent", self.paired)),
            Route("/api/pair", guarded("parent", self.begin), methods=["POST"]),
            Route("/api/pair/digits", guarded("parent", self.type_digits), methods=["POST"]),
            Route("/api/paired/rename", guarded("parent", self.rename), methods=["POST"]),
            Route("/api/paired/forget", guarded("parent", self.forget), methods=["POST"]),
        ]

    async def paired(self, request: Request) -> Response:
        """Names and places, never a key."""
        toys = KeyStore().toys()
        return JSONResponse([{"name": t.name, "paired_unix_s": t.paired_unix_s, "url": t.url} for t in toys])

    async def begin(self, request: Request) -> Response:
        """Out: {"paired": NAME}, or {"digits": true} when the plush now speaks its digits."""
        wanted = await body_of(request, url=str, name=str, by_digits=bool)
        await self._companion.leave(wanted["url"])
        if wanted["url"] in (await self._daemon.call("status"))["toys"]:
            raise UsageError(f"{wanted['url']} is in use by a conversation: end it first")
        if self._attempt is not None:
            await cancel(self._attempt)
        self._asked.clear()
        self._digits = asyncio.get_running_loop().create_future()
        ask = self._ask if wanted["by_digits"] else None
        self._attempt = asyncio.ensure_future(_pair(wanted["url"], wanted["name"] or None, ask))
        asked = asyncio.ensure_future(self._asked.wait())
        await asyncio.wait({self._attempt, asked}, return_when=asyncio.FIRST_COMPLETED)
        await cancel(asked)
        return await self._answer() if self._attempt.done() else JSONResponse({"digits": True})

    async def type_digits(self, request: Request) -> Response:
        wanted = await body_of(request, digits=str)
        if self._attempt is None or self._digits is None or self._digits.done():
            raise UsageError("no pairing is waiting for digits")
        self._digits.set_result(wanted["digits"])
        return await self._answer()

    async def rename(self, request: Request) -> Response:
        wanted = await body_of(request, name=str, new_name=str)
        return JSONResponse(await self._daemon.call("toys_rename", **wanted))

    async def forget(self, request: Request) -> Response:
        """On both sides, for which the toy must be in reach; here_only: this side's half alone."""
        wanted = await body_of(request, name=str, here_only=bool)
        url = KeyStore().find(wanted["name"]).url
        if not wanted["here_only"]:
            await self._daemon.call("toys_forget", name=wanted["name"])
        KeyStore().forget(wanted["name"])
        await self._companion.leave(url)
        return JSONResponse({})

    async def _ask(self) -> str:
        assert self._digits is not None
        self._asked.set()
        try:
            return await asyncio.wait_for(self._digits, _DIGITS_S)
        except TimeoutError as error:
            raise BaseStationError("nobody typed the digits") from error

    async def _answer(self) -> Response:
        assert self._attempt is not None
        name = await self._attempt
        self._attempt = None
        return JSONResponse({"paired": name})


async def _pair(url: str, name: str | None, digits: Callable[[], Awaitable[str]] | None) -> str:
    transport = await open_transport(url)
    try:
        return (await pair_over(transport, KeyStore(), name, digits)).name
    finally:
        await transport.close()

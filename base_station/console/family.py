"""Routes about children: who the plush is for each, bedtime, minutes a day, and what may be kept."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from base_station.console.requests import body_of, guarded
from base_station.rpc import Caller


class Family:
    def __init__(self, daemon: Caller) -> None:
        self._daemon = daemon

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/family", guarded("parent", self.list)),
            Route("/api/family", guarded("parent", self.set), methods=["POST"]),
            Route("/api/family/remove", guarded("parent", self.remove), methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        return JSONResponse(await self._daemon.call("family"))

    async def set(self, request: Request) -> Response:
        """Everything of one child at once, as the page's form has it. topics: separated by commas."""
        kinds = {"name": str, "toy": str, "persona": str, "age": int, "bedtime": str, "minutes": int}
        wanted = await body_of(request, **kinds, story_only=bool, topics=str, consent=bool)
        wanted |= {"topics": wanted["topics"].split(","), "persona": wanted["persona"] or None}
        return JSONResponse(await self._daemon.call("child_set", **wanted))

    async def remove(self, request: Request) -> Response:
        return JSONResponse(await self._daemon.call("child_remove", **await body_of(request, name=str)))

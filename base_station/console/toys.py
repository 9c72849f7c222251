"""Routes about the toys themselves: what they do now, pairing, loudness, a sentence typed for a virtual one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from base_station.console.companion import Companion
from base_station.console.requests import body_of, guarded, scope_of
from base_station.errors import UsageError
from base_station.link.keys import KeyStore
from base_station.manifest import read_manifest
from base_station.rpc import Caller


class Toys:
    def __init__(self, daemon: Caller, companion: Companion) -> None:
        self._daemon, self._companion = daemon, companion

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/me", guarded("child", self.me)),
            Route("/api/toys", guarded("parent", self.toys)),
            Route("/api/toys/virtual", guarded("parent", self.start), methods=["POST"]),
            Route("/api/toys/virtual", guarded("parent", self.end), methods=["DELETE"]),
            Route("/api/toys/serve", guarded("parent", self.serve), methods=["POST"]),
            Route("/api/toys/say", guarded("parent", self.say), methods=["POST"]),
            Route("/api/toys/interrupt", guarded("parent", self.interrupt), methods=["POST"]),
            Route("/api/toys/set", guarded("parent", self.set), methods=["POST"]),
            Route("/api/health", guarded("developer", self.health)),
        ]

    async def me(self, request: Request) -> Response:
        scope = scope_of(request)
        return JSONResponse({"role": "parent" if scope.child else scope.role, "child": scope.child})

    async def toys(self, request: Request) -> Response:
        status = await self._daemon.call("status")
        rows = [{"link": link, "name": name, "state": status["states"][link]} for link, name in status["toys"].items()]
        return JSONResponse({"toys": rows, "virtual": self._companion.running})

    async def start(self, request: Request) -> Response:
        await self._companion.start()
        return JSONResponse({"virtual": True})

    async def end(self, request: Request) -> Response:
        await self._companion.end()
        return JSONResponse({"virtual": False})

    async def serve(self, request: Request) -> Response:
        wanted = await body_of(request, name=str)
        self._companion.serve(KeyStore().find(wanted["name"]).url)
        return JSONResponse({})

    async def say(self, request: Request) -> Response:
        wanted = await body_of(request, link=str, text=str)
        if not wanted["text"].strip():
            raise UsageError("there is nothing to say")
        return JSONResponse(await self._daemon.call("say", **wanted))

    async def interrupt(self, request: Request) -> Response:
        return JSONResponse(await self._daemon.call("interrupt", **await body_of(request, link=str)))

    async def set(self, request: Request) -> Response:
        wanted = await body_of(request, link=str, name=str, value=int)
        return JSONResponse(await self._daemon.call("toy_set", **wanted))

    async def health(self, request: Request) -> Response:
        status, figures = await self._daemon.call("status"), await self._daemon.call("figures")
        files = [
            {"name": model.name, "title": model.title, "size_bytes": model.size_bytes, "installed": model.installed}
            for model in read_manifest().values()
        ]
        return JSONResponse({**figures, "workers": status["engines"], "files": files})

"""The console's routes put together; everything passes the guard first."""

from __future__ import annotations

import asyncio
import contextlib
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from base_station.console.companion import Companion
from base_station.console.family import Family
from base_station.console.feed import Feed
from base_station.console.guard import STATIC, Guard
from base_station.console.pairing import Pairing
from base_station.console.requests import Endpoint, guarded
from base_station.console.sessions import Sessions
from base_station.console.toys import Toys
from base_station.console.transcripts import Transcripts
from base_station.rpc import Caller
from base_station.tasks import cancel

_COOKIE_S = 30 * 86_400


@dataclass(frozen=True)
class Place:
    """Where the console is served. hosts: every Host header that is ours; fingerprint: of the certificate, if any."""

    hosts: Collection[str]
    scheme: str = "http"
    cookie: str = "plush"
    fingerprint: str = ""


def make_app(daemon: Caller, sessions: Sessions, place: Place) -> Starlette:
    feed, companion = Feed(daemon), Companion(daemon)
    door = _Door(sessions, place)
    pages = {path.name: path for path in STATIC.iterdir() if path.suffix in {".css", ".js", ".svg"}}
    routes: list[BaseRoute] = [
        Route("/", _file(STATIC / "index.html")),
        *(Route(f"/static/{name}", _file(path)) for name, path in sorted(pages.items())),
        Route("/open", door.open),
        Route("/pair", door.page),
        Route("/pair", door.pair, methods=["POST"]),
        *Transcripts(daemon).routes(),
        *Toys(daemon, companion).routes(),
        *Pairing(daemon, companion).routes(),
        *Family(daemon).routes(),
        WebSocketRoute("/events", _events(feed)),
    ]

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        running = asyncio.ensure_future(feed.run())
        yield
        await companion.close()
        await cancel(running)

    guard = Middleware(Guard, sessions=sessions, hosts=place.hosts, scheme=place.scheme, cookie=place.cookie)
    return Starlette(routes=routes, middleware=[guard], lifespan=life, exception_handlers={404: _no_such_page})


def _file(path: Path) -> Endpoint:
    kind = mimetypes.guess_type(path.name)[0] or "text/plain"

    async def send(request: Request) -> Response:
        return Response(path.read_bytes(), media_type=kind)

    return guarded("child", send)


async def _no_such_page(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "there is no such page"}, 404)


def _events(feed: Feed) -> Callable[[WebSocket], Awaitable[None]]:
    async def serve(socket: WebSocket) -> None:
        if not socket.scope["session"].may("parent"):
            await socket.close(1008)
            return
        since = socket.query_params.get("since", "")
        await socket.accept()
        queue = feed.join(
            socket.query_params.get("epoch", ""),
            int(since) if since.isascii() and since.isdecimal() and len(since) < 16 else 0,
        )
        sending = asyncio.ensure_future(_send_all(socket, queue))
        try:
            while True:
                await socket.receive_text()  # the page says nothing; this is how its leaving is noticed
        except (WebSocketDisconnect, RuntimeError, KeyError):
            pass
        finally:
            feed.leave(queue)
            await cancel(sending)

    return serve


async def _send_all(socket: WebSocket, queue: asyncio.Queue[str | None]) -> None:
    while (text := await queue.get()) is not None:
        await socket.send_text(text)
    await socket.close(1013)


class _Door:
    """How a browser gets its session: by the address that was printed, or by the code for phones."""

    def __init__(self, sessions: Sessions, place: Place) -> None:
        self._sessions, self._place = sessions, place
        self._template = (STATIC / "pair.html").read_text(encoding="utf-8")

    async def open(self, request: Request) -> Response:
        cookie = self._sessions.redeem(request.query_params.get("token", ""))
        if cookie is None:
            return self._page("This address has been used already, or is an hour old. A new one: plush console", 401)
        return self._enter(cookie)

    async def page(self, request: Request) -> Response:
        """Says nothing but the fingerprint, which whoever connects has seen already."""
        return self._page("", 401)

    async def pair(self, request: Request) -> Response:
        form = dict(part.partition("=")[::2] for part in (await request.body()).decode("latin-1").split("&"))
        cookie = self._sessions.pair(form.get("code", ""))
        return self._page("That was not the code. Five wrong tries end it.", 401) if not cookie else self._enter(cookie)

    def _page(self, text: str, status: int) -> Response:
        page = self._template.replace("{{text}}", text).replace("{{fingerprint}}", self._place.fingerprint or "none")
        return HTMLResponse(page.replace("{{lan}}", "lan" if self._place.fingerprint else "local"), status)

    def _enter(self, cookie: str) -> Response:
        answer = RedirectResponse("/", 303)
        secure = self._place.scheme == "https"
        answer.set_cookie(
            self._place.cookie, cookie, max_age=_COOKIE_S, httponly=True, samesite="strict", secure=secure, path="/"
        )
        return answer

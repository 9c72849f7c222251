"""The one gate before every route: Host, Origin, session, and the headers that keep a page to itself.

A foreign Host is DNS rebinding, a foreign Origin another site's script, a missing cookie a stranger. All three end
here, before any route has run; so does a request body that is too large.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from base_station.console.sessions import Sessions

_SAFE = {"GET", "HEAD"}
_BODY_BYTES = 1 << 16
OPEN_PATHS = {"/open", "/pair"}  # they look at a token or a code themselves
STATIC = Path(__file__).resolve().parent / "static"


def _style_hash(page: Path) -> str:
    """For the one page that strangers see: it may fetch nothing, so its style is in it."""
    style = re.search(r"<style>(.*?)</style>", page.read_text(encoding="utf-8"), re.S)
    assert style is not None
    return base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()


_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; "
    f"style-src 'self' 'sha256-{_style_hash(STATIC / 'pair.html')}'; img-src 'self' data:; "
    "connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with none at all, browsers send the pairing form with the origin "null"
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """hosts: every Host that is ours, with its port. scheme: http or https."""

    def __init__(self, app: ASGIApp, *, sessions: Sessions, hosts: Collection[str], scheme: str, cookie: str) -> None:
        self._app, self._sessions, self._cookie = app, sessions, cookie
        self._hosts = set(hosts)
        self._origins = {f"{scheme}://{host}" for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        status, why = self._judge(scope)
        if status:
            await self._refuse(scope, receive, send, status, why)
        else:
            await self._app(scope, receive, _with_headers(send))

    def _judge(self, scope: Scope) -> tuple[int, str]:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [host for host in headers.getlist("host")[:1] if host in self._hosts]:
            return 403, "this is not our address"
        origin = headers.get("origin")
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if origin not in self._origins and (origin is not None or changes):
            return 403, "this page did not send that"
        if not headers.get("content-length", "0").isdecimal() or int(headers.get("content-length", "0")) > _BODY_BYTES:
            return 413, "too long"
        if "transfer-encoding" in headers:
            return 411, "say how long"
        if scope["path"] in OPEN_PATHS:
            return 0, ""
        session = self._sessions.of(_cookie_of(headers.get("cookie", ""), self._cookie))
        if session is None:
            return 401, "open the address that `plush console` prints; it works once"
        scope["session"] = session
        return 0, ""

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why})  # before accepting: 403
            return
        await JSONResponse({"error": why}, status)(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return sending


def _cookie_of(header: str, name: str) -> str | None:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return found.value if found is not None else None

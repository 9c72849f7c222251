"""What a route may take from a request, and the errors that become answers.

Raises  UsageError (400) for what is no number, no JSON, no field of ours; Refused (403) for what a session may not see
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from base_station.console.sessions import Scope
from base_station.errors import BaseStationError, UsageError

Endpoint = Callable[[Request], Awaitable[Response]]
_LARGEST = 1 << 53


class Refused(BaseStationError):
    """This session may not see that."""


def scope_of(request: Request) -> Scope:
    scope: Scope = request.scope["session"]
    return scope


def whole_number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text[:17]) > _LARGEST or len(text) > 16:
        raise UsageError("expected a whole number")
    return int(text)


async def body_of(request: Request, **wanted: type) -> dict[str, Any]:
    """The JSON object of a request: every wanted field, of its type; missing ones are empty; others are refused."""
    try:
        raw = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError) as error:
        raise UsageError("expected JSON") from error
    if not isinstance(raw, dict) or set(raw) - set(wanted):
        raise UsageError(f"expected an object of {', '.join(wanted)}")
    values = {name: raw.get(name, kind()) for name, kind in wanted.items()}
    for name, kind in wanted.items():
        if type(values[name]) is not kind or (kind is int and abs(values[name]) > _LARGEST):
            raise UsageError(f"{name} is of another kind")
        if kind is str and (len(values[name]) > 2000 or not _is_text(values[name])):
            raise UsageError(f"{name} is too long or no text")
    return values


def guarded(who: str, endpoint: Endpoint) -> Endpoint:
    """A route for sessions that may see as much as `who`; errors of ours become one line of JSON."""

    async def run(request: Request) -> Response:
        try:
            if not scope_of(request).may(who):
                raise Refused("this view is not open to you")
            return await endpoint(request)
        except Refused as error:
            return JSONResponse({"error": str(error)}, 403)
        except UsageError as error:
            return JSONResponse({"error": str(error)}, 400)
        except BaseStationError as error:
            return JSONResponse({"error": str(error)}, 503)

    return run


def _is_text(value: str) -> bool:
    """Whether it can be written as UTF-8: JSON can spell half a surrogate pair."""
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)

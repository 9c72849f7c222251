"""Routes about what was said. A session of one child gets this child's turns and must ask for them by name."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import soundfile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from base_station.config import SAMPLE_RATE_HZ
from base_station.console.requests import Refused, body_of, guarded, scope_of, whole_number
from base_station.errors import UsageError
from base_station.rpc import Caller

_TEXTS = ("text", "toy", "child", "brain", "route")
_LONGEST = 200
_DEVELOPERS = ("link", "engines", "latency_ms", "states", "boot_id", "turn_id")
_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


class Transcripts:
    def __init__(self, daemon: Caller) -> None:
        self._daemon = daemon

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/turns", guarded("child", self.find)),
            Route("/api/turns/{row}", guarded("child", self.show)),
            Route("/api/turns/{row}", guarded("child", self.forget_turn), methods=["DELETE"]),
            Route("/api/turns/{row}/sound/{way}", guarded("child", self.sound)),
            Route("/api/names", guarded("parent", self.names)),
            Route("/api/export/{form}", guarded("parent", self.export)),
            Route("/api/forget", guarded("parent", self.forget), methods=["POST"]),
            Route("/api/keeping", guarded("parent", self.keeping)),
            Route("/api/keeping", guarded("parent", self.keep), methods=["POST"]),
        ]

    async def find(self, request: Request) -> Response:
        turns = await self._daemon.call("transcripts_find", **self._query(request))
        return JSONResponse([self._trimmed(request, turn) for turn in turns])

    async def show(self, request: Request) -> Response:
        found = await self._own(request)
        if not scope_of(request).may("developer"):
            found["events"] = []
        return JSONResponse({**found, "turn": self._trimmed(request, found["turn"])})

    async def sound(self, request: Request) -> Response:
        row = (await self._own(request))["turn"]["row"]
        result = await self._daemon.call("turn_sound", row=row, way=request.path_params["way"])
        pcm = np.frombuffer(base64.b64decode(result["pcm"]), dtype="<i2")
        wav = io.BytesIO()
        soundfile.write(wav, pcm, SAMPLE_RATE_HZ, format="WAV", subtype="PCM_16")
        return Response(wav.getvalue(), media_type="audio/wav")

    async def forget_turn(self, request: Request) -> Response:
        row = (await self._own(request))["turn"]["row"]
        return await self._forget(row=row)

    async def forget(self, request: Request) -> Response:
        wanted = await body_of(request, child=str, toy=str, everything=bool)
        return await self._forget(**wanted)

    async def names(self, request: Request) -> Response:
        return JSONResponse(await self._daemon.call("names"))

    async def keeping(self, request: Request) -> Response:
        return JSONResponse(await self._daemon.call("keeping"))

    async def keep(self, request: Request) -> Response:
        wanted = await body_of(request, name=str, value=int)
        return JSONResponse(await self._daemon.call("keep", **wanted))

    async def export(self, request: Request) -> Response:
        form = request.path_params["form"]
        if form not in _TYPES:
            raise UsageError(f"known forms are {', '.join(_TYPES)}")
        lines = self._daemon.watch("transcripts_export", form=form, **self._query(request))

        async def text() -> Any:
            async for line in lines:
                if "line" in line:
                    yield f"{line['line']}\n"

        headers = {"content-disposition": f'attachment; filename="transcripts.{form}"'}
        return StreamingResponse(text(), media_type=_TYPES[form], headers=headers)

    async def _forget(self, **whom: Any) -> Response:
        gone = await self._daemon.call("transcripts_forget", **whom)
        return JSONResponse({"forgotten": gone})

    async def _own(self, request: Request) -> dict[str, Any]:
        """The turn that the path names, if this session may see it."""
        found: dict[str, Any] = await self._daemon.call("turn_trace", row=whole_number(request.path_params["row"]))
        child = scope_of(request).child
        if child and found["turn"]["child"] != child:
            raise Refused("this turn is not yours to see")
        return found

    def _query(self, request: Request) -> dict[str, Any]:
        given = request.query_params
        if unknown := set(given) - {*_TEXTS, "flagged", "before", "count"}:
            raise UsageError(f"cannot search by {', '.join(sorted(unknown))[:_LONGEST]}")
        wanted: dict[str, Any] = {name: given[name] for name in _TEXTS if given.get(name)}
        if any(len(value) > _LONGEST or "\0" in value for value in wanted.values()):
            raise UsageError("too long")
        wanted |= {name: whole_number(given[name]) for name in ("before", "count") if name in given}
        if given.get("flagged"):
            wanted["flagged"] = True
        child = scope_of(request).child
        if child and wanted.get("child") != child:
            raise Refused("these turns are not yours to see")
        return wanted

    def _trimmed(self, request: Request, turn: dict[str, Any]) -> dict[str, Any]:
        """Without what only a developer looks at."""
        if scope_of(request).may("developer"):
            return turn
        return {name: value for name, value in turn.items() if name not in _DEVELOPERS}

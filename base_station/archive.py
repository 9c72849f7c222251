"""The daemon's operations on what was said: find, show, export, forget, keep for so long.

Questions run in a thread on a connection of their own, so that a search among a million turns never stalls a toy.
What a full disk refuses waits in memory (backlog.py): a turn never fails for it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from base_station import clock, config, rpc
from base_station.backlog import Backlog
from base_station.errors import StoreError, UsageError
from base_station.store import TraceEvent, TranscriptStore, TurnRow, erase, export, query
from base_station.store.health import health
from base_station.store.query import Query
from base_station.store.sound import SoundSeal
from base_station.tape import Tape

T = TypeVar("T")
_RETRY_S = 30.0
_SWEEP_ROUNDS = 120  # an hour
_EXPORTS = {"jsonl": export.as_jsonl, "csv": export.as_csv}


class Archive:
    """`on_forget` is told whenever something was forgotten: which child, or everybody; for what lives elsewhere."""

    def __init__(self, store: TranscriptStore, on_forget: Callable[[str, bool], None] = lambda *_: None) -> None:
        self.store = store
        self._path = store.path
        self._seal = SoundSeal(store.path.parent / "sound.key")
        self._on_forget = on_forget
        self.backlog = Backlog()
        self.operations: dict[str, Callable[..., Awaitable[Any]]] = {
            "transcripts_list": self._list,
            "transcripts_show": self._show,
            "transcripts_find": self._find,
            "transcripts_export": self._export,
            "transcripts_forget": self._forget,
            "turn_trace": self._trace,
            "turn_sound": self._sound,
            "keeping": self._keeping,
            "keep": self._keep,
            "names": self._names,
            "figures": self._figures,
        }

    def keep_turn(self, turn: TurnRow, trace: list[TraceEvent], tape: Tape) -> int:
        """Out: its row, on disk; 0 when it waits in the backlog. Sound only if somebody switched that on."""
        kept = tape if self.store.settings.all()["keep_sound"] else Tape()
        return self.backlog.write(lambda: self._add(turn, trace, kept)) or 0

    def keep_wake(self, toy: str, *, reason: str, score: float, snr_db: int, accepted: bool) -> None:
        self.backlog.write(
            lambda: self.store.add_wake(toy, reason=reason, score=score, snr_db=snr_db, accepted=accepted)
        )

    def keep_error(self, toy: str, *, turn_id: int, stage: str, text: str) -> None:
        self.backlog.write(lambda: self.store.add_error(toy, turn_id=turn_id, stage=stage, text=text))

    def _add(self, turn: TurnRow, trace: list[TraceEvent], tape: Tape) -> int:
        row = self.store.add(turn, trace)
        for way, pcm in (("heard", tape.heard()), ("said", tape.said())):
            if len(pcm):
                self.store.add_sound(row, way, self._seal.seal(pcm, row, way))
        return row

    async def keep_swept(self) -> None:
        """Runs for ever: what is too old goes within the hour, what waits for room is tried again every half minute."""
        for round_number in itertools.count():
            if round_number % _SWEEP_ROUNDS == 0:
                try:
                    await _aside(erase.sweep, self._path)
                except StoreError as error:
                    self.backlog.tell(str(error))
            self.backlog.retry()
            await asyncio.sleep(_RETRY_S)

    # --- operations --------------------------------------------------------------------------------------------------
    async def _list(self, emit: rpc.Emit, *, count: int = 20) -> list[dict[str, Any]]:
        return [asdict(row) for row in self.store.last(count)]

    async def _show(self, emit: rpc.Emit, *, row: int) -> dict[str, Any]:
        return asdict(self.store.show(row))

    async def _find(self, emit: rpc.Emit, **wanted: Any) -> list[dict[str, Any]]:
        return [asdict(row) for row in await _aside(query.find_turns, self._path, _query(wanted))]

    async def _export(self, emit: rpc.Emit, *, form: str, **wanted: Any) -> None:
        """Streams {"line": TEXT}."""
        if form not in _EXPORTS:
            raise UsageError(f"there is no form {form!r}: known are {', '.join(_EXPORTS)}")
        lines = _EXPORTS[form](query.every_turn(self._path, _query(wanted)))
        while chunk := await _aside(_some, lines):
            for line in chunk:
                emit({"line": line})

    async def _trace(self, emit: rpc.Emit, *, row: int) -> dict[str, Any]:
        turn, events = await _aside(query.show_turn, self._path, row)
        sounds = await _aside(query.sealed_sounds, self._path, row)
        return {"turn": asdict(turn), "events": [asdict(event) for event in events], "sounds": sorted(sounds)}

    async def _sound(self, emit: rpc.Emit, *, row: int, way: str) -> dict[str, str]:
        sounds = await _aside(query.sealed_sounds, self._path, row)
        if way not in sounds:
            raise UsageError(f"no sound of turn {row} is kept")
        pcm = self._seal.open(sounds[way], row, way)
        return {"pcm": base64.b64encode(np.ascontiguousarray(pcm, dtype="<i2").tobytes()).decode()}

    async def _forget(
        self, emit: rpc.Emit, *, child: str = "", toy: str = "", row: int = 0, everything: bool = False
    ) -> int:
        """Out: how many turns were erased. Exactly one of the four is given."""
        if [bool(child), bool(toy), bool(row), everything].count(True) != 1:
            raise UsageError("say whom to forget: one child, one toy, one turn, or everything")
        self.backlog.retry()
        if len(self.backlog):  # or it would be written after it was forgotten
            raise StoreError(f"{self._path} cannot be written; make room on the disk, then forget again")
        if child:
            gone = await _aside(erase.forget_child, self._path, child)
        elif toy:
            gone = await _aside(erase.forget_toy, self._path, toy)
        elif row:
            gone = await _aside(erase.forget_turn, self._path, row)
        else:
            gone = await _aside(erase.forget_all, self._path)
        self._on_forget(child, everything)
        _empty_log(config.runtime_folder() / "daemon.log")
        return gone

    async def _keeping(self, emit: rpc.Emit) -> dict[str, Any]:
        return {**self.store.settings.all(), "folder": str(self._path.parent)}

    async def _keep(self, emit: rpc.Emit, *, name: str, value: int) -> dict[str, Any]:
        self.store.settings.change(name, value)
        return await self._keeping(emit)

    async def _names(self, emit: rpc.Emit) -> dict[str, list[str]]:
        return await _aside(query.names, self._path)

    async def _figures(self, emit: rpc.Emit) -> dict[str, Any]:
        return await _aside(health, self._path)


def _query(wanted: dict[str, Any]) -> Query:
    known = {field.name: type(field.default) for field in fields(Query)}
    for name, value in wanted.items():
        if name not in known or type(value) is not known[name]:
            raise UsageError(f"cannot search by {name} {value!r}")
        if isinstance(value, int) and abs(value) >= 1 << 62:
            raise UsageError(f"{name} is too large")
    return Query(**wanted)


async def _aside(work: Callable[..., T], *values: Any) -> T:
    with clock.external():
        return await asyncio.to_thread(work, *values)


def _some(lines: Any, most: int = 500) -> list[str]:
    return [line for _, line in zip(range(most), lines, strict=False)]


def _empty_log(path: Path) -> None:
    """Engines write to it, and what they complain about may be what a child said."""
    with contextlib.suppress(FileNotFoundError):
        path.open("w").close()

"""The engines that are running: one worker process for each engine and its options, shared where that is safe.

A language model and a voice serve several toys in turn. A recogniser holds the state of one utterance, so each toy
leases its own and gives it back.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base_station.engine_defaults import Choice, choose
from base_station.engines import (
    HEARING_PATIENCE_S,
    PATIENCE_S,
    RemoteChat,
    RemoteRecogniser,
    RemoteVoice,
    RemoteWakeCheck,
    VisitorVoice,
)
from base_station.turn import Stages
from base_station.worker import Limits, Worker

_VISITOR = {"voice": "en-us", "pitch": 50, "liveliness": 50, "words_per_minute": 150}


@dataclass(frozen=True)
class Care:
    """When an engine is given up: so long without a sign of life, or so much memory above its model's file."""

    patience_s: float = PATIENCE_S
    hearing_patience_s: float = HEARING_PATIENCE_S
    memory_bytes: int = 1_500_000_000  # the largest engine here takes 0.7 GB


@dataclass
class Lease:
    """Engines for one toy. `choices` says which and why, by stage."""

    stages: Stages
    choices: dict[str, Choice]
    recogniser: Worker

    def names(self) -> dict[str, str]:
        return {stage: choice.name for stage, choice in self.choices.items()}


class EnginePool:
    """Constructs every engine that the base station uses. `external` marks waits for the clock (clock.engine_wait)."""

    def __init__(self, external: Callable[[], AbstractContextManager[None]], care: Care | None = None) -> None:
        self._external = external
        self._care = care or Care()
        self._shared: dict[str, Worker] = {}
        self._free: dict[str, list[Worker]] = {}
        self._leased: list[Worker] = []

    async def lease(self, wanted: dict[str, Any]) -> Lease:
        """Starts what is not running yet and waits until it has loaded.

        Raises UsageError and ModelError for what the user asked wrongly, EngineError for what does not start.
        """
        choices, patience_s = choose(wanted), self._care.patience_s
        recogniser = self._take(choices["asr"])
        check = RemoteWakeCheck(self._share(choices["wake"])) if "wake" in choices else None
        lease = Lease(
            Stages(
                recogniser=RemoteRecogniser(recogniser, patience_s=self._care.hearing_patience_s),
                chat=RemoteChat(self._share(choices["llm"]), patience_s=patience_s),
                voice=RemoteVoice(self._share(choices["tts"]), patience_s=patience_s),
                wake=check,
            ),
            choices,
            recogniser,
        )
        workers = [recogniser, lease.stages.chat.worker, lease.stages.voice.worker]
        workers += [check.worker] if check is not None else []
        try:
            await asyncio.gather(*(worker.start() for worker in workers))
        except BaseException:
            await self._discard(workers)
            raise
        return lease

    def give_back(self, lease: Lease) -> None:
        if lease.recogniser in self._leased:
            self._leased.remove(lease.recogniser)
            self._free.setdefault(_key(lease.choices["asr"]), []).append(lease.recogniser)

    async def visitor(self) -> VisitorVoice:
        """A plain voice, not the plush's, for what is said into a virtual microphone."""
        worker = self._share(Choice("tts", "espeak", dict(_VISITOR)))
        await worker.start()
        return VisitorVoice(worker)

    def status(self) -> list[dict[str, Any]]:
        return [
            {"kind": w.kind, "name": w.name, "pid": w.pid, "ready": w.ready, "starts": w.starts}
            for w in self._workers()
        ]

    async def close(self) -> None:
        await asyncio.gather(*(worker.stop() for worker in self._workers()))

    def _workers(self) -> list[Worker]:
        return [*self._shared.values(), *self._leased, *(w for free in self._free.values() for w in free)]

    def _take(self, choice: Choice) -> Worker:
        free = self._free.get(_key(choice))
        worker = free.pop() if free else self._make(choice)
        self._leased.append(worker)
        return worker

    def _share(self, choice: Choice) -> Worker:
        key = _key(choice)
        if key not in self._shared:
            self._shared[key] = self._make(choice)
        return self._shared[key]

    def _make(self, choice: Choice) -> Worker:
        limits = Limits(memory_bytes=self._care.memory_bytes + _size_bytes(choice.options.get("path")))
        return Worker(choice.kind, choice.name, choice.options, limits=limits, external=self._external)

    async def _discard(self, workers: list[Worker]) -> None:
        """Forgets engines that did not load, so that the next try begins afresh."""
        for worker in workers:
            if not worker.ready:
                await worker.stop()
                self._shared = {key: kept for key, kept in self._shared.items() if kept is not worker}
            if worker in self._leased:
                self._leased.remove(worker)
                if worker.ready:
                    self._free.setdefault(_key(Choice(worker.kind, worker.name, worker.options, "")), []).append(worker)


def _size_bytes(path: str | None) -> int:
    """Of a model: a file, or all that lies in a folder."""
    if path is None:
        return 0
    files = [Path(path)] if Path(path).is_file() else Path(path).rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())


def _key(choice: Choice) -> str:
    return json.dumps([choice.kind, choice.name, choice.options], sort_keys=True)

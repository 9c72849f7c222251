"""Inside an engine's process: turns a request into calls of the engine and the engine's answers into events.

One server for each kind of engine. A server is a generator: it yields events (maps of CBOR values) and returns the
result. Sound crosses as bytes, int16 little endian, 16 kHz mono.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np

from base_station.asr.base import Recogniser
from base_station.errors import EngineError
from base_station.llm.base import Chat
from base_station.tts.base import Voice
from base_station.wake.base import WakeCheck

Events = Generator[dict[str, Any], None, Any]


class Job(Protocol):
    """What a server sees of a request; see worker_child.py."""

    op: str
    fields: dict[str, Any]

    def cancelled(self) -> bool: ...

    def inputs(self) -> Iterator[Any]: ...


def serve_asr(engine: Recogniser, job: Job) -> Events:
    """listen: takes sound (bytes) and marks (numbers, echoed once all sound before them is worked off)."""
    _expect(job, "listen")
    engine.begin(tuple(job.fields.get("hints", ())))
    for item in job.inputs():
        if not isinstance(item, bytes):
            yield {"mark": item}
        elif (partial := engine.feed(np.frombuffer(item, dtype="<i2"))) is not None:
            yield {"partial": partial}
    heard = engine.finish()  # when cancelled too: it closes the utterance
    return None if job.cancelled() else asdict(heard)


def serve_llm(engine: Chat, job: Job) -> Events:
    """reply: streams the pieces of an answer. prefill: reads a prompt into the cache and answers nothing."""
    started_s = time.perf_counter()
    messages = job.fields["messages"]
    if job.op == "prefill":
        engine.prefill(messages, job.cancelled)
        return {"total_ms": _since_ms(started_s)}
    _expect(job, "reply")
    first_ms = None
    pieces = engine.reply(messages, job.fields["max_tokens"], job.fields.get("seed"), job.cancelled)
    for piece in pieces:
        first_ms = _since_ms(started_s) if first_ms is None else first_ms
        yield {"piece": piece}
    return {**asdict(engine.stats), "first_token_ms": first_ms, "total_ms": _since_ms(started_s)}


def serve_tts(engine: Voice, job: Job) -> Events:
    """speak: streams sound as it is made."""
    _expect(job, "speak")
    started_s, samples = time.perf_counter(), 0
    for chunk in engine.speak(job.fields["text"], job.cancelled):
        samples += len(chunk)
        yield {"audio": np.ascontiguousarray(chunk, dtype="<i2").tobytes()}
    return {"samples": samples, "total_ms": _since_ms(started_s)}


def serve_wake(engine: WakeCheck, job: Job) -> Events:
    """check: one answer for one stretch of sound."""
    _expect(job, "check")
    return asdict(engine.check(np.frombuffer(job.fields["pcm"], dtype="<i2")))
    yield  # makes this a generator like its siblings


def _expect(job: Job, op: str) -> None:
    if job.op != op:
        raise EngineError(f"no such request: {job.op}")


def _since_ms(started_s: float) -> float:
    return (time.perf_counter() - started_s) * 1000.0


SERVERS: dict[str, Callable[[Any, Job], Events]] = {
    "asr": serve_asr,
    "llm": serve_llm,
    "tts": serve_tts,
    "wake": serve_wake,
}

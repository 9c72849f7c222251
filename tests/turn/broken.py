"""Scripted engines that break when they are told to, each fault once, in their real worker processes.

`order(folder, kind, fault)` leaves a note in a folder; the engine of that kind takes it at its next piece of work:

    stop      SIGSTOP to itself          crash   SIGKILL to itself
    stall     sleeps and asks nobody     spin    computes for ever and asks nobody
    leak      takes memory until it is stopped
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from base_station.asr.base import Heard
from tests.turn import scripted
from tests.turn.scripted import Pcm

KINDS = ("asr", "llm", "tts")
FAULTS = ("stop", "crash", "stall", "spin", "leak")
FOLDER = "PLUSH_BROKEN"
SINCE = "since"  # holds the moment of the last fault: the monotonic clock is every process's


def order(folder: Path, kind: str, fault: str) -> None:
    (folder / kind).write_text(fault, encoding="ascii")


def _break(kind: str) -> None:
    """Obeys the note for this kind of engine, if there is one."""
    note = Path(os.environ[FOLDER]) / kind
    try:
        fault = note.read_text(encoding="ascii")
        note.unlink()
    except FileNotFoundError:
        return
    (note.parent / SINCE).write_text(str(time.monotonic()), encoding="ascii")
    if fault in ("stop", "crash"):
        os.kill(os.getpid(), signal.SIGSTOP if fault == "stop" else signal.SIGKILL)
    hoard: list[Any] = []
    while True:
        if fault == "stall":
            time.sleep(1.0)
        if fault == "leak":
            hoard.append(np.ones(8_000_000))


class Ears(scripted.Ears):
    """Breaks once the question is over."""

    def finish(self) -> Heard:
        _break("asr")
        return super().finish()


class Mind(scripted.Mind):
    """Answers in two sentences, and breaks between them: the plush is speaking already."""

    def reply(self, messages: Sequence[dict[str, str]], max_tokens: int, seed: Any, cancelled: Any) -> Iterator[str]:
        yield from super().reply(messages, max_tokens, seed, cancelled)
        _break("llm")
        yield " That is all."


class Mouth(scripted.Mouth):
    """Breaks in the middle of an answer."""

    def speak(self, text: str, cancelled: Any) -> Iterator[Pcm]:
        for sound in super().speak(text, cancelled):
            yield sound[: len(sound) // 2]
            if text.startswith("answer"):
                _break("tts")
            yield sound[len(sound) // 2 :]


ENGINES = {"asr": "tests.turn.broken:Ears", "llm": "tests.turn.broken:Mind", "tts": "tests.turn.broken:Mouth"}

"""An engine whose faults are ordered from outside: it hangs, dies, leaks and ignores cancellation on command."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import numpy as np

from base_station.asr.base import Heard, Word
from base_station.errors import ModelError
from base_station.llm.base import Cancelled, ReplyStats, Turn


class PuppetChat:
    """The last message is the order."""

    def __init__(self, start: str = "well", delay_s: float = 0.0) -> None:
        print("puppet speaks on standard error", file=sys.stderr, flush=True)
        time.sleep(delay_s)
        if start == "no model":
            raise ModelError("there is no such model")
        if start == "die":
            os._exit(7)
        self.stats = ReplyStats()
        self.info = {"pid": os.getpid()}
        self.child: subprocess.Popen[bytes] | None = None

    def reply(self, messages: Sequence[Turn], max_tokens: int, seed: int | None, cancelled: Cancelled) -> Iterator[str]:
        order = messages[-1]["content"]
        if order == "count":
            for number in range(max_tokens):
                yield f"{number} "
        elif order == "slowly":
            for number in range(max_tokens):
                if cancelled():
                    return
                time.sleep(0.02)
                yield f"{number} "
        elif order == "reads":  # a long prompt: nothing to show for it, but alive
            for _ in range(max_tokens):
                cancelled()
                time.sleep(0.02)
            yield "read"
        elif order == "deaf":
            time.sleep(60)
        elif order == "crash":
            yield "about to crash "
            print("last words", file=sys.stderr, flush=True)
            ctypes.string_at(0)
        elif order == "raise":
            raise ValueError("two\nlines")
        elif order == "leak":
            hoard = []
            while not cancelled():
                hoard.append(np.ones(4_000_000))
                time.sleep(0.01)
        elif order == "pid":
            yield str(os.getpid())
        elif order == "spawn":
            self.child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
            yield str(self.child.pid)
        elif order == "chatter":
            for number in range(3000):
                print(f"line {number} " + "x" * 200, file=sys.stderr)
            yield "done"

    def prefill(self, messages: Sequence[Turn], cancelled: Cancelled) -> None:
        return


class PuppetEar:
    """Counts samples; a feed of ones takes its time."""

    def __init__(self) -> None:
        self.samples = 0
        self.hints: tuple[str, ...] = ()

    def begin(self, hints: Sequence[str]) -> None:
        self.samples, self.hints = 0, tuple(hints)

    def feed(self, pcm: np.ndarray) -> str | None:
        if pcm.any():
            time.sleep(0.05)
        self.samples += len(pcm)
        return f"{self.samples} samples"

    def finish(self) -> Heard:
        text = f"{self.samples} samples {' '.join(self.hints)}".strip()
        return Heard(text, (Word(text, 0.5, 0, self.samples // 16),), 0.5)

"""Engines that stop, crash, stall, spin and leak in the middle of an answer: an excuse, a fresh engine, the next turn.

Time is virtual, engines' processes and the watch over them are real.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import resource
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from base_station import clock
from base_station import events as ev
from base_station.dialogue.phrases import Phrases
from base_station.engine_pool import Care
from base_station.rpc import InProcess
from base_station.talk import Conversation, TalkOptions
from base_station.virtual import PlushOptions
from tests.py.http_here import Silent, serving
from tests.turn import broken
from tests.turn.house import BUILD, house, station
from tests.turn.scripted import buzz

EXCUSES = tuple(Phrases()[name] for name in ("trouble", "lost_thread"))
QUICK = Care(patience_s=1.0, hearing_patience_s=1.0, memory_bytes=400_000_000)
SIGNALS = [(kind, fault) for fault in ("crash", "stop") for kind in broken.KINDS]
OTHERS = [("asr", "stall"), ("llm", "spin"), ("tts", "leak")]


@dataclass
class Watch:
    """Seconds from each fault to the excuse: real until the base station noticed it, virtual from there on."""

    folder: Path
    noticed_s: list[float] = field(default_factory=list)
    silent_s: list[float] = field(default_factory=list)
    failed_ms: float = 0.0

    def __call__(self, event: ev.Event) -> None:
        if isinstance(event, ev.Failed):
            self.noticed_s.append(time.monotonic() - float((self.folder / broken.SINCE).read_text(encoding="ascii")))
            self.failed_ms = event.t_ms
        if isinstance(event, ev.SentenceSpoken) and event.text.startswith("Oh dear"):
            self.silent_s.append((event.t_ms - self.failed_ms) / 1000)


async def cycles(folder: Path, plan: Iterable[tuple[str, str]], care: Care) -> Watch:
    """Breaks one engine after the other in mid-answer; after each, a question must be answered as ever."""
    watch = Watch(folder)
    async with house(folder, broken.ENGINES, show=watch, care=care) as home:
        for k, (kind, fault) in enumerate(plan):
            pitch = k % 8
            broken.order(folder, kind, fault)
            turn = await home.ask(buzz(pitch, 0.6))
            assert (turn.brain, turn.states[-1]) == ("remote", "idle"), (kind, fault, turn)
            assert turn.said.endswith(EXCUSES), (kind, fault, turn.said)
            assert not (folder / kind).exists(), "the fault never happened"
            after = await home.ask(buzz(pitch + 1, 0.6))
            assert after.said == f"answer {pitch + 1}. That is all.", (kind, fault, after.said)
    return watch


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(broken.FOLDER, str(tmp_path))
    return tmp_path


def test_faults_in_mid_answer(folder: Path) -> None:
    plan = [*SIGNALS, *OTHERS, *SIGNALS]
    watch = clock.run_virtual(lambda: cycles(folder, plan, QUICK))
    assert len(watch.silent_s) == len(watch.noticed_s) == len(plan)
    assert max(watch.silent_s) < 0.5  # the rest of the three seconds is the engines' patience
    assert Care().patience_s < 2.0
    assert Care().hearing_patience_s + max(watch.silent_s) < 3.0


@pytest.mark.long
def test_five_hundred_faults_in_mid_answer(folder: Path) -> None:
    """With the product's own patience."""
    every = [(kind, fault) for fault in broken.FAULTS for kind in broken.KINDS]
    care = Care(memory_bytes=400_000_000)
    watch = clock.run_virtual(lambda: cycles(folder, itertools.islice(itertools.cycle(every), 500), care))
    excuses_s = [sum(pair) for pair in zip(watch.noticed_s, watch.silent_s, strict=True)]
    print(f"fault to excuse: p50 {np.median(excuses_s):.2f} s, longest {max(excuses_s):.2f} s")
    assert len(excuses_s) == 500
    assert max(excuses_s) < 3.0


class Server(Silent):
    """A language model's server that can be made to go away in the middle of an answer."""

    vanishes = False

    def do_GET(self) -> None:
        self._send(json.dumps({"data": [{"id": "scripted"}]}).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = body["messages"][-1]["content"].split()[-1:]
        pieces = ["answer ", *number, ".", " That is all."]
        lines = [f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}\n\n" for piece in pieces]
        if Server.vanishes and body["max_tokens"] > 1:
            self._send("".join(lines[:4]).encode())
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._send("".join([*lines, "data: [DONE]\n\n"]).encode())

    def _send(self, data: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(data)


def test_a_server_that_vanishes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In mid-answer, then altogether; when it is back it answers again."""
    engines = {kind: spec for kind, spec in broken.ENGINES.items() if kind != "llm"}

    async def main() -> list[str]:
        with contextlib.ExitStack() as first:
            url = first.enter_context(serving(Server))
            async with house(folder, {**engines, "llm_url": url}, care=QUICK) as home:
                monkeypatch.setattr(Server, "vanishes", True)
                said = [(await home.ask(buzz(1, 0.6))).said]
                first.close()
                said.append((await home.ask(buzz(2, 0.6))).said)
                monkeypatch.setattr(Server, "vanishes", False)
                with serving(Server, int(url.rpartition(":")[2])):
                    said.append((await home.ask(buzz(3, 0.6))).said)
                return said

    first, second, third = clock.run_virtual(main)
    assert first in (f"answer 1. {EXCUSES[1]}", EXCUSES[0])  # whether a word had sounded is a race
    assert (second, third) == (EXCUSES[0], "answer 3. That is all.")


def test_a_full_disk_and_a_clock_that_jumps_lose_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel lets no file grow, as on a full disk; the wall clock goes back by years and ahead by a day."""
    offset_s, real_time, (_, most) = 0.0, time.time, resource.getrlimit(resource.RLIMIT_FSIZE)
    monkeypatch.setattr(time, "time", lambda: real_time() + offset_s)

    async def main() -> tuple[list[str], list[str]]:
        nonlocal offset_s
        async with station(folder) as made:
            options = TalkOptions(PlushOptions(build=BUILD, seed=1), dict(broken.ENGINES))
            async with Conversation(options, InProcess(made.handle)) as home:
                said = []
                for k, jump_s in enumerate((0.0, -20 * 365 * 86400.0, 86400.0)):
                    offset_s = jump_s
                    resource.setrlimit(resource.RLIMIT_FSIZE, (1 if k == 1 else most, most))
                    said.append((await home.ask(buzz(k, 0.6))).said)
                    assert (len(made.archive.backlog) > 0) == (k == 1)
                return said, [row.said for row in made.archive.store.last()]

    said, kept = clock.run_virtual(main)
    assert said == kept == [f"answer {k}. That is all." for k in range(3)]

"""The speaker never says what a hostile model says: whole dialogues in virtual time, and an OpenAI-like server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from base_station import clock
from base_station.turn_report import TurnReport
from tests.py.http_here import Silent, serving
from tests.turn import hostile
from tests.turn.house import house
from tests.turn.scripted import buzz


def bare(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalpha())


BAD = [bare(text) for text in hostile.TERRIBLE]


def talk(folder: Path, turns: int, engines: dict[str, str]) -> list[TurnReport]:
    async def main() -> list[TurnReport]:
        async with house(folder, engines) as home:
            return [await home.ask(np.concatenate([buzz(3, 0.4), np.zeros(1600, np.int16)])) for _ in range(turns)]

    return clock.run_virtual(main)


def check(folder: Path, turns: list[TurnReport]) -> None:
    spoken = (folder / hostile.SPOKEN).read_text(encoding="utf-8").splitlines()
    assert len(spoken) >= len(turns)
    leaked = [line for line in spoken if any(bad in bare(line) for bad in BAD)]
    leaked += [turn.said for turn in turns if any(bad in bare(turn.said) for bad in BAD)]
    assert leaked == []
    assert all(turn.brain == "remote" and turn.said for turn in turns)
    assert any(line in hostile.KIND for line in spoken), "nothing kind got through either"


def test_a_hostile_model_never_reaches_the_speaker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path))
    check(tmp_path, talk(tmp_path, len(hostile.TERRIBLE), hostile.ENGINES))


@pytest.mark.long
def test_a_hostile_model_never_reaches_the_speaker_in_500_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path))
    check(tmp_path, talk(tmp_path, 500, hostile.ENGINES))


class _Server(Silent):
    """Chat completions, streamed."""

    asked = 0

    def do_GET(self) -> None:
        self._send(json.dumps({"data": [{"id": "hostile"}]}).encode(), "application/json")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        text = hostile.reply(_Server.asked)
        _Server.asked += 1
        lines = [json.dumps({"choices": [{"delta": {"content": text[at : at + 7]}}]}) for at in range(0, len(text), 7)]
        self._send("".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode(), "text/event-stream")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[str]:
    with serving(_Server) as url:
        yield url


def test_a_hostile_server_never_reaches_the_speaker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path))
    engines = {name: spec for name, spec in hostile.ENGINES.items() if name != "llm"}
    check(tmp_path, talk(tmp_path, 8, {**engines, "llm_url": server}))

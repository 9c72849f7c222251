"""OpenAI-compatible servers: one with faults on command, none at all, and a real one where there is one."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from base_station.engines import RemoteChat
from base_station.errors import EngineError, UsageError
from base_station.llm.base import Turn
from base_station.worker import Worker
from tests.py.http_here import Silent, free_port, serving
from tests.py.tiny_chat import PLAIN, STORY, say
from tests.py.tiny_gguf import write_tiny_gguf


class Scripted(Silent):
    """An OpenAI-compatible server with faults on command; the last message is the order."""

    protocol_version = "HTTP/1.1"
    bodies: list[dict[str, Any]] = []  # noqa: RUF012
    cut = threading.Event()

    def do_GET(self) -> None:
        self._whole(200, {"data": [{"id": "scripted"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.bodies.append(body)
        order = body["messages"][-1]["content"]
        if order == "refuse":
            self._whole(500, {"error": "no\nmemory"})
        elif len(body["messages"]) > 4:
            self._whole(400, {"error": {"message": "exceeds the context size", "code": "context_length_exceeded"}})
        else:
            self._stream(order)

    def _stream(self, order: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            if order == "silent":
                self.cut.wait(10)
            for number in range(5000 if order == "endless" else 5):
                if order == "garbage" and number == 2:
                    self.wfile.write(b"data: {broken\n\n")
                if order == "vanish" and number == 2:
                    self.connection.shutdown(socket.SHUT_RDWR)
                piece = {"choices": [{"delta": {"content": f" {number}é"}}]}
                self.wfile.write(f": comment\ndata: {json.dumps(piece)}\n\n".encode())
                self.wfile.flush()
                time.sleep(0.002)
            usage = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5}}
            self.wfile.write(f"data: {json.dumps(usage)}\n\ndata: [DONE]\n\n".encode())
        except OSError:
            self.cut.set()

    def _whole(self, status: int, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def scripted() -> Iterator[str]:
    Scripted.bodies.clear()
    Scripted.cut.clear()
    with serving(Scripted) as url:
        yield url


def order(text: str) -> list[Turn]:
    return [Turn(role="system", content="Be kind."), Turn(role="user", content=text)]


def test_a_server_streams_and_tells_its_counts(scripted: str) -> None:
    async def main() -> None:
        chat = RemoteChat(Worker("llm", "openai", {"url": scripted, "model": None, "temperature": 0.5}))
        text, stats = await say(chat, order("count"), max_tokens=9, seed=4)
        assert text == "0é 1é 2é 3é 4é"
        assert (stats["prompt_tokens"], stats["tokens"]) == (7, 5)
        sent = Scripted.bodies[-1]
        assert (sent["model"], sent["max_tokens"], sent["seed"], sent["temperature"]) == ("scripted", 9, 4, 0.5)
        assert chat.worker.info["model"] == "scripted"
        long = [*order("a"), *order("b")[1:], *order("c")[1:], *order("d")[1:], *order("count")[1:]]
        text, stats = await say(chat, long, max_tokens=9)
        assert (text, stats["dropped_turns"]) == ("0é 1é 2é 3é 4é", 2)
        assert [turn["content"] for turn in Scripted.bodies[-1]["messages"]] == ["Be kind.", "c", "d", "count"]
        await chat.worker.stop()

    asyncio.run(main())


def test_faults_of_a_server_are_typed_and_the_next_reply_works(scripted: str) -> None:
    async def main() -> None:
        chat = RemoteChat(Worker("llm", "openai", {"url": scripted}))
        for fault, says in {
            "refuse": "answered 500.*no.*memory",
            "garbage": "not JSON",
            "vanish": "broke off|failed",
        }.items():
            with pytest.raises(EngineError, match=says):
                await say(chat, order(fault))
        Scripted.cut.clear()
        silent = chat.reply(order("silent"))
        waiting = asyncio.create_task(anext(silent, None))  # type: ignore[arg-type]
        await asyncio.sleep(0.2)
        started_s = time.monotonic()
        silent.close()
        assert await waiting is None
        Scripted.cut.clear()
        endless = chat.reply(order("endless"), max_tokens=5000)
        await anext(endless)
        endless.close()
        assert (await say(chat, order("count")))[0].endswith("4é")
        assert time.monotonic() - started_s < 2.0
        assert await asyncio.to_thread(Scripted.cut.wait, 5), "the server saw the connection close"
        assert chat.worker.starts == 1
        await chat.worker.stop()

    asyncio.run(main())


def test_no_server_is_the_users_mistake() -> None:
    url = f"http://127.0.0.1:{free_port()}"

    async def main() -> None:
        for wrong, says in {url: "no language model server answers", "ftp://x": "not the URL"}.items():
            with pytest.raises(UsageError, match=says):
                await Worker("llm", "openai", {"url": wrong}).start()

    asyncio.run(main())


def server_command(model: Path, port: int) -> list[str]:
    """A real server of llama.cpp: what $LLAMA_SERVER names, its own program, or llama-cpp-python's. Empty: none."""
    python = ["--model", str(model), "--port", str(port), "--n_ctx", "256", "--interrupt_requests", "False"]
    if named := os.environ.get("LLAMA_SERVER"):
        return [*named.split(), *python]
    if program := shutil.which("llama-server"):
        return [program, "-m", str(model), "--port", str(port), "-c", "256"]
    if importlib.util.find_spec("fastapi") and importlib.util.find_spec("sse_starlette"):
        return [sys.executable, "-m", "llama_cpp.server", *python]
    return []


def test_a_real_llama_server(tmp_path: Path) -> None:
    port = free_port()
    if not (command := server_command(write_tiny_gguf(tmp_path / "tiny.gguf", PLAIN), port)):
        pytest.skip("no llama-server is here: put one on the PATH, or name llama-cpp-python's in $LLAMA_SERVER")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and server.poll() is None:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/v1/models", trust_env=False)
                    break
                except httpx.HTTPError:
                    time.sleep(0.2)

            async def main() -> None:
                chat = RemoteChat(Worker("llm", "openai", {"url": f"http://127.0.0.1:{port}", "temperature": 0.0}))
                await chat.prefill(STORY).outcome()
                text, stats = await say(chat, STORY, max_tokens=20)
                assert len(text) > 10
                assert stats["tokens"] > 5
                quick = chat.reply(STORY, max_tokens=200)
                await anext(quick)
                quick.close()  # a child that interrupts: the next answer is not the rest of this one
                again, _ = await say(chat, STORY, max_tokens=20)
                assert again == text
                await chat.worker.stop()

            asyncio.run(main())
        finally:
            server.terminate()

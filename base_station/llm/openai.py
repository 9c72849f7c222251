"""Any OpenAI-compatible server in the home: llama-server, vLLM, llama-cpp-python's own.

In      the server's URL, messages
Out     pieces of the answer as the server streams them
Raises  UsageError when no server answers at the start; EngineError when it fails later, or is silent for too long
Source  the chat completions protocol with `stream`: server-sent events, one JSON object a line
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Any

import httpx

from base_station.errors import EngineError, UsageError
from base_station.llm.base import Cancelled, ReplyStats, Turn
from base_station.llm.prompt import STOPS, clean

_POLL_S = 0.02
_START_S = 5.0
_FIRST_S = 2.5  # until the first piece, which may wait behind another toy's
_NEXT_S = 1.5
_PREFILL_S = 60.0  # for a prompt that the server has not read yet
_REFUSED = (400, 413, 422)
_OLDEST = 1  # messages[0] is the system prompt


class OpenAIChat:
    """Keeps no state between replies, so several can run at once."""

    def __init__(
        self,
        url: str,
        model: str | None = None,
        api_key: str | None = None,
        temperature: float = 0.7,
        top_p: float = 0.9,
        concurrency: int = 4,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"not the URL of a language model server: {url}")
        self._url = url.rstrip("/") if "/v1" in url else f"{url.rstrip('/')}/v1"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._options = {"temperature": temperature, "top_p": top_p, "stop": list(STOPS[:4])}
        self._model = model or self._first_model()
        self.concurrency = concurrency
        self.stats = ReplyStats(cached_tokens=-1)
        self.info = {"model": self._model, "url": self._url}

    def twin(self) -> OpenAIChat:
        """Another front for the same server, with statistics of its own."""
        twin = object.__new__(OpenAIChat)
        twin.__dict__.update(self.__dict__)
        twin.stats = ReplyStats(cached_tokens=-1)
        return twin

    def reply(self, messages: Sequence[Turn], max_tokens: int, seed: int | None, cancelled: Cancelled) -> Iterator[str]:
        return self._pieces(clean(messages), max_tokens, seed, cancelled, _FIRST_S)

    def prefill(self, messages: Sequence[Turn], cancelled: Cancelled) -> None:
        """One token, to have the server read the prompt: servers keep the longest part that they have read before."""
        for _piece in self._pieces(clean(messages), 1, None, cancelled, _PREFILL_S):
            return

    def _pieces(
        self, messages: list[Turn], max_tokens: int, seed: int | None, cancelled: Cancelled, patience_s: float
    ) -> Iterator[str]:
        self.stats = ReplyStats(cached_tokens=-1)
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            pieces = self._stream(messages, max_tokens, seed)
            try:
                while True:
                    # The wait is cut into short ones, so that a silent server does not delay a cancellation.
                    coming, until_s = loop.create_task(anext(pieces, None)), loop.time() + patience_s
                    while not coming.done():
                        loop.run_until_complete(asyncio.wait({coming}, timeout=_POLL_S))
                        silent = not coming.done() and loop.time() > until_s
                        if cancelled() or silent:
                            coming.cancel()
                            loop.run_until_complete(asyncio.wait({coming}))
                        if silent:
                            raise EngineError(f"{self._url} said nothing for {patience_s:g} s")
                        if cancelled():
                            return
                    if (piece := coming.result()) is None:
                        return
                    patience_s = _NEXT_S
                    yield piece
            finally:
                loop.run_until_complete(pieces.aclose())

    async def _stream(self, messages: list[Turn], max_tokens: int, seed: int | None) -> AsyncGenerator[str, None]:
        begun = False
        async with httpx.AsyncClient(headers=self._headers, timeout=_PREFILL_S, trust_env=False) as client:
            while True:
                body = {
                    "model": self._model, "messages": messages, "max_tokens": max_tokens, "stream": True,
                    "stream_options": {"include_usage": True}, **self._options,
                }  # fmt: skip
                if seed is not None:
                    body["seed"] = seed
                try:
                    async with client.stream("POST", f"{self._url}/chat/completions", json=body) as response:
                        if response.status_code in _REFUSED and self._drop_oldest(messages, await response.aread()):
                            continue
                        if response.status_code != httpx.codes.OK:
                            text = " ".join((await response.aread()).decode("utf-8", "replace").split())
                            raise EngineError(f"the server answered {response.status_code}: {text[:200]}")
                        ended = False
                        async for line in response.aiter_lines():
                            ended = ended or "[DONE]" in line or '"finish_reason":"' in line.replace(" ", "")
                            piece = self._piece(line)
                            if not begun:
                                piece = piece.lstrip()
                            if piece:
                                begun = True
                                yield piece
                        if not ended:
                            raise EngineError(f"{self._url} broke off in the middle of an answer")
                        return
                except (httpx.HTTPError, OSError) as error:
                    raise EngineError(f"{self._url} failed: {_reason(error)}") from error

    def _drop_oldest(self, messages: list[Turn], refusal: bytes) -> bool:
        """True when a conversation that is too long for the server was made shorter."""
        if b"context" not in refusal.lower() or len(messages) <= _OLDEST + 1:
            return False
        count = min(2, len(messages) - _OLDEST - 1)
        del messages[_OLDEST : _OLDEST + count]
        self.stats.dropped_turns += count
        return True

    def _piece(self, line: str) -> str:
        if not line.startswith("data:") or (data := line[5:].strip()) == "[DONE]":
            return ""
        try:
            event: dict[str, Any] = json.loads(data)
        except ValueError as error:
            raise EngineError(f"the server sent a line that is not JSON: {data[:80]}") from error
        if event.get("error"):
            raise EngineError(f"the server failed: {str(event['error'])[:200]}")
        if usage := event.get("usage"):
            self.stats.prompt_tokens = int(usage.get("prompt_tokens") or 0)
            self.stats.tokens = int(usage.get("completion_tokens") or 0)
        choices = event.get("choices") or [{}]
        text: str = (choices[0].get("delta") or {}).get("content") or ""
        if text and not event.get("usage"):
            self.stats.tokens += 1
        return text

    def _first_model(self) -> str:
        try:
            response = httpx.get(f"{self._url}/models", headers=self._headers, timeout=_START_S, trust_env=False)
            response.raise_for_status()
            models = response.json()["data"]
            return str(models[0]["id"])
        except (httpx.HTTPError, OSError) as error:
            raise UsageError(f"no language model server answers at {self._url}: {_reason(error)}") from error
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise UsageError(f"{self._url} is not an OpenAI-compatible server: it lists no models") from error


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__

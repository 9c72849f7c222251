"""Language models in GGUF files, on llama.cpp.

In      a file (the project's own small model by default), messages
Out     pieces of the answer; the prompt's longest part that equals the last one stays in the cache
Raises  ModelError: absent, not GGUF, cut short, refused by llama.cpp
Source  llama-cpp-python's Llama.generate, which reuses the cached prefix; llama_set_abort_callback
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator, Sequence
from itertools import cycle, takewhile
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
from llama_cpp.llama_chat_format import Jinja2ChatFormatter
from numpy.typing import NDArray

from base_station.config import PACKAGE
from base_station.errors import EngineError, ModelError
from base_station.llm.base import Cancelled, ReplyStats, StopFinder, Turn
from base_station.llm.gguf_file import check_gguf
from base_station.llm.prompt import STOPS, Render, fit, without_system, zephyr

EMBEDDED = PACKAGE / "data" / "llama" / "plush-chat.gguf"
_LEAST_ROOM_TOKENS = 16
_SAMPLING = {"temp": 0.7, "repeat_penalty": 1.1}
_EMBEDDED_SAMPLING = {"temp": 0.3, "repeat_penalty": 1.0}  # a penalty makes a small model avoid names and numbers
_SMALL_BYTES = 50_000_000


class LlamaChat:
    """One model and one context in one process.

    With a script every reply's tokens are those of its next text, while all of the computing is done as ever: what a
    benchmark of a model with random weights needs.
    """

    def __init__(
        self,
        path: str | None = None,
        context_tokens: int = 2048,
        threads: int = 0,
        temperature: float | None = None,
        top_p: float = 0.9,
        repeat_penalty: float | None = None,
        stops: Sequence[str] = (),
        script: Sequence[str] = (),
    ) -> None:
        self._path = Path(path) if path else EMBEDDED
        header = check_gguf(self._path)
        trained = header.metadata.get(f"{header.metadata.get('general.architecture')}.context_length") or context_tokens
        try:
            self._llama = llama_cpp.Llama(
                str(self._path),
                n_ctx=min(context_tokens, int(trained)),
                n_threads=threads or _threads(self._path),
                n_threads_batch=threads or _threads(self._path),
                verbose=False,
            )
        except (ValueError, RuntimeError, AssertionError) as error:
            raise ModelError(f"llama.cpp cannot use {self._path}: {' '.join(str(error).split())}") from error
        usual = _EMBEDDED_SAMPLING if path is None else _SAMPLING
        self._sampling: dict[str, Any] = {
            "temp": usual["temp"] if temperature is None else temperature,
            "top_p": top_p,
            "repeat_penalty": usual["repeat_penalty"] if repeat_penalty is None else repeat_penalty,
        }
        self._render = self._template(header.metadata)
        self._stops = (*STOPS, *stops)
        self._script = cycle(script) if script else None
        self.stats = ReplyStats()
        self._cancelled: Cancelled = bool
        # Kept: llama.cpp holds a bare pointer to it. It is asked between the layers' computations.
        self._abort = llama_cpp.ggml_abort_callback(lambda _data: bool(self._cancelled()))
        llama_cpp.llama_set_abort_callback(self._llama.ctx, self._abort, None)
        self.info = {
            "model": str(header.metadata.get("general.name") or self._path.stem),
            "path": str(self._path),
            "context_tokens": self._llama.n_ctx(),
            "processor": _processor(),
            "template": "the file's own" if "tokenizer.chat_template" in header.metadata else "TinyLlama's",
        }

    def reply(self, messages: Sequence[Turn], max_tokens: int, seed: int | None, cancelled: Cancelled) -> Iterator[str]:
        tokens = self._prompt(messages, max_tokens)
        limit = min(max_tokens, self._llama.n_ctx() - len(tokens))
        self._llama.set_seed(0xFFFFFFFF if seed is None else seed & 0x7FFFFFFF)
        text, stop = codecs.getincrementaldecoder("utf-8")("replace"), StopFinder(self._stops)
        begun = False
        forced = self._forced(next(self._script)) if self._script is not None else None
        for token in self._generate(tokens, cancelled, forced):
            if llama_cpp.llama_vocab_is_eog(self._vocab, token):
                break
            self.stats.tokens += 1
            piece = stop.push(text.decode(self._llama.detokenize([token], special=True)))
            if not begun:
                piece = piece.lstrip()  # a template's last mark is followed by the word's own space
                begun = bool(piece)
            if piece:
                yield piece
            if stop.found or self.stats.tokens >= limit:
                break
        if rest := stop.flush().rstrip("�"):
            yield rest if begun else rest.lstrip()

    def prefill(self, messages: Sequence[Turn], cancelled: Cancelled) -> None:
        tokens = self._certain(messages)
        if self._in_cache(tokens) == len(tokens):
            return
        for _token in self._generate(tokens, cancelled):
            return  # the first token is made from the whole prompt, so now all of it is in the cache

    # ---- below: tokens

    @property
    def _vocab(self) -> Any:
        return llama_cpp.llama_model_get_vocab(self._llama.model)

    def _prompt(self, messages: Sequence[Turn], max_tokens: int) -> list[int]:
        room = self._llama.n_ctx() - min(max_tokens, self._llama.n_ctx() // 2)
        prompt, dropped = fit(messages, self._render, lambda text: len(self._tokenise(text)), room)
        tokens = self._tokenise(prompt)[-room:]
        self.stats = ReplyStats(prompt_tokens=len(tokens), cached_tokens=self._in_cache(tokens), dropped_turns=dropped)
        return tokens

    def _certain(self, messages: Sequence[Turn]) -> list[int]:
        """The prompt as far as it stays, whatever the child says next: not the template's marks after the last word."""
        *before, last = messages
        one, other = (
            self._prompt([*before, Turn(role=last["role"], content=f"{last['content']} {word}")], _LEAST_ROOM_TOKENS)
            for word in ("a", "zebra")
        )
        return [token for token, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))]

    def _tokenise(self, prompt: str) -> list[int]:
        tokens: list[int] = self._llama.tokenize(prompt.encode(), add_bos=True, special=True)
        return tokens

    def _in_cache(self, tokens: Sequence[int]) -> int:
        cached = self._llama.input_ids[: self._llama.n_tokens]
        pairs = zip(cached, tokens, strict=False)
        return next((at for at, (old, new) in enumerate(pairs) if old != new), min(len(cached), len(tokens)))

    def _forced(self, text: str) -> llama_cpp.LogitsProcessorList:
        """Out: a processor that leaves the text's tokens, then the end, as the only choice."""
        ids = iter([*self._llama.tokenize(text.encode(), add_bos=False), self._llama.token_eos()])

        def only_next(_tokens: NDArray[np.intc], logits: NDArray[np.single]) -> NDArray[np.single]:
            logits[:] = -np.inf
            logits[next(ids, self._llama.token_eos())] = 0.0
            return logits

        return llama_cpp.LogitsProcessorList([only_next])

    def _generate(
        self, tokens: Sequence[int], cancelled: Cancelled, forced: llama_cpp.LogitsProcessorList | None = None
    ) -> Iterator[int]:
        self._cancelled = cancelled
        try:
            yield from self._llama.generate(tokens, logits_processor=forced, **self._sampling)
        except RuntimeError as error:
            if not cancelled():  # an aborted decode is reported as an error too
                raise EngineError(f"llama.cpp failed: {error}") from error
        finally:
            self._cancelled = bool

    def _template(self, metadata: dict[str, Any]) -> Render:
        template = metadata.get("tokenizer.chat_template")
        if not template:
            return zephyr
        bos, eos = (self._text_of(token) for token in (self._llama.token_bos(), self._llama.token_eos()))
        formatter = Jinja2ChatFormatter(template=template, eos_token=eos, bos_token=bos)

        def render(messages: Sequence[Turn]) -> str:
            prompt: str = formatter(messages=[dict(turn) for turn in messages]).prompt  # type: ignore[misc]
            return prompt.removeprefix(bos) if bos else prompt  # the tokeniser puts its own in front

        system, user = Turn(role="system", content="Be kind."), Turn(role="user", content="Hello.")
        try:
            render([user])
        except Exception as error:  # a template may raise what it likes
            raise ModelError(f"the chat template of {self._path} cannot be used: {error}") from error
        try:
            render([system, user])
        except Exception:
            return lambda messages: render(without_system(messages))
        return render

    def _text_of(self, token: int) -> str:
        return llama_cpp.llama_vocab_get_text(self._vocab, token).decode("utf-8", "replace") if token >= 0 else ""


def _processor() -> list[str]:
    """Which of this processor's features llama.cpp was built to use."""
    parts = llama_cpp.llama_print_system_info().decode("utf-8", "replace").split("|")
    return [part.split(" = ")[0].split(":")[-1].strip() for part in parts if part.strip().endswith("= 1")]


def _threads(model: Path) -> int:
    """One for a small model, whose threads would mostly wait for each other.

    Else all cores of a small machine; half of what a larger one shows, where two are often one core's two threads.
    """
    if model.stat().st_size < _SMALL_BYTES:
        return 1
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return available if available <= 4 else min(available // 2, 8)

"""The downloaded recogniser: sherpa-onnx's streaming models, a transducer (Zipformer) or a CTC model (NeMo).

In      a folder with the model: encoder*.onnx, decoder*.onnx, joiner*.onnx, or one model*.onnx; and tokens.txt
Out     the text so far after each stretch that the model has seen; at the end words with times
Raises  ModelError: folder or files absent, or refused by onnxruntime
Source  sherpa-onnx's OnlineRecognizer. Its greedy search tells log probabilities for each token with transducers only;
        where it tells none, the confidence is a constant
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sherpa_onnx

from base_station.asr.base import NOTHING, Heard, Pcm, Word
from base_station.asr.hints import respell
from base_station.errors import ModelError

_RATE_HZ = 16_000
_TAIL = np.zeros(_RATE_HZ * 6 // 10, dtype=np.float32)  # lets the model see past the last word
_LAST_TOKEN_MS = 120
_UNKNOWN_CONFIDENCE = 0.75


class Sherpa:
    """path is the model's folder. One recogniser is shared by its twins; each has a stream of its own."""

    def __init__(self, path: str, threads: int = 2, concurrency: int = 1) -> None:
        self._recogniser, transducer = _load(Path(path), threads)
        # sherpa-onnx counts 40 ms a step for every CTC model; NeMo's streaming models make steps of 80 ms.
        self._stretch = 1 if transducer else 2
        self._stream: Any = None
        self._partial = ""
        self._hints: tuple[str, ...] = ()
        self.concurrency = concurrency
        self.info = {"model": Path(path).name}

    def twin(self) -> Sherpa:
        twin = object.__new__(Sherpa)
        twin.__dict__.update(self.__dict__)
        twin._stream = None
        return twin

    def begin(self, hints: Sequence[str]) -> None:
        self._hints = tuple(hint.lower() for hint in hints)
        self._stream = self._recogniser.create_stream()
        self._partial = ""

    def feed(self, pcm: Pcm) -> str | None:
        if self._stream is None:
            return None
        self._stream.accept_waveform(_RATE_HZ, pcm.astype(np.float32) / 32768.0)
        if not self._decode():
            return None
        text = _plain(self._recogniser.get_result(self._stream))
        if text == self._partial:
            return None
        self._partial = text
        return text

    def finish(self) -> Heard:
        if self._stream is None:
            return NOTHING
        self._stream.accept_waveform(_RATE_HZ, _TAIL)
        self._stream.input_finished()
        self._decode()
        stream, self._stream = self._stream, None
        tokens, times = self._recogniser.tokens(stream), self._recogniser.timestamps(stream)
        logs: Sequence[float] = ()
        with contextlib.suppress(AttributeError, RuntimeError):
            logs = self._recogniser.ys_probs(stream)
        words = respell(_words(tokens, [time * self._stretch for time in times], logs), self._hints)
        if not words:
            return NOTHING
        return Heard(" ".join(word.text for word in words), words, sum(word.confidence for word in words) / len(words))

    def _decode(self) -> bool:
        decoded = False
        while self._recogniser.is_ready(self._stream):
            self._recogniser.decode_stream(self._stream)
            decoded = True
        return decoded


def _words(tokens: Sequence[str], times: Sequence[float], logs: Sequence[float]) -> tuple[Word, ...]:
    """Pieces to words: a piece that begins with a space or with SentencePiece's mark begins a word."""
    starts = [round(time * 1000) for time in times] if len(times) == len(tokens) else [0] * len(tokens)
    sure = (
        [math.exp(min(log, 0.0)) for log in logs] if len(logs) == len(tokens) else [_UNKNOWN_CONFIDENCE] * len(tokens)
    )
    groups: list[list[int]] = []
    for at, token in enumerate(tokens):
        if not groups or token.startswith((" ", "▁")):
            groups.append([])
        groups[-1].append(at)
    words = []
    for group in groups:
        text = _plain("".join(tokens[at] for at in group))
        following = group[-1] + 1
        end_ms = starts[following] if following < len(tokens) else starts[group[-1]] + _LAST_TOKEN_MS
        if text:
            words.append(Word(text, min(sure[at] for at in group), starts[group[0]], max(end_ms, starts[group[0]])))
    return tuple(words)


def _plain(text: str) -> str:
    return " ".join(text.replace("▁", " ").lower().split())


def _load(folder: Path, threads: int) -> tuple[Any, bool]:
    """Out: the recogniser, and whether it is a transducer."""
    if not folder.is_dir():
        raise ModelError(f"no such folder with a recogniser: {folder}")

    def pick(pattern: str) -> str | None:
        found = sorted(folder.glob(pattern), key=lambda path: (".int8." not in path.name, path.name))
        return str(found[0]) if found else None

    tokens, encoder, decoder, joiner, single = (
        pick(pattern) for pattern in ("tokens.txt", "encoder*.onnx", "decoder*.onnx", "joiner*.onnx", "model*.onnx")
    )
    if tokens is None or not ((encoder and decoder and joiner) or single):
        raise ModelError(
            f"{folder} holds no streaming recogniser: tokens.txt and encoder, decoder, joiner or model .onnx"
        )
    try:
        if encoder and decoder and joiner:
            transducer = sherpa_onnx.OnlineRecognizer.from_transducer(
                tokens=tokens, encoder=encoder, decoder=decoder, joiner=joiner, num_threads=threads,
                sample_rate=_RATE_HZ, decoding_method="greedy_search",
            )  # fmt: skip
            return transducer, True
        return sherpa_onnx.OnlineRecognizer.from_nemo_ctc(tokens=tokens, model=single, num_threads=threads), False
    except Exception as error:
        raise ModelError(f"{folder} cannot be used by sherpa-onnx: {' '.join(str(error).split())[:160]}") from error

"""Moonshine's tiny English network on onnxruntime: sound to states, and states to the next piece of a word.

In      a folder with encoder_model.ort, decoder_model_merged.ort, tokenizer.bin; without one, that inside the package
        moonshine-voice, whose own code is not run: our search needs every piece's probability
Shapes  sound float32[n] at 16 kHz; states float32[1][m][288], about 41 a second; logits float32[batch][pieces][32768];
        a cache: keys and values float32[batch][8][length][36] of six layers, for the pieces so far and for the states
Raises  ModelError: a file absent, or refused by onnxruntime
Source  Moonshine (Jeffries 2024), 27 M parameters in int8, MIT
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from base_station.asr.base import Pcm
from base_station.asr.packaged import moonshine_folder
from base_station.asr.pieces import BEGIN, END, Pieces
from base_station.errors import ModelError

_HEADS, _WIDTH = 8, 36
_SHORTEST_SAMPLES = 4800
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Cache:
    """What the decoder remembers of `batch` beginnings of a sentence."""

    own: dict[str, Floats]
    sound: dict[str, Floats]

    def take(self, rows: Sequence[int]) -> Cache:
        """The same for these rows, any of which may come twice."""
        sound = {name: np.repeat(values[:1], len(rows), 0) for name, values in self.sound.items()}
        return Cache({name: values[list(rows)] for name, values in self.own.items()}, sound)


class Moonshine:
    """Holds no state of an utterance; onnxruntime lets several threads run one session."""

    def __init__(self, folder: Path | None = None, threads: int = 1) -> None:
        folder = folder or moonshine_folder()
        if folder is None:
            raise ModelError("Moonshine's model is not here: pip install 'moonshine-voice<0.1' (Linux)")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self.pieces = Pieces.read(folder / "tokenizer.bin")
            self._encoder, self._decoder = (
                onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
                for name in ("encoder_model.ort", "decoder_model_merged.ort")
            )
        except Exception as error:  # onnxruntime's own exceptions have no common class
            raise ModelError(f"{folder} cannot be used as Moonshine: {' '.join(str(error).split())[:160]}") from error
        self._inputs = [entry.name for entry in self._decoder.get_inputs() if entry.name.startswith("past")]
        self._outputs = [entry.name.replace("present", "past_key_values") for entry in self._decoder.get_outputs()]

    def listen(self, pcm: Pcm) -> Floats:
        """Out: states. What is too short for the network is filled up with silence."""
        sound = np.zeros(max(len(pcm), _SHORTEST_SAMPLES), np.float32)
        sound[: len(pcm)] = pcm.astype(np.float32) / 32768.0
        mask = np.ones((1, len(sound)), np.int64)
        return np.asarray(self._encoder.run(None, {"input_values": sound[None], "attention_mask": mask})[0])

    def begin(self, states: Floats) -> tuple[Floats, Cache]:
        """Out: log probabilities [1][pieces] of the first piece, and the cache."""
        logits, cache = self._run(states, np.array([[BEGIN]], np.int64), self._empty(states, 1), first=True)
        return _log_softmax(logits[:, -1]), cache

    def step(self, states: Floats, cache: Cache, pieces: Sequence[int]) -> tuple[Floats, Cache]:
        """One piece more for each row. Out: log probabilities [batch][pieces] of the next."""
        logits, grown = self._run(states, np.array(pieces, np.int64)[:, None], cache, first=False)
        return _log_softmax(logits[:, -1]), Cache(grown.own, cache.sound)

    def judge(self, states: Floats, sentences: Sequence[Sequence[int]]) -> list[Floats]:
        """For each sentence float32[its pieces + 1][all pieces]: log probabilities at each piece and after the last."""
        longest = max(map(len, sentences))
        rows = np.full((len(sentences), longest + 1), END, np.int64)
        for row, sentence in zip(rows, sentences, strict=True):
            row[0] = BEGIN
            row[1 : len(sentence) + 1] = sentence
        logits, _ = self._run(states, rows, self._empty(states, len(rows)), first=True)
        return [_log_softmax(row[: len(sentence) + 1]) for row, sentence in zip(logits, sentences, strict=True)]

    def _run(self, states: Floats, pieces: NDArray[np.int64], cache: Cache, *, first: bool) -> tuple[Floats, Cache]:
        batch = len(pieces)
        outputs = self._decoder.run(
            None,
            {
                "encoder_attention_mask": np.ones((batch, states.shape[1]), np.int64),
                "input_ids": pieces,
                "encoder_hidden_states": np.repeat(states, batch, 0),
                "use_cache_branch": np.array([not first]),
                **cache.own,
                **cache.sound,
            },
        )
        named = dict(zip(self._outputs[1:], outputs[1:], strict=True))
        own = {name: values for name, values in named.items() if ".decoder." in name}
        return outputs[0], Cache(own, {name: values for name, values in named.items() if name not in own})

    def _empty(self, states: Floats, batch: int) -> Cache:
        own = {n: np.zeros((batch, _HEADS, 0, _WIDTH), np.float32) for n in self._inputs if ".decoder." in n}
        shape = (batch, _HEADS, states.shape[1], _WIDTH)
        return Cache(own, {n: np.zeros(shape, np.float32) for n in self._inputs if n not in own})


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)), np.float32)

"""The project's own check of its wake phrase: openWakeWord's speech embedding and a small classifier trained here.

In      int16[n] at 16 kHz around the phrase; paths of the two feature models; optionally another classifier's weights
Out     the highest score of any 1.4 s of it, 0..1
Raises  ModelError: a file absent, or refused by onnxruntime, or weights of another shape
Time    about 60 ms for 2 s of sound on one core of a PC
Source  features: openWakeWord 0.6 (Apache-2.0); weights: models/wake/second_stage.py, this project's licence
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from base_station.errors import ModelError
from base_station.wake.base import Pcm, WakeVerdict

WEIGHTS = Path(__file__).resolve().parents[1] / "data" / "wake" / "hey_teddy.npz"
MEL_FRAMES, MEL_STEP = 76, 8  # of one embedding, and from one to the next: 775 ms and 80 ms
WINDOW, STRIDE = 5, 2  # embeddings that the classifier sees, every second one: 1.4 s
SPAN = (WINDOW - 1) * STRIDE + 1
VECTOR = 96
SHORTEST_SAMPLES = (
    36000  # shorter sound is preceded by silence, so that a window ends everywhere in its last half second
)

Floats = NDArray[np.float32]


class HeyTeddy:
    """melspectrogram and embedding are openWakeWord's ONNX files; weights the classifier of one phrase."""

    def __init__(self, melspectrogram: str, embedding: str, weights: str | None = None) -> None:
        path = Path(weights) if weights else WEIGHTS
        for needed in (Path(melspectrogram), Path(embedding), path):
            if not needed.exists():
                raise ModelError(f"no such file: {needed}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._mel, self._embedding = (
                onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
                for file in (melspectrogram, embedding)
            )
            with np.load(path) as stored:
                self._weights: dict[str, Any] = {name: stored[name] for name in stored.files}
        except Exception as error:  # onnxruntime's own exceptions have no common class
            raise ModelError(f"the wake check cannot be used: {' '.join(str(error).split())[:160]}") from error
        if self._weights["w1"].shape[0] != WINDOW * VECTOR:
            raise ModelError(f"{path} holds weights of another shape")
        self._phrase, self._threshold = str(self._weights["phrase"]), float(self._weights["threshold"])
        self.info = {"phrase": self._phrase}

    def check(self, pcm: Pcm) -> WakeVerdict:
        score = float(classify(self._weights, windows(self.vectors(pcm))).max())
        return WakeVerdict(
            score, score >= self._threshold, self._phrase, "speech embedding with the project's classifier"
        )

    def vectors(self, pcm: Pcm) -> Floats:
        """(n, 96): an embedding every 80 ms."""
        short = max(0, SHORTEST_SAMPLES - len(pcm))
        sound = np.pad(pcm, (short, 0)).astype(np.float32)[None]
        mel = self._mel.run(None, {self._mel.get_inputs()[0].name: sound})[0].reshape(-1, 32) / 10 + 2
        # Counted from the end, where the phrase is.
        last = np.arange(len(mel), MEL_FRAMES - 1, -MEL_STEP)[::-1]
        spectra = np.stack([mel[end - MEL_FRAMES : end] for end in last])[..., None].astype(np.float32)
        out = self._embedding.run(None, {self._embedding.get_inputs()[0].name: spectra})[0]
        return np.asarray(out, np.float32).reshape(len(last), VECTOR)


def windows(vectors: Floats) -> Floats:
    """(n, 96) -> (n - 8, 480): what the classifier looks at, one after the other."""
    return np.stack([vectors[at : at + SPAN : STRIDE].ravel() for at in range(len(vectors) - SPAN + 1)])


def classify(weights: dict[str, Any], x: Floats) -> Floats:
    """(n, 480) -> (n,) scores."""
    hidden = np.maximum((x - weights["mean"]) / weights["spread"] @ weights["w1"] + weights["b1"], 0)
    hidden = np.maximum(hidden @ weights["w2"] + weights["b2"], 0)
    return np.asarray(1 / (1 + np.exp(-(hidden @ weights["w3"] + weights["b3"])[:, 0])), np.float32)

"""A trained check of the wake word: openWakeWord's features and a classifier of the phrase, on ONNX.

In      int16[n] at 16 kHz around the phrase; paths of the two feature models and of the classifier
Out     the classifier's highest score, 0..1
Raises  ModelError: a file absent or refused by onnxruntime
Source  openWakeWord 0.6 (Apache-2.0). Its published classifiers are CC BY-NC-SA: for tests, not to be shipped
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from openwakeword.model import Model

from base_station.errors import ModelError
from base_station.wake.base import Pcm, WakeVerdict

_CHUNK = 1280  # 80 ms: the step of the features
_BEFORE = np.zeros(_CHUNK * 8, dtype=np.int16)  # the first scores after a reset are forced to 0
_AFTER = np.zeros(_CHUNK * 4, dtype=np.int16)


class OpenWakeWord:
    """classifier is the .onnx of the phrase; melspectrogram and embedding are openWakeWord's own."""

    def __init__(self, classifier: str, melspectrogram: str, embedding: str, threshold: float = 0.5) -> None:
        for path in (classifier, melspectrogram, embedding):
            if not Path(path).exists():
                raise ModelError(f"no such file: {path}")
        try:
            self._model = Model(
                wakeword_models=[classifier],
                inference_framework="onnx",
                melspec_model_path=melspectrogram,
                embedding_model_path=embedding,
            )
        except Exception as error:  # onnxruntime's own exceptions have no common class
            raise ModelError(f"{classifier} cannot be used: {' '.join(str(error).split())[:160]}") from error
        self._threshold = threshold
        self._phrase = Path(classifier).stem
        self.info = {"phrase": self._phrase}

    def check(self, pcm: Pcm) -> WakeVerdict:
        self._model.reset()
        sound = np.concatenate([_BEFORE, pcm.astype(np.int16), _AFTER])
        best = 0.0
        for start in range(0, len(sound) - _CHUNK + 1, _CHUNK):
            best = max(best, *(float(score) for score in self._model.predict(sound[start : start + _CHUNK]).values()))
        return WakeVerdict(best, best >= self._threshold, self._phrase, "openWakeWord")

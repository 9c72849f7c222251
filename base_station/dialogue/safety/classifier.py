"""The small classifier: hashed features to a probability for each hazard.

In      features, int32[n] of 0..2**15-1
Out     float32[28], in the order of Hazard, sum 1
Memory  0.8 MB of weights in data/safety/weights.npz, trained by models/safety/train.py
Time    about 0.1 ms
Raises  ModelError when the weights are missing or of another shape
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from base_station.dialogue.safety.features import BUCKETS
from base_station.dialogue.safety.hazards import Hazard
from base_station.dialogue.safety.vocabulary import FOLDER
from base_station.errors import ModelError

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Classifier:
    """bag int8[2**15, width] times scale float32[width]; hidden float32[h, width], out float32[28, h]; biases."""

    bag: NDArray[np.int8]
    scale: Floats
    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats

    def probabilities(self, features: NDArray[np.int32]) -> Floats:
        total = self.bag[features].sum(axis=0, dtype=np.int32)
        pooled = total * self.scale / np.sqrt(max(1, len(features)))
        inner = np.maximum(self.hidden @ np.maximum(pooled, 0.0) + self.hidden_bias, 0.0)
        scores = self.out @ inner + self.out_bias
        raised = np.exp(scores - scores.max())
        result: Floats = (raised / raised.sum()).astype(np.float32)
        return result


@functools.cache
def load() -> Classifier:
    path = FOLDER / "weights.npz"
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        made = Classifier(
            bag=arrays.pop("bag"), **{name: np.asarray(value, np.float32) for name, value in arrays.items()}
        )
    except (OSError, KeyError, TypeError, ValueError, BadZipFile) as error:
        raise ModelError(f"the safety gate's weights cannot be read: {path}: {error}") from error
    if len(made.bag) != BUCKETS or made.out.shape[0] != len(Hazard):
        raise ModelError(f"the safety gate's weights are of another version: {path}; run models/safety/train.py")
    return made

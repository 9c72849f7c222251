"""The small classifier, two linear models: is it an ordinary sentence, and if not, which hazard is it?

In      features, int32[n] of 0..2**17-1
Out     doubt 0..1 that it is ordinary; float32[27], how likely each hazard of Hazard after ORDINARY is, sum 1
Memory  1.1 MB of weights in data/safety/weights.npz, trained by models/safety/train.py
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
    """doubt int16[2**17], kinds int8[2**15, 27] (a feature's number modulo 2**15); scales and biases in float32."""

    doubt: NDArray[np.int16]
    doubt_scale: Floats
    doubt_bias: Floats
    kinds: NDArray[np.int8]
    kinds_scale: Floats
    kinds_bias: Floats

    def judge(self, features: NDArray[np.int32]) -> tuple[float, Floats]:
        share = 1.0 / np.sqrt(max(1, len(features)))
        weighed = float(self.doubt[features].sum(dtype=np.int32)) * share * float(self.doubt_scale[0])
        scores = self.kinds[features % len(self.kinds)].sum(axis=0, dtype=np.int32) * self.kinds_scale * share
        scores = scores + self.kinds_bias
        raised = np.exp(scores - scores.max())
        doubt = 1.0 / (1.0 + np.exp(-(weighed + float(self.doubt_bias[0]))))
        return float(doubt), (raised / raised.sum()).astype(np.float32)


@functools.cache
def load() -> Classifier:
    path = FOLDER / "weights.npz"
    try:
        with np.load(path, allow_pickle=False) as stored:
            made = Classifier(**{name: stored[name] for name in stored.files})
    except (OSError, KeyError, TypeError, ValueError, BadZipFile) as error:
        raise ModelError(f"the safety gate's weights cannot be read: {path}: {error}") from error
    if len(made.doubt) != BUCKETS or made.kinds.shape[1] != len(Hazard) - 1:
        raise ModelError(f"the safety gate's weights are of another version: {path}; run models/safety/train.py")
    return made

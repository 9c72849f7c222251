"""openWakeWord's speech embedding: what training learns from, and what the second stage stands on.

In      int16 clips at 16 kHz
Out     float16 (clips, 8, 96): the embeddings of the 775 ms that end at each of GRID_STEPS, in steps of 40 ms
Raises  FileNotFoundError without the two ONNX files
Source  openWakeWord 0.6 (Apache-2.0 backbone, Google's speech_embedding); its scaling of the spectrogram: x / 10 + 2
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.wake.paths import shared_data

MEL_FRAMES = 76  # one embedding
GRID_STEPS = tuple(range(19, 48, 4))  # of a clip of 48 steps


@dataclass
class Teacher:
    spectrogram: Any
    embedding: Any

    @classmethod
    def open(cls) -> Teacher:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        folder = shared_data() / "openwakeword"
        return cls(
            *(
                onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
                for name in ("melspectrogram.onnx", "embedding_model.onnx")
            )
        )

    def spectrograms(self, clips: NDArray[np.int16]) -> NDArray[np.float32]:
        """(clips, samples) -> (clips, frames, 32)."""
        out = self.spectrogram.run(None, {self.spectrogram.get_inputs()[0].name: clips.astype(np.float32)})[0]
        return np.asarray(out, np.float32).reshape(len(clips), -1, 32) / 10 + 2

    def embed(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, 76, 32) -> (n, 96)."""
        name = self.embedding.get_inputs()[0].name
        out = self.embedding.run(None, {name: windows[..., None].astype(np.float32)})[0]
        return np.asarray(out, np.float32).reshape(len(windows), 96)

    def grid(self, clips: list[NDArray[np.int16]]) -> NDArray[np.float16]:
        """The embeddings of clips of dataset.SAMPLES each."""
        found = []
        for start in range(0, len(clips), 50):
            spectra = self.spectrograms(np.stack(clips[start : start + 50]))
            ends = [(step + 1) * 4 - 3 for step in GRID_STEPS]
            windows = np.stack([s[end - MEL_FRAMES : end] for s in spectra for end in ends])
            found.append(self.embed(windows).reshape(len(spectra), len(ends), 96))
        return np.concatenate(found).astype(np.float16)

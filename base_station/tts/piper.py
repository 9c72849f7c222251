"""The neural voice: Piper, with a voice file in ONNX and its JSON beside it.

In      text
Out     int16[n] at 16 kHz, sentence by sentence
Raises  ModelError: voice absent, damaged, or without its JSON
Source  piper-tts (GPL-3), so it only ever runs inside the voice's worker process
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr
from piper import PiperVoice, SynthesisConfig

from base_station.errors import EngineError, ModelError
from base_station.tts.base import SAMPLE_RATE_HZ, Cancelled, Pcm, sentences, to_pcm

_CHUNK_SAMPLES = SAMPLE_RATE_HZ // 10
_PAUSE_SAMPLES = SAMPLE_RATE_HZ // 8  # Piper leaves no breath between sentences


class Piper:
    """path is the voice's .onnx. slowness 1.0 is the voice's own pace, larger is slower."""

    def __init__(self, path: str, slowness: float = 1.0, speaker: int | None = None) -> None:
        model, config = Path(path), Path(f"{path}.json")
        for file in (model, config):
            if not file.exists():
                raise ModelError(f"no such file: {file}")
        try:
            self._voice = PiperVoice.load(model, config)
        except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{config} is not a Piper voice's description: {error}") from error
        except Exception as error:  # onnxruntime's own exceptions have no common class
            raise ModelError(
                f"{model} is not a voice that can be used: {' '.join(str(error).split())[:160]}"
            ) from error
        self._settings = SynthesisConfig(
            length_scale=self._voice.config.length_scale * slowness, speaker_id=speaker, normalize_audio=True
        )
        self.info = {"voice": model.stem, "native_rate_hz": self._voice.config.sample_rate}

    def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
        for number, sentence in enumerate(sentences(text)):
            if number:
                yield np.zeros(_PAUSE_SAMPLES, dtype=np.int16)
            if cancelled():
                return
            try:
                made = [chunk.audio_float_array for chunk in self._voice.synthesize(sentence, self._settings)]
            except Exception as error:
                raise EngineError(f"the voice could not speak: {' '.join(str(error).split())[:160]}") from error
            if not made:
                continue
            native = np.concatenate(made).astype(np.float32)
            sound = to_pcm(soxr.resample(native, self._voice.config.sample_rate, SAMPLE_RATE_HZ, quality="HQ"))
            for start in range(0, len(sound), _CHUNK_SAMPLES):
                if cancelled():
                    return
                yield sound[start : start + _CHUNK_SAMPLES]

"""The embedded voice: espeak-ng through ctypes, from the library inside the package espeakng-loader.

In      text
Out     int16[n] at 16 kHz, sentence by sentence (real-time factor 0.003)
Raises  ModelError when the library or the voice is missing
Source  espeak-ng's speak_lib.h; GPL-3, so it only ever runs inside the voice's worker process
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import espeakng_loader
import numpy as np
import soxr

from base_station.errors import EngineError, ModelError
from base_station.tts.base import SAMPLE_RATE_HZ, Cancelled, Pcm, sentences

_SYNCHRONOUS = 2  # espeak_Synth returns when the whole text went through the callback
_DONT_EXIT = 0x8000
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_UTF8 = 1
_CHUNK_SAMPLES = SAMPLE_RATE_HZ // 10

_SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """A light, high, friendly voice by default. pitch and liveliness 0..99, words_per_minute 80..450."""

    def __init__(
        self, voice: str = "en-us+f3", pitch: int = 62, liveliness: int = 62, words_per_minute: int = 155
    ) -> None:
        self._library = _open_library()
        rate_hz = self._library.espeak_Initialize(
            _SYNCHRONOUS, 200, espeakng_loader.get_data_path().encode(), _DONT_EXIT
        )
        if rate_hz <= 0:
            raise ModelError("espeak-ng's data is missing or damaged: reinstall espeakng-loader")
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ModelError(f"espeak-ng has no voice named {voice!r}")
        for parameter, value in ((_RATE, words_per_minute), (_VOLUME, 100), (_PITCH, pitch), (_RANGE, liveliness)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._rate_hz = int(rate_hz)
        self._made: list[Pcm] = []
        self._cancelled: Callable[[], bool] = bool
        self._callback = _SynthCallback(self._take)  # kept: the library holds a bare pointer to it
        self._library.espeak_SetSynthCallback(self._callback)
        self.info = {"voice": voice, "native_rate_hz": self._rate_hz}

    def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
        self._cancelled = cancelled
        for sentence in sentences(text):
            sound = self._synthesise(sentence)
            for start in range(0, len(sound), _CHUNK_SAMPLES):
                if cancelled():
                    return
                yield sound[start : start + _CHUNK_SAMPLES]

    def _synthesise(self, sentence: str) -> Pcm:
        self._made = []
        data = sentence.replace("\0", " ").encode()
        status = self._library.espeak_Synth(data, len(data) + 1, 0, 0, 0, _UTF8, None, None)
        if status != 0:
            raise EngineError(f"espeak-ng could not speak (status {status})")
        if not self._made:
            return np.zeros(0, dtype=np.int16)
        native = np.concatenate(self._made)
        resampled: Pcm = soxr.resample(native, self._rate_hz, SAMPLE_RATE_HZ, quality="HQ")
        return resampled

    def _take(self, wav: Any, samples: int, _events: Any) -> int:
        if wav and samples > 0:
            self._made.append(np.ctypeslib.as_array(wav, shape=(samples,)).copy())
        return 1 if self._cancelled() else 0  # 1 ends the synthesis


def _open_library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
    except OSError as error:
        raise ModelError(f"espeak-ng's library cannot be opened: {error}") from error
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    library.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
    library.espeak_SetSynthCallback.argtypes = [_SynthCallback]
    library.espeak_SetSynthCallback.restype = None
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
        ctypes.POINTER(ctypes.c_uint), ctypes.c_void_p,
    ]  # fmt: skip
    return library

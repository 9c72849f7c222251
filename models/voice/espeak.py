"""espeak-ng as a library, through ctypes: text to samples.

In      a voice name and its settings, UTF-8 text
Out     float32[n] in -1..1 and the library's rate in Hz
Raises  RuntimeError when the library refuses; ImportError without the `espeak` extra
Source  espeak-ng's speak_lib.h; the library and its data come from the package espeakng-loader
"""

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SYNCHRONOUS, _UTF8, _RATE, _PITCH, _RANGE = 2, 1, 1, 3, 4
_PHONEMES = 0x100  # text between double square brackets is phonemes
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@dataclass(frozen=True)
class VoiceSettings:
    name: str
    pitch: int
    range: int
    words_per_minute: int


class Espeak:
    """One loaded library with one voice; the C library holds global state, so make only one of these."""

    def __init__(self, settings: VoiceSettings) -> None:
        import espeakng_loader

        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate_hz: int = self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0)
        if self.rate_hz <= 0:
            raise RuntimeError("espeak-ng did not start")
        self._pieces: list[NDArray[np.int16]] = []
        self._callback = _Callback(self._take)  # kept: the library only has the pointer
        self._library.espeak_SetSynthCallback(self._callback)
        if self._library.espeak_SetVoiceByName(settings.name.encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice {settings.name!r}")
        for parameter, value in (
            (_RATE, settings.words_per_minute),
            (_PITCH, settings.pitch),
            (_RANGE, settings.range),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def speak(self, text: str) -> NDArray[np.float32]:
        self._pieces = []
        encoded = text.encode() + b"\0"
        if self._library.espeak_Synth(encoded, len(encoded), 0, 1, 0, _UTF8 | _PHONEMES, None, None) != 0:
            raise RuntimeError(f"espeak-ng refused {text!r}")
        self._library.espeak_Synchronize()
        if not self._pieces:
            raise RuntimeError(f"espeak-ng said nothing for {text!r}")
        return (np.concatenate(self._pieces) / 32768).astype(np.float32)

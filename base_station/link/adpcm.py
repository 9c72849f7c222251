"""IMA ADPCM as it travels in audio frames: 4 bits a sample, low nibble first, each frame decodable alone.

Source: IMA Digital Audio Focus and Technical Working Group, "Recommended Practices for Enhancing Digital Audio
Compatibility in Multimedia Systems" (1992). The arithmetic is the standard library's `audioop` (Python 3.13 and later:
the `audioop-lts` package); it puts the first sample into the high nibble, so the nibbles are swapped here.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

_SWAPPED = bytes(((value & 15) << 4) | (value >> 4) for value in range(256))


class CodecState(NamedTuple):
    """Predictor (int16) and step index (0..88) before a frame's first sample."""

    predictor: int = 0
    step_index: int = 0


def encode(pcm: NDArray[np.int16], state: CodecState) -> tuple[bytes, CodecState]:
    """In: int16 samples [2n] at 16 kHz. Out: n bytes and the state after them. Raises ValueError on an odd count."""
    if len(pcm) % 2:
        raise ValueError("ADPCM packs two samples in a byte")
    packed, after = audioop.lin2adpcm(pcm.astype("<i2").tobytes(), 2, (state.predictor, state.step_index))
    return packed.translate(_SWAPPED), CodecState(*after)


def decode(packed: bytes, state: CodecState) -> tuple[NDArray[np.int16], CodecState]:
    """In: n bytes and the state from the frame's header. Out: int16 samples [2n] and the state after them."""
    raw, after = audioop.adpcm2lin(packed.translate(_SWAPPED), 2, (state.predictor, state.step_index))
    return np.frombuffer(raw, dtype="<i2").astype(np.int16), CodecState(*after)

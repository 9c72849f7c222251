"""The body of an audio frame: a fixed header and IMA ADPCM.

In      encode_audio: an AudioFrame and its direction; decode_audio: a body
Out     the body, type byte first; the AudioFrame
Raises  FrameError, on construction too
Source  protocol/SPEC.md, "Audio frames"
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from base_station.errors import FrameError

PAYLOAD_MAX_BYTES = 208
STEP_INDEX_MAX = 88
_LAYOUT = struct.Struct("<BHHIhB")
AUDIO_HEADER_BYTES = _LAYOUT.size


class Body(IntEnum):
    """The first byte of every opened body."""

    CONTROL = 0
    AUDIO_UP = 1
    AUDIO_DOWN = 2


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """Usually 160 bytes of ADPCM = 320 samples = 20 ms at 16 kHz, low nibble first; decodes without its neighbours."""

    turn: int
    sequence: int  # frame number in this turn and direction, from 0
    sample_clock: int  # of the first sample, at 16 kHz
    predictor: int  # int16: ADPCM state before the first sample
    step_index: int  # 0..88, likewise
    payload: bytes

    def __post_init__(self) -> None:
        if not 1 <= len(self.payload) <= PAYLOAD_MAX_BYTES:
            raise FrameError(f"{len(self.payload)} bytes of sound are not in 1..{PAYLOAD_MAX_BYTES}")
        if not 0 <= self.step_index <= STEP_INDEX_MAX:
            raise FrameError(f"step index {self.step_index} is not in 0..{STEP_INDEX_MAX}")


def encode_audio(frame: AudioFrame, direction: Body) -> bytes:
    """The body of a DATA frame."""
    try:
        header = _LAYOUT.pack(
            direction, frame.turn, frame.sequence, frame.sample_clock, frame.predictor, frame.step_index
        )
    except struct.error as error:
        raise FrameError(f"audio frame: {error}") from error
    return header + frame.payload


def decode_audio(body: bytes, direction: Body) -> AudioFrame:
    """The frame in a body of this direction."""
    if len(body) <= _LAYOUT.size:
        raise FrameError(f"an audio body of {len(body)} bytes")
    kind, turn, sequence, sample_clock, predictor, step_index = _LAYOUT.unpack_from(body)
    if kind != direction:
        raise FrameError(f"body type {kind} instead of {direction}")
    return AudioFrame(turn, sequence, sample_clock, predictor, step_index, body[_LAYOUT.size :])

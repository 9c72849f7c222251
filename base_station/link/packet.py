"""What is inside a frame: the five kinds and their fixed fields.

In      parse: a frame of 2..244 bytes; to_bytes: fields
Out     parse: Data, Ack, Handshake, Close or Pair; to_bytes: the frame
Raises  FrameError: another version, an unknown kind, a length or a value outside SPEC
Source  protocol/SPEC.md, "Frames"
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from base_station.errors import FrameError
from base_station.link.frame import FRAME_MAX_BYTES

VERSION = 1
HEADER_BYTES = 4  # of DATA: the additional data of the seal
TAG_BYTES = 16
BODY_MAX_BYTES = FRAME_MAX_BYTES - HEADER_BYTES - TAG_BYTES
SESSION_BYTES = 8
PAYLOAD_MAX_BYTES = 200
WINDOW = 16

_DATA, _ACK, _HANDSHAKE, _CLOSE, _PAIR = range(5)
_PAIR_STEPS = 6
_ACK_LAYOUT = struct.Struct("<BBHHB")
_HANDSHAKE_LAYOUT = struct.Struct("<BBBB8s")


class CloseReason(IntEnum):
    NO_SESSION = 0
    GOING_DOWN = 1
    PROTOCOL = 2


def _first(kind: int) -> int:
    return VERSION << 6 | kind << 3


def data_header(epoch: int, counter: int) -> bytes:
    """The 4 bytes before a sealed body. In: the whole 64-bit counter."""
    return struct.pack("<BBH", _first(_DATA), epoch, counter & 0xFFFF)


@dataclass(frozen=True, slots=True)
class Data:
    epoch: int
    counter: int  # low 16 bits
    header: bytes
    sealed: bytes  # body and tag


@dataclass(frozen=True, slots=True)
class Ack:
    epoch: int
    next: int  # low 16 bits of the next counter expected
    sack: int  # bit i: counter next + 1 + i is here
    window: int  # counters accepted from next on, 1..16

    def to_bytes(self) -> bytes:
        return _ACK_LAYOUT.pack(_first(_ACK), self.epoch, self.next & 0xFFFF, self.sack, self.window)


@dataclass(frozen=True, slots=True)
class Handshake:
    epoch: int
    step: int  # 1 base to toy, 2 toy to base
    session: bytes
    payload: bytes

    def to_bytes(self) -> bytes:
        return _HANDSHAKE_LAYOUT.pack(_first(_HANDSHAKE), self.epoch, self.step, 0, self.session) + self.payload


@dataclass(frozen=True, slots=True)
class Pair:
    """A step of pairing: odd from the base, even from the toy. Laid out as HANDSHAKE, its epoch always 0."""

    step: int
    attempt: bytes
    payload: bytes

    def to_bytes(self) -> bytes:
        return _HANDSHAKE_LAYOUT.pack(_first(_PAIR), 0, self.step, 0, self.attempt) + self.payload


@dataclass(frozen=True, slots=True)
class Close:
    epoch: int
    reason: int

    def to_bytes(self) -> bytes:
        return bytes([_first(_CLOSE), self.epoch, self.reason])


Packet: TypeAlias = Data | Ack | Handshake | Close | Pair


def _parse_data(frame: bytes) -> Data:
    if len(frame) <= HEADER_BYTES + TAG_BYTES:
        raise FrameError("DATA without a body")
    counter = int.from_bytes(frame[2:4], "little")
    return Data(frame[1], counter, frame[:HEADER_BYTES], frame[HEADER_BYTES:])


def _parse_ack(frame: bytes) -> Ack:
    if len(frame) != _ACK_LAYOUT.size:
        raise FrameError(f"ACK of {len(frame)} bytes")
    ack = Ack(*_ACK_LAYOUT.unpack(frame)[1:])
    if not 1 <= ack.window <= WINDOW or ack.sack >> (ack.window - 1):
        raise FrameError("ACK claims a frame outside its own window")
    return ack


def _parse_step(frame: bytes, steps: int) -> Handshake:
    """HANDSHAKE and PAIR: a step of several, and what it carries."""
    if not _HANDSHAKE_LAYOUT.size <= len(frame) <= _HANDSHAKE_LAYOUT.size + PAYLOAD_MAX_BYTES:
        raise FrameError(f"HANDSHAKE or PAIR of {len(frame)} bytes")
    _, epoch, step, zero, session = _HANDSHAKE_LAYOUT.unpack_from(frame)
    if not 1 <= step <= steps or zero != 0:
        raise FrameError(f"HANDSHAKE or PAIR with step {step}, reserved {zero}")
    return Handshake(epoch, step, session, frame[_HANDSHAKE_LAYOUT.size :])


def _parse_handshake(frame: bytes) -> Handshake:
    return _parse_step(frame, 2)


def _parse_pair(frame: bytes) -> Pair:
    same = _parse_step(frame, _PAIR_STEPS)
    if same.epoch != 0:
        raise FrameError(f"PAIR with epoch {same.epoch}")
    return Pair(same.step, same.session, same.payload)


def _parse_close(frame: bytes) -> Close:
    if len(frame) != 3 or frame[2] > CloseReason.PROTOCOL:
        raise FrameError("CLOSE of an unknown form")
    return Close(frame[1], frame[2])


_PARSERS: dict[int, Callable[[bytes], Packet]] = {
    _DATA: _parse_data,
    _ACK: _parse_ack,
    _HANDSHAKE: _parse_handshake,
    _CLOSE: _parse_close,
    _PAIR: _parse_pair,
}


def is_data(frame: bytes) -> bool:
    """Whether this would be a DATA frame, which only a session has; looks at the first byte alone."""
    return frame[:1] == bytes([_first(_DATA)])


def is_pairing(frame: bytes) -> bool:
    """Whether this would be a PAIR frame, which goes another way on BLE; looks at the first byte alone."""
    return frame[:1] == bytes([_first(_PAIR)])


def parse(frame: bytes) -> Packet:
    """The fields of one frame."""
    if not 2 <= len(frame) <= FRAME_MAX_BYTES:
        raise FrameError(f"a frame of {len(frame)} bytes")
    if frame[0] >> 6 != VERSION or frame[0] & 7:
        raise FrameError(f"first byte {frame[0]:#04x}: another version")
    parser = _PARSERS.get(frame[0] >> 3 & 7)
    if parser is None:
        raise FrameError(f"first byte {frame[0]:#04x}: unknown kind")
    return parser(frame)

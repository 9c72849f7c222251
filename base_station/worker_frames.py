"""Length-prefixed CBOR between the base station and an engine's process.

In      maps of strings to CBOR values; sound travels as bytes, int16 little endian
Out     u32 length (little endian), then the map
Raises  FrameError when a length is absurd or the bytes are not a map
"""

from __future__ import annotations

import struct
from typing import Any

import cbor2

from base_station.errors import FrameError

Message = dict[str, Any]

_LENGTH = struct.Struct("<I")
MAX_FRAME_BYTES = 64 * 1024 * 1024  # half an hour of sound: anything longer is a broken peer


def pack(message: Message) -> bytes:
    """One message ready for the socket."""
    body = cbor2.dumps(message)
    return _LENGTH.pack(len(body)) + body


class Unpacker:
    """Cuts a stream of bytes back into messages, however the bytes arrive."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def push(self, data: bytes) -> list[Message]:
        """In: bytes as received. Out: the messages that are now whole. Raises FrameError."""
        self._buffer += data
        messages: list[Message] = []
        position = 0
        while len(self._buffer) - position >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer, position)
            if length > MAX_FRAME_BYTES:
                raise FrameError(f"an engine sent a message of {length} bytes")
            start, end = position + _LENGTH.size, position + _LENGTH.size + length
            if len(self._buffer) < end:
                break
            messages.append(_decode(bytes(self._buffer[start:end])))
            position = end
        del self._buffer[:position]
        return messages


def _decode(body: bytes) -> Message:
    try:
        message = cbor2.loads(body)
    except Exception as error:  # cbor2 raises several types for damaged input
        raise FrameError(f"an engine sent bytes that are not CBOR: {error}") from error
    if not isinstance(message, dict):
        raise FrameError("an engine sent something other than a map")
    return message

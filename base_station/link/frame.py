"""Frames on a byte stream (UART, TCP): 0x00, COBS(frame, CRC-32), 0x00. BLE delimits and checks by itself.

In      encode_frame: a frame of 1..244 bytes; FrameDecoder.feed: bytes as they come, in any pieces
Out     encode_frame: at most 251 bytes; feed: the undamaged frames among them
Raises  encode_frame: FrameError; feed: nothing, damage is counted and the next delimiter starts afresh
Source  protocol/SPEC.md, "Framing"; COBS: Cheshire and Baker (1999); CRC-32: IEEE 802.3
"""

from __future__ import annotations

import zlib

from base_station.errors import FrameError

FRAME_MAX_BYTES = 244
CRC_BYTES = 4
_COBS_MAX_BYTES = FRAME_MAX_BYTES + CRC_BYTES + 1


def encode_frame(frame: bytes) -> bytes:
    """The bytes of one frame on the wire, with a delimiter at both ends."""
    if not 1 <= len(frame) <= FRAME_MAX_BYTES:
        raise FrameError(f"a frame of {len(frame)} bytes is not in 1..{FRAME_MAX_BYTES}")
    checked = frame + zlib.crc32(frame).to_bytes(CRC_BYTES, "little")
    # Shorter than 254 bytes, so every run between two zeros fits one COBS group.
    return b"\0" + b"".join(bytes([len(run) + 1]) + run for run in checked.split(b"\0")) + b"\0"


def _cobs_decode(chunk: bytes) -> bytes:
    """Raises FrameError when the codes do not add up."""
    runs = []
    at = 0
    while at < len(chunk):
        end = at + chunk[at]
        if end > len(chunk):
            raise FrameError("COBS code points behind the end")
        runs.append(chunk[at + 1 : end])
        at = end
    return b"\0".join(runs)


def decode_chunk(chunk: bytes) -> bytes:
    """What stood between two delimiters, as a frame. Raises FrameError."""
    if len(chunk) > _COBS_MAX_BYTES:
        raise FrameError(f"{len(chunk)} bytes without a delimiter")
    checked = _cobs_decode(chunk)
    frame, crc = checked[:-CRC_BYTES], checked[-CRC_BYTES:]
    if not frame or zlib.crc32(frame).to_bytes(CRC_BYTES, "little") != crc:
        raise FrameError("CRC does not match")
    return frame


class FrameDecoder:
    """Turns a stream of bytes into frames."""

    def __init__(self) -> None:
        self.frames = 0
        self.errors = 0
        self._chunk = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """In: the next bytes. Out: the frames that end in them."""
        found: list[bytes] = []
        *ended, rest = data.split(b"\0")
        for piece in ended:
            self._grow(piece)
            if self._chunk:
                try:
                    found.append(decode_chunk(bytes(self._chunk)))
                    self.frames += 1
                except FrameError:
                    self.errors += 1
                self._chunk.clear()
        self._grow(rest)
        return found

    def _grow(self, piece: bytes) -> None:
        """Keeps one byte more than a frame can have, which marks the chunk as too long."""
        self._chunk += piece[: _COBS_MAX_BYTES + 1 - len(self._chunk)]

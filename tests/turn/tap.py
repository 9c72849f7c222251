"""A tap on a link: everything that passes, and whether eight bytes in a row of anything secret are among it.

In      chunks as they pass on any wire (`Tap.add`), each searched by itself; secrets by kind
Out     for each kind, how many of its 8-byte windows were seen on some wire
Bytes of a stream are searched as they pass and also with COBS taken off; a packet wire (BLE, HCI) adds its packets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from numpy.typing import NDArray

from base_station.link import audio_frame, cpace, link, noise
from base_station.link.frame import FrameDecoder
from base_station.link.transport import Transport

WINDOW_BYTES = 8


def windows(chunks: list[bytes]) -> NDArray[np.uint64]:
    """Every 8-byte window of every chunk, sorted, each once."""
    found = [np.zeros(0, dtype=np.uint64)]
    for chunk in chunks:
        if len(chunk) >= WINDOW_BYTES:
            rows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(chunk, dtype=np.uint8), WINDOW_BYTES)
            found.append(np.ascontiguousarray(rows).view("<u8").ravel().astype(np.uint64))
    return np.unique(np.concatenate(found))


def telling(found: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Without those that have seven zeros or eight: any packet with an empty field has them, and they tell nothing."""
    return found[(found.view(np.uint8).reshape(-1, WINDOW_BYTES) != 0).sum(axis=1) > 1]


class Tap:
    """What passed, and what must not have."""

    def __init__(self) -> None:
        self.chunks: dict[str, list[bytes]] = defaultdict(list)
        self.secrets: dict[str, list[bytes]] = defaultdict(list)

    def add(self, wire: str, chunk: bytes) -> None:
        self.chunks[wire].append(chunk)

    def keep_secret(self, kind: str, secret: bytes) -> None:
        self.secrets[kind].append(secret)

    def leaks(self) -> dict[str, int]:
        """Kind of secret -> windows of it that some wire carried; kinds with none are left out."""
        seen = windows([chunk for chunks in self.chunks.values() for chunk in chunks])
        counts = {kind: int(np.isin(telling(windows(secrets)), seen).sum()) for kind, secrets in self.secrets.items()}
        return {kind: count for kind, count in counts.items() if count}

    def total_bytes(self, wire: str) -> int:
        return sum(len(chunk) for chunk in self.chunks[wire])


class TappedTransport:
    """A transport with the tap on it, both ways."""

    def __init__(self, inner: Transport, tap: Tap, wire: str = "uart") -> None:
        self.name, self.framed = inner.name, inner.framed
        self._inner, self._tap, self._wire = inner, tap, wire
        self._decoders = {"up": FrameDecoder(), "down": FrameDecoder()}

    async def read(self) -> bytes:
        data = await self._inner.read()
        self._listen("up", data)
        return data

    async def write(self, data: bytes) -> None:
        self._listen("down", data)
        await self._inner.write(data)

    async def close(self) -> None:
        await self._inner.close()

    def _listen(self, way: str, data: bytes) -> None:
        self._tap.add(self._wire, data)
        if self.framed:
            for frame in self._decoders[way].feed(data):
                self._tap.add(f"{self._wire} without COBS", frame)


@contextmanager
def secrets_of_the_base(tap: Tap) -> Iterator[None]:
    """While this lasts, whatever the base station seals, opens or derives is told to the tap as a secret."""
    with pytest.MonkeyPatch.context() as patch:
        _spy_on_bodies(patch, tap)
        _spy_on_keys(patch, tap)
        yield


def _spy_on_bodies(patch: pytest.MonkeyPatch, tap: Tap) -> None:
    encode, decode, encode_audio, decode_audio = link.encode, link.decode, link.encode_audio, link.decode_audio

    def spy_encode(message: link.Message) -> bytes:
        tap.keep_secret("message", body := encode(message))
        return body

    def spy_decode(body: bytes) -> link.Message:
        tap.keep_secret("message", body)
        return decode(body)

    def spy_encode_audio(frame: audio_frame.AudioFrame, body: audio_frame.Body) -> bytes:
        tap.keep_secret("ADPCM", frame.payload)
        return encode_audio(frame, body)

    def spy_decode_audio(body: bytes, expected: audio_frame.Body) -> audio_frame.AudioFrame:
        frame = decode_audio(body, expected)
        tap.keep_secret("ADPCM", frame.payload)
        return frame

    patch.setattr(link, "encode", spy_encode)
    patch.setattr(link, "decode", spy_decode)
    patch.setattr(link, "encode_audio", spy_encode_audio)
    patch.setattr(link, "decode_audio", spy_decode_audio)


def _spy_on_keys(patch: pytest.MonkeyPatch, tap: Tap) -> None:
    hkdf, result, multiply, generator = noise._hkdf, cpace.result, cpace.multiply, cpace.generator

    def spy_hkdf(chaining: bytes, material: bytes, count: int) -> list[bytes]:
        outputs = hkdf(chaining, material, count)
        for secret in (chaining, *outputs):
            tap.keep_secret("key", secret)
        return outputs

    def spy_result(isk: bytes, session: bytes) -> cpace.Result:
        made = result(isk, session)
        tap.keep_secret("key", isk)
        tap.keep_secret("key", made.psk)  # the tags are said aloud: they prove, and tell nothing
        return made

    def spy_multiply(secret: bytes, point: bytes) -> bytes:
        tap.keep_secret("key", secret)
        return multiply(secret, point)

    def spy_generator(digits: bytes, channel: bytes, session: bytes) -> bytes:
        tap.keep_secret("key", made := generator(digits, channel, session))
        return made

    patch.setattr(noise, "_hkdf", spy_hkdf)
    patch.setattr(cpace, "result", spy_result)
    patch.setattr(cpace, "multiply", spy_multiply)
    patch.setattr(cpace, "generator", spy_generator)

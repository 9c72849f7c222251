"""The sound of an answer on its way to the toy: frames under credit, and the toy's word that it has played them all.

In      int16 sound in chunks of any length, 16 kHz mono; what the toy says of its room, its playing and its rest
Out     ADPCM frames of one turn on the channel, in order, never more than the toy has room for
Raises  LinkLost; TimeoutError when the toy gives no room, or does not play what it has, for `stall_s`
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterable, Callable
from typing import Protocol

import numpy as np

from base_station.config import FRAME_SAMPLES, SAMPLE_RATE_HZ
from base_station.link import adpcm
from base_station.link import messages as msg
from base_station.link.link import AudioFrame, Lane
from base_station.tape import Pcm, Tape

_REST_S = 0.2


class Channel(Protocol):
    """The toy as a turn sees it. Both ways to send raise LinkLost."""

    async def send(self, message: msg.Message, lane: Lane = Lane.CONTROL) -> None: ...

    async def send_audio(self, frame: AudioFrame) -> None: ...

    @property
    def frame_samples(self) -> int:
        """Of a frame of sound, as the toy's link likes it."""

    def drop_turn(self, turn: int) -> None: ...


class Playout:
    """One turn's. `begun`: the toy is being told that sound comes; `on_begin` when it was."""

    def __init__(
        self, turn: int, channel: Channel, tape: Tape, stall_s: float, on_begin: Callable[[], None] = lambda: None
    ) -> None:
        self.begun = False
        self._on_begin = on_begin
        self._turn = turn
        self._channel = channel
        self._tape = tape
        self._stall_s = stall_s
        self._room_frames = 0
        self._sent_frames = self._sent_samples = 0
        self._state = adpcm.CodecState()
        self._more_room = asyncio.Event()
        self._played = asyncio.Event()
        self._rests = asyncio.Event()

    # --- what the toy says; none of these waits
    def allow(self, frames: int) -> None:
        """The toy has room for so many frames in all."""
        self._room_frames = max(self._room_frames, frames)
        self._more_room.set()

    def played(self) -> None:
        self._played.set()

    def rests(self) -> None:
        self._rests.set()

    # --- what goes to the toy
    async def say(self, speech: AsyncIterable[Pcm]) -> None:
        """Sends a sentence's sound as it is made. Its last frame is filled up with silence."""
        rest, room = np.zeros(0, dtype=np.int16), self._channel.frame_samples
        async for chunk in speech:
            rest = np.concatenate([rest, chunk])
            while len(rest) >= room:
                await self._play(rest[:room])
                rest = rest[room:]
        if len(rest):
            whole = FRAME_SAMPLES if len(rest) <= FRAME_SAMPLES else room
            await self._play(np.pad(rest, (0, whole - len(rest))))

    async def _play(self, pcm: Pcm) -> None:
        """Sends one frame as soon as the toy has room for it."""
        if not self.begun:
            self.begun = True
            await self._channel.send(msg.SpeakStart(turn=self._turn, codec=0, rate_hz=SAMPLE_RATE_HZ))
            self._on_begin()
        async with asyncio.timeout(self._stall_s):
            while self._sent_frames >= self._room_frames:
                self._more_room.clear()
                await self._more_room.wait()
        self._tape.say(pcm)
        before = self._state
        packed, self._state = adpcm.encode(pcm, before)
        frame = AudioFrame(self._turn, self._sent_frames, self._sent_samples, *before, packed)
        await self._channel.send_audio(frame)
        self._sent_frames += 1
        self._sent_samples += len(pcm)

    async def finish(self) -> None:
        """Says that this was all, and waits until the toy has played it and is idle again."""
        await self._channel.send(msg.SpeakStop(turn=self._turn, frames=self._sent_frames), Lane.BULK)
        async with asyncio.timeout(self._sent_samples / SAMPLE_RATE_HZ + self._stall_s):
            await self._played.wait()
        with contextlib.suppress(TimeoutError):  # the toy says this with the same breath; the turn's row tells it too
            async with asyncio.timeout(_REST_S):
                await self._rests.wait()

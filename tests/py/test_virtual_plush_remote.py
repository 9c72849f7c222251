"""The compiled virtual plush and the base's own link, in virtual time: a whole turn, and one whose base goes away.

Needs build/host/plush_toy. The engines are left out on purpose: this is the toy's half of a turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from base_station import virtual
from base_station.clock import run_virtual
from base_station.link.link import AudioFrame, Link
from base_station.link.messages import (
    Abort,
    AudioCredit,
    EndOfSpeech,
    OfflineTurn,
    PlaybackDone,
    SpeakStart,
    SpeakStop,
    Wake,
)
from base_station.link.noise import NoiseSuite
from base_station.link.serial import open_serial

BUILD = Path(__file__).resolve().parents[2] / "build" / "host"
REPLY_FRAMES = 80
Sound = NDArray[np.int16]


@pytest.fixture(autouse=True)
def built() -> None:
    if not (BUILD / "plush_toy").exists():
        pytest.fail(f"{BUILD}/plush_toy is not built")


class Room:
    """Drives the plush's microphone, a frame every 20 ms: noise, and speech where a test put some."""

    def __init__(self, plush: virtual.VirtualPlush) -> None:
        self.plush = plush
        self.lines: list[str] = []
        self.played: list[Sound] = []
        self.coming: list[Sound] = []
        self.noise = np.random.default_rng(5)
        plush.on_line.append(self.lines.append)
        self.task = asyncio.get_running_loop().create_task(self._drive())

    def ask(self, seconds: float = 1.2) -> None:
        t = np.arange(int(seconds * 50) * 320) / 16000
        voice = sum(np.sin(2 * np.pi * 220 * k * t) / k for k in range(1, 12))
        sound = (4000 * voice * (0.55 - 0.45 * np.cos(2 * np.pi * 4 * t))).astype(np.int16)
        self.coming += list(sound.reshape(-1, 320))

    async def _drive(self) -> None:
        while True:
            quiet = self.noise.integers(-9, 10, 320).astype(np.int16)
            self.played.append(await self.plush.tick(self.coming.pop(0) if self.coming else quiet))
            await asyncio.sleep(0.02)

    async def until(self, wanted: Callable[[str], bool], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not any(map(wanted, self.lines)):  # noqa: ASYNC110 - the lines come with the ticks anyway
                await asyncio.sleep(0.02)


class Credit:
    """How many frames the toy has granted in all."""

    def __init__(self) -> None:
        self.frames = 0
        self.more = asyncio.Event()

    def grant(self, frames: int) -> None:
        self.frames = frames
        self.more.set()


async def answer(link: Link, turn: int, credit: Credit) -> None:
    """Speaks REPLY_FRAMES of a buzz, never more than was granted."""
    await link.send(SpeakStart(turn=turn, codec=0, rate_hz=16000))
    for sequence in range(REPLY_FRAMES):
        while sequence >= credit.frames:
            credit.more.clear()
            await credit.more.wait()
        await link.send_audio(AudioFrame(turn, sequence, sequence * 320, 0, 60, bytes([0x77, 0xFF] * 80)))
    await link.send(SpeakStop(turn=turn, frames=REPLY_FRAMES))


def test_a_whole_turn() -> None:
    async def turn() -> None:
        plush = await virtual.start(virtual.PlushOptions(seed=3, build=BUILD))
        async with plush, Link(await open_serial(plush.link_url), NoiseSuite(plush.options.key)) as link:
            room = Room(plush)
            hello = await link.connect()
            assert hello.name == "virtual plush"
            room.ask()
            credit, frames = Credit(), 0
            speaking: asyncio.Task[None] | None = None
            wake: Wake | None = None
            done: PlaybackDone | None = None
            async with asyncio.timeout(20):
                async for item in link:
                    if isinstance(item, AudioFrame):
                        assert item.sequence == frames
                        frames += 1
                    elif isinstance(item, Wake):
                        wake = item
                    elif isinstance(item, AudioCredit):
                        credit.grant(item.frames)
                    elif isinstance(item, EndOfSpeech):
                        assert item.frames == frames
                        speaking = asyncio.get_running_loop().create_task(answer(link, item.turn, credit))
                    elif isinstance(item, PlaybackDone):
                        done = item
                        break
            assert speaking is not None
            await speaking
            assert wake is not None
            assert done is not None
            assert (done.turn, done.reason, done.frames) == (wake.turn, 0, REPLY_FRAMES)
            await room.until(lambda line: line == f"state idle {wake.turn}")
            assert f"turn {wake.turn} brain remote" in room.lines
            loud = [int(np.abs(frame.astype(int)).max()) > 500 for frame in room.played]
            assert REPLY_FRAMES <= sum(loud) <= REPLY_FRAMES + 25  # at most a hum before it
            assert link.stats.crc_errors == 0
            room.task.cancel()

    run_virtual(turn)


def test_a_base_that_goes_away_is_replaced_and_told_later() -> None:
    async def evening() -> None:
        plush = await virtual.start(virtual.PlushOptions(seed=3, build=BUILD))
        async with plush:
            async with Link(await open_serial(plush.link_url), NoiseSuite(plush.options.key)) as link:
                room = Room(plush)
                await link.connect()
                room.ask()
                async with asyncio.timeout(20):
                    async for item in link:
                        if isinstance(item, EndOfSpeech):
                            break
            await room.until(lambda line: line.endswith("brain local"))
            await room.until(lambda line: line.startswith("said "))
            await room.until(lambda line: line.startswith("state idle"))
            async with Link(await open_serial(plush.link_url), NoiseSuite(plush.options.key)) as link:
                await link.connect()
                async with asyncio.timeout(20):
                    async for item in link:
                        assert not isinstance(item, Abort | Wake)
                        if isinstance(item, OfflineTurn):
                            break
                assert isinstance(item, OfflineTurn)
                said = " ".join(line.removeprefix("said ") for line in room.lines if line.startswith("said "))
                assert item.said
                assert item.said in said  # in lines of a sentence each
                assert 0 < item.age_ms < 60000
            room.task.cancel()

    run_virtual(evening)

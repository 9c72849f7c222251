"""Bad air: values lost, packets repeated, connections broken anywhere in a turn, two toys that talk at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from base_station import clock
from base_station.link.transport import Transport
from base_station.radio.air import Air
from base_station.radio.virtual_air import VirtualAir
from base_station.rpc import InProcess
from base_station.talk import Conversation, TalkOptions
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import BUILD, station
from tests.turn.test_faults import Report, _judge, answers, many_turns

RECOVERY_S = 10.0


class LossyValues:
    """Drops ATT values both ways, as a host whose buffers are full; the radio itself only delays."""

    framed = False

    def __init__(self, inner: Transport, rate: float, seed: int) -> None:
        self.name = inner.name
        self.faults = 0
        self._inner, self._rate, self._random = inner, rate, random.Random(seed)

    def _is_lost(self) -> bool:
        lost = self._random.random() < self._rate
        self.faults += lost
        return lost

    async def read(self) -> bytes:
        while (data := await self._inner.read()) and self._is_lost():
            pass
        return data

    async def write(self, data: bytes) -> None:
        if not self._is_lost():
            await self._inner.write(data)

    async def close(self) -> None:
        await self._inner.close()


class CutAfter:
    """Counts values, and breaks the connection on the air when so many have passed."""

    framed = False

    def __init__(self, inner: Transport) -> None:
        self.name = inner.name
        self.made_s = clock.now_ms() / 1000
        self.left = 0
        self.cut: Callable[[], None] = lambda: None
        self._inner = inner

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.cut()

    async def read(self) -> bytes:
        data = await self._inner.read()
        self._count()
        return data

    async def write(self, data: bytes) -> None:
        await self._inner.write(data)
        self._count()

    async def close(self) -> None:
        await self._inner.close()


def run_lossy(folder: Path, rate: float, turns: int, seed: int) -> tuple[Report, int]:
    async def main() -> tuple[Report, int]:
        async with VirtualAir(Air(loss=rate, seed=seed)) as air:
            report = await many_turns(folder, turns, seed, lambda inner, number: LossyValues(inner, rate, number), air)
            return report, air.air.repeated

    return clock.run_virtual(main)


def check_lossy(folder: Path, rate: float, turns: int, seed: int, share_answered: float) -> None:
    """The radio repeats, the stream above repeats, and nobody hears of it."""
    report, repeated = run_lossy(folder, rate, turns, seed)
    assert not report.wrong, "\n".join(report.wrong)
    assert min(report.faults, repeated) > turns * 20 * rate  # it was as bad as it claims
    assert min(report.brains["remote"], report.answered) >= share_answered * turns


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.10])
def test_loss(tmp_path: Path, rate: float) -> None:
    check_lossy(tmp_path, rate, 5, seed=round(rate * 100), share_answered=0.6)  # of five, luck has its share


@pytest.mark.long
@pytest.mark.parametrize("rate", [0.01, 0.05, 0.10])
def test_loss_in_250_turns(tmp_path: Path, rate: float) -> None:
    check_lossy(tmp_path, rate, 250, seed=100 + round(rate * 100), share_answered=0.9)


def check_cuts(folder: Path, cuts: Sequence[int]) -> None:
    """Each turn's connection breaks after so many values: the turn ends well, and the base is back within 10 s."""
    report = Report()
    links: list[CutAfter] = []
    recoveries_s: list[float] = []

    async def main() -> None:
        async with VirtualAir() as air, station(folder, wrap, air=air) as made:
            options = TalkOptions(PlushOptions(build=BUILD, seed=1, link="ble"), scripted.ENGINES, road=air)
            cut_s = 0.0

            def cut() -> None:
                nonlocal cut_s
                cut_s = clock.now_ms() / 1000
                air.air.cut(air.central)

            async with Conversation(options, InProcess(made.handle)) as home:
                (attachment,) = made.toys.attached.values()
                lines: list[str] = []
                home.plush.on_line.append(lines.append)
                for number in cuts:
                    lines.clear()
                    pitch, heard_from = number % len(scripted.PITCHES_HZ), len(home.studio.recording)
                    links[-1].left, links[-1].cut = number, cut
                    started_s, cut_s = clock.now_ms() / 1000, 0.0
                    turn = await home.ask(scripted.buzz(pitch, 0.4))
                    took_s = clock.now_ms() / 1000 - started_s
                    sound = np.concatenate(home.studio.recording[heard_from:])
                    _judge(report, f"cut after {number} ({turn.brain})", pitch, sound, turn.states, lines, took_s)
                    report.brains[turn.brain] += 1
                    async with asyncio.timeout(2 * RECOVERY_S):
                        while not attachment.is_up:  # noqa: ASYNC110 - the event of being up is what is waited for
                            await asyncio.sleep(0.05)
                    await home.until_rest()
                    if cut_s:
                        recoveries_s.append(links[-1].made_s - cut_s)

    def wrap(inner: Transport) -> CutAfter:
        links.append(CutAfter(inner))
        return links[-1]

    clock.run_virtual(main)
    assert not report.wrong, "\n".join(report.wrong)
    assert len(recoveries_s) >= 0.6 * len(cuts)  # the last ones lie behind the turn's end
    assert max(recoveries_s) < RECOVERY_S
    assert report.brains["local"] >= 1  # some broke before the base could answer


def test_connections_that_break(tmp_path: Path) -> None:
    check_cuts(tmp_path, (5, 25, 45))


@pytest.mark.long
def test_connections_that_break_at_every_value(tmp_path: Path) -> None:
    check_cuts(tmp_path, range(1, 140))


def test_two_toys_talk_at_once(tmp_path: Path) -> None:
    """One base station, one radio, two plushes: each is answered what it asked."""

    async def main() -> None:
        async with VirtualAir() as air, station(tmp_path, air=air) as made:
            daemon = InProcess(made.handle)

            async def talk(seed: int, pitches: range) -> None:
                options = TalkOptions(PlushOptions(build=BUILD, seed=seed, link="ble"), scripted.ENGINES, road=air)
                async with Conversation(options, daemon) as home:
                    for pitch in pitches:
                        heard_from = len(home.studio.recording)
                        turn = await home.ask(scripted.buzz(pitch, 0.6))
                        assert (turn.brain, turn.heard, turn.said) == (
                            "remote",
                            f"question {pitch}",
                            f"answer {pitch}.",
                        )
                        assert set(answers(np.concatenate(home.studio.recording[heard_from:]))) == {pitch}
                        await home.until_rest()

            await asyncio.gather(talk(1, range(0, 2)), talk(2, range(12, 14)))
            assert len(air.bridges) == 2

    clock.run_virtual(main)

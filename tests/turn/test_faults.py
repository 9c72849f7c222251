"""Bad cables: whatever happens to frames, each turn ends in idle, is answered at most once, and by its own answer."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from numpy.typing import NDArray

from base_station import clock
from base_station.link.transport import Transport
from base_station.radio.virtual_air import VirtualAir
from tests.turn import scripted
from tests.turn.faulty import FaultyTransport
from tests.turn.house import Pcm, house

_WINDOW = 800  # 50 ms
_GAP = 32  # 2 ms
_TURN_LIMIT_S = 60.0


def answers(sound: Pcm) -> Counter[int]:
    """How long each of the scripted answers sounded, in windows of 50 ms; the phrase bank's speech counts as none.

    A window half of which is the toy's hum, just before an answer, counts as none too: its pitch is the hum's.
    """
    found: Counter[int] = Counter()
    for start in range(0, len(sound) - _WINDOW, _WINDOW):
        window = sound[start : start + _WINDOW].astype(np.float64)
        halves = np.split(window, 2)
        if np.abs(window).max() < 800 or _has_gap(window) or not all(_is_marked(half) for half in halves):
            continue
        tones = _shares(window, scripted.PITCHES_HZ)
        best = int(np.argmax(tones))
        if tones[best] > 0.15:
            found[best] += 1
    return found


def _shares(window: NDArray[np.float64], tones_hz: tuple[int, ...]) -> list[float]:
    """What share of a window's power is near each tone."""
    power = np.abs(np.fft.rfft(window * np.hanning(len(window)), 16_000)) ** 2  # 1 Hz a bin
    width = 45 * _WINDOW // len(window)  # a shorter window blurs more
    return [float(power[hz - width : hz + width + 1].sum() / max(1.0, power.sum())) for hz in tones_hz]


def _is_marked(window: NDArray[np.float64]) -> bool:
    return min(_shares(window, scripted.MARKERS_HZ)) > 0.15


def _has_gap(window: Any) -> bool:
    """Whether it falls silent in the middle: a piece of a tone is as broad as two neighbours of its pitch."""
    still = np.abs(window) < 2
    return bool(np.convolve(still, np.ones(_GAP), "valid").max() >= _GAP)


class Report:
    """What came of a run, to be asserted on once."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.brains: Counter[str] = Counter()
        self.faults = 0
        self.answered = 0


class Faulty(Protocol):
    """A transport that counts what it does to frames."""

    name: str
    framed: bool
    faults: int

    async def read(self) -> bytes: ...

    async def write(self, data: bytes) -> None: ...

    async def close(self) -> None: ...


async def many_turns(
    folder: Path,
    turns: int,
    seed: int,
    make_cable: Callable[[Transport, int], Faulty],
    air: VirtualAir | None = None,
) -> Report:
    """Asks `turns` questions over one cable or connection after the other and looks at every one's end."""
    report, lines = Report(), []  # type: tuple[Report, list[str]]
    cables: list[Faulty] = []
    numbers = itertools.count(seed * 1000)

    def wrap(transport: Transport) -> Transport:
        cables.append(make_cable(transport, next(numbers)))
        return cables[-1]

    async with house(folder, scripted.ENGINES, wrap=wrap, needs_link=air is not None, air=air) as home:
        home.plush.on_line.append(lines.append)
        for k in range(turns):
            lines.clear()
            heard_from = len(home.studio.recording)
            started_s = clock.now_ms() / 1000
            pitch = k % len(scripted.PITCHES_HZ)
            turn = await home.ask(scripted.buzz(pitch, 0.6))
            took_s = clock.now_ms() / 1000 - started_s
            sound = np.concatenate(home.studio.recording[heard_from:])
            _judge(report, f"turn {k} ({turn.brain})", pitch, sound, turn.states, lines, took_s)
            report.brains[turn.brain] += 1
            await home.until_rest()  # so that each question is asked afresh, over whatever link there is
            await asyncio.sleep(random.Random(seed + k).uniform(0.0, 1.0))
    report.faults = sum(cable.faults for cable in cables)
    return report


def _judge(
    report: Report, label: str, pitch: int, sound: Pcm, states: list[str], lines: list[str], took_s: float
) -> None:
    heard = answers(sound)
    report.answered += bool(heard)
    if states.count("listening") != 1 or states[0] != "idle" or states[-1] != "idle" or states.count("idle") != 2:
        report.wrong.append(f"{label}: it went through {states}: {lines}")
    if took_s > _TURN_LIMIT_S:
        report.wrong.append(f"{label}: took {took_s:.1f} s")
    if strange := [other for other in heard if other != pitch]:
        report.wrong.append(f"{label}: question {pitch} was answered with {strange}")
    longest = 1.5 * scripted.ANSWER_S / (_WINDOW / 16_000)  # gaps cut windows in two; twice would be 2.0
    if heard[pitch] > longest:
        report.wrong.append(f"{label}: its answer sounded for {heard[pitch]} windows, once is {longest:.0f}")
    if heard and any(line.startswith("said ") for line in lines):
        report.wrong.append(f"{label}: answered by both brains: {lines}")


def run_lossy(folder: Path, rate: float, turns: int, seed: int) -> Report:
    return clock.run_virtual(
        lambda: many_turns(folder, turns, seed, lambda inner, number: FaultyTransport(inner, rate, number))
    )


def run_unplugged(folder: Path, turns: int, seed: int) -> Report:
    """Each cable comes loose after so many frames, from the first of a conversation to the last of a turn."""
    lengths = random.Random(seed)
    return clock.run_virtual(
        lambda: many_turns(
            folder, turns, seed, lambda inner, number: FaultyTransport(inner, 0.0, number, lengths.randrange(4, 260))
        )
    )


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.10])
def test_lossy_cable(tmp_path: Path, rate: float) -> None:
    report = run_lossy(tmp_path, rate, 75, seed=round(rate * 100))
    assert not report.wrong, "\n".join(report.wrong)
    assert report.faults > 75 * 60 * rate  # the cable was as bad as it claims
    assert report.brains["remote"] >= 70
    assert report.answered >= 68


def test_unplugged_cable(tmp_path: Path) -> None:
    report = run_unplugged(tmp_path, 75, seed=4)
    assert not report.wrong, "\n".join(report.wrong)
    assert report.brains["local"] >= 5  # it did come loose in the middle of turns
    assert report.brains["remote"] >= 20


@pytest.mark.parametrize("split", range(0, _WINDOW, 50))
def test_a_hum_is_no_answer(split: int) -> None:
    """The toy's own hum, cut off where the answer begins, changes nothing of what is counted."""
    t = np.arange(8 * _WINDOW + split) / 16_000
    hum = (6000 * np.sin(2 * np.pi * 237 * t) + 2000 * np.sin(4 * np.pi * 237 * t)).astype(np.int16)
    heard = answers(np.concatenate([hum, scripted.answer(19), np.zeros(1600, np.int16)]))
    assert set(heard) == {19}
    assert heard[19] >= 8


def test_the_judge_notices(tmp_path: Path) -> None:
    """An answer to another question, an answer that sounds twice and a turn that hangs are all found."""
    states = ["idle", "listening", "thinking", "speaking", "idle"]
    for sound, seconds in (
        (scripted.answer(3), 1.0),
        (np.tile(scripted.answer(2), 2), 1.0),
        (scripted.answer(2), 61.0),
    ):
        report = Report()
        _judge(report, "turn", 2, sound, states, [], seconds)
        assert len(report.wrong) == 1
    for wrong in (["idle", "listening", "thinking"], ["idle", *states], ["idle", "listening", *states[1:]]):
        report = Report()
        _judge(report, "turn", 2, scripted.answer(2), wrong, [], 1.0)
        assert len(report.wrong) == 1
    report = Report()
    _judge(report, "turn", 2, scripted.answer(2), states, ["said hello"], 1.0)
    assert len(report.wrong) == 1


@pytest.mark.long
@pytest.mark.parametrize("rate", [0.01, 0.05, 0.10, None])
def test_ten_thousand_turns(tmp_path: Path, rate: float | None) -> None:
    for seed in range(10):
        folder = tmp_path / str(seed)
        report = run_unplugged(folder, 250, 100 + seed) if rate is None else run_lossy(folder, rate, 250, 100 + seed)
        assert not report.wrong, "\n".join(report.wrong)

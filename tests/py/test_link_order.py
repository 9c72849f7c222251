"""The ordered stream on bad cables, in simulated time: Python against Python, and Python against the compiled toy."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from base_station.link.order_events import Lane, Role
from tests.py.link_cable import FROM_BASE, FROM_TOY, Cable, End, PythonEnd, ToyEnd
from tests.py.link_peer import Peer

TURN = 7
_SIZES = {Lane.CONTROL: 40, Lane.BULK: 172}


@contextlib.contextmanager
def cable_between(toy_kind: str, *, bad: float = 0.0, seed: int = 1, framed: bool = True) -> Iterator[Cable]:
    """A base station and a toy that have not met yet."""
    base = PythonEnd(Role.BASE, seed)
    if toy_kind == "python":
        yield Cable(base, PythonEnd(Role.TOY, seed + 1), bad, seed, framed=framed)
        return
    with Peer() as peer:
        yield Cable(base, ToyEnd(peer), bad, seed, framed=framed)


def meet(cable: Cable) -> None:
    """Makes a session: a first frame each way, as hello would be."""
    assert isinstance(cable.base, PythonEnd)
    cable.base.connect(cable.now_ms)
    before = (cable.base.events.count("Up"), cable.toy.events.count("Up"))
    for _ in range(5000):
        cable.step()
        if cable.base.events.count("Up") > before[0]:
            break
    cable.base.send(Lane.CONTROL, 0, b"\0hello of the base")
    for _ in range(5000):
        cable.step()
        if cable.toy.events.count("Up") > before[1]:
            return
    raise AssertionError("no session came about")


def label(lane: Lane, number: int) -> bytes:
    return (bytes([lane.value]) + number.to_bytes(4, "little")).ljust(_SIZES[lane], b".")


@dataclass
class Traffic:
    """What one end has to say, and how far it got."""

    end: End
    rng: random.Random
    counts: dict[Lane, int]
    offered: dict[Lane, int] = field(default_factory=lambda: {Lane.CONTROL: 0, Lane.BULK: 0})

    def offer(self) -> None:
        lane = self.rng.choice((Lane.CONTROL, Lane.BULK))
        at = self.offered[lane]
        if at < self.counts[lane] and self.end.send(lane, TURN, label(lane, at)):
            self.offered[lane] += 1


def of_lane(bodies: list[bytes], lane: Lane) -> list[bytes]:
    return [body for body in bodies if body[0] == lane.value]


def arrived(end: End) -> list[bytes]:
    return [body for body in end.bodies if not body.startswith(b"\0hello")]


@pytest.mark.parametrize("framed", [True, False], ids=["stream", "packets"])
@pytest.mark.parametrize("bad", [0.0, 0.01, 0.05, 0.10])
@pytest.mark.parametrize("toy_kind", ["python", "compiled"])
def test_everything_arrives_in_order_and_once(toy_kind: str, bad: float, framed: bool) -> None:
    counts = {Lane.CONTROL: 150, Lane.BULK: 250}
    with cable_between(toy_kind, bad=bad, seed=int(bad * 100) + 3, framed=framed) as cable:
        meet(cable)
        rng = random.Random(11)
        both = [Traffic(cable.base, rng, counts), Traffic(cable.toy, rng, counts)]
        for _ in range(60_000):
            for traffic in both:
                traffic.offer()
            cable.step()
            if all(len(arrived(end)) == sum(counts.values()) for end in (cable.base, cable.toy)):
                break
        cable.run(700)  # late copies must not come out a second time
        for end in (cable.base, cable.toy):
            for lane, count in counts.items():
                assert of_lane(arrived(end), lane) == [label(lane, number) for number in range(count)]
        for end in (cable.base, cable.toy):
            assert end.events.count("Up") == 1
            assert "Lost" not in end.events
        assert (cable.misfortunes > 20) == (bad > 0)
        if bad == 0:
            assert isinstance(cable.base, PythonEnd)
            assert cable.base.order.stats.resent == 0
        if isinstance(cable.toy, ToyEnd):
            assert cable.toy.counts()["frames_down"] == sum(counts.values()) + 1


@pytest.mark.parametrize("toy_kind", ["python", "compiled"])
@pytest.mark.parametrize("sender", ["base", "toy"])
def test_control_overtakes_audio(toy_kind: str, sender: str) -> None:
    with cable_between(toy_kind) as cable:
        meet(cable)
        ours, theirs = (cable.base, cable.toy) if sender == "base" else (cable.toy, cable.base)
        queued = 0
        while queued < 15:
            queued += ours.send(Lane.BULK, TURN, label(Lane.BULK, queued))
            if queued in (7, 15):
                cable.cut = True  # nothing is acknowledged, so the window fills with what BULK may have of it
                cable.run(14)
        assert ours.send(Lane.CONTROL, 0, label(Lane.CONTROL, 0))
        cable.run(5)
        direction = FROM_BASE if sender == "base" else FROM_TOY
        left = [frame for (way, _, _), frame in cable.sent.items() if way == direction]
        assert len(left[-1]) == 4 + _SIZES[Lane.CONTROL] + 16  # it has left although the window is closed to BULK
        cable.cut = False
        cable.run(1500)
        place = arrived(theirs).index(label(Lane.CONTROL, 0))
        assert place <= 12
        assert len(arrived(theirs)) == 16


@pytest.mark.parametrize("toy_kind", ["python", "compiled"])
def test_a_dropped_turn_stops_within_the_window(toy_kind: str) -> None:
    with cable_between(toy_kind) as cable:
        meet(cable)
        for end in (cable.base, cable.toy):
            for number in range(8):
                assert end.send(Lane.BULK, TURN, label(Lane.BULK, number))
        cable.run(2)  # 1 frame each way in a millisecond
        for end in (cable.base, cable.toy):
            end.drop_turn(TURN)
            assert end.send(Lane.BULK, TURN + 1, label(Lane.BULK, 99))
        cable.run(300)
        for end in (cable.base, cable.toy):
            numbers = [int.from_bytes(body[1:5], "little") for body in arrived(end)]
            assert numbers == [*range(len(numbers) - 1), 99]
            assert len(numbers) <= 4


@pytest.mark.parametrize("toy_kind", ["python", "compiled"])
def test_a_short_cut_loses_nothing(toy_kind: str) -> None:
    with cable_between(toy_kind) as cable:
        meet(cable)
        for number in range(7):
            assert cable.toy.send(Lane.BULK, TURN, label(Lane.BULK, number))
            assert cable.base.send(Lane.CONTROL, 0, label(Lane.CONTROL, number))
        cable.run(3)
        cable.cut = True
        cable.run(2000)
        cable.cut = False
        cable.run(1000)
        assert arrived(cable.base) == [label(Lane.BULK, number) for number in range(7)]
        assert arrived(cable.toy) == [label(Lane.CONTROL, number) for number in range(7)]
        assert cable.toy.events == ["Up", "Gone", "Back"]
        assert cable.base.events == ["Up"]


@pytest.mark.parametrize("toy_kind", ["python", "compiled"])
def test_a_long_cut_ends_the_session_and_a_new_one_starts_clean(toy_kind: str) -> None:
    with cable_between(toy_kind) as cable:
        meet(cable)
        cable.cut = True
        for number in range(3):
            assert cable.toy.send(Lane.BULK, TURN, label(Lane.BULK, number))
            assert cable.base.send(Lane.BULK, TURN, label(Lane.BULK, number))
        cable.run(3200)
        assert cable.toy.events == ["Up", "Gone", "Lost"]
        assert "Lost" in cable.base.events
        cable.cut = False
        cable.run(200)
        meet(cable)
        assert cable.toy.send(Lane.CONTROL, 0, label(Lane.CONTROL, 5))
        cable.run(300)
        assert arrived(cable.base) == [label(Lane.CONTROL, 5)]
        assert arrived(cable.toy) == []
        assert cable.toy.events[-1] == "Up"


@pytest.mark.parametrize("toy_kind", ["python", "compiled"])
def test_a_base_station_that_restarts_takes_another_epoch(toy_kind: str) -> None:
    """Its first try happens to have the epoch of the toy's session: the toy says so, and the second try counts."""
    with cable_between(toy_kind) as cable:
        meet(cable)
        assert isinstance(cable.base, PythonEnd)
        epoch = next(key[1] for key in cable.sent)
        fresh = PythonEnd(Role.BASE, 77)
        drawn = [bytes([epoch]), bytes([epoch ^ 1])]
        fresh.order._initiator._random = lambda count: drawn.pop(0) if count == 1 else random.randbytes(count)
        cable.base = fresh
        meet(cable)
        assert fresh.send(Lane.CONTROL, 0, label(Lane.CONTROL, 1))
        cable.run(100)
        assert arrived(cable.toy) == [label(Lane.CONTROL, 1)]
        assert cable.toy.events == ["Up", "Up"]
        assert drawn == []


@pytest.mark.parametrize("toy_kind", ["python", "compiled"])
def test_a_toy_that_restarts_is_noticed_at_its_first_frame(toy_kind: str) -> None:
    with cable_between(toy_kind, seed=5) as cable:
        meet(cable)
        assert isinstance(cable.base, PythonEnd)
        with cable_between(toy_kind, seed=6) as other:
            cable.toy = other.toy  # power off and on: knows nothing of the session
            assert cable.base.send(Lane.CONTROL, 0, label(Lane.CONTROL, 1))
            cable.run(60)
            assert cable.base.events == ["Up", "Up"]  # CLOSE made it ask again
            assert cable.base.send(Lane.CONTROL, 0, label(Lane.CONTROL, 2))
            cable.run(60)
            assert arrived(cable.toy) == [label(Lane.CONTROL, 2)]


def test_a_forged_close_breaks_nothing() -> None:
    with cable_between("compiled") as cable:
        meet(cable)
        assert isinstance(cable.base, PythonEnd)
        epoch = next(key[1] for key in cable.sent)
        cable.base.step(cable.now_ms, [bytes([0x58, epoch, 0])], 0)
        assert cable.base.send(Lane.CONTROL, 0, label(Lane.CONTROL, 1))
        assert cable.base.send(Lane.CONTROL, 0, label(Lane.CONTROL, 2))
        cable.run(300)
        assert "Gone" not in cable.base.events
        assert "Lost" not in cable.base.events

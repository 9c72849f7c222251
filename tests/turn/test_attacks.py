"""Whoever meddles with the cable is refused, leaves a line in the log, and the turn ends as if nothing had been."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from base_station import clock
from base_station import events as ev
from base_station.link.messages import Hello, PeerRole, encode
from base_station.link.noise import NoiseSuite
from base_station.link.packet import Handshake, data_header
from base_station.link.session import Suite
from base_station.link.transport import Transport
from base_station.radio.virtual_air import VirtualAir
from base_station.turn_report import TurnReport
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import BUILD, house
from tests.turn.middle import Hook, Middle

ROADS = pytest.mark.parametrize("on_air", [False, pytest.param(True, marks=pytest.mark.long)])
WHOLE_TURN = ["idle", "listening", "thinking", "speaking", "idle"]
DATA, ACK, HANDSHAKE = 0, 1, 2


def kind(frame: bytes) -> int:
    return frame[0] >> 3 & 7


@dataclass
class Evening:
    """Two turns and what was noted meanwhile."""

    turns: list[TurnReport] = field(default_factory=list)
    toy_log: list[str] = field(default_factory=list)
    base_notes: list[str] = field(default_factory=list)

    def is_logged(self, text: str) -> bool:
        return any(text in line for line in [*self.toy_log, *self.base_notes])


def evening(
    folder: Path,
    meddle: Callable[[Transport], Middle],
    *,
    turns: int = 2,
    suites: list[Suite] | None = None,
    on_air: bool = False,
) -> Evening:
    """Questions over a cable, or over the air, with somebody in its middle."""
    noted = Evening()

    def show(event: ev.Event) -> None:
        if isinstance(event, ev.ToyReported):
            noted.base_notes.append(f"{event.kind} {event.text}")

    async def main() -> None:
        async with contextlib.AsyncExitStack() as stack:
            air = await stack.enter_async_context(VirtualAir()) if on_air else None
            plush = PlushOptions(build=BUILD, seed=1, link="ble" if on_air else "tcp")
            home = house(
                folder, scripted.ENGINES, wrap=meddle, plush=plush, show=show, needs_link=False, suites=suites, air=air
            )
            conversation = await stack.enter_async_context(home)
            if on_air:
                await asyncio.sleep(2.0)  # finding, connecting and encrypting take a second
            for k in range(turns):
                noted.turns.append(await conversation.ask(scripted.buzz(k, 0.4)))
                await conversation.until_rest()
            noted.toy_log = list(conversation.plush.log)

    clock.run_virtual(main)
    for turn in noted.turns:
        assert turn.states == WHOLE_TURN
    return noted


def whole(noted: Evening) -> None:
    """The base answered, all of it, each once."""
    assert [turn.brain for turn in noted.turns] == ["remote"] * len(noted.turns)
    assert len({turn.turn_id for turn in noted.turns}) == len(noted.turns)


def once(change: Callable[[bytes, int], list[bytes]]) -> Hook:
    """A hook that knows which frame of its direction it has."""
    count = 0

    def hook(frame: bytes) -> list[bytes]:
        nonlocal count
        count += 1
        return change(frame, count)

    return hook


def flipped(frame: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(frame))
    return frame[:at] + bytes([frame[at] ^ 1 << rng.randrange(8)]) + frame[at + 1 :]


@ROADS
def test_a_flipped_bit_anywhere_is_refused(tmp_path: Path, on_air: bool) -> None:
    """Before each sealed frame, both ways, goes a copy of it with one bit changed, its CRC put right."""
    rng = random.Random(1)

    def hook(frame: bytes) -> list[bytes]:
        return [flipped(frame, rng), frame] if kind(frame) == DATA else [frame]

    noted = evening(tmp_path, lambda inner: Middle(inner, hook, hook), on_air=on_air)
    whole(noted)
    assert noted.is_logged("link: refused frames")
    assert noted.is_logged("frames that are not the toy's")


@ROADS
def test_repeated_and_reordered_frames_are_taken_once_and_in_order(tmp_path: Path, on_air: bool) -> None:
    old: dict[str, list[bytes]] = {"up": [], "down": []}

    def hook(way: str) -> Hook:
        def meddle(frame: bytes, number: int) -> list[bytes]:
            if kind(frame) != DATA:
                return [frame]
            old[way].append(frame)
            again = [old[way][number * 7 % len(old[way])]]
            return [*again, frame, frame]

        return once(meddle)

    whole(evening(tmp_path, lambda inner: Middle(inner, hook("down"), hook("up")), on_air=on_air))


def test_a_counter_that_was_changed_is_refused(tmp_path: Path) -> None:
    """A frame cannot be moved to another place of the stream: its counter is the nonce."""

    def hook(frame: bytes) -> list[bytes]:
        if kind(frame) != DATA:
            return [frame]
        later = (int.from_bytes(frame[2:4], "little") + 3) & 0xFFFF
        return [frame[:2] + later.to_bytes(2, "little") + frame[4:], frame]

    noted = evening(tmp_path, lambda inner: Middle(inner, hook, hook))
    whole(noted)
    assert noted.is_logged("link: refused frames")


def test_a_recorded_handshake_and_its_session_are_worthless(tmp_path: Path) -> None:
    """Everything that the base says is recorded in one evening and played back, in the next, under the toy's nose."""
    recorded: list[bytes] = []

    def record(frame: bytes) -> list[bytes]:
        recorded.append(frame)
        return [frame]

    evening(tmp_path / "1", lambda inner: Middle(inner, record), turns=1)
    begins = [frame for frame in recorded if kind(frame) == HANDSHAKE]
    said = [frame for frame in recorded if kind(frame) == DATA]

    def replay(frame: bytes, number: int) -> list[bytes]:
        return [begins[0], *said[number % len(said) :][:3], frame] if number > 2 else [frame]

    noted = evening(tmp_path / "2", lambda inner: Middle(inner, once(replay)))
    whole(noted)
    assert noted.is_logged("link: refused frames")


def test_the_same_key_does_not_make_a_recorded_session_good(tmp_path: Path) -> None:
    """As before, but the toy has the very key under which the recording was made."""
    key = bytes(range(32))
    recorded: list[bytes] = []

    async def main(meddle: Callable[[Transport], Middle], folder: Path) -> tuple[TurnReport, list[str]]:
        plush = PlushOptions(build=BUILD, seed=len(recorded), key=key)
        async with house(folder, scripted.ENGINES, wrap=meddle, plush=plush) as home:
            return await home.ask(scripted.buzz(1, 0.4)), list(home.plush.log)

    def record(frame: bytes) -> list[bytes]:
        recorded.append(frame)
        return [frame]

    clock.run_virtual(lambda: main(lambda inner: Middle(inner, record), tmp_path / "1"))
    begin = next(frame for frame in recorded if kind(frame) == HANDSHAKE)
    said = [frame for frame in recorded if kind(frame) == DATA]
    epoch = begin[1]

    def replay(frame: bytes, number: int) -> list[bytes]:
        """In the middle of the turn: the old handshake (the toy answers it with fresh keys) and all that followed."""
        return [begin, *said, frame] if number == 40 and frame[1] != epoch else [frame]

    turn, log = clock.run_virtual(lambda: main(lambda inner: Middle(inner, once(replay)), tmp_path / "2"))
    assert (turn.brain, turn.states) == ("remote", WHOLE_TURN)
    assert any("link: refused frames" in line for line in log)


@pytest.mark.parametrize("version", [0, 2, 3])
def test_another_version_is_refused(tmp_path: Path, version: int) -> None:
    def downgrade(frame: bytes) -> list[bytes]:
        return [bytes([frame[0] & 0x3F | version << 6]) + frame[1:]]

    noted = evening(tmp_path, lambda inner: Middle(inner, downgrade), turns=1)
    assert noted.turns[0].brain == "local"  # no session, so the toy answers by itself
    assert noted.is_logged("link: refused frames")


@ROADS
def test_no_seal_is_refused(tmp_path: Path, on_air: bool) -> None:
    """A handshake without a payload asks for the null cipher; a hello under it offers no codec that is worse."""
    hello = encode(Hello(version=1, role=PeerRole.BASE, boot=0, clock=0, features=0, codecs=255, name="base"))

    def strip(frame: bytes) -> list[bytes]:
        if kind(frame) != HANDSHAKE:
            return [frame]
        return [frame[:12], data_header(frame[1], 0) + b"\0" + hello + bytes(16)]

    noted = evening(tmp_path, lambda inner: Middle(inner, strip), turns=1, on_air=on_air)
    assert noted.turns[0].brain == "local"
    assert noted.is_logged("link: refused frames")


@ROADS
def test_a_base_with_another_key_is_refused(tmp_path: Path, on_air: bool) -> None:
    noted = evening(tmp_path, Middle, turns=1, suites=[NoiseSuite(bytes(32))], on_air=on_air)
    assert noted.turns[0].brain == "local"
    assert noted.is_logged("link: refused frames")


def test_a_thousand_handshakes_do_not_stop_a_turn(tmp_path: Path) -> None:
    rng = random.Random(2)
    tried = 0

    def flood(frame: bytes, number: int) -> list[bytes]:
        nonlocal tried
        if number < 3 or tried >= 1000:
            return [frame]
        tried += 5
        strangers = (Handshake(rng.randrange(256), 1, rng.randbytes(8), rng.randbytes(48)) for _ in range(5))
        return [*(stranger.to_bytes() for stranger in strangers), frame]

    noted = evening(tmp_path, lambda inner: Middle(inner, once(flood)), turns=8)
    # Who sits in the cable can end a session, and the toy then answers by itself; afterwards the base is there again.
    assert noted.turns[-1].brain == "remote"
    assert sum(turn.brain == "remote" for turn in noted.turns) >= 4
    assert tried == 1000
    assert noted.is_logged("link: refused frames")


def test_frames_too_long_and_without_end_are_dropped(tmp_path: Path) -> None:
    rng = random.Random(3)

    def meddle(inner: Transport) -> Middle:
        def junk(frame: bytes, number: int) -> list[bytes]:
            if number % 10 == 5:
                middle.raw += [b"\0" + bytes(rng.randrange(1, 256) for _ in range(size)) for size in (245, 300, 900)]
                middle.raw.append(b"\0")
            return [frame]

        middle = Middle(inner, once(junk))
        return middle

    noted = evening(tmp_path, meddle)
    whole(noted)
    assert noted.is_logged("link: damaged bytes")

"""A listener on every byte of the cable gets nothing; the same listener without the seal gets everything."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from base_station import clock, virtual
from base_station.connect import open_transport
from base_station.link.pairing import PairingRefused, pair
from base_station.link.session import NullSuite
from base_station.link.transport import Transport
from base_station.studio import Pcm
from base_station.talk import Conversation
from base_station.virtual import PlushOptions
from tests.py.test_pairing import Toy, wrong
from tests.turn import scripted
from tests.turn.house import BUILD, house
from tests.turn.tap import Tap, TappedTransport, secrets_of_the_base

EVERYTHING = {"PCM", "ADPCM", "message", "transcript"}


def listen_to_sound(home: Conversation, tap: Tap) -> None:
    """Every sample that the plush hears or plays is a secret. Quiet rooms repeat themselves: only sound counts."""
    tick = home.plush.tick

    async def spy(sound: Pcm = virtual.SILENCE) -> Pcm:
        played = await tick(sound)
        for frame in (sound, played):
            if np.abs(frame.astype(np.int32)).max() > 500:
                tap.keep_secret("PCM", frame.astype("<i2").tobytes())
        return played

    setattr(home.plush, "tick", spy)  # noqa: B010 - a method of this one plush


def tapped_turns(folder: Path, turns: int, *, sealed: bool) -> Tap:
    """So many turns under a tap."""
    tap = Tap()

    def wrap(inner: Transport) -> Transport:
        return TappedTransport(inner, tap)

    options: dict[str, Any] = {} if sealed else {"arguments": ("--null-cipher",)}
    plush = PlushOptions(build=BUILD, seed=1, **options)
    tap.keep_secret("key", plush.key)

    async def main() -> None:
        suites = None if sealed else [NullSuite()]
        async with house(folder, scripted.ENGINES, wrap=wrap, plush=plush, suites=suites) as home:
            listen_to_sound(home, tap)
            for k in range(turns):
                turn = await home.ask(scripted.buzz(k % len(scripted.PITCHES_HZ), 0.4))
                assert turn.brain == "remote"
                for text in (turn.heard, turn.said):
                    tap.keep_secret("transcript", text.encode())

    with secrets_of_the_base(tap):
        clock.run_virtual(main)
    return tap


def check(folder: Path, turns: int) -> None:
    sealed = tapped_turns(folder / "sealed", turns, sealed=True)
    assert sealed.total_bytes("uart") > 8000 * turns
    assert set(sealed.secrets) >= EVERYTHING | {"key"}
    assert sealed.leaks() == {}
    # Without the seal the same tap finds every kind, so it is no tap that cannot hear.
    assert set(tapped_turns(folder / "open", 2, sealed=False).leaks()) >= EVERYTHING - {"PCM"}


def test_a_listener_gets_nothing(tmp_path: Path) -> None:
    (tmp_path / "sealed").mkdir()
    (tmp_path / "open").mkdir()
    check(tmp_path, 4)


@pytest.mark.long
def test_a_listener_gets_nothing_in_200_turns(tmp_path: Path) -> None:
    (tmp_path / "sealed").mkdir()
    (tmp_path / "open").mkdir()
    check(tmp_path, 200)


@pytest.mark.parametrize("link", ["pty", "tcp"])
def test_a_listener_gets_nothing_of_pairing(link: str) -> None:
    """By cable and by digits, a wrong try among them."""
    tap = Tap()

    async def main() -> None:
        async with await virtual.start(PlushOptions(seed=7, build=BUILD, link=link, key=b"")) as plush:
            toy = Toy(plush)
            life = asyncio.ensure_future(toy.live())
            transport = TappedTransport(await open_transport(plush.link_url), tap)
            if link == "pty":
                await pair(transport)
            else:
                await toy.hold_paw()
                with pytest.raises(PairingRefused):
                    await pair(transport, wrong)
                await pair(transport, toy.digits)
            await transport.close()
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    with secrets_of_the_base(tap):
        clock.run_virtual(main)
    assert len(tap.secrets["key"]) > 4
    assert tap.total_bytes("uart") > 200
    assert tap.leaks() == {}


def test_the_tap_hears_what_is_there() -> None:
    tap = Tap()
    tap.add("uart", b"....abcdefgh")
    tap.keep_secret("message", b"xxabcdefghxx")
    tap.keep_secret("key", b"abcdefg")
    assert tap.leaks() == {"message": 1}

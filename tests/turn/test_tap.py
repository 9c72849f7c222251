"""A listener on every byte of the cable gets nothing; the same listener without the seal gets everything."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from base_station import clock, virtual
from base_station.connect import open_transport, shake_hands
from base_station.link.noise import NoiseSuite
from base_station.link.pairing import PairingRefused, pair
from base_station.link.session import NullSuite
from base_station.link.transport import Transport
from base_station.pair_command import open_nearest
from base_station.radio import virtual_air
from base_station.radio.air import Air
from base_station.radio.virtual_air import VirtualAir
from base_station.studio import Pcm
from base_station.talk import Conversation
from base_station.virtual import PlushOptions
from tests.py.test_pairing import Toy, wrong
from tests.turn import scripted
from tests.turn.house import BUILD, house
from tests.turn.tap import Tap, TappedTransport, secrets_of_the_base

BLE_KEY = "BLE's own key"
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


@contextlib.asynccontextmanager
async def tapped_air(tap: Tap) -> AsyncIterator[VirtualAir]:
    """An air with the tap on it, on each radio's bus and on the plush's cable to its radio; it knows BLE's keys."""

    async def open_tapped(url: str) -> Transport:
        return TappedTransport(await open_transport(url), tap)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(virtual_air, "open_transport", open_tapped)
        air = Air()
        air.listeners.append(tap.add)
        async with VirtualAir(air) as made:

            def keep(connection: Any) -> None:
                connection.on("pairing", lambda keys: tap.keep_secret(BLE_KEY, keys.ltk.value))

            made.central.on("connection", keep)
            yield made


def tapped_turns(folder: Path, turns: int, *, sealed: bool, on_air: bool = False) -> Tap:
    """So many turns under a tap."""
    tap = Tap()

    def wrap(inner: Transport) -> Transport:
        return TappedTransport(inner, tap)

    options: dict[str, Any] = {} if sealed else {"arguments": ("--null-cipher",)}
    plush = PlushOptions(build=BUILD, seed=1, link="ble" if on_air else "tcp", **options)
    tap.keep_secret("key", plush.key)

    async def main() -> None:
        suites = None if sealed else [NullSuite()]
        async with contextlib.AsyncExitStack() as stack:
            air = await stack.enter_async_context(tapped_air(tap)) if on_air else None
            made = house(folder, scripted.ENGINES, wrap=None if on_air else wrap, plush=plush, suites=suites, air=air)
            home = await stack.enter_async_context(made)
            listen_to_sound(home, tap)
            for k in range(turns):
                turn = await home.ask(scripted.buzz(k % len(scripted.PITCHES_HZ), 0.4))
                assert turn.brain == "remote"
                for text in (turn.heard, turn.said):
                    tap.keep_secret("transcript", text.encode())

    with secrets_of_the_base(tap):
        clock.run_virtual(main)
    return tap


def without_ble_key(tap: Tap, *, crosses: bool) -> dict[str, int]:
    """What leaked, but for BLE's own key: that one crosses the radio's bus in clear, as SECURITY.md says."""
    leaks = tap.leaks()
    assert (leaks.pop(BLE_KEY, 0) > 0) == crosses
    return leaks


def check(folder: Path, turns: int, *, on_air: bool) -> None:
    (folder / "sealed").mkdir()
    (folder / "open").mkdir()
    sealed = tapped_turns(folder / "sealed", turns, sealed=True, on_air=on_air)
    for wire in ("uart", "air", "hci") if on_air else ("uart",):
        assert sealed.total_bytes(wire) > 8000 * turns
    assert set(sealed.secrets) >= EVERYTHING | {"key"}
    assert without_ble_key(sealed, crosses=on_air) == {}
    # Without the seal the same tap finds every kind, so it is no tap that cannot hear.
    unsealed = tapped_turns(folder / "open", 2, sealed=False, on_air=on_air)
    assert set(without_ble_key(unsealed, crosses=on_air)) >= EVERYTHING - {"PCM"}
    for wire in unsealed.chunks.keys() - {"uart", "air", "hci"} if on_air else ():
        del unsealed.chunks[wire]
    for wire in ("air", "hci") if on_air else ():  # each wire by itself
        alone = Tap()
        alone.secrets, alone.chunks[wire] = unsealed.secrets, unsealed.chunks[wire]
        assert set(alone.leaks()) >= EVERYTHING - {"PCM"}


@pytest.mark.parametrize("on_air", [False, True])
def test_a_listener_gets_nothing(tmp_path: Path, on_air: bool) -> None:
    check(tmp_path, 4, on_air=on_air)


@pytest.mark.long
@pytest.mark.parametrize("on_air", [False, True])
def test_a_listener_gets_nothing_in_200_turns(tmp_path: Path, on_air: bool) -> None:
    check(tmp_path, 200, on_air=on_air)


@pytest.mark.parametrize("link", ["pty", "tcp", "ble"])
def test_a_listener_gets_nothing_of_pairing(link: str) -> None:
    """By cable, by digits and over the air, a wrong try among them."""
    tap = Tap()

    async def over_the_air(toy: Toy) -> None:
        """Found by its lights' word in the advertisement, and a first session over the encrypted link."""
        async with tapped_air(tap) as air:
            await air.join(toy.plush)
            await toy.hold_paw()
            transport = await open_nearest(air.radio)
            with pytest.raises(PairingRefused):
                await pair(transport, wrong)
            key = await pair(transport, toy.digits)
            link = await shake_hands(transport, [NoiseSuite(key)])
            await link.close()
            assert tap.total_bytes("hci") > 1000

    async def main() -> None:
        async with await virtual.start(PlushOptions(seed=7, build=BUILD, link=link, key=b"")) as plush:
            toy = Toy(plush)
            life = asyncio.ensure_future(toy.live())
            if link == "ble":
                await over_the_air(toy)
                life.cancel()
                await asyncio.gather(life, return_exceptions=True)
                return
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
    assert without_ble_key(tap, crosses=link == "ble") == {}


def test_the_tap_hears_what_is_there() -> None:
    tap = Tap()
    tap.add("uart", b"....abcdefgh")
    tap.keep_secret("message", b"xxabcdefghxx")
    tap.keep_secret("key", b"abcdefg")
    assert tap.leaks() == {"message": 1}
    tap.add("hci", bytes(8) + b"\x01\x00\x02" + bytes(5))
    tap.keep_secret("PCM", bytes(9))
    tap.keep_secret("ADPCM", b"\x01\x00\x02" + bytes(5))
    assert tap.leaks() == {"message": 1, "ADPCM": 1}  # silence is no secret, two bytes of sound are

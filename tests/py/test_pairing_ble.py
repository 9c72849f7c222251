"""Pairing over the air with the compiled plush, in virtual time: found while its lights blink, by digits it speaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from base_station import virtual
from base_station.clock import run_virtual
from base_station.connect import find_toy
from base_station.errors import UsageError
from base_station.link import ble
from base_station.link.keys import KeyStore
from base_station.link.noise import NoiseSuite
from base_station.link.pairing import AskForDigits, PairingRefused, pair
from base_station.link.transport import Transport
from base_station.pair_command import open_nearest, pair_over
from base_station.radio.peripheral import Peripheral
from base_station.radio.virtual_air import VirtualAir
from tests.py.test_pairing import BUILD, Toy, built, wrong  # noqa: F401 - built is a fixture


@asynccontextmanager
async def a_toy_on(air: VirtualAir, key: bytes = b"") -> AsyncIterator[tuple[Toy, Peripheral]]:
    async with await virtual.start(virtual.PlushOptions(seed=7, build=BUILD, link="ble", key=key)) as plush:
        await air.join(plush)
        toy = Toy(plush)
        life = asyncio.ensure_future(toy.live())
        try:
            yield toy, air.bridges[-1].peripheral
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)


async def nearest(air: VirtualAir) -> Transport:
    return await open_nearest(air.radio, 3.0)


def test_by_digits(tmp_path: Path) -> None:
    async def evening() -> None:
        async with VirtualAir() as air, a_toy_on(air) as (toy, peripheral):
            with pytest.raises(UsageError, match="hold its paw for 5 seconds"):
                await nearest(air)  # it is in reach and does not let itself be paired
            await toy.hold_paw()
            transport = await nearest(air)

            async def digits() -> str:
                assert peripheral.connection is not None
                assert not peripheral.connection.is_encrypted  # a listener on the air may have all of it
                return await toy.digits()

            paired = await pair_over(transport, KeyStore(tmp_path), None, digits, "ble:")
            await transport.close()
            assert (paired.name, paired.url) == ("virtual plush", "ble:")
            assert "pairing paired" in toy.lines
            with pytest.raises(UsageError, match="no plush in reach lets itself"):
                await nearest(air)  # it says so no more
            link = await find_toy(air.radio, [NoiseSuite(paired.key, paired.name)])
            assert link.paired_name == "virtual plush"
            assert peripheral.connection is not None
            assert peripheral.connection.is_encrypted
            await link.close()

    run_virtual(evening)


def test_outside_the_window_and_a_fourth_guess() -> None:
    """A base that connects to a plush in reach all the same, and one that guesses."""

    async def attempt(air: VirtualAir, digits: AskForDigits | None) -> None:
        (found,) = await ble.scan(air.radio, 3.0)
        transport = await ble.open_ble(air.radio, found)
        try:
            await pair(transport, digits)
        finally:
            await transport.close()
            await asyncio.sleep(0.3)

    async def evening() -> None:
        async with VirtualAir() as air, a_toy_on(air) as (toy, _):
            with pytest.raises(PairingRefused, match="paw"):
                await attempt(air, toy.digits)
            await toy.hold_paw()
            with pytest.raises(PairingRefused, match="no cable"):
                await attempt(air, None)  # the air is no cable
            for _ in range(3):
                with pytest.raises(PairingRefused, match="not the digits"):
                    await attempt(air, wrong)
            with pytest.raises(PairingRefused, match="too many wrong tries"):
                await attempt(air, toy.digits)
            assert any("pairing refused: locked" in line for line in toy.plush.log)

    run_virtual(evening)

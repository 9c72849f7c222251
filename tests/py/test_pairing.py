"""Pairing with the compiled plush, in virtual time: by cable, by the digits that it speaks, and who must not get in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from base_station import virtual
from base_station.clock import run_virtual
from base_station.connect import forget_toy, open_transport
from base_station.errors import LinkLost, UsageError
from base_station.link.keys import KeyStore
from base_station.link.link import Link
from base_station.link.noise import NoiseSuite
from base_station.link.pairing import PairingRefused, pair
from base_station.pair_command import pair_over

BUILD = Path(__file__).resolve().parents[2] / "build" / "host"


@pytest.fixture(autouse=True)
def built() -> None:
    if not (BUILD / "plush_toy").exists():
        pytest.fail(f"{BUILD}/plush_toy is not built")


class Toy:
    """A plush that lives on, 20 ms at a time, and what it tells on its control lines."""

    def __init__(self, plush: virtual.VirtualPlush) -> None:
        self.plush, self.lines = plush, []  # type: tuple[virtual.VirtualPlush, list[str]]
        self.loud = 0
        plush.on_line.append(self.lines.append)
        self._noise = np.random.default_rng(5)

    async def live(self) -> None:
        while True:
            played = await self.plush.tick(self._noise.integers(-9, 10, 320).astype(np.int16))
            self.loud += int(np.abs(played.astype(int)).max() > 1000)
            await asyncio.sleep(0.02)

    async def hold_paw(self) -> None:
        await self.plush.control("button paw down")
        await asyncio.sleep(5.1)
        await self.plush.control("button paw up")
        await asyncio.sleep(0.1)

    async def digits(self) -> str:
        """What it speaks, as a parent hears it: the newest on its control line."""
        return await self.line("pairing digits ")

    async def line(self, start: str, seconds: float = 5) -> str:
        async with asyncio.timeout(seconds):
            while not any(line.startswith(start) for line in self.lines):  # noqa: ASYNC110 - lines come with ticks
                await asyncio.sleep(0.02)
        found = [line for line in self.lines if line.startswith(start)][-1]
        self.lines.clear()
        return found.removeprefix(start)


@asynccontextmanager
async def a_toy(link: str = "pty", key: bytes = b"") -> AsyncIterator[Toy]:
    async with await virtual.start(virtual.PlushOptions(seed=7, build=BUILD, link=link, key=key)) as plush:
        toy = Toy(plush)
        life = asyncio.ensure_future(toy.live())
        try:
            yield toy
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)


async def over(toy: Toy, digits: Callable[[], Awaitable[str]] | None = None) -> bytes:
    transport = await open_transport(toy.plush.link_url)
    try:
        return await pair(transport, digits)
    finally:
        await transport.close()


async def answers(toy: Toy, key: bytes) -> bool:
    """Whether the toy holds a session with this key."""
    async with Link(await open_transport(toy.plush.link_url), NoiseSuite(key)) as link:
        try:
            await link.connect(2.0)
        except LinkLost:
            return False
    return True


async def wrong() -> str:
    return "123 456"


def test_by_cable(tmp_path: Path) -> None:
    async def evening() -> None:
        async with a_toy() as toy:
            assert not await answers(toy, bytes(32))  # not paired: it answers nothing but pairing
            store = KeyStore(tmp_path)
            transport = await open_transport(toy.plush.link_url)
            paired = await pair_over(transport, store)
            assert paired.name == "virtual plush"
            assert store.find("virtual plush") == paired
            assert await answers(toy, paired.key)
            assert "pairing paired" in toy.lines
            with pytest.raises(PairingRefused, match="another household"):
                await over(toy)  # it answers to one household
            assert await answers(toy, paired.key)
            await toy.hold_paw()  # whoever holds the paw holds the toy
            other = await over(toy)
            assert other != paired.key
            assert await answers(toy, other)
            assert not await answers(toy, paired.key)

    run_virtual(evening)


def test_two_toys_have_two_names(tmp_path: Path) -> None:
    async def evening() -> None:
        store = KeyStore(tmp_path)
        for name in ("virtual plush", "virtual plush 2"):
            async with a_toy() as toy:
                transport = await open_transport(toy.plush.link_url)
                assert (await pair_over(transport, store)).name == name
                with pytest.raises(UsageError, match="is paired already"):
                    await pair_over(transport, store, name)
                suites = [NoiseSuite(paired.key, paired.name) for paired in store.toys()]
                async with Link(await open_transport(toy.plush.link_url), suites) as link:
                    await link.connect()
                    assert link.paired_name == name  # found among all that are paired

    run_virtual(evening)


@pytest.mark.parametrize("link", ["pty", "tcp"])
def test_by_digits(link: str) -> None:
    async def evening() -> None:
        async with a_toy(link) as toy:
            with pytest.raises(PairingRefused, match="paw"):
                await over(toy, toy.digits)  # outside the window
            await toy.hold_paw()
            assert "pairing open" in toy.lines
            assert [line for line in toy.lines if line == "led 140 0 140"]
            toy.loud = 0
            key = await over(toy, toy.digits)
            assert toy.loud > 0
            assert await answers(toy, key)
            assert "pairing paired" in toy.lines

    run_virtual(evening)


def test_no_cable_no_trust() -> None:
    async def evening() -> None:
        async with a_toy("tcp") as toy:
            with pytest.raises(PairingRefused, match="no cable"):
                await over(toy)

    run_virtual(evening)


def test_digits_are_drawn_anew_and_three_wrong_tries_lock() -> None:
    async def evening() -> None:
        async with a_toy("tcp") as toy:
            seen = set()

            async def listen_and_mistype() -> str:
                seen.add(await toy.digits())
                return await wrong()

            for lock_s in (60, 120):
                await toy.hold_paw()
                for _ in range(3):
                    with pytest.raises(PairingRefused, match="not the digits"):
                        await over(toy, listen_and_mistype)
                    await asyncio.sleep(1)
                with pytest.raises(PairingRefused, match=r"another (\d+) s") as refused:
                    await over(toy, toy.digits)
                assert lock_s - 10 <= int(str(refused.value).split("another ")[1].split()[0]) <= lock_s
                assert any("pairing refused: locked" in line for line in toy.plush.log)
                await asyncio.sleep(lock_s)
            assert len(seen) == 6
            await toy.hold_paw()
            key = await over(toy, toy.digits)  # the right digits forgive
            assert await answers(toy, key)

    run_virtual(evening)


def test_the_window_closes_after_a_minute() -> None:
    async def evening() -> None:
        async with a_toy("tcp") as toy:
            await toy.hold_paw()
            await asyncio.sleep(60)
            assert toy.lines[-2:] == ["pairing closed", "led 4 4 8"]
            with pytest.raises(PairingRefused, match="paw"):
                await over(toy, toy.digits)

    run_virtual(evening)


def test_forgetting_wipes_the_toys_side_too() -> None:
    async def evening() -> None:
        key = bytes(range(32))
        async with a_toy(key=key) as toy:
            async with Link(await open_transport(toy.plush.link_url), NoiseSuite(key)) as link:
                await link.connect()
                await forget_toy(link)
            await toy.line("pairing forgotten")
            assert not await answers(toy, key)
            assert await answers(toy, await over(toy))  # and it may be paired anew

    run_virtual(evening)

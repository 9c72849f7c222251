"""From an address to a link that has shaken hands with a toy whose key is known.

`tcp://HOST:PORT` is a toy on Wi-Fi. `ble:` is whatever paired toy is in reach, `ble:NAME` the one of this name, either
with `@RADIO` behind it for a controller of our own (radio/dongle.py). Everything else is pyserial's: a device, a PTY,
`socket://HOST:PORT`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import quote, unquote

from base_station.errors import LinkLost, UsageError
from base_station.link import ble
from base_station.link.keys import KeyStore, PairedToy
from base_station.link.link import Link
from base_station.link.messages import Forget
from base_station.link.noise import NoiseSuite
from base_station.link.serial import open_serial
from base_station.link.session import Suite
from base_station.link.socket import open_socket
from base_station.link.transport import Transport

_ACKNOWLEDGE_S: Final = 0.1  # for the acknowledgement of its last word to leave
_REACH_S: Final = 8.0
_ANSWER_S: Final = 5.0
_STRANGER_S: Final = 1.0  # so long a toy on the air may take to know one of our keys
BLE: Final = "ble:"
OpenOne = Callable[[ble.Radio, ble.Found], Awaitable[Transport]]


async def open_transport(url: str) -> Transport:
    """Raises UsageError when the address is no address or nothing is there."""
    if not url.startswith("tcp://"):
        return await open_serial(url)
    host, _, port = url.removeprefix("tcp://").rpartition(":")
    if not host or not port.isdigit():
        raise UsageError(f"{url}: expected tcp://HOST:PORT")
    return await open_socket(host, int(port))


def paired_suites() -> list[Suite]:
    """One for each paired toy. Raises UsageError when there is none."""
    suites: list[Suite] = [NoiseSuite(toy.key, toy.name) for toy in KeyStore().toys()]
    if not suites:
        raise UsageError(
            "no toy is paired with this base station: connect its cable, then `plush pair --serial PORT`, or `--ble`"
        )
    return suites


async def open_link(url: str, suites: Sequence[Suite]) -> Link:
    """Raises UsageError as `open_transport`, LinkLost when no toy with one of these keys answers there."""
    if url.startswith(BLE):
        name = ble_name(url)
        known = [suite for suite in suites if name in ("", suite.name)]
        if not known:
            raise UsageError(f"no toy called {name!r} is paired")
        return await find_toy(await ble_radio(url), known)
    return await shake_hands(await open_transport(url), suites)


def ble_url(name: str = "", radio: str = "") -> str:
    return BLE + quote(name, safe="") + (f"@{radio}" if radio else "")


def address_of(toy: PairedToy) -> str:
    """Where a paired toy was last; on the air it is asked for by its name, since several may be there."""
    if not toy.url.startswith(BLE):
        return toy.url
    return ble_url(toy.name, toy.url.removeprefix(BLE).partition("@")[2])


def ble_name(url: str) -> str:
    """The toy that a `ble:` address asks for; empty: any."""
    return unquote(url.removeprefix(BLE).partition("@")[0])


async def ble_radio(url: str) -> ble.Radio:
    """Raises UsageError when there is no such controller."""
    name = url.removeprefix(BLE).partition("@")[2]
    if not name:
        return ble.SYSTEM
    from base_station.radio.dongle import dongle

    return await dongle(name)


async def find_toy(
    radio: ble.Radio, suites: Sequence[Suite], seconds: float = _REACH_S, open_one: OpenOne = ble.open_ble
) -> Link:
    """Asks one toy in reach after the other: only one that has one of these keys answers. Raises LinkLost."""
    loop = asyncio.get_running_loop()
    until_s, why = loop.time() + seconds, "no plush is in reach"
    while (left_s := until_s - loop.time()) > 0:
        heard = await ble.scan(radio, left_s)
        for found in random.sample(heard, len(heard)):  # the nearest may be a neighbour's, for ever
            if found.address in radio.busy:
                continue
            radio.busy.add(found.address)
            try:
                return await shake_hands(await open_one(radio, found), suites, _STRANGER_S)
            except LinkLost as error:
                why = str(error)
            finally:
                radio.busy.discard(found.address)
    raise LinkLost(f"no plush in reach answers to this base station's keys ({why})")


async def shake_hands(transport: Transport, suites: Sequence[Suite], seconds: float = _ANSWER_S) -> Link:
    """Makes a session over an open transport; closes it when that fails. Raises LinkLost."""
    link = Link(transport, suites)
    await link.__aenter__()
    try:
        await link.connect(seconds)
    except LinkLost:
        await link.close()
        raise
    return link


async def forget_toy(link: Link, timeout_s: float = 5.0) -> None:
    """Has the toy at the other end wipe its key. Raises LinkLost when it does not say that it will."""
    await link.send(Forget(done=False))
    try:
        async with asyncio.timeout(timeout_s):
            async for item in link:
                if isinstance(item, Forget) and item.done:
                    await asyncio.sleep(_ACKNOWLEDGE_S)
                    return
    except TimeoutError:
        raise LinkLost("the toy does not answer") from None

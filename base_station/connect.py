"""From an address to a link that has shaken hands with a toy whose key is known.

`tcp://HOST:PORT` is a toy on Wi-Fi; everything else is pyserial's: a device, a PTY, `socket://HOST:PORT`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from base_station.errors import LinkLost, UsageError
from base_station.link.keys import KeyStore
from base_station.link.link import Link
from base_station.link.messages import Forget
from base_station.link.noise import NoiseSuite
from base_station.link.serial import open_serial
from base_station.link.session import Suite
from base_station.link.socket import open_socket
from base_station.link.transport import Transport

_ACKNOWLEDGE_S: Final = 0.1  # for the acknowledgement of its last word to leave


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
        raise UsageError("no toy is paired with this base station: connect its cable, then `plush pair --serial PORT`")
    return suites


async def open_link(url: str, suites: Sequence[Suite]) -> Link:
    """Raises UsageError as `open_transport`, LinkLost when no toy with one of these keys answers there."""
    return await shake_hands(await open_transport(url), suites)


async def shake_hands(transport: Transport, suites: Sequence[Suite]) -> Link:
    """Makes a session over an open transport; closes it when that fails. Raises LinkLost."""
    link = Link(transport, suites)
    await link.__aenter__()
    try:
        await link.connect()
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

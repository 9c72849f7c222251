"""`plush pair`: makes the key that a toy and this base station share, and proves it with a first session.

In      a serial device or any address that connect.py knows (`ble:`: the nearest toy in pairing mode); a name
Out     a pairing in the key store; lines for a person
Raises  UsageError and PairingRefused, in one line; LinkLost when no toy answers
"""

from __future__ import annotations

import asyncio
import sys

from base_station import connect
from base_station.errors import BaseStationError, LinkLost, UsageError
from base_station.link import ble
from base_station.link.keys import KeyStore, PairedToy
from base_station.link.link import Link
from base_station.link.noise import NoiseSuite
from base_station.link.pairing import AskForDigits, pair
from base_station.link.transport import Transport
from base_station.rpc import Client

_FIRST_SESSION_S = 5.0
_LOOKING_S = 15.0


async def pair_over(
    transport: Transport,
    store: KeyStore,
    name: str | None = None,
    digits: AskForDigits | None = None,
    where: str = "",
) -> PairedToy:
    """Pairs, holds a first session, keeps the key. Without a name the toy is called what it calls itself.

    where: the address to look for it later, when the transport's name is none, as on the air.
    """
    if name is not None and any(toy.name == name for toy in store.toys()):
        raise UsageError(f"a toy called {name!r} is paired already: forget it first, or choose another name")
    key = await pair(transport, digits)
    async with Link(transport, NoiseSuite(key)) as link:
        try:
            hello = await link.connect(_FIRST_SESSION_S)
        except LinkLost as error:
            raise LinkLost(f"the toy on {transport.name} did not keep the key: try again") from error
    return store.add(name or _free_name(hello.name or "plush", store), key, where or transport.name)


def _free_name(wanted: str, store: KeyStore) -> str:
    """`wanted`, or with the first number behind it that makes it a new name."""
    taken = {toy.name for toy in store.toys()}
    numbered = (f"{wanted} {number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


def main(url: str, name: str | None, *, by_digits: bool) -> None:
    asyncio.run(_main(url, name, by_digits=by_digits))


async def _main(url: str, name: str | None, *, by_digits: bool) -> None:
    if await _in_use(url):
        raise UsageError(f"{url} is in use by a conversation: end it first")
    on_air = url.startswith(connect.BLE)
    transport = await _nearest(url) if on_air else await connect.open_transport(url)
    try:
        toy = await pair_over(transport, KeyStore(), name, ask_a_person if by_digits or on_air else None, url)
    finally:
        await transport.close()
    way = "--ble" if on_air else f"--serial {url}"
    print(f"Paired with {toy.name}. `plush talk {way}` talks with it, `plush toys` lists what is paired.")


async def _nearest(url: str) -> Transport:
    """The nearest toy that lets itself be paired."""
    print("Looking for a plush whose lights blink ...", flush=True)
    return await open_nearest(await connect.ble_radio(url))


async def open_nearest(radio: ble.Radio, seconds: float = _LOOKING_S) -> Transport:
    """Raises UsageError when no toy in reach is in pairing mode."""
    try:
        found = await ble.scan(radio, seconds, pairing=True)
    except LinkLost:
        raise UsageError(
            "no plush in reach lets itself be paired: hold its paw for 5 seconds, until its lights blink, and try again"
        ) from None
    if len(found) > 1:
        print(f"{len(found)} of them are in pairing mode; this is the nearest.", flush=True)
    return await ble.open_ble(radio, found[0])


async def ask_a_person() -> str:
    """The digits as somebody types them who hears the plush."""
    if not sys.stdin.isatty():
        line: str = await asyncio.to_thread(sys.stdin.readline)
        return line.strip()
    typed: str = await asyncio.to_thread(input, "The plush speaks six digits. Type them: ")
    return typed


async def _in_use(url: str) -> bool:
    """Whether a running daemon holds this link."""
    try:
        async with await Client.connect(start=False) as client:
            return url in (await client.call("status"))["toys"]
    except UsageError:  # no daemon runs
        return False
    except BaseStationError:
        return False

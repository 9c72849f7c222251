"""A home in virtual time: a compiled plush, a base station, and the room between them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from base_station import clock, connect
from base_station import events as ev
from base_station.daemon import Station
from base_station.engine_pool import Care
from base_station.link import ble
from base_station.link.session import Suite
from base_station.link.transport import Transport
from base_station.radio.virtual_air import VirtualAir
from base_station.rpc import InProcess
from base_station.store import TranscriptStore
from base_station.studio import Pcm
from base_station.talk import Conversation, TalkOptions
from base_station.virtual import PlushOptions

__all__ = ["Pcm", "house", "station"]

Wrap = Callable[[Transport], Transport]


@contextlib.asynccontextmanager
async def station(
    folder: Path,
    wrap: Wrap | None = None,
    only: Sequence[Suite] | None = None,
    care: Care | None = None,
    air: VirtualAir | None = None,
) -> AsyncIterator[Station]:
    """A base station whose links go through `wrap`; `only`: with these ciphers, whatever the toy's key is."""

    async def open_one(radio: ble.Radio, found: ble.Found) -> Transport:
        transport = await ble.open_ble(radio, found)
        return wrap(transport) if wrap else transport

    async def opener(url: str, suites: Sequence[Suite]) -> Any:
        if air is not None and url.startswith(connect.BLE):
            return await connect.find_toy(air.radio, only or suites, open_one=open_one)
        transport = await connect.open_transport(url)
        return await connect.shake_hands(wrap(transport) if wrap else transport, only or suites)

    made = Station(
        TranscriptStore(folder / "transcripts.sqlite3"), external=clock.engine_wait, opener=opener, care=care
    )
    try:
        yield made
    finally:
        await made.close()


@contextlib.asynccontextmanager
async def house(
    folder: Path,
    engines: dict[str, Any],
    *,
    wrap: Wrap | None = None,
    plush: PlushOptions | None = None,
    show: Callable[[ev.Event], None] | None = None,
    needs_link: bool = True,
    suites: Sequence[Suite] | None = None,
    care: Care | None = None,
    air: VirtualAir | None = None,
) -> AsyncIterator[Conversation]:
    """A conversation ready for its first question. Time is virtual: it runs as fast as the plush and the engines do.

    air: the plush is on it, instead of a cable; `wrap` then sees frames as ATT values.
    """
    async with station(folder, wrap, suites, care, air) as made:
        plush = plush or PlushOptions(build=BUILD, seed=1, link="tcp" if air is None else "ble")
        options = TalkOptions(plush, engines, needs_link=needs_link, road=air)
        async with Conversation(options, InProcess(made.handle), show) as conversation:
            yield conversation


BUILD = Path(__file__).resolve().parents[2] / "build" / "host"

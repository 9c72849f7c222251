"""Virtual plushes and a base station's radio on one virtual air.

In      running virtual plushes, started with link "ble"
Out     `radio` for link/ble.py, and the address under which connect.py looks there
Errors  a plush that hangs up breaks its connection, as a real one does
Each plush has a bridge, as links.c on the RP2350 joins its main loop and BTstack: here a socket and Bumble.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Sequence

from bumble import hci
from bumble.device import Device, DeviceConfiguration

from base_station.connect import BLE, find_toy, open_transport
from base_station.errors import BaseStationError, LinkLost
from base_station.link.ble import Radio
from base_station.link.frame import FrameDecoder, encode_frame
from base_station.link.link import Link
from base_station.link.session import Suite
from base_station.link.transport import Transport
from base_station.radio.air import Air, device_on
from base_station.radio.backend import radio
from base_station.radio.peripheral import Peripheral
from base_station.tasks import cancel
from base_station.virtual import VirtualPlush


class VirtualAir:
    """Use as an asynchronous context manager."""

    def __init__(self, air: Air | None = None) -> None:
        self.air = air or Air()
        self.bridges: list[Bridge] = []
        self.central: Device
        self.radio: Radio

    async def __aenter__(self) -> VirtualAir:
        self.central = await central_on(self.air)
        self.radio = radio(self.central)
        return self

    async def __aexit__(self, *_: object) -> None:
        for bridge in self.bridges:
            await bridge.close()

    async def join(self, plush: VirtualPlush) -> str:
        """Puts a plush on the air. Out: an address of its own, though only its key tells which it is."""
        self.bridges.append(await Bridge.start(self.air, plush))
        return f"{BLE}virtual-{len(self.bridges)}"

    async def open_link(self, url: str, suites: Sequence[Suite]) -> Link:
        """As connect.open_link, over this air."""
        return await find_toy(self.radio, suites)


async def central_on(air: Air) -> Device:
    """A base station's controller, with nothing on it yet."""
    address = hci.Address.generate_static_address()
    return await device_on(air, "base station", DeviceConfiguration(name="base station", address=address))


class Bridge:
    """Between a plush's socket and its peripheral; each connection on the air is a cable plugged in."""

    def __init__(self, plush: VirtualPlush, peripheral: Peripheral) -> None:
        self.plush, self.peripheral = plush, peripheral
        self._to_toy: asyncio.Queue[bytes] = asyncio.Queue()
        self._life: asyncio.Task[None] | None = None
        self._mode: asyncio.Task[None] | None = None
        peripheral.on_up, peripheral.on_down = self._on_up, self._on_down
        peripheral.on_frame = self._to_toy.put_nowait
        plush.on_line.append(self._on_line)

    @classmethod
    async def start(cls, air: Air, plush: VirtualPlush) -> Bridge:
        return cls(plush, await Peripheral.start(air, secrets.token_bytes(16)))

    async def close(self) -> None:
        with contextlib.suppress(BaseStationError):
            await self.peripheral.close()
        for task in (self._life, self._mode):
            if task is not None:
                await cancel(task)

    def _on_line(self, line: str) -> None:
        """The toy tells when its window for pairing opens and closes."""
        kind, _, what = line.partition(" ")
        if kind == "pairing" and what in ("open", "closed", "paired"):
            self._mode = asyncio.ensure_future(self.peripheral.set_pairing_mode(what == "open"))

    def _on_up(self) -> None:
        self._to_toy = asyncio.Queue()
        self.peripheral.on_frame = self._to_toy.put_nowait
        self._life = asyncio.ensure_future(self._live(self._to_toy))

    def _on_down(self) -> None:
        if self._life is not None:
            self._life.cancel()

    async def _live(self, to_toy: asyncio.Queue[bytes]) -> None:
        """From connection to disconnection, or until the toy pulls its cable."""
        try:
            cable = await open_transport(self.plush.link_url)
        except BaseStationError:
            return self.peripheral.hang_up()
        down = asyncio.ensure_future(self._down(cable))
        try:
            while True:
                await cable.write(encode_frame(await to_toy.get()))
        except LinkLost:
            self.peripheral.hang_up()
        finally:
            await cancel(down)
            await cable.close()

    async def _down(self, cable: Transport) -> None:
        decoder = FrameDecoder()
        while data := await cable.read():
            for frame in decoder.feed(data):
                self.peripheral.send(frame)
        self.peripheral.hang_up()

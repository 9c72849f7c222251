"""The plush's side of the air: advertises, takes one connection at a time, writes in, notifications out.

In      frames to send; whether the toy lets itself be paired just now
Out     `on_frame` for each value written, `on_up`, `on_down`
Errors  none: what is written to the wrong way, too long or in pieces is refused or dropped, and counted
Source  protocol/gatt.toml; toy_mcu/ports/rp2350/ble.c is the same on the real toy

No bond is kept, and legacy pairing is refused: each connection has an LE Secure Connections key of its own. The address
is new whenever nobody is connected.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bumble import gatt as att
from bumble import hci
from bumble.att import ATT_Error, Attribute, AttributeValueV2, ErrorCode
from bumble.core import UUID as Uuid
from bumble.core import AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.pairing import PairingConfig

from base_station.link import gatt
from base_station.link.frame import FRAME_MAX_BYTES
from base_station.link.packet import is_data, is_pairing
from base_station.radio.air import Air, device_on

NAME: Final = "plush"
_IRK_BYTES: Final = 16
_ADVERTISE_EVERY_MS: Final = 100
MTU: Final = 247
_KNOWN_WITHIN_S: Final = 10.0  # so long a stranger may keep the one connection that there is
_SESSION_SPEAKS_S: Final = 2.0  # a base asks every 400 ms whether the toy is there
_FLAGS: Final = 0x06  # general discoverable, no classic Bluetooth


class Peripheral:
    """Make one with `start`."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.on_frame: Callable[[bytes], None] = lambda frame: None
        self.on_up: Callable[[], None] = lambda: None
        self.on_down: Callable[[], None] = lambda: None
        self.refused = self.strangers = 0
        self.connection: Connection | None = None
        self.is_pairing_mode = False
        self._sealed_s = 0.0  # when the toy last sent what only a session has
        self._ways: dict[str, att.Characteristic[bytes]] = {}
        self._changing = asyncio.Lock()
        self._tasks: set[asyncio.Future[None]] = set()

    @classmethod
    async def start(cls, air: Air, irk: bytes, name: str = NAME) -> Peripheral:
        """On the air, advertising. irk: 16 random bytes, from which its addresses come."""
        configuration = DeviceConfiguration(
            name=name, irk=irk, address=hci.Address.generate_private_address(irk), gatt_service_enabled=False
        )
        device = await device_on(air, name, configuration)
        peripheral = cls(device)
        device.pairing_config_factory = lambda connection: PairingConfig(sc=True, mitm=False, bonding=False)
        device.gatt_server.max_mtu = MTU
        device.add_service(peripheral._service())
        for attribute in device.gatt_server.attributes:  # Bumble's server looks at these flags and no others
            if not attribute.permissions & Attribute.Permissions.READABLE:
                attribute.permissions |= Attribute.Permissions.READ_REQUIRES_AUTHORIZATION
            if not attribute.permissions & Attribute.Permissions.WRITEABLE:
                attribute.permissions |= Attribute.Permissions.WRITE_REQUIRES_AUTHORIZATION
        device.on(Device.EVENT_CONNECTION, peripheral._on_connection)
        await peripheral._advertise()
        return peripheral

    async def close(self) -> None:
        if self.connection is not None:
            await self.connection.disconnect()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.device.stop_advertising()

    async def set_pairing_mode(self, on: bool) -> None:
        """Says so in its advertisement."""
        self.is_pairing_mode = on
        if self.connection is None:
            await self._advertise()

    def send(self, frame: bytes) -> None:
        """Drops what nobody listens for; the stream above repeats it."""
        if self.connection is None:
            return
        if is_data(frame):
            self._sealed_s = asyncio.get_running_loop().time()
        way = gatt.PAIRING if is_pairing(frame) else gatt.FROM_TOY
        self._spawn(self.device.notify_subscriber(self.connection, self._ways[way.uuid], frame))

    def hang_up(self) -> None:
        """The toy's cable behind this radio was pulled."""
        if self.connection is not None:
            self._spawn(self.connection.disconnect())

    # --- the service -------------------------------------------------------------------------------------------------
    def _service(self) -> att.Service:
        ways = [self._way(each) for each in (gatt.TO_TOY, gatt.FROM_TOY, gatt.PAIRING)]
        return att.Service(Uuid(gatt.SERVICE), ways)

    def _way(self, way: gatt.Way) -> att.Characteristic[bytes]:
        properties = att.Characteristic.Properties(0)
        for name in way.properties:
            properties |= att.Characteristic.Properties[name]
        guard = _ENCRYPTED if way.encrypted else Attribute.Permissions(0)
        writeable = guard | Attribute.Permissions.WRITEABLE
        switch: list[att.Descriptor] = []
        if "NOTIFY" in way.properties:  # Bumble's own switch would be open to anybody
            server = self.device.gatt_server
            value = AttributeValueV2(
                lambda bearer: server.read_cccd(bearer, self._ways[way.uuid]),
                lambda bearer, value: server.write_cccd(bearer, self._ways[way.uuid], value),
            )
            switch = [att.Descriptor(_SWITCH, Attribute.Permissions.READABLE | writeable, value)]
        taken = att.CharacteristicValue(write=self._taker(way))
        permissions = writeable if "WRITE" in way.properties else guard
        self._ways[way.uuid] = att.Characteristic(Uuid(way.uuid), properties, permissions, taken, switch)
        return self._ways[way.uuid]

    def _taker(self, way: gatt.Way) -> Callable[[Connection, bytes], None]:
        def take(connection: Connection, value: bytes) -> None:
            if way.encrypted and not connection.sc:  # encrypted by legacy pairing, which anybody can read along
                raise ATT_Error(ErrorCode.INSUFFICIENT_ENCRYPTION)
            if not 1 <= len(value) <= FRAME_MAX_BYTES or is_pairing(value) == way.encrypted:
                self.refused += 1
                return
            self.on_frame(value)

        return take

    # --- connections -------------------------------------------------------------------------------------------------
    def _on_connection(self, connection: Connection) -> None:
        self.connection = connection
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
        connection.on(Connection.EVENT_PAIRING, lambda keys: None if connection.sc else self.hang_up())
        self._spawn(self.device.stop_advertising())
        self._watch(connection)
        self.on_up()

    def _watch(self, connection: Connection) -> None:
        """Hangs up on whoever has no session by then, unless the toy lets itself be paired."""
        loop = asyncio.get_running_loop()

        def look() -> None:
            if self.connection is not connection:
                return
            if self.is_pairing_mode or loop.time() - self._sealed_s < _SESSION_SPEAKS_S:
                return self._watch(connection)
            self.strangers += 1
            self.hang_up()

        loop.call_later(_KNOWN_WITHIN_S, look)

    def _on_disconnection(self, _reason: int) -> None:
        self.connection = None
        self.on_down()
        self._spawn(self._advertise())

    async def _advertise(self) -> None:
        """Anew, under a new address."""
        async with self._changing:
            if self.device.is_advertising:
                await self.device.stop_advertising()
            address = hci.Address.generate_private_address(self.device.irk)
            await self.device.host.send_sync_command(hci.HCI_LE_Set_Random_Address_Command(random_address=address))
            self.device.random_address = address
            await self.device.start_advertising(
                advertising_data=_advertisement([(AdvertisingData.FLAGS, bytes([_FLAGS])), _uuid_entry(gatt.SERVICE)]),
                scan_response_data=self._answer(),
                advertising_interval_min=_ADVERTISE_EVERY_MS,
                advertising_interval_max=_ADVERTISE_EVERY_MS,
            )

    def _answer(self) -> bytes:
        mode = [_uuid_entry(gatt.PAIRING_MODE)] if self.is_pairing_mode else []
        return _advertisement([(AdvertisingData.COMPLETE_LOCAL_NAME, self.device.name.encode()), *mode])

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_SWITCH: Final = att.GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR
_ENCRYPTED: Final = Attribute.Permissions.READ_REQUIRES_ENCRYPTION | Attribute.Permissions.WRITE_REQUIRES_ENCRYPTION


def _uuid_entry(uuid: str) -> tuple[int, bytes]:
    return AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, bytes(Uuid(uuid))


def _advertisement(entries: list[tuple[int, bytes]]) -> bytes:
    data = bytes(AdvertisingData(list(entries)))
    assert len(data) <= 31, "an advertisement has 31 bytes"
    return data

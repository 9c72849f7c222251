"""bleak's client and scanner on a Bumble device: the same code above runs on virtual controllers, or on a USB dongle.

In      a powered-on Bumble Device as central
Out     `radio(device)`: what link/ble.py takes
Raises  what bleak's own backends raise: BleakError, BleakGATTProtocolError, TimeoutError
Source  bleak 3, backends/client.py and scanner.py: the methods that a backend must have
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final

from bleak.args import SizedBuffer
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str
from bumble import core, gatt, hci
from bumble.att import ATT_Error
from bumble.device import Advertisement, Connection, Device, Peer
from bumble.gatt_client import CharacteristicProxy

from base_station.link.ble import Radio
from base_station.radio.central import Central

MTU: Final = 247
_WRITE_HEAD_BYTES: Final = 3
_PACKETS_AHEAD: Final = 4  # what waits in the controller; the rest waits in the lanes above, where control may overtake
_PAIR_S: Final = 10.0
_NAMES: Final[dict[gatt.Characteristic.Properties, Any]] = {
    gatt.Characteristic.Properties.READ: "read",
    gatt.Characteristic.Properties.WRITE: "write",
    gatt.Characteristic.Properties.WRITE_WITHOUT_RESPONSE: "write-without-response",
    gatt.Characteristic.Properties.NOTIFY: "notify",
    gatt.Characteristic.Properties.INDICATE: "indicate",
}


def radio(device: Device) -> Radio:
    """bleak makes its backends from a class, so each device gets classes of its own."""
    central = Central(device)
    scanner = type("BumbleScanner", (_Scanner,), {"central": central})
    client = type("BumbleClient", (_Client,), {"central": central})
    return Radio(scanner, client)


class _Scanner(BaseBleakScanner):
    central: Central

    def __init__(self, detection_callback: Any, service_uuids: list[str] | None, _mode: str, **_: Any) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        self.seen_devices = {}
        await self.central.listen(self._on_advertisement)

    async def stop(self) -> None:
        await self.central.leave(self._on_advertisement)

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        if not advertisement.is_connectable:
            return
        kinds = core.AdvertisingData
        lists = advertisement.data.get_all(kinds.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS)
        uuids = [uuid.to_hex_str("-").lower() for each in lists for uuid in each]
        if not self.is_allowed_uuid(uuids):
            return
        name = advertisement.data.get(kinds.Type.COMPLETE_LOCAL_NAME)
        data = AdvertisementData(name, {}, {}, uuids, None, advertisement.rssi, ())
        address = str(advertisement.address)
        self.call_detection_callbacks(
            self.create_or_update_device(address, address, name, advertisement.address, data), data
        )


class _Client(BaseBleakClient):
    central: Central

    def __init__(self, address_or_ble_device: BLEDevice | str, **keywords: Any) -> None:
        super().__init__(address_or_ble_device, **keywords)
        given = address_or_ble_device
        self._address = given.details if isinstance(given, BLEDevice) else hci.Address(given)
        self._connection: Connection | None = None
        self._flow = asyncio.Event()

    # --- the connection ----------------------------------------------------------------------------------------------
    @property
    def name(self) -> str:
        return self.address

    @property
    def mtu_size(self) -> int:
        return self._there().att_mtu

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    def _there(self) -> Connection:
        if self._connection is None:
            raise BleakError("not connected")
        return self._connection

    async def connect(self, pair: bool, **_: Any) -> None:
        trying = self.central.connect(self._address, self._timeout)
        try:
            connection = await asyncio.shield(trying)
        except asyncio.CancelledError:
            self.central.abandon(trying)
            raise
        except core.BaseBumbleError as error:
            raise BleakError(f"it does not answer: {error}") from error
        self._connection = connection
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
        peer = Peer(connection)
        async with self._asking():
            await peer.request_mtu(MTU)
            await self._discover(peer)
        if pair:
            await self.pair()

    @contextlib.asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """Bumble's errors as bleak's. It cancels whoever waits when a connection ends, which is no cancel of ours."""
        try:
            yield
        except ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except core.BaseBumbleError as error:
            raise BleakError(str(error)) from error
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if self._connection is not None or task is None or task.cancelling():
                raise
            raise BleakError("it went away") from error

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self._flow.set()
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._connection is not None:
            async with self._asking():
                await self._connection.disconnect()

    async def pair(self, *_: Any, **__: Any) -> None:
        """LE Secure Connections or nothing."""
        connection = self._there()
        async with asyncio.timeout(_PAIR_S), self._asking():
            await connection.pair()
        if not (connection.is_encrypted and connection.sc):
            raise BleakError("the link is not encrypted with LE Secure Connections")

    async def unpair(self) -> None:
        """Nothing to do: no bond is kept."""

    # --- services ----------------------------------------------------------------------------------------------------
    async def _discover(self, peer: Peer) -> None:
        await peer.discover_all()  # type: ignore[no-untyped-call]
        services = BleakGATTServiceCollection()
        for theirs in peer.services:
            service = BleakGATTService(theirs, theirs.handle, _uuid(theirs.uuid))
            services.add_service(service)
            for way in theirs.characteristics:
                names = [name for flag, name in _NAMES.items() if way.properties & flag]
                found = BleakGATTCharacteristic(way, way.handle, _uuid(way.uuid), names, self._room_bytes, service)
                services.add_characteristic(found)
                for each in way.descriptors:
                    services.add_descriptor(BleakGATTDescriptor(each, each.handle, _uuid(each.type), found))
        self.services = services

    def _room_bytes(self) -> int:
        return self.mtu_size - _WRITE_HEAD_BYTES

    # --- values ------------------------------------------------------------------------------------------------------
    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_: Any
    ) -> bytearray:
        return await self._read(characteristic.handle)

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_: Any
    ) -> bytearray:
        return await self._read(descriptor.handle)

    async def _read(self, handle: int) -> bytearray:
        connection = self._there()
        async with self._asking():
            return bytearray(await connection.gatt_client.read_value(handle))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool) -> None:
        value = bytes(data)
        if not response and len(value) > self._room_bytes():
            raise BleakError(f"{len(value)} bytes do not fit into a write of {self._room_bytes()}")
        await self._write(characteristic.handle, value, response)

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        await self._write(descriptor.handle, bytes(data), True)

    async def _write(self, handle: int, value: bytes, response: bool) -> None:
        await self._until_room()
        async with self._asking():
            await self._there().gatt_client.write_value(handle, value, with_response=response)

    async def _until_room(self) -> None:
        """Credits: the controller says how many packets it has passed on, and no more than a few wait in it."""
        queue = self.central.device.host.get_data_packet_queue(self._there().handle)
        if queue is None:
            raise BleakError("not connected")
        queue.on("flow", self._flow.set)
        try:
            while queue.pending >= _PACKETS_AHEAD:
                self._flow.clear()
                await self._flow.wait()
                self._there()
        finally:
            queue.remove_listener("flow", self._flow.set)

    async def start_notify(self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_: Any) -> None:
        way: CharacteristicProxy[bytes] = characteristic.obj
        self._there()
        async with self._asking():
            await way.subscribe(lambda value: callback(bytearray(value)))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        way: CharacteristicProxy[bytes] = characteristic.obj
        async with self._asking():
            await way.unsubscribe(force=True)


def _uuid(uuid: core.UUID) -> str:
    return normalize_uuid_str(uuid.to_hex_str("-"))

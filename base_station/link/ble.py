"""A toy on the air: found by its service, connected, encrypted; one frame is one ATT value.

In      a Radio: what bleak reaches the air through, by default the operating system's own
Out     Found, and a Transport of frames: written without response, notified by the toy
Raises  UsageError when there is no Bluetooth here; LinkLost when no toy is in reach or it goes away
Source  protocol/SPEC.md, "Bindings"; protocol/gatt.toml

A toy is known by its key, never by its address, which changes. BLE's own encryption (LE Secure Connections without a
bond, so made anew each time) is asked for before the first frame that is not pairing's; nothing relies on it.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Final

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import BleakError

from base_station.errors import LinkLost, UsageError
from base_station.link import gatt
from base_station.link.frame import FRAME_MAX_BYTES
from base_station.link.packet import is_pairing

CONNECT_S: Final = 5.0
_MTU_S: Final = 2.0  # some systems learn a little late how much fits
_SETTLE_S: Final = 0.4  # a toy says that it is there every 100 ms


@dataclass(frozen=True)
class Radio:
    """bleak's backends; None: the operating system's. busy: addresses that somebody here is asking already."""

    scanner: type[BaseBleakScanner] | None = None
    client: type[BaseBleakClient] | None = None
    busy: set[str] = field(default_factory=set)


SYSTEM: Final = Radio()


@dataclass(frozen=True)
class Found:
    """A toy in reach. The address is good for now and for nothing later."""

    device: BLEDevice
    rssi_dbm: int

    @property
    def address(self) -> str:
        return self.device.address


async def scan(radio: Radio, seconds: float, *, pairing: bool = False) -> list[Found]:
    """Listens until a toy is heard, and a little longer for others; the nearest comes first.

    pairing: only those that let themselves be paired. Raises LinkLost when there is none, UsageError without Bluetooth.
    """
    heard: dict[str, Found] = {}
    try:
        async with (
            asyncio.timeout(seconds) as limit,
            _scanner(radio) as scanner,
            contextlib.aclosing(scanner.advertisement_data()) as advertisements,
        ):
            async for device, data in advertisements:
                if pairing and gatt.PAIRING_MODE not in data.service_uuids:
                    continue
                if not heard:
                    limit.reschedule(asyncio.get_running_loop().time() + _SETTLE_S)
                heard[device.address] = Found(device, data.rssi)
    except TimeoutError:
        if not heard:
            raise LinkLost("no plush is in reach") from None
    except (BleakError, OSError) as error:
        raise UsageError(
            f"no Bluetooth here: {_in_a_line(error)} (--radio usb:0 drives a USB dongle without the system's help)"
        ) from error
    return sorted(heard.values(), key=lambda found: -found.rssi_dbm)


def _scanner(radio: Radio) -> BleakScanner:
    return BleakScanner(service_uuids=[gatt.SERVICE], backend=radio.scanner)


def _in_a_line(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) else str(error)
    return " ".join((text or type(error).__name__).split())


async def open_ble(radio: Radio, found: Found) -> BleTransport:
    """Connects, and asks for nothing yet that needs encryption."""
    transport = BleTransport(found, radio)
    await transport.connect()
    return transport


class BleTransport:
    """A connection. PAIR frames take the open way, all others the encrypted one; the first of each opens it."""

    framed = False

    def __init__(self, found: Found, radio: Radio) -> None:
        self.name = f"ble:{found.address}"
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue()
        self._open: set[str] = set()
        self._client = BleakClient(
            found.device, self._on_gone, services=[gatt.SERVICE], timeout=CONNECT_S, backend=radio.client
        )

    async def connect(self) -> None:
        """Raises LinkLost; nothing is left open then."""
        try:
            await self._client.connect()
            await self._until_frames_fit()
        except (BleakError, OSError) as error:  # TimeoutError is an OSError
            await self.close()
            raise LinkLost(f"{self.name}: {_in_a_line(error)}") from error

    async def read(self) -> bytes:
        data = await self._arrived.get()
        if not data:
            self._arrived.put_nowait(b"")  # gone is gone, however often one asks
        return data

    async def write(self, data: bytes) -> None:
        way = gatt.PAIRING if is_pairing(data) else gatt.TO_TOY
        try:
            if way.uuid not in self._open:
                await self._prepare(way)
            await self._client.write_gatt_char(way.uuid, data, response=False)
        except (BleakError, OSError) as error:
            raise LinkLost(f"{self.name}: {_in_a_line(error)}") from error

    async def close(self) -> None:
        with contextlib.suppress(BleakError, OSError):
            await self._client.disconnect()
        self._on_gone(self._client)

    async def _until_frames_fit(self) -> None:
        way = self._client.services.get_characteristic(gatt.TO_TOY.uuid)
        if way is None:
            raise BleakError("it says that it is a plush, and has no plush's service")
        due_s = asyncio.get_running_loop().time() + _MTU_S
        while way.max_write_without_response_size < FRAME_MAX_BYTES:
            if asyncio.get_running_loop().time() > due_s:
                raise BleakError(f"{way.max_write_without_response_size} bytes fit in a write: 244 must (MTU 247)")
            await asyncio.sleep(0.1)

    async def _prepare(self, way: gatt.Way) -> None:
        """Pairing's answers come on its own way; the others want an encrypted link first."""
        answers = gatt.FROM_TOY if way.encrypted else way
        if way.encrypted:
            with contextlib.suppress(NotImplementedError):  # macOS encrypts by itself as soon as it has to
                await self._client.pair()
        await self._client.start_notify(answers.uuid, self._on_value)
        self._open.add(way.uuid)

    def _on_value(self, _: BleakGATTCharacteristic, value: bytearray) -> None:
        if value:  # an empty one is no frame, and would say that the toy is gone
            self._arrived.put_nowait(bytes(value))

    def _on_gone(self, _: BleakClient) -> None:
        self._arrived.put_nowait(b"")

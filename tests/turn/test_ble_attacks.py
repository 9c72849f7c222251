"""A stranger with a radio: reads, writes, encrypts, floods, connects; gets nothing, and the plush talks as before."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from bumble import att, gatt
from bumble.core import BaseBumbleError
from bumble.device import Connection, Device, Peer
from bumble.pairing import PairingConfig

from base_station import clock
from base_station.link import gatt as ours
from base_station.link.packet import Handshake, Pair
from base_station.radio.peripheral import Peripheral
from base_station.radio.virtual_air import VirtualAir, central_on
from base_station.rpc import InProcess
from base_station.talk import Conversation, TalkOptions
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import BUILD, station

WHOLE_TURN = ["idle", "listening", "thinking", "speaking", "idle"]
Attack = Callable[[Device, Peripheral], Awaitable[None]]


def attacked(folder: Path, *attacks: Attack) -> None:
    """A stranger does as he likes before the base station comes; then a question is asked and answered as ever."""

    class Road:
        """The stranger is on the air first."""

        def __init__(self, air: VirtualAir) -> None:
            self.air = air

        async def join(self, plush: object) -> str:
            url = await self.air.join(plush)  # type: ignore[arg-type]
            stranger = await central_on(self.air.air)
            for attack in attacks:
                await attack(stranger, self.air.bridges[0].peripheral)
            return url

    async def main() -> None:
        async with VirtualAir() as air, station(folder, air=air) as made:
            options = TalkOptions(PlushOptions(build=BUILD, seed=1, link="ble"), scripted.ENGINES, road=Road(air))
            async with Conversation(options, InProcess(made.handle)) as home:
                turn = await home.ask(scripted.buzz(1, 0.4))
                assert (turn.brain, turn.states) == ("remote", WHOLE_TURN)
                assert any("link: refused frames" in line for line in home.plush.log)

    clock.run_virtual(main)


@contextlib.asynccontextmanager
async def connected(stranger: Device, peripheral: Peripheral, mtu: int = 247) -> AsyncIterator[Peer]:
    """Connected to the plush, wherever it is just now; gone afterwards."""
    while not peripheral.device.is_advertising:  # noqa: ASYNC110 - it does so again as soon as nobody is connected
        await asyncio.sleep(0.05)
    connection = await stranger.connect(peripheral.device.random_address, timeout=5.0)
    peer = Peer(connection)
    await peer.request_mtu(mtu)
    try:
        yield peer
    finally:
        if peripheral.connection is not None:
            with contextlib.suppress(BaseBumbleError, asyncio.CancelledError):
                await connection.disconnect()


async def error_of(work: Awaitable[object]) -> att.ErrorCode | None:
    """What the plush answers instead of doing it."""
    try:
        await work
    except att.ATT_Error as error:
        return att.ErrorCode(error.error_code)
    return None


async def encrypted(stranger: Device, connection: Connection, *, secure: bool = True) -> None:
    """Just Works: anybody can."""
    stranger.pairing_config_factory = lambda connection: PairingConfig(sc=secure, mitm=False, bonding=False)
    await connection.pair()


def handle_of(peripheral: Peripheral, way: ours.Way) -> int:
    return peripheral._ways[way.uuid].handle


# --- attacks ---------------------------------------------------------------------------------------------------------
OPEN_TYPES = {
    *(gatt.GATT_PRIMARY_SERVICE_ATTRIBUTE_TYPE, gatt.GATT_CHARACTERISTIC_ATTRIBUTE_TYPE),
    *(gatt.GATT_DEVICE_NAME_CHARACTERISTIC, gatt.GATT_APPEARANCE_CHARACTERISTIC),
}


async def touch_every_attribute(stranger: Device, peripheral: Peripheral) -> None:
    """Reads and writes each without encryption. What is open says what the advertisement says, and takes PAIR alone."""
    refused = 0
    async with connected(stranger, peripheral) as peer:
        pairing = handle_of(peripheral, ours.PAIRING)
        for attribute in list(peripheral.device.gatt_server.attributes):
            read = await error_of(peer.gatt_client.read_value(attribute.handle, no_long_read=True))
            write = await error_of(peer.gatt_client.write_value(attribute.handle, b"\x01\x00", with_response=True))
            if attribute.handle in (pairing, pairing + 1):  # its value may be written, its switch read as well
                assert (read is None, write) == (attribute.handle > pairing, None)
            elif attribute.type in OPEN_TYPES:
                assert (read, write) == (None, att.ErrorCode.INSUFFICIENT_AUTHORIZATION)
            else:
                assert (read, write) == (att.ErrorCode.INSUFFICIENT_ENCRYPTION,) * 2
                refused += 1
        assert len(peripheral.device.gatt_server.attributes) >= 12
    assert refused == 3  # to_toy, from_toy and its switch


async def encrypt_by_just_works(stranger: Device, peripheral: Peripheral) -> None:
    """On an encrypted link the frames of a stranger reach the toy, which refuses them, and says so."""
    rng = random.Random(1)
    async with connected(stranger, peripheral) as peer:
        await encrypted(stranger, peer.connection)
        to_toy, pairing = handle_of(peripheral, ours.TO_TOY), handle_of(peripheral, ours.PAIRING)
        write = peer.gatt_client.write_value
        for _ in range(20):
            guess = Handshake(rng.randrange(256), 1, rng.randbytes(8), rng.randbytes(48)).to_bytes()
            await write(to_toy, guess)
            await write(to_toy, b"\x40" + rng.randbytes(99))
            await asyncio.sleep(0.1)
        before = peripheral.refused
        await write(to_toy, Pair(1, bytes(8), b"\x01").to_bytes())
        await write(pairing, guess)
        await write(pairing, b"")
        await asyncio.sleep(0.2)
        assert peripheral.refused == before + 3


async def encrypt_by_legacy_pairing(stranger: Device, peripheral: Peripheral) -> None:
    """Whose keys a listener can compute: hung up on."""
    async with connected(stranger, peripheral) as peer:
        with contextlib.suppress(BaseBumbleError, asyncio.CancelledError):
            await encrypted(stranger, peer.connection, secure=False)
            write = peer.gatt_client.write_value
            assert await error_of(write(handle_of(peripheral, ours.TO_TOY), b"\x40", with_response=True))
        await asyncio.sleep(0.5)
        assert peripheral.connection is None


async def write_without_end(stranger: Device, peripheral: Peripheral) -> None:
    """Values longer than a frame, and long writes of many pieces that never end."""
    async with connected(stranger, peripheral, mtu=517) as peer:
        assert peer.gatt_client.mtu == 247
        await encrypted(stranger, peer.connection)
        client = peer.gatt_client
        for way in (ours.TO_TOY, ours.PAIRING):
            handle, before = handle_of(peripheral, way), peripheral.refused
            await client.write_long_value(handle, bytes(512))
            assert peripheral.refused == before + 1
            assert await error_of(client.write_long_value(handle, bytes(513)))
            answers = []
            for offset in range(0, 70 * 200, 200):
                piece = att.ATT_Prepare_Write_Request(
                    attribute_handle=handle, value_offset=offset, part_attribute_value=bytes(200)
                )
                answers.append((await client.send_request(piece)).op_code)
            assert att.Opcode.ATT_ERROR_RESPONSE in answers  # the queue has an end
            await client.send_request(att.ATT_Execute_Write_Request(flags=0))


async def occupy_the_line(stranger: Device, peripheral: Peripheral) -> None:
    """Says nothing and stays: hung up on after 10 s."""
    async with connected(stranger, peripheral):
        await asyncio.sleep(9.5)
        assert peripheral.connection is not None
        await asyncio.sleep(1.0)
        assert peripheral.connection is None
    assert peripheral.strangers == 1


def connect_often(times: int) -> Attack:
    """Connected, encrypted, a handshake with another key, gone; so often."""
    rng = random.Random(2)

    async def attack(stranger: Device, peripheral: Peripheral) -> None:
        for _ in range(times):
            async with connected(stranger, peripheral) as peer:
                await encrypted(stranger, peer.connection)
                guess = Handshake(rng.randrange(256), 1, rng.randbytes(8), rng.randbytes(48)).to_bytes()
                await peer.gatt_client.write_value(handle_of(peripheral, ours.TO_TOY), guess)
                await asyncio.sleep(0.05)

    return attack


def test_a_stranger_gets_nothing_and_the_plush_talks_as_before(tmp_path: Path) -> None:
    attacked(
        tmp_path,
        touch_every_attribute,
        encrypt_by_just_works,
        encrypt_by_legacy_pairing,
        write_without_end,
        occupy_the_line,
        connect_often(10),
    )


@pytest.mark.long
def test_a_thousand_connections_of_strangers(tmp_path: Path) -> None:
    attacked(tmp_path, connect_often(1000))

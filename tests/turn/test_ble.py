"""The plush over Bluetooth LE on virtual controllers, through bleak: turns, throughput, overhead, which toy it is."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import pytest

from base_station import clock
from base_station.connect import find_toy, shake_hands
from base_station.errors import LinkLost
from base_station.link import ble
from base_station.link.link import AudioFrame, Link
from base_station.link.noise import NoiseSuite
from base_station.link.order_events import Role
from base_station.radio.air import Air
from base_station.radio.peripheral import Peripheral
from base_station.radio.virtual_air import VirtualAir
from base_station.tasks import cancel
from tests.turn import scripted
from tests.turn.house import house

SOUND_BYTES = 208
FRAME_S = 2 * SOUND_BYTES / 16_000
OVERHEAD_MOST = 0.16


class ValueCounter:
    """The ATT values of one connection, as link/ble.py writes and gets them."""

    framed = False

    def __init__(self, inner: ble.BleTransport) -> None:
        self.name = inner.name
        self.values = {"down": [0], "up": [0]}
        self._inner = inner

    async def read(self) -> bytes:
        data = await self._inner.read()
        self.values["up"].append(len(data))
        return data

    async def write(self, data: bytes) -> None:
        self.values["down"].append(len(data))
        await self._inner.write(data)

    async def close(self) -> None:
        await self._inner.close()

    def total_bytes(self) -> int:
        return sum(map(sum, self.values.values()))


class ToyTransport:
    """The toy's end of a connection, for a Link in the toy's role."""

    framed = False
    name = "toy"

    def __init__(self, peripheral: Peripheral) -> None:
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue()
        self._peripheral = peripheral
        peripheral.on_frame = self._arrived.put_nowait

    async def read(self) -> bytes:
        return await self._arrived.get()

    async def write(self, data: bytes) -> None:
        self._peripheral.send(data)

    async def close(self) -> None:
        self._arrived.put_nowait(b"")


def test_a_turn_with_the_compiled_plush(tmp_path: Path) -> None:
    """Encrypted by LE Secure Connections, MTU 247; sound and all else that goes with it at most 16% over the sound."""
    counters: list[ValueCounter] = []

    async def main() -> None:
        async with VirtualAir() as air:

            def wrap(inner: ble.BleTransport) -> ValueCounter:
                counters.append(ValueCounter(inner))
                return counters[-1]

            async with house(tmp_path, scripted.ENGINES, air=air, wrap=wrap) as home:
                (bridge,) = air.bridges
                connection = bridge.peripheral.connection
                assert connection is not None
                assert (connection.is_encrypted, connection.sc, connection.att_mtu) == (True, True, 247)
                for k in range(3):
                    turn = await home.ask(scripted.buzz(k, 1.5))
                    assert (turn.brain, turn.heard) == ("remote", f"question {k}")
                    assert turn.states == ["idle", "listening", "thinking", "speaking", "idle"]
                    assert (turn.link["resent"], turn.link["crc_errors"]) == (0, 0)
                    await home.until_rest()
                assert not [line for line in home.plush.log if "refused" in line]

    clock.run_virtual(main)
    (counter,) = counters
    frames = [size for way in counter.values.values() for size in way if size == 32 + SOUND_BYTES]
    assert len(frames) > 3 * 60
    heads, acks = 32 * len(frames), 7 * sum(size == 7 for way in counter.values.values() for size in way)
    overhead = (heads + acks) / (heads + acks + SOUND_BYTES * len(frames))
    print(f"a turn: {overhead:.1%} of the ATT values is not sound")
    assert overhead <= OVERHEAD_MOST


@pytest.mark.parametrize("loss", [0.0, 0.05])
def test_sound_both_ways_at_once(loss: float) -> None:
    """8 kB/s up and 8 kB/s down for 5 s; every frame comes, in time; at most 16% of all values' bytes are no sound."""
    key, count = secrets.token_bytes(32), round(5 / FRAME_S)

    async def send(link: Link) -> None:
        start_s = asyncio.get_running_loop().time()
        for number in range(count):
            await asyncio.sleep(max(0.0, start_s + number * FRAME_S - asyncio.get_running_loop().time()))
            sent_ms = round(clock.now_ms())
            await link.send_audio(AudioFrame(1, number, sent_ms, 0, 0, secrets.token_bytes(SOUND_BYTES)))

    async def receive(link: Link) -> list[float]:
        late_ms: list[float] = []
        async for item in link:
            if isinstance(item, AudioFrame):
                assert item.sequence == len(late_ms)
                late_ms.append(clock.now_ms() - item.sample_clock)
                if len(late_ms) == count:
                    break
        return late_ms

    async def main() -> tuple[list[list[float]], int]:
        async with VirtualAir(Air(loss=loss, seed=1)) as air:
            peripheral = await Peripheral.start(air.air, secrets.token_bytes(16))
            async with Link(ToyTransport(peripheral), NoiseSuite(key), role=Role.TOY) as toy:
                (found,) = await ble.scan(air.radio, 5.0)
                counter = ValueCounter(await ble.open_ble(air.radio, found))
                base = await shake_hands(counter, [NoiseSuite(key)])
                work = asyncio.gather(receive(toy), receive(base), send(toy), send(base))
                heard = (await work)[:2]
                await base.close()
                await peripheral.close()
                return list(heard), counter.total_bytes()

    heard, total_bytes = clock.run_virtual(main)
    sound_bytes = 2 * count * SOUND_BYTES
    assert [len(late_ms) for late_ms in heard] == [count, count]
    latest_ms, overhead = max(map(max, heard)), (total_bytes - sound_bytes) / total_bytes
    print(
        f"8 kB/s both ways, loss {loss:.0%}: {overhead:.1%} of the ATT values is not sound, latest {latest_ms:.0f} ms"
    )
    assert latest_ms < (100 if loss == 0 else 300)
    assert overhead <= OVERHEAD_MOST


def test_a_toy_is_known_by_its_key_and_never_by_its_address() -> None:
    """Two plushes, and a base that is paired with one of them: it finds that one, every time under another address."""
    key, seen = secrets.token_bytes(32), set()

    async def main() -> None:
        async with VirtualAir() as air:
            peripherals = [await Peripheral.start(air.air, secrets.token_bytes(16)) for _ in range(2)]
            keys = [secrets.token_bytes(32), key]
            toys: list[asyncio.Task[None]] = []

            async def live(peripheral: Peripheral, their: bytes) -> None:
                async with Link(ToyTransport(peripheral), NoiseSuite(their), role=Role.TOY) as toy:
                    async for _ in toy:
                        pass

            for peripheral, their in zip(peripherals, keys, strict=True):

                def on_up(peripheral: Peripheral = peripheral, their: bytes = their) -> None:
                    toys.append(asyncio.ensure_future(live(peripheral, their)))

                peripheral.on_up = on_up
            for _ in range(3):
                link = await find_toy(air.radio, [NoiseSuite(key)])
                assert peripherals[1].connection is not None
                seen.add(link.transport.name)
                await link.close()
                await asyncio.sleep(0.5)
            with pytest.raises(LinkLost, match="no plush in reach answers to this base station's keys"):
                await find_toy(air.radio, [NoiseSuite(secrets.token_bytes(32))])
            for toy in toys:
                await cancel(toy)

    clock.run_virtual(main)
    assert len(seen) == 3


def test_nobody_there() -> None:
    async def main() -> None:
        async with VirtualAir() as air:
            with pytest.raises(LinkLost, match="no plush is in reach"):
                await find_toy(air.radio, [NoiseSuite(bytes(32))])

    clock.run_virtual(main)

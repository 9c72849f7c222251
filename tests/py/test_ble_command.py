"""Bluetooth as a person types it: pairing and forgetting over a controller of our own, a turn on the virtual air."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from bumble.transport.tcp_server import open_tcp_server_transport

from base_station import virtual
from base_station.cli import app
from base_station.connect import address_of, ble_name
from base_station.errors import UsageError
from base_station.link.keys import KeyStore
from base_station.radio.air import Air, AirController
from base_station.radio.virtual_air import Bridge
from tests.py.http_here import free_port
from tests.py.test_pairing import BUILD, Toy

PLUSH = str(Path(sys.executable).with_name("plush"))
DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "speech"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[dict[str, str]]:
    environment = {**os.environ, "PLUSH_HOME": str(tmp_path)}
    yield environment
    subprocess.run([PLUSH, "daemon", "stop"], env=environment, capture_output=True, timeout=60, check=False)


async def plush(home: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(PLUSH, *arguments, env=home, stdin=pipe, stdout=pipe, stderr=pipe)


async def done(process: asyncio.subprocess.Process, typed: str = "") -> tuple[int, str, str]:
    async with asyncio.timeout(60):
        out, error = await process.communicate(typed.encode())
    assert process.returncode is not None
    return process.returncode, out.decode(), error.decode()


async def hold_paw_quickly(toy: virtual.VirtualPlush) -> None:
    """Its five seconds are its own: it lives as fast as it is fed."""
    noise = np.random.default_rng(5)
    await toy.control("button paw down")
    for frame in range(265):
        await toy.tick(noise.integers(-9, 10, 320).astype(np.int16))
        if frame == 260:
            await toy.control("button paw up")


def test_pair_list_and_forget_over_a_controller_of_our_own(home: dict[str, str]) -> None:
    """The controller stands in another process, as a dongle would: its bus is a socket."""

    async def main() -> None:
        air, port = Air(), free_port()
        controller = AirController("dongle", air)
        bus = await open_tcp_server_transport(f"127.0.0.1:{port}")
        bus.source.set_packet_sink(controller)
        controller.host = bus.sink
        radio = f"tcp-client:127.0.0.1:{port}"
        options = virtual.PlushOptions(seed=7, build=BUILD, link="ble", key=b"")
        async with await virtual.start(options) as running:
            bridge = await Bridge.start(air, running)
            await hold_paw_quickly(running)
            toy = Toy(running)
            life = asyncio.ensure_future(toy.live())
            process = await plush(home, "pair", "--ble", "--radio", radio, "--name", "Bruno")
            digits = await toy.line("pairing digits ", 40)
            status, out, error = await done(process, f"{digits}\n")
            assert (status, error) == (0, ""), error
            assert out.endswith(
                "Paired with Bruno. `plush talk --ble` talks with it, `plush toys` lists what is paired.\n"
            )
            _, out, _ = await done(await plush(home, "toys", "list", "--json"))
            assert json.loads(out)["url"] == f"ble:@{radio}"
            status, out, error = await done(await plush(home, "toys", "forget", "Bruno"))
            assert (status, "here and on the toy" in out) == (0, True), error
            await toy.line("pairing forgotten")
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
            await bridge.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("pair", "--ble", "--radio", "nonsense:0"), "radio nonsense:0:"),
        (("pair", "--ble", "--radio", "tcp-client:127.0.0.1:1"), "radio tcp-client:127.0.0.1:1:"),
        (("talk", "--radio", "usb:0"), "--toy and --radio go with --ble"),
        (("talk", "--ble", "--ble-virtual"), "choose one"),
        (("talk", "--ble", "--wav", "x.wav"), "a real toy has a microphone of its own"),
    ],
)
def test_mistakes_are_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=complaint) as refused:
        app(list(arguments), standalone_mode=False)
    assert "\n" not in str(refused.value)


def test_each_toy_on_the_air_has_an_address(tmp_path: Path) -> None:
    """`plush serve` attaches to each; all were paired by the same radio."""
    store = KeyStore(tmp_path)
    for name, url in (("Bruno", "ble:"), ("Bär & Co@home", "ble:@usb:0"), ("Teddy", "/dev/ttyACM0")):
        store.add(name, bytes(32), url)
    addresses = [address_of(toy) for toy in store.toys()]
    assert addresses == ["ble:Bruno", "ble:B%C3%A4r%20%26%20Co%40home@usb:0", "/dev/ttyACM0"]
    assert [ble_name(url) for url in addresses[:2]] == ["Bruno", "Bär & Co@home"]


@pytest.mark.long
def test_a_turn_on_the_virtual_air(home: dict[str, str], tmp_path: Path) -> None:
    """The embedded engines, in real time: `plush talk --ble-virtual --wav question.wav`."""
    questions = sorted(DATA.rglob("*.flac"))
    if not questions:
        pytest.skip(f"no recordings in {DATA}")
    sound, rate_hz = soundfile.read(questions[0], dtype="int16")
    soundfile.write(tmp_path / "question.wav", sound, rate_hz)
    command = [PLUSH, "talk", "--ble-virtual", "--wav", str(tmp_path / "question.wav"), "--json"]
    done = subprocess.run(command, env=home, capture_output=True, text=True, timeout=240, check=True)
    turn = json.loads(done.stdout)
    assert (turn["brain"], turn["link"]["crc_errors"]) == ("remote", 0)
    assert turn["states"][:2] == ["idle", "listening"]  # a child that draws breath goes on
    assert turn["states"][-3:] == ["thinking", "speaking", "idle"]
    assert turn["heard"]
    assert turn["said"]

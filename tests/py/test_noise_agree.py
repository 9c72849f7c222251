"""The toy's cryptography in C and the base's in Python, byte for byte against each other."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from base_station.errors import LinkLost, SealError
from base_station.link import cpace
from base_station.link.audio_frame import AudioFrame
from base_station.link.link import Link
from base_station.link.noise import NoiseSuite
from base_station.link.transport import DescriptorTransport

ROOT = Path(__file__).resolve().parents[2]
KEY, SESSION = bytes(range(32)), b"session!"
HEADER = bytes([0x40, 7, 1, 0])
AUTH, STATE = 256 - 7, 256 - 9  # toy_status_t as a byte


class Toy:
    """The program that tests/c/secure_peer.c makes, under AddressSanitizer."""

    def __init__(self, program: Path) -> None:
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, operation: str, data: bytes) -> tuple[int, bytes]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(operation.encode() + struct.pack("<H", len(data)) + data)
        self.process.stdin.flush()
        status, count = struct.unpack("<BH", self.process.stdout.read(3))
        return status, self.process.stdout.read(count)

    def frame(self, operation: str, counter: int, body: bytes, slot: int = 0) -> tuple[int, bytes]:
        return self.ask(operation, struct.pack("<BI", slot, counter) + HEADER + body)


def built(name: str) -> Path:
    program = Path(os.environ.get("PLUSH_HOST_BUILD", ROOT / "build" / "host")) / "tests" / name
    if not program.is_file():
        pytest.skip(f"{program} is not built: .ci/build host")
    return program


@pytest.fixture
def toy() -> Iterator[Toy]:
    toy = Toy(built("secure_peer"))
    yield toy
    toy.process.communicate()
    assert toy.process.returncode == 0


def test_a_session_of_both(toy: Toy) -> None:
    toy.ask("K", KEY)
    rng = random.Random(8)
    for slot in (0, 1, 0):
        initiation = NoiseSuite(KEY).initiate(SESSION)
        status, reply = toy.ask("H", bytes([slot]) + SESSION + initiation.request)
        assert (status, len(reply)) == (0, 48)
        base = initiation.finish(reply)
        for counter in [0, 1, 2, 100, 65_535, 65_536, 131_071, 131_072]:
            body = rng.randbytes(rng.randint(1, 224))
            down = base.seal(counter, HEADER, body)
            assert toy.frame("O", counter, down, slot) == (0, body)
            status, up = toy.frame("S", counter, body, slot)
            assert status == 0
            assert up != down
            assert base.open(counter, HEADER, up) == body
            assert toy.frame("O", counter, down[:-1] + bytes([down[-1] ^ 1]), slot) == (AUTH, b"")
            assert toy.frame("S", counter, body, slot) == (STATE, b"")


def test_another_key_or_session_is_refused_by_the_toy(toy: Toy) -> None:
    toy.ask("K", KEY)
    request = NoiseSuite(bytes(32)).initiate(SESSION).request
    assert toy.ask("H", b"\0" + SESSION + request) == (AUTH, b"")
    request = NoiseSuite(KEY).initiate(b"another!").request
    assert toy.ask("H", b"\0" + SESSION + request) == (AUTH, b"")
    assert toy.ask("H", b"\0" + SESSION) == (AUTH, b"")


def test_a_toy_of_another_key_is_refused_by_the_base(toy: Toy) -> None:
    toy.ask("K", bytes(32))
    _, reply = toy.ask("H", b"\0" + SESSION + NoiseSuite(bytes(32)).initiate(SESSION).request)
    with pytest.raises(SealError):
        NoiseSuite(KEY).initiate(SESSION).finish(reply)


def test_the_map_agrees_on_random_and_on_the_strangest_elements(toy: Toy) -> None:
    prime = 2**255 - 19
    rng = random.Random(25519)
    strange = [0, 1, 2, 2**254 - 1, 2**254, prime - 1, prime, prime + 1, prime + 18, 2**255, 2**256 - 1]
    for element in strange + [rng.getrandbits(256) for _ in range(200)]:
        data = element.to_bytes(32, "little")
        assert toy.ask("E", data) == (0, cpace.elligator2(data)), hex(element)


def test_pairing_agrees(toy: Toy) -> None:
    for number in range(20):
        digits = f"{number * 52_391 % 1_000_000:06}"
        base = cpace.BaseAttempt(digits, b"")
        status, answer = toy.ask("C", base.session + os.urandom(32) + base.point + digits.encode())
        assert status == 0
        point, toy_tag, base_tag, psk = (answer[at : at + 32] for at in range(0, 128, 32))
        made = base.finish(point, toy_tag)
        assert (made.psk, made.base_tag) == (psk, base_tag)
        wrong = cpace.BaseAttempt("000001", b"")
        _, answer = toy.ask("C", wrong.session + os.urandom(32) + wrong.point + digits.encode())
        with pytest.raises(SealError):
            wrong.finish(answer[:32], answer[32:64])


async def with_a_whole_toy(toy_key: bytes) -> list[AudioFrame]:
    """The audio that comes back from tests/c/secure_toy.c: the toy's link, order and seal in C."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen([built("secure_toy"), toy_key.hex()], stdin=theirs, stdout=theirs)
    theirs.close()
    back: list[AudioFrame] = []
    try:
        transport = DescriptorTransport(ours.fileno(), "secure toy", ours.close)
        async with Link(transport, NoiseSuite(KEY)) as base:
            hello = await asyncio.wait_for(base.connect(), 10)
            assert hello.name == "Noisy"
            for sequence in range(100):
                await base.send_audio(AudioFrame(1, sequence, sequence * 320, 0, 0, bytes([sequence]) * 160))
            async for item in base:
                if isinstance(item, AudioFrame):
                    back.append(item)
                if len(back) == 100:
                    break
    finally:
        process.terminate()
        process.wait()
    return back


def test_a_whole_link_under_noise() -> None:
    back = asyncio.run(asyncio.wait_for(with_a_whole_toy(KEY), 30))
    assert [(frame.sequence, frame.payload) for frame in back] == [(n, bytes([n]) * 160) for n in range(100)]


def test_a_whole_link_with_another_key_never_comes_up() -> None:
    with pytest.raises((LinkLost, TimeoutError)):
        asyncio.run(asyncio.wait_for(with_a_whole_toy(bytes(32)), 3))

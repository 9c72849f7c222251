"""The session's cryptography against published vectors, and against whoever changes, repeats or mixes its bytes."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from base_station import clock
from base_station.errors import LinkLost, SealError
from base_station.link.link import Link
from base_station.link.noise import NoiseCipher, NoiseInitiation, NoiseSuite, prologue, respond
from base_station.link.order_events import Role
from base_station.link.session import Cipher, NullSuite, Suite
from tests.py.link_turn import TOY_HELLO, Pipe, a_turn, pipes

VECTOR = json.loads((Path(__file__).parents[1] / "golden" / "noise_nnpsk0.json").read_text(encoding="utf-8"))
KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
SESSION = b"session!"
HEADER = bytes([0x40, 7, 0, 0])


def secret(name: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR[name]))


def sessions(key: bytes = KEY, session: bytes = SESSION) -> tuple[Cipher, Cipher]:
    """Base's and toy's."""
    suite = NoiseSuite(key)
    initiation = suite.initiate(session)
    reply, toy = suite.answer(session, initiation.request)
    return initiation.finish(reply), toy


def test_the_published_vector() -> None:
    psk, begin = bytes.fromhex(VECTOR["psk"]), bytes.fromhex(VECTOR["prologue"])
    payloads = [bytes.fromhex(message["payload"]) for message in VECTOR["messages"]]
    sealed = [bytes.fromhex(message["ciphertext"]) for message in VECTOR["messages"]]
    initiation = NoiseInitiation(psk, begin, ephemeral=secret("init_ephemeral"), payload=payloads[0])
    assert initiation.request == sealed[0]
    reply, toy = respond(psk, begin, sealed[0], ephemeral=secret("resp_ephemeral"), payload=payloads[1])
    assert reply == sealed[1]
    base = initiation.finish(reply)
    assert initiation.answered == payloads[1]
    assert initiation.hash.hex() == VECTOR["handshake_hash"]
    for index, (payload, expected) in enumerate(zip(payloads[2:], sealed[2:], strict=True)):
        sender, receiver = (base, toy) if index % 2 == 0 else (toy, base)
        assert sender.seal(index // 2, b"", payload) == expected
        assert receiver.open(index // 2, b"", expected) == payload


def test_the_wire_of_a_session_is_as_long_as_said() -> None:
    initiation = NoiseSuite(KEY).initiate(SESSION)
    reply, _ = NoiseSuite(KEY).answer(SESSION, initiation.request)
    assert (len(initiation.request), len(reply)) == (48, 48)


def test_another_key_is_refused_by_both_sides() -> None:
    initiation = NoiseSuite(KEY).initiate(SESSION)
    with pytest.raises(SealError):
        NoiseSuite(OTHER_KEY).answer(SESSION, initiation.request)
    foreign = NoiseSuite(OTHER_KEY).initiate(SESSION)
    reply, _ = NoiseSuite(OTHER_KEY).answer(SESSION, foreign.request)
    with pytest.raises(SealError):
        initiation.finish(reply)


def test_a_handshake_of_another_session_or_version_is_refused() -> None:
    request = NoiseSuite(KEY).initiate(SESSION).request
    with pytest.raises(SealError):
        NoiseSuite(KEY).answer(b"another!", request)
    newer = prologue(SESSION).replace(b"link \x01", b"link \x02")
    assert newer != prologue(SESSION)
    with pytest.raises(SealError):
        respond(KEY, newer, request)


def test_a_forged_answer_does_not_spoil_the_right_one() -> None:
    initiation = NoiseSuite(KEY).initiate(SESSION)
    reply, toy = NoiseSuite(KEY).answer(SESSION, initiation.request)
    for at in range(len(reply)):
        forged = bytearray(reply)
        forged[at] ^= 1
        with pytest.raises(SealError):
            initiation.finish(bytes(forged))
    base = initiation.finish(reply)
    assert base.open(0, HEADER, toy.seal(0, HEADER, b"hello")) == b"hello"
    with pytest.raises(SealError):
        initiation.finish(reply)


@pytest.mark.parametrize("public", [bytes(32), b"\x01" + bytes(31)], ids=["zero", "one"])
def test_a_public_key_of_low_order_is_refused(public: bytes) -> None:
    initiation = NoiseSuite(KEY).initiate(SESSION)
    with pytest.raises(SealError, match="worthless"):
        initiation.finish(public + bytes(16))


@pytest.mark.parametrize("text", [b"", b"x", bytes(47)])
def test_a_payload_of_another_cipher_is_refused(text: bytes) -> None:
    with pytest.raises(SealError):
        NoiseSuite(KEY).answer(SESSION, text)
    with pytest.raises(SealError):
        NoiseSuite(KEY).initiate(SESSION).finish(text)
    with pytest.raises(SealError):
        NullSuite().answer(SESSION, NoiseSuite(KEY).initiate(SESSION).request)


@given(
    body=st.binary(min_size=1, max_size=224),
    counter=st.integers(0, 65_535),
    where=st.integers(0),
    bit=st.integers(0, 7),
)
def test_any_flipped_bit_is_noticed(body: bytes, counter: int, where: int, bit: int) -> None:
    one, two = NoiseCipher(KEY, OTHER_KEY), NoiseCipher(OTHER_KEY, KEY)
    sealed = one.seal(counter, HEADER, body)
    assert two.open(counter, HEADER, sealed) == body
    whole = bytearray(HEADER + sealed)
    whole[where % len(whole)] ^= 1 << bit
    with pytest.raises(SealError):
        two.open(counter, bytes(whole[:4]), bytes(whole[4:]))
    with pytest.raises(SealError):
        two.open(counter ^ 1, HEADER, sealed)
    with pytest.raises(SealError):
        one.open(counter, HEADER, sealed)  # reflected: the other direction has another key


def test_a_counter_is_sealed_once() -> None:
    base, _ = sessions()
    base.seal(5, HEADER, b"a")
    with pytest.raises(SealError):
        base.seal(5, HEADER, b"b")


def test_the_key_changes_every_65536_frames() -> None:
    base, toy = sessions()
    last = base.seal(65_535, HEADER, b"last")
    first = base.seal(65_536, HEADER, b"first")
    with pytest.raises(SealError):
        toy.open(65_536, HEADER, first[:-1] + bytes([first[-1] ^ 1]))
    assert toy.open(65_536, HEADER, first) == b"first"
    assert toy.open(65_535, HEADER, last) == b"last"  # came late
    beyond = base.seal(131_072, HEADER, b"beyond")
    assert toy.open(131_072, HEADER, beyond) == b"beyond"
    with pytest.raises(SealError):
        toy.open(65_535, HEADER, last)  # its key is gone
    with pytest.raises(SealError):
        toy.open(4 * 65_536, HEADER, beyond)


class Tap(Pipe):
    """A cable with a listener."""

    def __init__(self, **options: float | int | bool) -> None:
        super().__init__(framed=True, **options)  # type: ignore[arg-type]
        self.seen = bytearray()

    async def write(self, data: bytes) -> None:
        self.seen += data
        await super().write(data)


def tapped_turns(suite: Suite) -> bytes:
    one, two = Tap(seed=1), Tap(seed=2)
    one.other, two.other = two, one

    async def main() -> None:
        async with Link(one, suite) as base, Link(two, suite, role=Role.TOY, hello=TOY_HELLO) as toy:
            await asyncio.gather(base.connect(), toy.connect())
            for turn in range(1, 4):
                await a_turn(base, toy, turn)

    clock.run_virtual(main)
    return bytes(one.seen + two.seen)


def test_a_listener_hears_nothing_with_noise_and_all_without() -> None:
    sound = [bytes([number]) * 8 for number in range(1, 60)] + [b"base station"[:8]]
    assert not [window for window in sound if window in tapped_turns(NoiseSuite(KEY))]
    assert len([window for window in sound if window in tapped_turns(NullSuite())]) == len(sound)


def test_turns_under_noise_over_a_bad_cable() -> None:
    async def main() -> None:
        one, two = pipes(bad=0.05)
        suite = NoiseSuite(KEY)
        async with Link(one, suite) as base, Link(two, suite, role=Role.TOY, hello=TOY_HELLO) as toy:
            await asyncio.gather(base.connect(), toy.connect())
            for turn in range(1, 4):
                await a_turn(base, toy, turn)
            assert base.stats.resent > 0

    clock.run_virtual(main)


@pytest.mark.parametrize("theirs", [NoiseSuite(OTHER_KEY), NullSuite()], ids=["another key", "no key"])
def test_a_toy_of_another_home_is_no_toy(theirs: Suite) -> None:
    async def main() -> None:
        one, two = pipes()
        async with Link(one, NoiseSuite(KEY)) as base, Link(two, theirs, role=Role.TOY, hello=TOY_HELLO) as toy:
            with pytest.raises((LinkLost, asyncio.TimeoutError)):
                await asyncio.wait_for(base.connect(), 10)
            assert toy.stats.frames_up == 0

    clock.run_virtual(main)


def test_handshake_bytes_do_not_repeat() -> None:
    seen = {NoiseSuite(KEY).initiate(random.randbytes(8)).request[:32] for _ in range(64)}
    assert len(seen) == 64

"""The two codecs agree: random messages from each side to the other and back, bit-exact, field by field."""

from __future__ import annotations

import os
import random

from base_station.errors import FrameError
from base_station.link import fields
from base_station.link.audio_frame import Body, decode_audio, encode_audio
from base_station.link.frame import FrameDecoder, encode_frame
from base_station.link.messages import decode, encode
from tests.py.link_peer import ask_many
from tests.py.link_random import random_audio, random_message
from tests.py.link_vectors import audio_in_words, message_in_words

COUNT = int(os.environ.get("PLUSH_RANDOM_MESSAGES", "100000"))


def test_base_station_to_toy_and_back() -> None:
    rng = random.Random(1)
    sent = [random_message(rng) for _ in range(COUNT)]
    answers = ask_many(("m", encode(message)) for message in sent)
    assert len(answers) == COUNT
    for message, answer in zip(sent, answers, strict=True):
        assert answer.good, message
        assert answer.shown() == (encode(message), message_in_words(message))


def test_toy_to_base_station_and_back() -> None:
    answers = ask_many(("g", seed.to_bytes(4, "little")) for seed in range(COUNT))
    assert len(answers) == COUNT
    kinds = set()
    for answer in answers:
        data, text = answer.shown()
        message = decode(data)
        kinds.add(type(message))
        assert (encode(message), message_in_words(message)) == (data, text)
    assert len(kinds) == 27


def test_audio_frames_both_ways() -> None:
    rng = random.Random(2)
    sent = [(rng.choice((Body.AUDIO_UP, Body.AUDIO_DOWN)), random_audio(rng)) for _ in range(COUNT // 10)]
    bodies = [encode_audio(frame, direction) for direction, frame in sent]
    answers = ask_many(("a", body) for body in bodies)
    for (direction, frame), body, answer in zip(sent, bodies, answers, strict=True):
        assert answer.shown() == (body, audio_in_words(direction, frame))
        assert decode_audio(body, direction) == frame


def test_framing_both_ways() -> None:
    rng = random.Random(3)
    frames = [
        bytes(rng.choice((0, 0, 1, 254, 255, rng.randrange(256))) for _ in range(rng.randint(1, 244)))
        for _ in range(COUNT // 20)
    ]
    wires = [answer.data for answer in ask_many(("w", frame) for frame in frames)]
    assert wires == [encode_frame(frame) for frame in frames]
    decoder = FrameDecoder()
    stream = b"".join(wires)
    found = []
    at = 0
    while at < len(stream):
        step = rng.randint(1, 600)
        found += decoder.feed(stream[at : at + step])
        at += step
    assert found == frames
    assert decoder.errors == 0


def mutated(rng: random.Random, data: bytes) -> bytes:
    """Damage of the kinds that parsers trip over."""
    bad = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(bad) + 1)
        match rng.randrange(4):
            case 0 if at < len(bad):
                bad[at] ^= 1 << rng.randrange(8)
            case 1 if at < len(bad):
                bad[at] = rng.choice(
                    (0x00, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x5F, 0x60, 0x7F, 0x80, 0x9F, 0xF4, 0xF6, 0xFF)
                )
            case 2:
                bad[at:at] = rng.randbytes(1)
            case _:
                del bad[at : at + 1]
    return bytes(bad)


def test_both_refuse_and_take_the_same_damaged_messages() -> None:
    """Not one byte string is a message for one side and none for the other."""
    rng = random.Random(4)
    tries = [mutated(rng, encode(random_message(rng))) for _ in range(COUNT // 2)]
    answers = ask_many(("m", data) for data in tries)
    taken = 0
    for data, answer in zip(tries, answers, strict=True):
        try:
            message = decode(data)
        except FrameError:
            assert not answer.good, data.hex()
            continue
        taken += 1
        assert answer.good, data.hex()
        assert answer.shown() == (data, message_in_words(message))
    assert 0 < taken < len(tries)


def test_the_first_look_refuses_nothing_that_is_right() -> None:
    rng = random.Random(5)
    assert all(fields.is_plain(encode(random_message(rng))) for _ in range(2000))

"""Every vector on both codecs: the base station's and the toy's."""

from __future__ import annotations

from typing import get_args

import pytest

from base_station.errors import FrameError, SealError
from base_station.link import messages, packet
from base_station.link.audio_frame import Body, decode_audio, encode_audio
from base_station.link.frame import FrameDecoder, encode_frame
from base_station.link.session import NullCipher
from tests.py.link_peer import Answer, Peer, ask_many
from tests.py.link_vectors import Vector, frame_in_words, good_vectors, malformed_vectors

GOOD = good_vectors()
MALFORMED = malformed_vectors()
TOY_ERR_FORMAT, TOY_ERR_AUTH = -5, -7


def named(vectors: list[Vector]) -> list[object]:
    return [pytest.param(vector, id=vector.name) for vector in vectors]


def body_of(vector: Vector) -> bytes:
    return vector.frame[packet.HEADER_BYTES : -packet.TAG_BYTES]


def test_there_is_one_for_every_message_and_every_kind_of_frame() -> None:
    names = {vector.expect.split()[0] for vector in GOOD}
    assert len(names) == len(get_args(messages.Message)) + 5  # audio, ack, handshake, close, pair
    assert len(MALFORMED) >= 50


@pytest.mark.parametrize("vector", named(GOOD))
def test_base_station_reads_and_writes_it(vector: Vector) -> None:
    assert frame_in_words(vector.frame) == vector.expect
    assert encode_frame(vector.frame) == vector.wire
    assert FrameDecoder().feed(vector.wire) == [vector.frame]
    parsed = packet.parse(vector.frame)
    if not isinstance(parsed, packet.Data):
        assert parsed.to_bytes() == vector.frame
        return
    body = body_of(vector)
    again = (
        bytes([Body.CONTROL]) + messages.encode(messages.decode(body[1:]))
        if body[0] == Body.CONTROL
        else encode_audio(decode_audio(body, Body(body[0])), Body(body[0]))
    )
    header = packet.data_header(parsed.epoch, parsed.counter)
    assert header + NullCipher().seal(parsed.counter, header, again) == vector.frame


def toy_reads(vector: Vector, peer: Peer) -> None:
    """Compares what the toy makes of a frame with what the vector expects."""
    name, fields = (
        vector.expect.split()[0],
        dict(part.split("=", 1) for part in vector.expect.split()[1:] if "=" in part),
    )
    shown = dict(part.split("=") for part in peer.ask("p", vector.frame).data.decode().split())
    assert int(shown["kind"]) == {"ack": 1, "handshake": 2, "close": 3, "pair": 4}.get(name, 0)
    if name == "ack":
        assert [shown[key] for key in ("counter", "sack", "window")] == [fields[k] for k in ("next", "sack", "window")]
    elif name in ("handshake", "pair"):
        assert shown["step"] == fields["step"]
        assert int(shown["payload"]) == len(fields["payload"]) // 2
    elif name == "close":
        assert shown["reason"] == fields["reason"]
    elif name == "audio":
        body = body_of(vector)
        assert peer.ask("a", body).shown() == (body, vector.expect.rpartition(" adpcm=")[0])
        assert fields["adpcm"] == body[12:].hex()
    else:
        body = body_of(vector)
        assert peer.ask("m", body[1:]).shown() == (body[1:], vector.expect)


def test_toy_reads_and_writes_them() -> None:
    with Peer() as peer:
        for vector in GOOD:
            assert peer.ask("w", vector.frame).data == vector.wire, vector.name
            assert peer.ask("0").good
            found = peer.ask("f", vector.wire).data
            assert found[4:] == len(vector.frame).to_bytes(2, "little") + vector.frame, vector.name
            toy_reads(vector, peer)


@pytest.mark.parametrize("vector", named(MALFORMED))
def test_base_station_refuses_it_for_the_right_reason(vector: Vector) -> None:
    decoder = FrameDecoder()
    frames = decoder.feed(vector.wire)
    if vector.error == "wire":
        assert (frames, decoder.errors) == ([], 1)
        return
    assert frames == [vector.frame] or not vector.frame
    if vector.error == "frame":
        with pytest.raises(FrameError):
            packet.parse(vector.frame)
        return
    data = packet.parse(vector.frame)
    assert isinstance(data, packet.Data)
    if vector.error == "seal":
        with pytest.raises(SealError):
            NullCipher().open(data.counter, data.header, data.sealed)
        return
    NullCipher().open(data.counter, data.header, data.sealed)
    with pytest.raises(FrameError):
        frame_in_words(vector.frame)


def in_a_live_session(vector: Vector) -> Answer:
    """Hands the frame to a fresh toy whose session has the vectors' epoch 7."""
    step = packet.Handshake(7, 1, b"12345678", b"").to_bytes()
    hello = packet.data_header(7, 0) + b"\0\x82\x0d\xf5" + bytes(16)
    items = b"".join(b"i" + len(each).to_bytes(2, "little") + each for each in (step, hello, vector.frame))
    new = b"\0" + (1000).to_bytes(2, "little") * 2
    return ask_many([("N", new), ("S", bytes(4) + b"\0" + items)])[1]


def test_toy_refuses_them_for_the_right_reason() -> None:
    with Peer() as peer:
        for vector in MALFORMED:
            body = body_of(vector)
            if vector.error == "wire":
                assert peer.ask("0").good
                assert peer.ask("f", vector.wire).data == (1).to_bytes(4, "little"), vector.name
            elif vector.error == "frame":
                assert peer.ask("p", vector.frame).status == TOY_ERR_FORMAT, vector.name
            elif vector.error == "seal":
                assert TOY_ERR_AUTH & 0xFF in in_a_live_session(vector).data[-1:], vector.name
            elif vector.error == "audio":
                assert peer.ask("a", body).status == TOY_ERR_FORMAT, vector.name
            else:
                assert vector.error == "message"
                assert peer.ask("m", body[1:]).status == TOY_ERR_FORMAT, vector.name

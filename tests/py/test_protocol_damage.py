"""Every truncation and every flipped bit of every vector, as on UART and TCP, and without framing, as on BLE.

On a stream: both decoders count an error, deliver nothing of it, and receive the very next frame. Two truncations are
no damage and are not counted as any: to nothing or to the opening delimiter alone (nothing arrived), and by nothing but
the closing delimiter (the next frame's opening one closes it, and it arrives intact).
"""

from __future__ import annotations

import contextlib
import itertools
import random

from base_station.errors import FrameError
from base_station.link.frame import FrameDecoder, encode_frame
from tests.py.link_peer import Answer, Peer, ask_many
from tests.py.link_vectors import Vector, frame_in_words, good_vectors

VECTORS = good_vectors()
NEXT = bytes([0x58, 7, 1])
NEXT_WIRE = encode_frame(NEXT)


def truncations(vector: Vector) -> list[bytes]:
    """All but the three that lose nothing or leave nothing; see the module's docstring."""
    return [vector.wire[:count] for count in range(2, len(vector.wire) - 1)]


def flips(data: bytes) -> list[bytes]:
    return [data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :] for at in range(len(data)) for bit in range(8)]


def on_base_station(damaged: bytes) -> tuple[list[bytes], int]:
    decoder = FrameDecoder()
    return decoder.feed(damaged + NEXT_WIRE), decoder.errors


def on_toy(answers: list[Answer]) -> list[tuple[list[bytes], int]]:
    """Answers to feed, each after a reset."""
    results = []
    for answer in answers[1::2]:
        errors, frames, at = int.from_bytes(answer.data[:4], "little"), [], 4
        while at < len(answer.data):
            count = int.from_bytes(answer.data[at : at + 2], "little")
            frames.append(answer.data[at + 2 : at + 2 + count])
            at += 2 + count
        results.append((frames, errors))
    return results


def check(damaged: list[bytes]) -> None:
    requests = itertools.chain.from_iterable((("0", b""), ("f", each + NEXT_WIRE)) for each in damaged)
    toy = on_toy(ask_many(requests))
    assert len(toy) == len(damaged)
    for bad, (toy_frames, toy_errors) in zip(damaged, toy, strict=True):
        frames, errors = on_base_station(bad)
        assert frames == [NEXT], bad.hex()
        assert errors >= 1, bad.hex()
        assert toy_frames == [NEXT], bad.hex()
        assert toy_errors >= 1, bad.hex()


def test_every_truncation_of_every_vector() -> None:
    check([bad for vector in VECTORS for bad in truncations(vector)])


def test_every_flipped_bit_of_every_vector() -> None:
    check([bad for vector in VECTORS for bad in flips(vector.wire)])


def test_a_missing_closing_delimiter_loses_nothing() -> None:
    answers = ask_many(
        itertools.chain.from_iterable((("0", b""), ("f", vector.wire[:-1] + NEXT_WIRE)) for vector in VECTORS)
    )
    for vector, toy in zip(VECTORS, on_toy(answers), strict=True):
        assert on_base_station(vector.wire[:-1]) == ([vector.frame, NEXT], 0)
        assert toy == ([vector.frame, NEXT], 0)


def test_nothing_is_lost_where_nothing_arrived() -> None:
    for rest in (b"", b"\0"):
        assert on_base_station(rest) == ([NEXT], 0)
        assert on_toy(ask_many([("0", b""), ("f", rest + NEXT_WIRE)])) == [([NEXT], 0)]


def unframed(frame: bytes, now_ms: int = 0) -> bytes:
    """One step of an order in which this frame arrives."""
    return now_ms.to_bytes(4, "little") + b"\x08i" + len(frame).to_bytes(2, "little") + frame


def session(epoch: int, name: bytes) -> tuple[bytes, bytes]:
    """Step 1 and the first DATA of a session under the null cipher."""
    return bytes([0x50, epoch, 1, 0]) + name, bytes([0x40, epoch, 0, 0, 0]) + b"\x82\x0d\xf5" + bytes(16)


def test_without_framing_nothing_crashes() -> None:
    """The toy runs under ASan and UBSan here: a read out of bounds would end it. A frame that is still whole under the
    null cipher may be taken; what counts is that both sides live on, and that a new session is had afterwards."""
    new = b"\0" + (2000).to_bytes(2, "little") * 2
    with Peer() as peer:
        for vector in VECTORS:
            assert peer.ask("N", new).good
            for frame in session(7, b"12345678"):
                assert peer.ask("S", unframed(frame)).data.startswith(b"r\x01\0\0") or frame[0] == 0x40
            cuts = [vector.frame[:count] for count in range(len(vector.frame))]
            for bad in cuts + flips(vector.frame):
                assert peer.ask("S", unframed(bad)).good
                with contextlib.suppress(FrameError):
                    frame_in_words(bad)
            for frame in session(99, b"87654321"):
                answer = peer.ask("S", unframed(frame, 200)).data  # handshakes are answered 100 ms apart
            assert answer.startswith(b"e\x01\0\0d"), answer.hex()  # a new session, and its first frame


def test_noise_never_becomes_a_frame() -> None:
    rng = random.Random(6)
    noise = rng.randbytes(200_000)
    decoder = FrameDecoder()
    assert decoder.feed(noise) == []
    answers = ask_many([("0", b""), *(("f", noise[at : at + 1000]) for at in range(0, len(noise), 1000))])
    assert all(len(answer.data) == 4 for answer in answers[1:])
    assert int.from_bytes(answers[-1].data, "little") == decoder.errors

"""Two ends of an ordered stream on a bad cable, in simulated time.

An end is a Python `Order` or the toy's compiled one behind `link_peer`. The cable drops, flips, delays, duplicates and
so reorders frames; CRC or seal notice flipped bits. Every frame that ever leaves is kept, so that a resend which is not
byte-identical is an error, and the ciphers refuse to seal a counter twice.
"""

from __future__ import annotations

import heapq
import itertools
import random
import struct
import zlib
from dataclasses import dataclass, field
from typing import Protocol

from base_station.errors import FrameError, SealError
from base_station.link.frame import FrameDecoder, encode_frame
from base_station.link.order import Order
from base_station.link.order_events import Delivered, Lane, OrderEvent, Role
from base_station.link.session import Cipher, Initiation
from tests.py.link_peer import Peer

FROM_TOY, FROM_BASE = 0, 1
_DATA = 0x40
_EVENTS = ("Up", "Lost", "Gone", "Back")


class MarkedCipher:
    """The seal of tests/c/peer_cipher.c: depends on session, direction, counter and header. Not secret."""

    def __init__(self, session: bytes, ours: int) -> None:
        self._key, self._ours, self._next = zlib.crc32(session), ours, 0

    def _salt(self, direction: int, counter: int) -> int:
        return zlib.crc32(struct.pack("<IBQ", self._key, direction, counter))

    @staticmethod
    def _cover(key: int, body: bytes) -> bytes:
        covered = bytearray()
        for byte in body:
            key = (key * 1664525 + 1013904223) & 0xFFFFFFFF
            covered.append(byte ^ key >> 24)
        return bytes(covered)

    @staticmethod
    def _tag(key: int, header: bytes, covered: bytes) -> bytes:
        parts = (zlib.crc32(covered, zlib.crc32(header, (key + part) & 0xFFFFFFFF)) for part in range(4))
        return struct.pack("<4I", *parts)

    def seal(self, counter: int, header: bytes, body: bytes) -> bytes:
        assert counter >= self._next, f"counter {counter} is sealed a second time"
        self._next = counter + 1
        key = self._salt(self._ours, counter)
        covered = self._cover(key, body)
        return covered + self._tag(key, header, covered)

    def open(self, counter: int, header: bytes, sealed: bytes) -> bytes:
        key = self._salt(1 - self._ours, counter)
        covered = sealed[:-16]
        if self._tag(key, header, covered) != sealed[-16:]:
            raise SealError("does not open")
        return self._cover(key, covered)


@dataclass
class _MarkedInitiation:
    session: bytes
    request: bytes = b"test"

    def finish(self, reply: bytes) -> Cipher:
        if reply != struct.pack("<I", zlib.crc32(self.session)):
            raise SealError("not our toy")
        return MarkedCipher(self.session, FROM_BASE)


class MarkedSuite:
    name = ""

    def initiate(self, session: bytes) -> Initiation:
        return _MarkedInitiation(session)

    def answer(self, session: bytes, request: bytes) -> tuple[bytes, Cipher]:
        if request != b"test":
            raise SealError("not our base")
        return struct.pack("<I", zlib.crc32(session)), MarkedCipher(session, FROM_TOY)


class End(Protocol):
    """One end: collects bodies and the names of events."""

    bodies: list[bytes]
    events: list[str]

    def step(self, now_ms: int, frames: list[bytes], most: int) -> list[bytes]: ...

    def send(self, lane: Lane, turn: int, body: bytes) -> bool: ...

    def drop_turn(self, turn: int) -> None: ...


class PythonEnd:
    def __init__(self, role: Role, seed: int) -> None:
        self.order = Order(role, [MarkedSuite()], random_bytes=random.Random(seed).randbytes)
        self.bodies: list[bytes] = []
        self.events: list[str] = []
        self._most = {Lane.CONTROL: 20, Lane.BULK: 20}

    def _keep(self, events: list[OrderEvent]) -> None:
        for event in events:
            if isinstance(event, Delivered):
                self.bodies.append(event.body)
            else:
                self.events.append(type(event).__name__)

    def step(self, now_ms: int, frames: list[bytes], most: int) -> list[bytes]:
        for frame in frames:
            try:
                self._keep(self.order.receive(frame, now_ms))
            except FrameError:
                continue
        self._keep(self.order.poll(now_ms))
        out: list[bytes] = []
        while len(out) < most and (frame_out := self.order.take_output(now_ms)) is not None:
            out.append(frame_out)
        return out

    def send(self, lane: Lane, turn: int, body: bytes) -> bool:
        if self.order.waiting(lane) >= self._most[lane]:
            return False
        self.order.send(lane, turn, body)
        return True

    def drop_turn(self, turn: int) -> None:
        self.order.drop_turn(turn)

    def connect(self, now_ms: int) -> None:
        self.order.connect(now_ms)


class ToyEnd:
    """The compiled order. What is sent between two steps goes with the next step; a full lane is asked again."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self.bodies: list[bytes] = []
        self.events: list[str] = []
        self._items: list[bytes] = []
        assert peer.ask("N", b"\x01" + struct.pack("<HH", 4000, 4000)).good

    def _item(self, kind: bytes, data: bytes) -> None:
        self._items.append(kind + struct.pack("<H", len(data)) + data)

    def send(self, lane: Lane, turn: int, body: bytes) -> bool:
        if len(self._items) >= 8:
            return False
        self._item(b"s", struct.pack("<BH", lane.value, turn) + body)
        return True

    def drop_turn(self, turn: int) -> None:
        self._item(b"x", struct.pack("<H", turn))

    def step(self, now_ms: int, frames: list[bytes], most: int) -> list[bytes]:
        asked = self._items
        for frame in frames:
            self._item(b"i", frame)
        data = self._peer.ask("S", struct.pack("<IB", now_ms, most) + b"".join(self._items)).data
        self._items = []
        out, at, answered = [], 0, 0
        while at < len(data):
            kind, count = data[at : at + 1], int.from_bytes(data[at + 1 : at + 3], "little")
            value = data[at + 3 : at + 3 + count]
            at += 3 + count
            match kind:
                case b"d":
                    self.bodies.append(value)
                case b"e":
                    self.events.append(_EVENTS[value[0]])
                case b"o":
                    out.append(value)
                case b"r":
                    if answered < len(asked) and asked[answered][:1] == b"s" and value == b"\xfd":  # TOY_ERR_FULL
                        self._items.append(asked[answered])
                    answered += 1
        return out

    def counts(self) -> dict[str, int]:
        names = ("frames_up", "frames_down", "resent", "duplicates", "refused", "sessions")
        return dict(zip(names, struct.unpack("<6I", self._peer.ask("Z").data), strict=True))


@dataclass
class Cable:
    """Moves frames between two ends, each millisecond; `bad` is the chance of each kind of misfortune."""

    base: End
    toy: End
    bad: float
    seed: int
    latency_ms: int = 4
    framed: bool = True
    frames_per_step: int = 1  # about what 921,600 baud carry in a millisecond
    now_ms: int = 0
    cut: bool = False
    sent: dict[tuple[int, int, int], bytes] = field(default_factory=dict)
    misfortunes: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._flying: list[tuple[int, int, int, bytes]] = []
        self._tie = itertools.count()

    def _put(self, direction: int, frame: bytes) -> None:
        self._note(direction, frame)
        if self.cut:
            return
        copies, wait_ms, arriving = 1, self.latency_ms, [frame]
        fate = int(self._random.random() / self.bad) if self.bad else 4
        self.misfortunes += fate < 4
        match fate:
            case 0:
                copies = 0
            case 1:
                arriving = self._flipped(frame)
            case 2:
                wait_ms += self._random.randrange(1, 120)
            case 3:
                copies = 2
        for copy in range(copies):
            for each in arriving:
                heapq.heappush(self._flying, (self.now_ms + wait_ms + 7 * copy, next(self._tie), direction, each))

    def _flipped(self, frame: bytes) -> list[bytes]:
        """One bit flips: on a stream the CRC sees it; without framing only the seal does, so only DATA is harmed."""
        if self.framed:
            wire = encode_frame(frame)
            at = self._random.randrange(1, len(wire) - 1)
            return FrameDecoder().feed(wire[:at] + bytes([wire[at] ^ 1 << self._random.randrange(8)]) + wire[at + 1 :])
        if frame[0] != _DATA:
            return [frame]
        at = self._random.randrange(2, len(frame))
        return [frame[:at] + bytes([frame[at] ^ 1 << self._random.randrange(8)]) + frame[at + 1 :]]

    def _note(self, direction: int, frame: bytes) -> None:
        """A DATA frame of the same direction, epoch and counter is always the same bytes."""
        if frame[0] == _DATA:
            key = (direction, frame[1], int.from_bytes(frame[2:4], "little"))
            assert self.sent.setdefault(key, frame) == frame, "a resend differs from what was sent first"

    def step(self) -> None:
        """One millisecond."""
        self.now_ms += 1
        arrived: tuple[list[bytes], list[bytes]] = ([], [])
        while self._flying and self._flying[0][0] <= self.now_ms:
            _, _, direction, frame = heapq.heappop(self._flying)
            if not self.cut:
                arrived[direction].append(frame)
        for end, hears, says in ((self.base, FROM_TOY, FROM_BASE), (self.toy, FROM_BASE, FROM_TOY)):
            for frame in end.step(self.now_ms, arrived[hears], self.frames_per_step):
                self._put(says, frame)

    def run(self, milliseconds: int) -> None:
        for _ in range(milliseconds):
            self.step()

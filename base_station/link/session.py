"""How frames are sealed: the ciphers that `order` is given.

In      bodies with their counter (the nonce) and the 4 header bytes (additional data); handshake payloads
Out     sealed bodies, 16 bytes longer; opened bodies
Raises  SealError when a body does not open or a handshake is refused
"""

from __future__ import annotations

from typing import Protocol

from base_station.errors import SealError
from base_station.link.packet import TAG_BYTES


class Cipher(Protocol):
    """The keys of one session, both directions. A counter is never sealed twice."""

    def seal(self, counter: int, header: bytes, body: bytes) -> bytes: ...

    def open(self, counter: int, header: bytes, sealed: bytes) -> bytes: ...


class Initiation(Protocol):
    """A handshake that the base has begun: what step 1 carries, and what step 2 makes of it."""

    request: bytes

    def finish(self, reply: bytes) -> Cipher: ...


class Suite(Protocol):
    """Makes sessions. The base initiates; `answer` is the toy's half, which tests use. name: whose key it has."""

    name: str

    def initiate(self, session: bytes) -> Initiation: ...

    def answer(self, session: bytes, request: bytes) -> tuple[bytes, Cipher]: ...


class NullCipher:
    """Hides nothing and proves nothing: for test vectors and for work on the protocol."""

    def seal(self, counter: int, header: bytes, body: bytes) -> bytes:
        return body + bytes(TAG_BYTES)

    def open(self, counter: int, header: bytes, sealed: bytes) -> bytes:
        if sealed[-TAG_BYTES:] != bytes(TAG_BYTES):
            raise SealError("the tag of the null cipher is not zero")
        return sealed[:-TAG_BYTES]


class NullInitiation:
    request = b""

    def finish(self, reply: bytes) -> Cipher:
        if reply:
            raise SealError("the toy wants a real cipher")
        return NullCipher()


class NullSuite:
    """No handshake payloads, no keys: for test vectors and for tests that show what a tap then sees."""

    name = ""

    def initiate(self, session: bytes) -> Initiation:
        return NullInitiation()

    def answer(self, session: bytes, request: bytes) -> tuple[bytes, Cipher]:
        if request:
            raise SealError("the base wants a real cipher")
        return b"", NullCipher()

"""CPace on X25519 with SHA-512: two who know the same six digits agree on a pairing's key, and nobody else does.

In      the digits; channel and session identifiers; the other side's point
Out     our point; the key of the pairing; a tag each that proves it
Raises  SealError: the other side's point is worthless, or its tag is not the right one (other digits)
Source  draft-irtf-cfrg-cpace, RFC 9380 (Elligator 2); toy_mcu/secure/cpace.c is the same in C
The map from digits to a point uses Python's integers, whose time depends on their values: somebody who can time this
process to the microsecond during the one attempt learns something about six digits that are void afterwards.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from base_station.errors import SealError

POINT_BYTES: Final = 32
_P: Final = 2**255 - 19
_A: Final = 486_662
_HASH_BLOCK_BYTES: Final = 128
_DOMAIN: Final = b"CPace255"


def _counted(*texts: bytes) -> bytes:
    """Each with its length before it: one byte, as nothing here is longer than 127."""
    if any(len(text) > 127 for text in texts):
        raise ValueError("a text of more than 127 bytes")
    return b"".join(bytes([len(text)]) + text for text in texts)


def generator_string(digits: bytes, channel: bytes, session: bytes) -> bytes:
    """Zeros fill the hash's first block, so that its time says nothing about the digits."""
    zeros = _HASH_BLOCK_BYTES - 1 - len(_counted(digits)) - len(_counted(_DOMAIN))
    return _counted(_DOMAIN, digits, bytes(max(0, zeros)), channel, session)


def elligator2(element: bytes) -> bytes:
    """RFC 9380's map to Curve25519, first coordinate. In: 32 bytes, the uppermost bit ignored."""
    r = int.from_bytes(element, "little") & (2**255 - 1)
    # 1 + 2 r^2 is never zero, as -1/2 is no square.
    x = -_A * pow(1 + 2 * r * r, -1, _P) % _P
    if pow(x * x * x + _A * x * x + x, (_P - 1) // 2, _P) == _P - 1:
        x = -x - _A
    return (x % _P).to_bytes(POINT_BYTES, "little")


def generator(digits: bytes, channel: bytes, session: bytes) -> bytes:
    return elligator2(hashlib.sha512(generator_string(digits, channel, session)).digest()[:POINT_BYTES])


def multiply(secret: bytes, point: bytes) -> bytes:
    try:
        return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError as error:
        raise SealError("the other side's point is worthless") from error


@dataclass(frozen=True)
class Transcript:
    """What went over the air: the base is the draft's initiator."""

    session: bytes
    base_point: bytes
    toy_point: bytes
    base_data: bytes = b""
    toy_data: bytes = b""


def session_key(said: Transcript, shared: bytes) -> bytes:
    """The draft's ISK."""
    text = _counted(b"CPace255_ISK", said.session, shared)
    text += _counted(said.base_point, said.base_data, said.toy_point, said.toy_data)
    return hashlib.sha512(text).digest()


@dataclass(frozen=True)
class Result:
    """The key of the pairing, and the tags that base and toy send each other before they keep it."""

    psk: bytes
    base_tag: bytes
    toy_tag: bytes


def result(isk: bytes, session: bytes) -> Result:
    def derive(purpose: bytes) -> bytes:
        return hashlib.sha512(_counted(purpose, session) + isk).digest()[:32]

    return Result(derive(b"plush pairing key"), derive(b"plush pairing base"), derive(b"plush pairing toy"))


class BaseAttempt:
    """The base's half of one attempt: send `session` and `point`, get the toy's point and tag, send `tag`."""

    def __init__(
        self, digits: str, channel: bytes, data: bytes = b"", *, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self.session = random_bytes(16)
        self._secret, self._data = random_bytes(POINT_BYTES), data
        self.point = multiply(self._secret, generator(digits.encode(), channel, self.session))
        self._over = False

    def finish(self, toy_point: bytes, toy_tag: bytes, toy_data: bytes = b"") -> Result:
        """The pairing; its base_tag goes to the toy. One try: a wrong tag was a wrong guess."""
        if self._over:
            raise SealError("one attempt, one guess")
        self._over = True
        said = Transcript(self.session, self.point, toy_point, self._data, toy_data)
        made = result(session_key(said, multiply(self._secret, toy_point)), self.session)
        if not hmac.compare_digest(made.toy_tag, toy_tag):
            raise SealError("the digits are not those that the plush spoke")
        return made


class ToyAttempt:
    """The toy's half, for tests: answers with its point and tag, keeps the key when the base's tag is right."""

    def __init__(
        self, digits: str, channel: bytes, data: bytes = b"", *, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._digits, self._channel, self._data, self._random = digits.encode(), channel, data, random_bytes
        self._made: Result | None = None

    def answer(self, session: bytes, base_point: bytes, base_data: bytes = b"") -> tuple[bytes, bytes]:
        if self._made is not None:
            raise SealError("one attempt, one guess")
        secret = self._random(POINT_BYTES)
        point = multiply(secret, generator(self._digits, self._channel, session))
        said = Transcript(session, base_point, point, base_data, self._data)
        self._made = result(session_key(said, multiply(secret, base_point)), session)
        return point, self._made.toy_tag

    def finish(self, base_tag: bytes) -> bytes:
        made, self._made = self._made, None
        if made is None or not hmac.compare_digest(made.base_tag, base_tag):
            raise SealError("the base does not know the digits")
        return made.psk

"""The session's cryptography: Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b with the key that pairing made.

In      the 32-byte key of the pairing; the session id; bodies with their 64-bit counter and 4 header bytes
Out     handshake payloads of 48 bytes; sealed bodies, 16 bytes longer; opened bodies
Raises  SealError: another key, another version or session, a changed or repeated byte
Source  The Noise Protocol Framework, revision 34; checked against published vectors in tests/py/test_noise.py;
        toy_mcu/secure/noise.c is the same in C
"""

from __future__ import annotations

import copy
import hashlib
import hmac
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from base_station.errors import SealError
from base_station.link.packet import SESSION_BYTES, VERSION
from base_station.link.session import Cipher, Initiation

PSK_BYTES: Final = 32
NAME: Final = b"Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b"
_PUBLIC_BYTES: Final = 32
_HASH_BYTES: Final = 64
_REKEY_COUNTER: Final = (1 << 64) - 1
_REKEY_SHIFT: Final = 16  # both sides change the key when the 16 bits of the counter that the wire carries wrap


def prologue(session: bytes) -> bytes:
    """What both must have seen alike: a peer of another version, or in another session, computes other keys."""
    if len(session) != SESSION_BYTES:
        raise ValueError("a session id has 8 bytes")
    return b"plush link " + bytes([VERSION]) + session


def _nonce(counter: int) -> bytes:
    return bytes(4) + counter.to_bytes(8, "little")


def _hkdf(chaining: bytes, material: bytes, count: int) -> list[bytes]:
    key = hmac.digest(chaining, material, "blake2b")
    outputs = [b""]
    for index in range(1, count + 1):
        outputs.append(hmac.digest(key, outputs[-1] + bytes([index]), "blake2b"))
    return outputs[1:]


class Symmetric:
    """SymmetricState and the tokens that NNpsk0 needs; both sides call them in the same order."""

    def __init__(self, prologue_: bytes, psk: bytes) -> None:
        if len(psk) != PSK_BYTES:
            raise ValueError("a pairing's key has 32 bytes")
        self.hash = NAME.ljust(_HASH_BYTES, b"\0")
        self._chaining = self.hash
        self._mix_hash(prologue_)
        self._chaining, hashed, key = _hkdf(self._chaining, psk, 3)
        self._mix_hash(hashed)
        self._use(key)

    def copy(self) -> Symmetric:
        """A trial run: what a forged message does to the copy is thrown away."""
        return copy.copy(self)

    def _use(self, key: bytes) -> None:
        self._aead, self._counter = ChaCha20Poly1305(key[:32]), 0

    def _mix_hash(self, data: bytes) -> None:
        self.hash = hashlib.blake2b(self.hash + data).digest()

    def _mix_key(self, material: bytes) -> None:
        self._chaining, key = _hkdf(self._chaining, material, 2)
        self._use(key)

    def public(self, key: bytes) -> None:
        """Token e. With a pre-shared key it goes into the key as well (section 9.2)."""
        self._mix_hash(key)
        self._mix_key(key)

    def agree(self, ours: X25519PrivateKey, theirs: bytes) -> None:
        """Token ee."""
        try:
            secret = ours.exchange(X25519PublicKey.from_public_bytes(theirs))
        except ValueError as error:  # a point of low order
            raise SealError("the other side's public key is worthless") from error
        self._mix_key(secret)

    def encrypt(self, payload: bytes) -> bytes:
        sealed = self._aead.encrypt(_nonce(self._counter), payload, self.hash)
        self._counter += 1
        self._mix_hash(sealed)
        return sealed

    def decrypt(self, sealed: bytes) -> bytes:
        try:
            payload = self._aead.decrypt(_nonce(self._counter), sealed, self.hash)
        except InvalidTag as error:
            raise SealError("the handshake was made with another key, version or session") from error
        self._counter += 1
        self._mix_hash(sealed)
        return payload

    def split(self) -> tuple[bytes, bytes]:
        """Keys from initiator to responder and back."""
        first, second = _hkdf(self._chaining, b"", 2)
        return first[:32], second[:32]


class _Direction:
    """The keys of one direction: of this stretch of 65,536 counters and the one before, for late copies."""

    def __init__(self, key: bytes) -> None:
        self._keys = {0: key}
        self._newest = 0

    def aead(self, counter: int) -> tuple[int, ChaCha20Poly1305]:
        generation = counter >> _REKEY_SHIFT
        if generation == self._newest + 1:
            return generation, ChaCha20Poly1305(_rekey(self._keys[self._newest]))
        if generation not in self._keys:
            raise SealError("a frame of a key that is gone or not there yet")
        return generation, ChaCha20Poly1305(self._keys[generation])

    def proved(self, generation: int) -> None:
        """The key was used with success: keys older than the one before it are forgotten."""
        if generation > self._newest:
            old = self._keys[self._newest]
            self._keys = {self._newest: old, generation: _rekey(old)}
            self._newest = generation


def _rekey(key: bytes) -> bytes:
    return ChaCha20Poly1305(key).encrypt(_nonce(_REKEY_COUNTER), bytes(32), b"")[:32]


class NoiseCipher:
    """Seals with one key, opens with the other. In: split()'s keys, as seen from here."""

    def __init__(self, sending: bytes, receiving: bytes) -> None:
        self._sending, self._receiving = _Direction(sending), _Direction(receiving)
        self._next = 0

    def seal(self, counter: int, header: bytes, body: bytes) -> bytes:
        if counter < self._next:
            raise SealError("a counter must never be sealed twice")
        self._next = counter + 1
        generation, aead = self._sending.aead(counter)
        self._sending.proved(generation)
        return aead.encrypt(_nonce(counter), body, header)

    def open(self, counter: int, header: bytes, sealed: bytes) -> bytes:
        generation, aead = self._receiving.aead(counter)
        try:
            body = aead.decrypt(_nonce(counter), sealed, header)
        except InvalidTag as error:
            raise SealError("a frame did not open under the session's key") from error
        self._receiving.proved(generation)
        return body


class NoiseInitiation:
    """The base's half of the handshake."""

    def __init__(
        self, psk: bytes, prologue_: bytes, *, ephemeral: X25519PrivateKey | None = None, payload: bytes = b""
    ) -> None:
        self._ephemeral = ephemeral or X25519PrivateKey.generate()
        self._state: Symmetric | None = Symmetric(prologue_, psk)
        public = self._ephemeral.public_key().public_bytes_raw()
        self._state.public(public)
        self.request = public + self._state.encrypt(payload)
        self.answered = b""  # the toy's payload: empty, except in the published vectors
        self.hash = b""

    def finish(self, reply: bytes) -> Cipher:
        """A forged answer changes nothing: the right one may still come."""
        if self._state is None:
            raise SealError("this handshake is over")
        state = self._state.copy()
        theirs, sealed = _parts(reply)
        state.public(theirs)
        state.agree(self._ephemeral, theirs)
        self.answered = state.decrypt(sealed)
        self._state, self.hash = None, state.hash
        outgoing, incoming = state.split()
        return NoiseCipher(outgoing, incoming)


def _parts(message: bytes) -> tuple[bytes, bytes]:
    if len(message) < _PUBLIC_BYTES + 16:
        raise SealError("the other side has no cipher, or another one")
    return message[:_PUBLIC_BYTES], message[_PUBLIC_BYTES:]


def respond(
    psk: bytes,
    prologue_: bytes,
    request: bytes,
    *,
    ephemeral: X25519PrivateKey | None = None,
    payload: bytes = b"",
) -> tuple[bytes, NoiseCipher]:
    """The toy's half, for tests: what step 2 carries, and the session's cipher."""
    state = Symmetric(prologue_, psk)
    theirs, sealed = _parts(request)
    state.public(theirs)
    state.decrypt(sealed)
    ours = ephemeral or X25519PrivateKey.generate()
    public = ours.public_key().public_bytes_raw()
    state.public(public)
    state.agree(ours, theirs)
    reply = public + state.encrypt(payload)
    incoming, outgoing = state.split()
    return reply, NoiseCipher(outgoing, incoming)


class NoiseSuite:
    """`Link(transport, NoiseSuite(key))`: sessions with the toy that has the same key."""

    def __init__(self, psk: bytes, name: str = "") -> None:
        if len(psk) != PSK_BYTES:
            raise ValueError("a pairing's key has 32 bytes")
        self._psk, self.name = psk, name

    def initiate(self, session: bytes) -> Initiation:
        return NoiseInitiation(self._psk, prologue(session))

    def answer(self, session: bytes, request: bytes) -> tuple[bytes, Cipher]:
        return respond(self._psk, prologue(session), request)

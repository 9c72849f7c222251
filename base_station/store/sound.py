"""Kept sound, sealed at rest: ChaCha20-Poly1305 under a key that only this user can read.

In      sound int16[n] at 16 kHz mono, the turn's row and way ("heard" or "said"), which the seal is bound to
Out     nonce (12 bytes) + ciphertext + tag, and back
Raises  StoreError: the key is missing, readable by others, or the seal does not open
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from numpy.typing import NDArray

from base_station.errors import StoreError

_NONCE_BYTES = 12
_KEY_BYTES = 32
Pcm = NDArray[np.int16]


class SoundSeal:
    """`path`: the key's file, made when the first sound is sealed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def seal(self, pcm: Pcm, row: int, way: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = np.ascontiguousarray(pcm, dtype="<i2").tobytes()
        return nonce + self._cipher(make=True).encrypt(nonce, plain, _bound_to(row, way))

    def open(self, sealed: bytes, row: int, way: str) -> Pcm:
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            plain = self._cipher(make=False).decrypt(nonce, rest, _bound_to(row, way))
        except InvalidTag as error:
            raise StoreError(f"the sound of turn {row} does not open under the key in {self._path}") from error
        return np.frombuffer(plain, dtype="<i2").astype(np.int16)

    def _cipher(self, *, make: bool) -> ChaCha20Poly1305:
        try:
            if make and not self._path.exists():
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                handle = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                with os.fdopen(handle, "wb") as file:
                    file.write(secrets.token_bytes(_KEY_BYTES))
                    file.flush()
                    os.fsync(file.fileno())
            if self._path.stat().st_mode & 0o077:
                raise StoreError(f"others can read {self._path}: chmod 600 it")
            return ChaCha20Poly1305(self._path.read_bytes())
        except (OSError, ValueError) as error:
            raise StoreError(f"the key of kept sound, {self._path}: {error}") from error


def _bound_to(row: int, way: str) -> bytes:
    return f"turn {row} {way}".encode()

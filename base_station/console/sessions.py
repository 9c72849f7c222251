"""Who may look: one-time tokens become sessions of a browser, each with its scope.

In      a token from the printed address, later the cookie
Out     a Scope, or None
A token works once and for an hour; what is kept here is only its hash. Everything ends with the process.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

_TOKEN_S = 3600.0
_WRONG_CODES = 5
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 8


@dataclass(frozen=True)
class Scope:
    """What a session may see. parent: no developer detail; child: this one child's transcripts and nothing else."""

    role: str = "developer"
    child: str = ""

    def may(self, who: str) -> bool:
        """Whether a route for `who` ("child", "parent" or "developer", each including those after it) is open."""
        mine = "child" if self.child else self.role
        order = ("child", "parent", "developer")
        return order.index(mine) >= order.index(who)


class Sessions:
    """now: seconds on a clock that never goes back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._tokens: dict[bytes, tuple[Scope, float]] = {}
        self._cookies: dict[bytes, Scope] = {}
        self._code: tuple[bytes, Scope] | None = None
        self._wrong = 0

    def token(self, scope: Scope) -> str:
        """A new token for an address."""
        token = secrets.token_urlsafe(32)
        self._tokens[_hash(token)] = (scope, self._now() + _TOKEN_S)
        return token

    def redeem(self, token: str) -> str | None:
        """Out: the cookie of a new session; None when the token is unknown, used or too old."""
        scope, until_s = self._tokens.pop(_hash(token), (None, 0.0))
        if scope is None or self._now() > until_s:
            return None
        return self._begin(scope)

    def pairing_code(self, scope: Scope, fingerprint: str) -> str:
        """Eight letters for a phone, drawn from the certificate's fingerprint and a secret: good for one browser."""
        digest = hashlib.sha256(secrets.token_bytes(32) + fingerprint.encode()).digest()
        code = "".join(_CODE_LETTERS[byte % len(_CODE_LETTERS)] for byte in digest[:_CODE_LENGTH])
        self._code, self._wrong = (_hash(code), scope), 0
        return code

    def pair(self, typed: str) -> str | None:
        """Out: a cookie. Five wrong tries end the code."""
        code = "".join(letter for letter in typed.upper() if letter in _CODE_LETTERS)
        if self._code is None:
            return None
        wanted, scope = self._code
        if not secrets.compare_digest(_hash(code), wanted):
            self._wrong += 1
            self._code = None if self._wrong >= _WRONG_CODES else self._code
            return None
        self._code = None
        return self._begin(scope)

    def of(self, cookie: str | None) -> Scope | None:
        return self._cookies.get(_hash(cookie)) if cookie else None

    def _begin(self, scope: Scope) -> str:
        cookie = secrets.token_urlsafe(32)
        self._cookies[_hash(cookie)] = scope
        return cookie


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

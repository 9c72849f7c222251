"""How a session begins: the base asks with step 1 until the toy's step 2 arrives.

In      packets of kind HANDSHAKE and CLOSE; the time
Out     packets to send; a finished Session
Raises  SealError when the other side's payload is refused
Source  protocol/SPEC.md, "Sessions"
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from base_station.link.packet import SESSION_BYTES, Close, CloseReason, Handshake
from base_station.link.session import Cipher, Initiation, Suite

REPEAT_MS = 250.0


@dataclass(frozen=True)
class Session:
    """Keys and their names on the wire."""

    epoch: int
    id: bytes
    cipher: Cipher


class Initiator:
    """The base's half: one attempt at a time."""

    def __init__(self, suite: Suite, random_bytes: Callable[[int], bytes]) -> None:
        self._suite, self._random = suite, random_bytes
        self._initiation: Initiation | None = None
        self._request: Handshake | None = None
        self._epoch: int | None = None
        self._due_ms = 0.0

    @property
    def running(self) -> bool:
        return self._request is not None

    def begin(self, now_ms: float) -> None:
        """A fresh session id and an epoch that differs from the one before."""
        session = self._random(SESSION_BYTES)
        epoch = self._random(1)[0]
        self._epoch = epoch if epoch != self._epoch else (epoch + 1) & 0xFF
        self._initiation = self._suite.initiate(session)
        self._request = Handshake(self._epoch, 1, session, self._initiation.request)
        self._due_ms = now_ms

    def due_ms(self) -> float | None:
        return self._due_ms if self.running else None

    def output(self, now_ms: float) -> Handshake | None:
        """Step 1, now and then every 250 ms."""
        if self._request is None or now_ms < self._due_ms:
            return None
        self._due_ms = now_ms + REPEAT_MS
        return self._request

    def receive(self, answer: Handshake) -> Session | None:
        """The session, when this is the toy's answer to the running attempt."""
        request = self._request
        if request is None or self._initiation is None or answer.step != 2:
            return None
        if (answer.epoch, answer.session) != (request.epoch, request.session):
            return None
        cipher = self._initiation.finish(answer.payload)
        self._request = None
        return Session(request.epoch, request.session, cipher)

    def refused(self, close: Close, now_ms: float) -> None:
        """The toy already has a session of this epoch: try another."""
        if self._request is not None and close.epoch == self._request.epoch and close.reason == CloseReason.PROTOCOL:
            self.begin(now_ms)


class Responder:
    """The toy's half: the same question gets the same answer, and the session waits until its first frame opens."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._request: Handshake | None = None
        self._answer: Handshake | None = None
        self._due = False
        self.pending: Session | None = None

    def receive(self, request: Handshake, live: Session | None) -> Close | None:
        """In: step 1. Out: what to say instead of an answer, if anything."""
        if request.step != 1:
            return None
        if request == self._request:
            self._due = True
            return None
        if live is not None and request.session == live.id:
            return None  # a late copy of how the live session began
        if live is not None and request.epoch == live.epoch:
            return Close(request.epoch, CloseReason.PROTOCOL)
        self.pending, self._request, self._answer = None, None, None
        payload, cipher = self._suite.answer(request.session, request.payload)
        self.pending = Session(request.epoch, request.session, cipher)
        self._request = request
        self._answer = Handshake(request.epoch, 2, request.session, payload)
        self._due = True
        return None

    def output(self) -> Handshake | None:
        """Step 2, once for every question."""
        answer = self._answer if self._due else None
        self._due = False
        return answer

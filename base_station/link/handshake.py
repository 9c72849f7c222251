"""How a session begins: the base asks with step 1 until the toy's step 2 arrives.

In      packets of kind HANDSHAKE and CLOSE; the time
Out     packets to send; a finished Session
Raises  SealError when the other side's payload is refused
Source  protocol/SPEC.md, "Sessions"
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from base_station.link.packet import SESSION_BYTES, Close, CloseReason, Handshake
from base_station.link.session import Cipher, Initiation, Suite

REPEAT_MS = 250.0


@dataclass(frozen=True)
class Session:
    """Keys and their names on the wire; suite: whose key it was."""

    epoch: int
    id: bytes
    cipher: Cipher
    suite: Suite


@dataclass(frozen=True)
class _Question:
    request: Handshake
    initiation: Initiation
    suite: Suite


class Initiator:
    """The base's half. A base that knows several toys asks with each one's key; only the right one is answered."""

    def __init__(self, suites: Sequence[Suite], random_bytes: Callable[[int], bytes]) -> None:
        self._suites, self._random = suites, random_bytes
        self._questions: list[_Question] = []
        self._next = 0
        self._epoch: int | None = None
        self._due_ms = 0.0

    @property
    def running(self) -> bool:
        return bool(self._questions)

    def begin(self, now_ms: float) -> None:
        """Fresh session ids and an epoch that differs from the one before."""
        epoch = self._random(1)[0]
        self._epoch = epoch if epoch != self._epoch else (epoch + 1) & 0xFF
        self._questions = [self._ask(suite, self._epoch) for suite in self._suites]
        self._next, self._due_ms = 0, now_ms

    def _ask(self, suite: Suite, epoch: int) -> _Question:
        session = self._random(SESSION_BYTES)
        initiation = suite.initiate(session)
        return _Question(Handshake(epoch, 1, session, initiation.request), initiation, suite)

    def due_ms(self) -> float | None:
        return self._due_ms if self.running else None

    def output(self, now_ms: float) -> Handshake | None:
        """Step 1 with each key, now and then every 250 ms."""
        if not self._questions or now_ms < self._due_ms:
            return None
        question = self._questions[self._next]
        self._next = (self._next + 1) % len(self._questions)
        if self._next == 0:
            self._due_ms = now_ms + REPEAT_MS
        return question.request

    def receive(self, answer: Handshake) -> Session | None:
        """The session, when this is the toy's answer to the running attempt."""
        if answer.step != 2:
            return None
        for question in self._questions:
            if (answer.epoch, answer.session) == (question.request.epoch, question.request.session):
                cipher = question.initiation.finish(answer.payload)
                self._questions = []
                return Session(answer.epoch, answer.session, cipher, question.suite)
        return None

    def refused(self, close: Close, now_ms: float) -> None:
        """The toy already has a session of this epoch: try another."""
        if self.running and close.epoch == self._epoch and close.reason == CloseReason.PROTOCOL:
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
        payload, cipher = self._suite.answer(request.session, request.payload)
        self.pending = Session(request.epoch, request.session, cipher, self._suite)
        self._request = request
        self._answer = Handshake(request.epoch, 2, request.session, payload)
        self._due = True
        return None

    def output(self) -> Handshake | None:
        """Step 2, once for every question."""
        answer = self._answer if self._due else None
        self._due = False
        return answer

"""The two windows of the ordered stream: what was sent and is not acknowledged, what came before its turn.

In      sealed frames and acknowledgements; counters and opened bodies; the time in every call
Out     frames to send again, byte for byte; bodies in order and once; what to acknowledge
Source  protocol/SPEC.md, "Order"; round-trip times: RFC 6298; loss by order of sending: RFC 8985
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from base_station.link.packet import WINDOW, Ack

ACK_EVERY = 4
_HALF = 0x8000


@dataclass(slots=True)
class _Sent:
    frame: bytes
    sent_ms: float
    first_order: int  # place in the row of all sendings
    last_order: int
    acked: bool = False
    lost: bool = False  # something sent later has arrived
    resent: bool = False
    backoff: int = 0  # resends in a row without any word from the peer


class Outgoing:
    """At most 16 sealed frames that wait for their acknowledgement."""

    def __init__(self, rto_ms: float = 80.0, rto_max_ms: float = 640.0) -> None:
        self.first = 0  # oldest counter without acknowledgement
        self.next = 0  # counter of the next new frame
        self._limit = WINDOW
        self._sent: dict[int, _Sent] = {}
        self._order = 0
        self._newest_acked_order = 0
        self._progress_ms = 0.0
        self._rto_ms, self._rto_max_ms = rto_ms, rto_max_ms
        self._smooth_rtt_ms: float | None = None
        self._rtt_spread_ms = 0.0

    def has_room(self, keep_free: int = 0) -> bool:
        return self.next + keep_free < min(self.first + WINDOW, self._limit)

    def add(self, frame: bytes, now_ms: float) -> None:
        """The frame sealed for counter `next` goes out now."""
        if self.first == self.next:
            self._progress_ms = now_ms
        self._order += 1
        self._sent[self.next] = _Sent(frame, now_ms, self._order, self._order)
        self.next += 1

    def _time_out_ms(self, backoff: int) -> float:
        base_ms = max(self._rto_ms, (self._smooth_rtt_ms or 0.0) + 4 * self._rtt_spread_ms)
        return min(base_ms * (1 << min(backoff, 3)), self._rto_max_ms)

    def _due_ms(self, sent: _Sent) -> float:
        return sent.sent_ms if sent.lost else sent.sent_ms + self._time_out_ms(sent.backoff)

    def resend(self, now_ms: float) -> bytes | None:
        """The oldest frame that is due again, counted as sent now."""
        for sent in self._waiting():
            if self._due_ms(sent) <= now_ms:
                self._order += 1
                sent.lost, sent.sent_ms, sent.last_order = False, now_ms, self._order
                sent.resent, sent.backoff = True, sent.backoff + 1
                return sent.frame
        return None

    def next_resend_ms(self) -> float | None:
        return min((self._due_ms(sent) for sent in self._waiting()), default=None)

    def _waiting(self) -> Iterator[_Sent]:
        return (sent for counter in range(self.first, self.next) if not (sent := self._sent[counter]).acked)

    def acknowledge(self, ack: Ack, now_ms: float) -> None:
        """Takes an acknowledgement of this session, however old it is."""
        ahead = (ack.next - self.first) & 0xFFFF
        if ahead > self.next - self.first:
            return  # older than what we know, or about frames that were never sent
        acked_below = self.first + ahead
        sacked = (acked_below + 1 + bit for bit in range(WINDOW - 1) if ack.sack >> bit & 1)
        for counter in [*range(self.first, acked_below), *sacked]:
            if counter < self.next:
                self._acknowledge_one(self._sent[counter], now_ms)
        for counter in range(self.first, acked_below):
            del self._sent[counter]
        self.first = acked_below
        self._limit = acked_below + ack.window
        for sent in self._waiting():
            # Sent before something that has arrived: lost, or overtaken, and then the copy does no harm.
            sent.lost = sent.lost or sent.last_order < self._newest_acked_order
            sent.backoff = 0  # the peer lives and hears us: no need to be shy

    def _acknowledge_one(self, sent: _Sent, now_ms: float) -> None:
        if sent.acked:
            return
        sent.acked = True
        self._progress_ms = now_ms
        if not sent.resent:
            self._measure(now_ms - sent.sent_ms)  # a resent frame's answer may be to either sending: Karn's rule
        self._newest_acked_order = max(self._newest_acked_order, sent.first_order)

    def _measure(self, rtt_ms: float) -> None:
        if self._smooth_rtt_ms is None:
            self._smooth_rtt_ms, self._rtt_spread_ms = rtt_ms, rtt_ms / 2
            return
        self._rtt_spread_ms += (abs(rtt_ms - self._smooth_rtt_ms) - self._rtt_spread_ms) / 4
        self._smooth_rtt_ms += (rtt_ms - self._smooth_rtt_ms) / 8

    def stuck_ms(self) -> float | None:
        """Since when data waits without any progress."""
        return self._progress_ms if self.first != self.next else None


class Incoming:
    """Opened bodies that came before their turn, and what to acknowledge."""

    def __init__(self, ack_delay_ms: float = 20.0) -> None:
        self.next = 0  # counter of the next body to deliver
        self._ack_delay_ms = ack_delay_ms
        self._early: dict[int, bytes] = {}
        self._unacked = 0
        self._ack_due_ms: float | None = None

    def place(self, low: int) -> tuple[str, int]:
        """Where a counter stands: "next", "early", "again" or "beyond", and its whole value."""
        ahead = (low - self.next) & 0xFFFF
        if ahead >= _HALF:
            return "again", self.next + ahead - 0x10000
        counter = self.next + ahead
        if ahead == 0:
            return "next", counter
        if ahead >= WINDOW:
            return "beyond", counter
        return ("again" if counter in self._early else "early"), counter

    def take(self, counter: int, body: bytes) -> list[bytes]:
        """An opened body, next or early. Out: the bodies whose turn it is now."""
        self._early[counter] = body
        ready = []
        while self.next in self._early:
            ready.append(self._early.pop(self.next))
            self.next += 1
        return ready

    def has_gap(self) -> bool:
        return bool(self._early)

    def owe_ack(self, urgent: bool, now_ms: float) -> None:
        """A DATA frame came; urgent when it was early, again, or filled a gap."""
        self._unacked += 1
        due_ms = now_ms if urgent or self._unacked >= ACK_EVERY else now_ms + self._ack_delay_ms
        self._ack_due_ms = due_ms if self._ack_due_ms is None else min(due_ms, self._ack_due_ms)

    def next_ack_ms(self) -> float | None:
        return self._ack_due_ms

    def ack(self, epoch: int) -> Ack:
        """What to tell the sender; nothing is owed then."""
        self._unacked, self._ack_due_ms = 0, None
        sack = sum(1 << (counter - self.next - 1) for counter in self._early)
        return Ack(epoch, self.next & 0xFFFF, sack, WINDOW)

"""The ordered, acknowledged, sealed stream, without any input or output of its own.

In      frames as they arrive; bodies to send, in two lanes of which CONTROL goes first; the time in every call
Out     events: Up, Delivered, Gone, Back, Lost; one frame at a time from `take_output`, chosen at the last moment
Raises  FrameError from `receive` (nothing has changed then), LinkLost from `send` when there is no session
Source  protocol/SPEC.md, "Order", "Sessions", "Liveness"
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence

from base_station.errors import FrameError, LinkLost
from base_station.link.handshake import Initiator, Responder, Session
from base_station.link.order_events import (
    CABLE,
    Back,
    Delivered,
    Gone,
    Lane,
    Lost,
    OrderEvent,
    OrderStats,
    Pace,
    Role,
    Up,
)
from base_station.link.packet import (
    BODY_MAX_BYTES,
    WINDOW,
    Ack,
    Close,
    CloseReason,
    Data,
    Handshake,
    Pair,
    data_header,
    parse,
)
from base_station.link.session import Suite
from base_station.link.window import Incoming, Outgoing

LOST_MS = 3000.0
CLOSE_GAP_MS = 100.0
KEEP_FREE = 4  # window slots that BULK leaves to CONTROL


class Order:
    """One end of the stream. After every call drain `take_output`, and call `poll` no later than `deadline_ms`."""

    def __init__(
        self,
        role: Role,
        suites: Sequence[Suite],
        *,
        pace: Pace = CABLE,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.role = role
        self.stats = OrderStats()
        self.gone = True
        self.last_output_ms = 0.0
        self._pace = pace
        self._live: Session | None = None
        self._initiator = Initiator(suites, random_bytes)
        self._responder = Responder(suites[0])
        self._close: Close | None = None
        self._closed_ms: float | None = None
        self._heard_ms = 0.0
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._outgoing = Outgoing(self._pace.rto_ms, self._pace.rto_max_ms)
        self._incoming = Incoming(self._pace.ack_delay_ms)
        self._lanes: dict[Lane, deque[tuple[int, bytes]]] = {Lane.CONTROL: deque(), Lane.BULK: deque()}

    @property
    def suite(self) -> Suite | None:
        """Whose key the live session has."""
        return None if self._live is None else self._live.suite

    # --- what the owner wants ----------------------------------------------------------------------------------------
    def connect(self, now_ms: float) -> None:
        """Base: begins a handshake. The old session, if any, stays until the new one is there."""
        if not self._initiator.running:
            self._initiator.begin(now_ms)

    def send(self, lane: Lane, turn: int, body: bytes) -> None:
        """Queues a body of 1..224 bytes."""
        if self._live is None:
            raise LinkLost("no session with the toy")
        if not 1 <= len(body) <= BODY_MAX_BYTES:
            raise FrameError(f"a body of {len(body)} bytes")
        self._lanes[lane].append((turn, body))

    def waiting(self, lane: Lane) -> int:
        """Bodies in a lane that are not sealed yet."""
        return len(self._lanes[lane])

    def drop_turn(self, turn: int) -> None:
        """Takes what this turn has in BULK back, as far as it was not sealed yet."""
        self._lanes[Lane.BULK] = deque(item for item in self._lanes[Lane.BULK] if item[0] != turn)

    def close(self, reason: CloseReason = CloseReason.GOING_DOWN) -> None:
        """Ends the session; the next output says so."""
        if self._live is not None:
            self._close = Close(self._live.epoch, reason)
            self._live = None

    # --- what comes in -----------------------------------------------------------------------------------------------
    def receive(self, frame: bytes, now_ms: float) -> list[OrderEvent]:
        """One frame, without COBS and CRC. Raises FrameError when it is refused."""
        try:
            match parse(frame):
                case Data() as data:
                    return self._receive_data(data, now_ms)
                case Ack() as ack:
                    self._outgoing.acknowledge(self._of_live(ack), now_ms)
                    return self._heard(now_ms)
                case Handshake() as handshake:
                    return self._receive_handshake(handshake, now_ms)
                case Close() as close:
                    return self._receive_close(close, now_ms)
                case Pair():
                    raise FrameError("PAIR outside of pairing")
        except FrameError:
            self.stats.refused += 1
            raise

    def _of_live(self, ack: Ack) -> Ack:
        if self._live is None or ack.epoch != self._live.epoch:
            raise FrameError(f"ACK of epoch {ack.epoch}, which is not ours")
        return ack

    def _heard(self, now_ms: float) -> list[OrderEvent]:
        self._heard_ms = now_ms
        was_gone, self.gone = self.gone, self._live is None
        return [Back()] if was_gone and not self.gone else []

    def _receive_data(self, data: Data, now_ms: float) -> list[OrderEvent]:
        if self._live is not None and data.epoch == self._live.epoch:
            return self._receive_live(self._live, data, now_ms)
        pending = self._responder.pending
        if pending is None or data.epoch != pending.epoch:
            if self.role is Role.TOY:
                self._say_close(Close(data.epoch, CloseReason.NO_SESSION), now_ms)
            raise FrameError(f"DATA of epoch {data.epoch}, which is not ours")
        if data.counter >= WINDOW:
            raise FrameError(f"DATA {data.counter} opens no session")
        body = pending.cipher.open(data.counter, data.header, data.sealed)
        self._responder.pending = None
        events = self._go_live(pending, now_ms)
        self._incoming.owe_ack(True, now_ms)
        return events + self._deliver(data.counter, body)

    def _go_live(self, session: Session, now_ms: float) -> list[OrderEvent]:
        self._live, self.gone, self._heard_ms = session, False, now_ms
        self._start_afresh()
        self.stats.sessions += 1
        return [Up(session.epoch)]

    def _receive_live(self, live: Session, data: Data, now_ms: float) -> list[OrderEvent]:
        place, counter = self._incoming.place(data.counter)
        if place == "beyond":
            raise FrameError(f"DATA {counter} is beyond the window")
        if place == "again":
            self.stats.duplicates += 1
            self._incoming.owe_ack(True, now_ms)
            return self._heard(now_ms)
        body = live.cipher.open(counter, data.header, data.sealed)
        self._incoming.owe_ack(place == "early" or self._incoming.has_gap(), now_ms)
        return self._heard(now_ms) + self._deliver(counter, body)

    def _deliver(self, counter: int, body: bytes) -> list[OrderEvent]:
        ready = self._incoming.take(counter, body)
        self.stats.delivered += len(ready)
        return [Delivered(each) for each in ready]

    def _receive_handshake(self, packet: Handshake, now_ms: float) -> list[OrderEvent]:
        if self.role is Role.TOY:
            if (close := self._responder.receive(packet, self._live)) is not None:
                self._say_close(close, now_ms)
            return []
        session = self._initiator.receive(packet)
        return [] if session is None else self._go_live(session, now_ms)

    def _receive_close(self, close: Close, now_ms: float) -> list[OrderEvent]:
        """Not sealed, so: a base asks again and keeps what it has, a toy believes it until the next valid frame."""
        self._initiator.refused(close, now_ms)
        if self._live is None or close.epoch != self._live.epoch:
            return []
        if self.role is Role.BASE:
            self.connect(now_ms)
            return []
        was_gone, self.gone = self.gone, True
        return [] if was_gone else [Gone()]

    def _say_close(self, close: Close, now_ms: float) -> None:
        if self._closed_ms is None or now_ms - self._closed_ms >= CLOSE_GAP_MS:
            self._close, self._closed_ms = close, now_ms

    # --- what time brings --------------------------------------------------------------------------------------------
    def poll(self, now_ms: float) -> list[OrderEvent]:
        """Looks at the clock."""
        if self._live is None:
            return []
        events: list[OrderEvent] = []
        if not self.gone and now_ms - self._heard_ms >= self.role.value:
            self.gone = True
            events.append(Gone())
        stuck_ms = self._outgoing.stuck_ms()
        if stuck_ms is not None and now_ms - stuck_ms >= LOST_MS:
            self._live, self.gone = None, True
            self._start_afresh()
            events.append(Lost())
        return events

    def deadline_ms(self) -> float | None:
        """When `poll` and `take_output` have to be called next, if nothing else happens."""
        times = [self._initiator.due_ms()]
        if self._live is not None:
            stuck_ms = self._outgoing.stuck_ms()
            times += [self._incoming.next_ack_ms(), self._outgoing.next_resend_ms()]
            times += [None if stuck_ms is None else stuck_ms + LOST_MS]
            times += [None if self.gone else self._heard_ms + self.role.value]
        return min((time for time in times if time is not None), default=None)

    # --- what goes out -----------------------------------------------------------------------------------------------
    def take_output(self, now_ms: float) -> bytes | None:
        """The most urgent frame that may go now. Call until None, as far as the transport can pass them on."""
        frame = self._choose(now_ms)
        if frame is not None:
            self.last_output_ms = now_ms
        return frame

    def _choose(self, now_ms: float) -> bytes | None:
        handshake = self._responder.output() or self._initiator.output(now_ms)
        if handshake is not None:
            return handshake.to_bytes()
        if self._close is not None:
            close, self._close = self._close, None
            return close.to_bytes()
        if self._live is None:
            return None
        ack_ms = self._incoming.next_ack_ms()
        if ack_ms is not None and ack_ms <= now_ms:
            return self._incoming.ack(self._live.epoch).to_bytes()
        if (frame := self._outgoing.resend(now_ms)) is not None:
            self.stats.resent += 1
            return frame
        return self._seal(self._live, Lane.CONTROL, 0, now_ms) or self._seal(self._live, Lane.BULK, KEEP_FREE, now_ms)

    def _seal(self, live: Session, lane: Lane, keep_free: int, now_ms: float) -> bytes | None:
        """A body gets its counter here and not before; sealed once, so no nonce ever covers two texts."""
        if not self._lanes[lane] or not self._outgoing.has_room(keep_free):
            return None
        _, body = self._lanes[lane].popleft()
        counter = self._outgoing.next
        header = data_header(live.epoch, counter)
        frame = header + live.cipher.seal(counter, header, body)
        self._outgoing.add(frame, now_ms)
        self.stats.sent += 1
        return frame

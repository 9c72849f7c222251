"""What `order` says and counts.

Source  protocol/SPEC.md, "Order", "Liveness"
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Role(Enum):
    """Who we are, and how long the other may be silent."""

    TOY = 1000.0
    BASE = 3000.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the stream is: the bounds of the resend time-out, and how long an ACK may wait for company."""

    rto_ms: float
    rto_max_ms: float
    ack_delay_ms: float


CABLE = Pace(80.0, 640.0, 20.0)  # UART and TCP
RADIO = Pace(250.0, 1000.0, 100.0)  # BLE: a connection event may be 50 ms away; every 4th frame of sound within 100 ms


class Lane(Enum):
    CONTROL = 0
    BULK = 1


@dataclass(frozen=True, slots=True)
class Up:
    """A new session: whatever was under way in the old one is gone; say hello first."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Delivered:
    body: bytes


@dataclass(frozen=True, slots=True)
class Gone:
    """The other side is silent; the session waits."""


@dataclass(frozen=True, slots=True)
class Back:
    """The other side speaks again under the same session."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The session is over: data went unacknowledged for too long."""


OrderEvent: TypeAlias = Up | Delivered | Gone | Back | Lost


@dataclass
class OrderStats:
    sent: int = 0  # DATA, the first time
    delivered: int = 0
    resent: int = 0
    duplicates: int = 0
    refused: int = 0
    sessions: int = 0

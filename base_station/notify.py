"""Tells systemd how the service is: ready, alive, ending. Elsewhere nothing happens.

Source  sd_notify(3): one datagram to the socket that $NOTIFY_SOCKET names; WATCHDOG_USEC is how often to be alive
"""

from __future__ import annotations

import contextlib
import os
import socket

_NEVER_S = 3600.0


def notify(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.connect("\0" + address[1:] if address.startswith("@") else address)
        sock.send(state.encode())


def watchdog_s() -> float:
    """Within how long systemd wants to hear that the service is alive."""
    try:
        return int(os.environ.get("WATCHDOG_USEC", "")) / 1e6
    except ValueError:
        return _NEVER_S

"""The console sends an answer at once: Nagle's algorithm would hold its second half for a late acknowledgement."""

from __future__ import annotations

import socket

from base_station.console import server


def test_accepted_connections_wait_for_no_acknowledgement() -> None:
    listener, own = server._listen(server.ConsoleOptions(port=0))
    with listener:
        listener.listen()
        with socket.create_connection((own, listener.getsockname()[1])), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0

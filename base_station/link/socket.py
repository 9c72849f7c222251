"""A toy on plain TCP (Wi-Fi), without pyserial.

In      host and port
Out     a Transport
Raises  UsageError, in one line, when nobody answers
"""

from __future__ import annotations

import asyncio
import contextlib
import socket

from base_station.errors import UsageError
from base_station.link.transport import DescriptorTransport


async def open_socket(host: str, port: int, timeout_s: float = 5.0) -> DescriptorTransport:
    """Connects to a toy that listens."""
    name = f"tcp:{host}:{port}"
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        async with asyncio.timeout(timeout_s):
            await asyncio.get_running_loop().sock_connect(connection, (host, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, OverflowError) as error:  # TimeoutError is an OSError
        with contextlib.suppress(OSError):
            connection.close()
        raise UsageError(f"cannot connect to {name}: {error or 'no answer'}") from error
    return DescriptorTransport(connection.fileno(), name, connection.close)

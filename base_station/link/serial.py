"""A toy on a serial device, a PTY, or a socket through pyserial's `socket://HOST:PORT`.

In      what pyserial's serial_for_url() takes
Out     a Transport
Raises  UsageError, in one line, when it cannot be opened
"""

from __future__ import annotations

import os
import socket
import stat

import serial

from base_station.errors import UsageError
from base_station.link.transport import DescriptorTransport

BAUD = 921_600


async def open_serial(url: str, baud: int = BAUD) -> DescriptorTransport:
    """Opens 8N1 without flow control."""
    try:
        port = serial.serial_for_url(url, baudrate=baud, timeout=0, write_timeout=0)
    except (serial.SerialException, OSError, ValueError) as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise UsageError(f"cannot open serial device {url}: {reason}") from error
    _send_at_once(port.fileno())
    return DescriptorTransport(port.fileno(), url, port.close)


def _send_at_once(descriptor: int) -> None:
    """pyserial leaves Nagle's algorithm on, which would hold a small frame back until the last one is acknowledged."""
    if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        with socket.socket(fileno=os.dup(descriptor)) as same:
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

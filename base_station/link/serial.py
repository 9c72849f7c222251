"""A toy on a serial device, a PTY, or a socket through pyserial's `socket://HOST:PORT`.

In      what pyserial's serial_for_url() takes
Out     a Transport
Raises  UsageError, in one line, when it cannot be opened
"""

from __future__ import annotations

import serial  # type: ignore[import-untyped]

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
    return DescriptorTransport(port.fileno(), url, port.close)

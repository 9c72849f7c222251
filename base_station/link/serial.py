"""A toy on a serial device, a PTY, or a socket through pyserial's `socket://HOST:PORT`.

In      what pyserial's serial_for_url() takes
Out     a Transport; the ports that this computer has
Raises  UsageError, in one line, when it cannot be opened
"""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import dataclass

import serial
from serial.tools import list_ports

from base_station.errors import UsageError
from base_station.link.transport import DescriptorTransport

BAUD = 921_600
BOARD_MAKER_VID = 0x2E8A  # Raspberry Pi
_PLUSH = "Talking plush"  # in the toy's USB descriptors


@dataclass(frozen=True)
class Port:
    """A serial port of this computer. `is_plush`: our firmware is at its other end."""

    device: str
    text: str
    vid: int | None = None
    is_plush: bool = False


def serial_ports() -> list[Port]:
    """By name."""
    found = [
        Port(port.device, port.description, port.vid, port.manufacturer == _PLUSH) for port in list_ports.comports()
    ]
    return sorted(found, key=lambda port: port.device)


async def open_serial(url: str, baud: int = BAUD) -> DescriptorTransport:
    """Opens 8N1 without flow control."""
    try:
        port = serial.serial_for_url(url, baudrate=baud, timeout=0, write_timeout=0)
    except (serial.SerialException, OSError, ValueError) as error:
        number = getattr(error, "errno", None)
        reason = os.strerror(number) if number else str(error.__cause__ or error).splitlines()[0]
        raise UsageError(f"cannot open serial device {url}: {reason}") from error
    _send_at_once(port.fileno())
    return DescriptorTransport(port.fileno(), url, port.close)


def _send_at_once(descriptor: int) -> None:
    """pyserial leaves Nagle's algorithm on, which would hold a small frame back until the last one is acknowledged."""
    if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        with socket.socket(fileno=os.dup(descriptor)) as same:
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

"""Link over what there really is: TCP, a pseudo terminal, a device that is pulled, or that was never there."""

from __future__ import annotations

import asyncio
import os
import pty
import socket
import tty

import pytest

from base_station.errors import LinkLost, UsageError
from base_station.link.link import Link
from base_station.link.serial import open_serial
from base_station.link.session import NullSuite
from base_station.link.socket import open_socket
from base_station.link.transport import DescriptorTransport, Transport
from tests.py.link_turn import a_turn, toy_link


async def over(base_transport: Transport, toy_transport: Transport) -> None:
    async with Link(base_transport, NullSuite()) as base, toy_link(toy_transport) as toy:
        await asyncio.gather(base.connect(), toy.connect())
        await a_turn(base, toy, 1, frames=20)
        assert base.stats.crc_errors == 0


@pytest.mark.parametrize("opener", ["socket", "pyserial"])
def test_over_tcp(opener: str) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            if opener == "socket":
                transport = await open_socket("127.0.0.1", port)
            else:
                transport = await open_serial(f"socket://127.0.0.1:{port}")
            connection, _ = listener.accept()
            await over(transport, DescriptorTransport(connection.fileno(), "toy", connection.close))

    asyncio.run(main())


def test_over_a_pty() -> None:
    async def main() -> None:
        master, slave = pty.openpty()
        tty.setraw(slave)
        path = os.ttyname(slave)
        transport = await open_serial(path)
        os.close(slave)
        await over(transport, DescriptorTransport(master, "toy", lambda: os.close(master)))

    asyncio.run(main())


def test_a_pulled_serial_device_is_a_lost_link() -> None:
    async def main() -> None:
        master, slave = pty.openpty()
        transport = await open_serial(os.ttyname(slave))
        os.close(slave)
        async with Link(transport, NullSuite()) as base:
            os.close(master)
            with pytest.raises(LinkLost, match="/dev/"):
                await base.connect()

    asyncio.run(main())


@pytest.mark.parametrize("url", ["/dev/no-such-toy", "socket://127.0.0.1:1", "nonsense://x"])
def test_a_device_that_is_not_there_is_one_line(url: str) -> None:
    async def main() -> None:
        with pytest.raises(UsageError, match="cannot open serial device") as caught:
            await open_serial(url)
        assert "\n" not in str(caught.value)

    asyncio.run(main())


def test_a_toy_that_does_not_listen_is_one_line() -> None:
    async def main() -> None:
        with pytest.raises(UsageError, match=r"cannot connect to tcp:127\.0\.0\.1:1: ") as caught:
            await open_socket("127.0.0.1", 1)
        assert "\n" not in str(caught.value)

    asyncio.run(main())

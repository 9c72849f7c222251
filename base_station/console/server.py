"""Serving the console: on this machine alone, or, when asked for, to the LAN over TLS.

In      port, whether the LAN may come, whose view
Out     the address to print, with its one-time token; `serve` runs until it is told to stop
Raises  UsageError: the port is taken, or there is no LAN
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import uvicorn

from base_station import config
from base_station.console.app import Place, make_app
from base_station.console.certificate import HomeCertificate, home_certificate
from base_station.console.sessions import Scope, Sessions
from base_station.errors import UsageError
from base_station.rpc import Caller
from base_station.tasks import first

DEFAULT_PORT = 8765
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class ConsoleOptions:
    """port: None takes 8765, or any when that is taken; 0 any. address: for the LAN; empty: the one towards it."""

    port: int | None = None
    lan: bool = False
    scope: Scope = field(default_factory=Scope)
    address: str = ""


@dataclass(frozen=True)
class Opening:
    """What a person needs to come in. `address()` makes a new token each time."""

    address: Callable[[], str]
    code: str = ""
    fingerprint: str = ""


async def serve(
    daemon: Caller, options: ConsoleOptions, opened: Callable[[Opening], None], until: Callable[[], Awaitable[None]]
) -> None:
    """Serves until `until` returns, or a signal."""
    listener, own = _listen(options)
    port = listener.getsockname()[1]
    certificate = home_certificate(config.home() / "keys", [own]) if options.lan else None
    names = {own, "localhost", _LOOPBACK}
    scheme = "https" if certificate else "http"
    place = Place(
        hosts={f"{name}:{port}" for name in names},
        scheme=scheme,
        cookie=f"plush{port}",
        fingerprint=certificate.fingerprint if certificate else "",
    )
    sessions = Sessions()
    server = _Server(_uvicorn_config(make_app(daemon, sessions, place), certificate))
    ending = asyncio.ensure_future(_end(server, until))
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    await first(server.listening.wait(), serving)
    opened(
        Opening(
            address=lambda: f"{scheme}://{own}:{port}/open?token={sessions.token(options.scope)}",
            code=sessions.pairing_code(options.scope, place.fingerprint) if certificate else "",
            fingerprint=place.fingerprint,
        )
    )
    try:
        await serving
    finally:
        ending.cancel()


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, settings: uvicorn.Config) -> None:
        super().__init__(settings)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def _uvicorn_config(app: object, certificate: HomeCertificate | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        ws_max_size=1 << 12,
        ssl_certfile=str(certificate.certificate) if certificate else None,
        ssl_keyfile=str(certificate.key) if certificate else None,
    )


async def _end(server: uvicorn.Server, until: Callable[[], Awaitable[None]]) -> None:
    await until()
    server.should_exit = True


def _listen(options: ConsoleOptions) -> tuple[socket.socket, str]:
    own = _own_address(options)
    ports = [options.port] if options.port is not None else [DEFAULT_PORT, 0]
    for port in ports:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # inherited: asyncio sets it for named protocols only
        try:
            listener.bind((own, port))
            return listener, own
        except OSError as error:
            listener.close()
            if port == ports[-1]:
                raise UsageError(f"port {port} of {own} cannot be had: {error.strerror}") from error
    raise AssertionError("there is always a last port")


def _own_address(options: ConsoleOptions) -> str:
    if not options.lan:
        if options.address:
            raise UsageError("--address goes with --lan: without it only this machine may look")
        return _LOOPBACK
    if not options.address:
        return lan_address()
    try:
        return str(ipaddress.IPv4Address(options.address))
    except ValueError as error:
        raise UsageError(f"--address {options.address}: not an IPv4 address") from error


def lan_address() -> str:
    """This machine's address in the LAN: the one from which it would leave; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError as error:
            raise UsageError("this machine is in no network") from error
        address: str = probe.getsockname()[0]
    return address

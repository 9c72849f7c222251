"""The base's half of pairing: from an open transport to a key that this toy and this base station share.

In      a Transport; for pairing by digits, somebody who hears the plush and types what it speaks
Out     the key of the pairing, 32 bytes; the toy has kept it already, or is about to
Raises  PairingRefused, in one line, with the toy's reason; LinkLost when no toy answers
Source  protocol/SPEC.md, "Pairing"; toy_mcu/secure/pairing.c is the other half
By cable the digits are none: whoever listens still learns nothing, and whoever sits between needs the toy in his hands.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Final

from base_station.errors import FrameError, LinkLost, SealError, UsageError
from base_station.link.cpace import POINT_BYTES, BaseAttempt
from base_station.link.frame import FrameDecoder, encode_frame
from base_station.link.packet import SESSION_BYTES, Pair, parse
from base_station.link.transport import Transport

AskForDigits = Callable[[], Awaitable[str]]
CHANNEL: Final = b"plush pairing 1"
_REPEAT_S: Final = 0.25
_ANSWER_S: Final = 5.0
_TAG_BYTES: Final = 32


class PairingRefused(UsageError):
    """The toy said no, or the digits were not those that it spoke."""


class Method(IntEnum):
    CABLE = 0
    DIGITS = 1


class Status(IntEnum):
    OK = 0
    NO_WINDOW = 1
    LOCKED = 2
    TAKEN = 3
    NO_CABLE = 4
    BUSY = 5
    WRONG = 6


_WHY: Final[dict[int, str]] = {
    Status.NO_WINDOW: "hold the plush's paw for 5 seconds, until its lights blink, and try again within a minute",
    Status.TAKEN: "this toy belongs to another household: forget it there, or hold its paw for 5 seconds and try again",
    Status.NO_CABLE: "this link is no cable: pair by the digits that the plush speaks",
    Status.BUSY: "the toy is being paired by somebody else: try again in 10 seconds",
    Status.WRONG: "these are not the digits that the plush spoke",
}


async def pair(transport: Transport, ask_for_digits: AskForDigits | None = None) -> bytes:
    """One attempt. Without `ask_for_digits` the transport is a cable, the trusted way."""
    async with _Exchange(transport) as exchange:
        method = Method.CABLE if ask_for_digits is None else Method.DIGITS
        _check(await exchange.ask(1, bytes([method])))
        digits = "" if ask_for_digits is None else _cleaned(await ask_for_digits())
        attempt = BaseAttempt(digits, CHANNEL)
        answer = await exchange.ask(3, attempt.session + attempt.point)
        _check(answer)
        if len(answer) != 1 + POINT_BYTES + _TAG_BYTES:
            raise PairingRefused("the toy speaks another kind of pairing")
        try:
            made = attempt.finish(answer[1 : 1 + POINT_BYTES], answer[1 + POINT_BYTES :])
        except SealError as error:
            raise PairingRefused(_WHY[Status.WRONG]) from error
        with contextlib.suppress(LinkLost):  # the toy may have kept the key though its answer was lost: a session tells
            _check(await exchange.ask(5, made.base_tag))
        return made.psk


def _cleaned(typed: str) -> str:
    digits = "".join(typed.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        raise PairingRefused("the plush speaks six digits")
    return digits


def _check(answer: bytes) -> None:
    """Raises PairingRefused when this is no yes."""
    status = answer[0] if answer else Status.BUSY
    if status == Status.LOCKED:
        wait_s = int.from_bytes(answer[1:3], "little")
        raise PairingRefused(f"too many wrong tries: the toy takes no digits for another {wait_s} s")
    if status != Status.OK:
        raise PairingRefused(_WHY.get(status, "the toy refuses"))


class _Exchange:
    """Steps and their answers: a step is repeated until the toy answers it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._attempt = os.urandom(SESSION_BYTES)
        self._decoder = FrameDecoder()
        self._answers: asyncio.Queue[Pair | None] = asyncio.Queue()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> _Exchange:
        self._reader = asyncio.ensure_future(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        """The transport stays open, for the session that follows."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def ask(self, step: int, payload: bytes) -> bytes:
        """The payload of the toy's next step. Raises LinkLost when none comes within 5 s."""
        frame = Pair(step, self._attempt, payload).to_bytes()
        loop = asyncio.get_running_loop()
        until_s = loop.time() + _ANSWER_S
        while loop.time() < until_s:
            await self._transport.write(encode_frame(frame) if self._transport.framed else frame)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_REPEAT_S):
                    return await self._answer(step + 1)
        raise LinkLost(f"no answer from a toy on {self._transport.name}")

    async def _answer(self, step: int) -> bytes:
        while (answer := await self._answers.get()) is not None:
            if answer.step == step:
                return answer.payload
        self._answers.put_nowait(None)
        raise LinkLost(f"{self._transport.name} hung up")

    async def _read(self) -> None:
        while data := await self._transport.read():
            for frame in self._decoder.feed(data) if self._transport.framed else [data]:
                with contextlib.suppress(FrameError):
                    packet = parse(frame)
                    if isinstance(packet, Pair) and packet.attempt == self._attempt:
                        self._answers.put_nowait(packet)
        self._answers.put_nowait(None)

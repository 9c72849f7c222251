"""A toy at the other end of a transport: messages and audio frames in both directions.

In      a Transport and the Suites of the toys that may be there; messages and audio frames to send
Out     the toy's messages and audio frames, by `async for`; a `Hello` among them means a new session: turns are over
Raises  LinkLost from every call once the toy is gone; reconnecting is the caller's matter, with a new Link
All timers follow the running loop's clock. Pings are sent and answered in here and never come out.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from base_station.errors import FrameError, LinkLost
from base_station.link.audio_frame import AudioFrame, Body, decode_audio, encode_audio
from base_station.link.frame import FrameDecoder, encode_frame
from base_station.link.messages import EndOfSpeech, Hello, Message, PeerRole, Ping, Pong, SpeakStop, decode, encode
from base_station.link.order import Order
from base_station.link.order_events import CABLE, RADIO, Delivered, Gone, Lane, Lost, OrderEvent, Role, Up
from base_station.link.session import Suite
from base_station.link.transport import Transport

__all__ = ["AudioFrame", "Item", "Lane", "Link", "LinkStats"]

Item: TypeAlias = Message | AudioFrame

PING_MS: Final = 400.0
_CABLE_FRAME_SAMPLES: Final = 320
_RADIO_FRAME_SAMPLES: Final = 416  # 208 bytes of ADPCM: as much as fits, since a frame's head costs 32 bytes of air
_LANE_LIMIT: Final = {Lane.CONTROL: 64, Lane.BULK: 16}
OUR_HELLO: Final = Hello(version=1, role=PeerRole.BASE, boot=0, clock=0, features=0, codecs=1, name="base station")


@dataclass(frozen=True)
class LinkStats:
    """DATA frames from and to the toy; on our side: chunks that failed their CRC, frames sent again, frames refused."""

    frames_up: int
    frames_down: int
    crc_errors: int
    resent: int
    refused: int


class Link:
    """Use as `async with Link(transport, NoiseSuite(key)) as link: await link.connect()`."""

    def __init__(
        self,
        transport: Transport,
        suites: Suite | Sequence[Suite],
        *,
        role: Role = Role.BASE,
        hello: Hello = OUR_HELLO,
    ) -> None:
        self.transport = transport
        suites = suites if isinstance(suites, Sequence) else [suites]
        self.rtt_ms: float | None = None
        self.toy_clock_ms: int | None = None  # what the toy's clock said in its last pong
        self.bad_bodies = 0
        self._hello = hello
        self._order = Order(role, suites, pace=CABLE if transport.framed else RADIO)
        self._up, self._down = Body.AUDIO_UP, Body.AUDIO_DOWN
        if role is Role.TOY:
            self._up, self._down = self._down, self._up
        self._decoder = FrameDecoder()
        self._received: asyncio.Queue[Item | None] = asyncio.Queue()
        self._failure: LinkLost | None = None
        self._kick = asyncio.Event()
        self._room = asyncio.Event()
        self._greeted: asyncio.Future[Hello] | None = None
        self._pings: dict[int, float] = {}
        self._pinged_ms = 0.0
        self._tokens = itertools.count(1)
        self._tasks: list[asyncio.Task[None]] = []

    # --- life --------------------------------------------------------------------------------------------------------
    async def __aenter__(self) -> Link:
        loop = asyncio.get_running_loop()
        self._greeted = loop.create_future()
        self._tasks = [loop.create_task(self._guard(self._read())), loop.create_task(self._guard(self._write()))]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def connect(self, timeout_s: float = 5.0) -> Hello:
        """Makes a session. Out: the toy's hello, which also comes first out of the iteration."""
        assert self._greeted is not None, "enter the link first"
        if self._order.role is Role.BASE:
            self._order.connect(self._now_ms())
            self._kick.set()
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.shield(self._greeted)
        except TimeoutError:
            raise LinkLost(f"no answer from a toy on {self.transport.name}") from None

    async def close(self) -> None:
        """Says goodbye as far as that is possible at once, and lets go of the transport."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if tasks and self._failure is None:
            self._order.close()
            with contextlib.suppress(LinkLost, TimeoutError):
                async with asyncio.timeout(0.05):
                    await self._drain()
        self._fail(LinkLost("closed"))
        await self.transport.close()

    # --- sending -----------------------------------------------------------------------------------------------------
    async def send(self, message: Message, lane: Lane | None = None) -> None:
        """Queues a message. No lane named: end of speech and speak stop stay behind audio, the rest overtakes it."""
        follows_audio = isinstance(message, EndOfSpeech | SpeakStop)
        chosen = lane or (Lane.BULK if follows_audio else Lane.CONTROL)
        turn = message.turn if isinstance(message, EndOfSpeech | SpeakStop) else 0
        await self._send(chosen, turn, bytes([Body.CONTROL]) + encode(message))

    async def send_audio(self, frame: AudioFrame) -> None:
        """Queues a frame of sound; waits while the lane is full. Credit is the caller's matter."""
        await self._send(Lane.BULK, frame.turn, encode_audio(frame, self._down))

    async def _send(self, lane: Lane, turn: int, body: bytes) -> None:
        while self._failure is None and self._order.waiting(lane) >= _LANE_LIMIT[lane]:
            self._room.clear()
            await self._room.wait()
        if self._failure is not None:
            raise self._failure
        self._order.send(lane, turn, body)
        self._kick.set()

    def drop_turn(self, turn: int) -> None:
        """Takes this turn's audio back, as far as it has not left."""
        self._order.drop_turn(turn)
        self._room.set()

    # --- receiving ---------------------------------------------------------------------------------------------------
    def __aiter__(self) -> Link:
        return self

    async def __anext__(self) -> Item:
        """The toy's next message or audio frame. Raises LinkLost when the toy is gone and all before is read."""
        item = await self._received.get()
        if item is None:
            self._received.put_nowait(None)
            raise self._failure or LinkLost("closed")
        return item

    @property
    def frame_samples(self) -> int:
        """How much sound a frame should carry on this transport."""
        return _CABLE_FRAME_SAMPLES if self.transport.framed else _RADIO_FRAME_SAMPLES

    @property
    def paired_name(self) -> str:
        """What the toy's pairing is called here; empty for a key without a name, and before the session is there."""
        return "" if self._order.suite is None else self._order.suite.name

    @property
    def stats(self) -> LinkStats:
        counts = self._order.stats
        return LinkStats(counts.delivered, counts.sent, self._decoder.errors, counts.resent, counts.refused)

    # --- inside ------------------------------------------------------------------------------------------------------
    @staticmethod
    def _now_ms() -> float:
        return asyncio.get_running_loop().time() * 1000.0

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except LinkLost as error:
            self._fail(error)
        except Exception as error:  # a fault of ours: whoever waits must hear of it all the same
            self._fail(LinkLost(f"{self.transport.name}: {error!r}"))
            raise

    def _fail(self, error: LinkLost) -> None:
        if self._failure is not None:
            return
        self._failure = error
        self._received.put_nowait(None)
        self._room.set()
        self._kick.set()
        if self._greeted is not None and not self._greeted.done():
            self._greeted.set_exception(error)
            self._greeted.exception()  # nobody may be waiting

    async def _read(self) -> None:
        while data := await self.transport.read():
            for frame in self._decoder.feed(data) if self.transport.framed else [data]:
                with contextlib.suppress(FrameError):  # counted; resending is how it heals
                    self._take(self._order.receive(frame, self._now_ms()))
            self._kick.set()
        raise LinkLost(f"{self.transport.name} hung up")

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._failure is None:
            self._kick.clear()
            self._take(self._order.poll(self._now_ms()))
            self._ping()
            await self._drain()
            times = [self._order.deadline_ms(), self._ping_due_ms()]
            due_ms = min((time for time in times if time is not None), default=None)
            # 10 us late rather than a rounding error early, which would spin
            timer = None if due_ms is None else loop.call_at(due_ms / 1000.0 + 1e-5, self._kick.set)
            await self._kick.wait()
            if timer is not None:
                timer.cancel()

    async def _drain(self) -> None:
        while (frame := self._order.take_output(self._now_ms())) is not None:
            await self.transport.write(encode_frame(frame) if self.transport.framed else frame)
            self._room.set()

    def _ping_due_ms(self) -> float | None:
        return None if self._order.gone else max(self._order.last_output_ms, self._pinged_ms) + PING_MS

    def _ping(self) -> None:
        due_ms, now_ms = self._ping_due_ms(), self._now_ms()
        if due_ms is not None and due_ms <= now_ms:
            token = next(self._tokens) & 0xFFFF
            self._pings, self._pinged_ms = {token: now_ms}, now_ms
            self._queue(Ping(token, 0))

    def _queue(self, message: Message) -> None:
        self._order.send(Lane.CONTROL, 0, bytes([Body.CONTROL]) + encode(message))

    def _take(self, events: list[OrderEvent]) -> None:
        for event in events:
            match event:
                case Up():
                    self._queue(self._hello)
                case Delivered(body):
                    self._deliver(body)
                case Lost():
                    raise LinkLost("the toy acknowledges nothing any more")
                case Gone() if self._order.role is Role.BASE:
                    raise LinkLost("the toy has fallen silent")

    def _deliver(self, body: bytes) -> None:
        try:
            item: Item = decode(body[1:]) if body[0] == Body.CONTROL else decode_audio(body, self._up)
        except FrameError:  # it was sealed by our toy, so the toy is newer than we are
            self.bad_bodies += 1
            return
        match item:
            case Ping(token=token):
                self._queue(Pong(token, 0))
            case Pong(token=token, clock=clock):
                if token in self._pings:
                    self.rtt_ms = self._now_ms() - self._pings.pop(token)
                self.toy_clock_ms = clock
            case _:
                if isinstance(item, Hello) and self._greeted is not None and not self._greeted.done():
                    self._greeted.set_result(item)
                self._received.put_nowait(item)

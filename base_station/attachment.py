"""One toy at the base station: keeps its link up, hands each of its turns to a task, and answers its small talk.

Reconnecting is here: a link that is lost ends the running turn on both sides and is opened anew, with jittered
back-off, until the attachment is closed. A toy that is back within a minute goes on with its conversation (resume.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from base_station import clock
from base_station import events as ev
from base_station.arbiter import Arbiter, Call
from base_station.archive import Archive
from base_station.bell import Bell
from base_station.dialogue.guide import Guide
from base_station.dialogue.memory import Memory
from base_station.errors import BaseStationError, LinkLost, UsageError
from base_station.line import Line
from base_station.link import messages as msg
from base_station.link.link import AudioFrame, Link
from base_station.record import Record, Recorder
from base_station.resume import Conversations
from base_station.tasks import cancel
from base_station.toy_clock import ToyClock
from base_station.turn import ENGINE_FAILED, EXCUSES, Limits, Stages, Turn, in_words
from base_station.wishes import Wishes

OpenLink = Callable[[], Awaitable[Link]]
_BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass
class Attachment:
    """A toy's place at the base station; `run()` lasts until it is cancelled."""

    open_link: OpenLink
    stages: Stages
    archive: Archive
    new_memory: Callable[[], Memory]
    guide: Guide
    emit: Callable[[ev.Event], None]
    engines: dict[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    conversations: Conversations = field(default_factory=Conversations)
    virtual: bool = False  # its microphone is a program's, which can be asked to speak into it
    name: str = "plush"
    boot_id: int = 0
    state: str = "away"
    arbiter: Arbiter = field(default_factory=Arbiter)
    patient: bool = False  # also where nothing has ever been at the address

    def __post_init__(self) -> None:
        self.guide.ticks_s = lambda: clock.now_ms() / 1000
        self.memory = self.new_memory()
        self.line = Line()
        self.wishes = Wishes(self.line.send, lambda: self.state)
        self.reports: dict[str, str] = {}  # what the toy last told of its battery and its volume
        self._recorder = Recorder(self.archive, self.guide, self.emit, self.engines)
        self._bell = Bell(self.guide, self._invite)
        self._token = 0  # of the present session
        self._renamed = ""  # since the session began
        self._turn: Turn | None = None
        self._turn_task: asyncio.Task[None] | None = None
        self._clock = ToyClock()
        self._excusing: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Raises UsageError when the first opening fails because of what the user asked for."""
        tries = 0
        opened = False
        while True:
            try:
                link = await self.open_link()
            except (LinkLost, UsageError) as error:
                if isinstance(error, UsageError) and not opened and not self.patient:
                    raise
                self.emit(ev.LinkChanged(t_ms=clock.now_ms(), toy=self.name, up=False, why=str(error)))
            else:
                tries, opened = 0, True
                await self._serve(link)
            pause_s = _BACK_OFF_S[min(tries, len(_BACK_OFF_S) - 1)]
            tries += 1
            await asyncio.sleep(pause_s * random.uniform(0.8, 1.2))

    @property
    def is_up(self) -> bool:
        return self.line.link is not None

    def interrupt(self) -> bool:
        """Ends the running turn, as the console's button does. Says whether there was one."""
        if self._turn is None:
            return False
        self._turn.abort(msg.AbortReason.DEVELOPER, toy_knows=False)
        return True

    async def adjust(self, name: str, value: int) -> None:
        """Raises UsageError for what cannot be adjusted so, LinkLost."""
        if name == "volume" and 0 <= value <= 100:
            await self.line.send(msg.Volume(level=value))
            self._note("volume", f"{value} %")
        elif name == "mute" and value in (0, 1):
            await self.wishes.mute(bool(value))
        else:
            raise UsageError(f"{name} cannot be {value}")

    def rename(self, name: str) -> None:
        """Its pairing is called something else from now on."""
        self._renamed = self.name = self.guide.toy = name

    # --- one link's life ---------------------------------------------------------------------------------------------
    async def _serve(self, link: Link) -> None:
        self.line.link = link
        why = "closed"
        try:
            async for item in link:
                await self._take(item)
        except LinkLost as error:
            why = str(error)
            if self._turn is not None:
                self._turn.lose(error)
        finally:
            self.line.link = None
            self.conversations.end(self._token, clock.now_ms() / 1000)
            if self._turn_task is not None:
                await asyncio.wait({self._turn_task}, timeout=1.0)
                await cancel(self._turn_task)
            await link.close()
            self.state, self._renamed = "away", ""
            self.wishes.heard()
            self.emit(ev.LinkChanged(t_ms=clock.now_ms(), toy=self.name, up=False, why=why))

    async def _take(self, item: msg.Message | AudioFrame) -> None:
        """One message or audio frame from the toy."""
        match item:
            case msg.Hello():
                await self._greet(item)
            case msg.Resume(token=token):
                self._resume(token)
            case msg.Forget(done=True):
                self.wishes.heard(item)
            case msg.Wake():
                self._clock.observe(item.clock)
                await self._begin_turn(item)
            case msg.State(turn=number, name=name):
                self._clock.observe(item.clock)
                self.state = in_words(msg.StateName(name))
                self.wishes.heard()
                self.emit(ev.StateChanged(t_ms=clock.now_ms(), toy=self.name, turn=number, state=self.state))
                self._deliver(item, number)
            case msg.Abort(turn=number):
                await self._send(msg.AbortAck(turn=number))
                self._deliver(item, number)
            case msg.Time(unix_s=0):
                with contextlib.suppress(LinkLost):
                    await self.wishes.tell_time()
            case msg.OfflineTurn():
                if self._recorder.keep_offline_turn(item, self.name):
                    await self._send(msg.OfflineTurnAck(upload=item.upload))
            case msg.Battery(level=level):
                self._note("battery", f"{level} %")
            case msg.Error(text=text, code=code):
                self._note("error", f"{code} {text}")
            case msg.Trace(text=text, kind=kind):
                self._note(in_words(msg.TraceKind(kind)), text)
            case msg.Mute(on=on):
                self._note("mute", "on" if on else "off")
            case msg.Volume(level=level):
                self._note("volume", f"{level} %")
            case AudioFrame(turn=number) | msg.EndOfSpeech(turn=number) | msg.AudioCredit(turn=number):
                self._deliver(item, number)
            case msg.PlaybackDone(turn=number):
                self._deliver(item, number)

    def _deliver(self, item: msg.Message | AudioFrame, number: int) -> None:
        """Only the running turn gets anything: what belongs to an older one is dropped."""
        if self._turn is not None and self._turn.number == number:
            self._turn.deliver(item)

    async def _greet(self, hello: msg.Hello) -> None:
        if self._turn is not None:
            self._turn.lose(LinkLost("the toy began a new session"))
        self.state = "idle"
        self.boot_id = hello.boot
        self.name = self._renamed or self.line.paired_name or hello.name or self.name
        self._clock.reset(hello.clock)
        self.guide.toy = self.name
        await self.send_settings()
        self.memory = self.new_memory()
        self._token = self.conversations.begin(self.name, self.memory)
        await self._send(msg.Resume(token=self._token))
        self._warm_up()
        self.emit(ev.LinkChanged(t_ms=clock.now_ms(), toy=self.name, up=True, why=f"to {self.name}"))

    def _resume(self, token: int) -> None:
        memory = self.conversations.resume(self.name, token, self._token, clock.now_ms() / 1000)
        if memory is not None:
            self.memory = memory
            self._warm_up()
            self._note("conversation", "goes on")

    def _warm_up(self) -> None:
        """What every question begins with is read, and the excuses for a failure are spoken into memory."""
        self.stages.chat.prefill(self.memory.prompt(""))
        self._excusing = asyncio.ensure_future(self._keep_excuses())

    async def _keep_excuses(self) -> None:
        with contextlib.suppress(BaseStationError):  # the next answer will find out, and tell
            for say in EXCUSES:
                for sentence in self.guide.spoken(say):
                    await self.stages.voice.keep(sentence)

    async def send_settings(self) -> None:
        """Again after each change of them."""
        with contextlib.suppress(LinkLost):
            await self.wishes.settings(self.guide)

    # --- turns -------------------------------------------------------------------------------------------------------
    async def _begin_turn(self, wake: msg.Wake) -> None:
        if self._turn is not None and self._turn_task is not None:
            self._turn.abort(msg.AbortReason.SUPERSEDED)
            await asyncio.wait({self._turn_task})
        record = Record(self._recorder, wake, self.name, self.boot_id, self.line.counts())
        turn = Turn(
            wake.turn,
            self.line,
            self.stages,
            self.memory,
            self.guide,
            record.tell,
            toy=self.name,
            limits=self.limits,
            woken=wake,
        )
        if wake.reason == msg.WakeReason.INVITED:
            turn.announcement = self._bell.take()
        self._turn = turn
        self._turn_task = asyncio.ensure_future(self._hold(turn, record))
        if wake.reason == msg.WakeReason.WAKE_WORD:
            at_ms = self._clock.to_base_ms(wake.clock) or clock.now_ms()
            self.arbiter.enter(Call(self.name, self.boot_id, at_ms, wake.score / 255, wake.snr_db, turn.yield_to))

    async def _hold(self, turn: Turn, record: Record) -> None:
        outcome = "link lost"
        try:
            outcome = await turn.hold()
            if outcome == ENGINE_FAILED:
                self._warm_up()  # the fresh engine has read nothing yet
        except LinkLost:
            pass
        except BaseStationError as error:
            outcome = "failed"
            record.fail("turn", error)
        finally:
            if self._turn is turn:
                self._turn = None
            voiced_end_ms = self._clock.to_base_ms(turn.voiced_end / 16) if turn.voiced_end else None
            record.close(turn, outcome, voiced_end_ms, self.line.counts())
            self._bell.set()

    async def _invite(self) -> None:
        """Asks the toy to open a turn and be told something, for which it must be at rest: what it says is ended."""
        if self._turn is not None:
            self._turn.abort(msg.AbortReason.SUPERSEDED, toy_knows=False)
        if self._turn_task is not None:
            await asyncio.wait({self._turn_task})
        await self._send(msg.Invite(mode=msg.InviteMode.BE_SPOKEN_TO))
        self._bell.set()

    # --- small things ------------------------------------------------------------------------------------------------
    async def _send(self, message: msg.Message) -> None:
        with contextlib.suppress(LinkLost):  # the reading side learns of it, and acts
            await self.line.send(message)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("battery", "volume"):
            self.reports[kind] = text
        self.emit(ev.ToyReported(t_ms=clock.now_ms(), toy=self.name, kind=kind, text=text))

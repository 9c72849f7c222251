"""One toy at the base station: keeps its link up, hands each of its turns to a task, and answers its small talk.

Reconnecting is here: a link that is lost ends the running turn on both sides and is opened anew, with jittered
back-off, until the attachment is closed. A toy that is back within a minute goes on with its conversation (resume.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, fields, replace

from base_station import clock
from base_station import events as ev
from base_station.arbiter import Arbiter, Call
from base_station.archive import Archive
from base_station.bell import Bell
from base_station.dialogue.guide import Guide
from base_station.dialogue.memory import Memory
from base_station.dialogue.safety import Route
from base_station.errors import BaseStationError, LinkLost, StoreError, UsageError
from base_station.link import messages as msg
from base_station.link.link import AudioFrame, Lane, Link
from base_station.resume import Conversations
from base_station.rows import UTC_EPOCH_KNOWN_S, row_of, row_of_offline
from base_station.tape import Tape
from base_station.tasks import cancel
from base_station.toy_clock import ToyClock
from base_station.trace import Trace
from base_station.turn import ENGINE_FAILED, EXCUSES, Limits, Stages, Turn, in_words

OpenLink = Callable[[], Awaitable[Link]]
_BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
_PERSONA_CHARACTERS = 16  # of the schema's 64 bytes


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
        self._bell = Bell(self.guide, self._invite)
        self.memory = self.new_memory()
        self._token = 0  # of the present session
        self._forgotten = asyncio.Event()
        self._entered = asyncio.Event()  # another state
        self.reports: dict[str, str] = {}  # what the toy last told of its battery and its volume
        self._link: Link | None = None
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

    def interrupt(self) -> bool:
        """Ends the running turn, as the console's button does. Says whether there was one."""
        if self._turn is None:
            return False
        self._turn.abort(msg.AbortReason.DEVELOPER, toy_knows=False)
        return True

    async def adjust(self, name: str, value: int) -> None:
        """Raises UsageError for what cannot be adjusted so, LinkLost."""
        if name == "volume" and 0 <= value <= 100:
            await self.send(msg.Volume(level=value))
            self._note("volume", f"{value} %")
        elif name == "mute" and value in (0, 1):
            await self._mute(bool(value))
        else:
            raise UsageError(f"{name} cannot be {value}")

    async def _mute(self, on: bool, timeout_s: float = 5.0) -> None:
        """Returns when the toy has said that it is so: a parent must be able to trust it. Raises LinkLost."""
        await self.send(msg.Mute(on=on))
        try:
            async with asyncio.timeout(timeout_s):
                while self._alive() and (self.state == "muted") != on:
                    self._entered.clear()
                    await self._entered.wait()
        except TimeoutError:
            raise LinkLost("the toy does not answer") from None

    # --- one link's life ---------------------------------------------------------------------------------------------
    async def _serve(self, link: Link) -> None:
        self._link = link
        why = "closed"
        try:
            async for item in link:
                await self._take(item)
        except LinkLost as error:
            why = str(error)
            if self._turn is not None:
                self._turn.lose(error)
        finally:
            self._link = None
            self.conversations.end(self._token, clock.now_ms() / 1000)
            if self._turn_task is not None:
                await asyncio.wait({self._turn_task}, timeout=1.0)
                await cancel(self._turn_task)
            await link.close()
            self.state = "away"
            self._entered.set()
            self.emit(ev.LinkChanged(t_ms=clock.now_ms(), toy=self.name, up=False, why=why))

    async def _take(self, item: msg.Message | AudioFrame) -> None:
        """One message or audio frame from the toy."""
        match item:
            case msg.Hello():
                await self._greet(item)
            case msg.Resume(token=token):
                self._resume(token)
            case msg.Forget(done=True):
                self._forgotten.set()
            case msg.Wake():
                self._clock.observe(item.clock)
                await self._begin_turn(item)
            case msg.State(turn=number, name=name):
                self._clock.observe(item.clock)
                self.state = in_words(msg.StateName(name))
                self._entered.set()
                self.emit(ev.StateChanged(t_ms=clock.now_ms(), toy=self.name, turn=number, state=self.state))
                self._deliver(item, number)
            case msg.Abort(turn=number):
                await self._send(msg.AbortAck(turn=number))
                self._deliver(item, number)
            case msg.Time(unix_s=0):
                await self._tell_time()
            case msg.OfflineTurn():
                await self._keep_offline_turn(item)
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
        paired_name = "" if self._link is None else self._link.paired_name
        self.state = "idle"
        self.boot_id, self.name = hello.boot, paired_name or hello.name or self.name
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

    @property
    def is_up(self) -> bool:
        return self._link is not None

    async def forget(self, timeout_s: float = 5.0) -> None:
        """Has the toy wipe its key. Raises LinkLost when it does not say that it will."""
        self._forgotten.clear()
        await self.send(msg.Forget(done=False))
        try:
            await asyncio.wait_for(self._forgotten.wait(), timeout_s)
        except TimeoutError:
            raise LinkLost("the toy does not answer") from None

    async def send_settings(self) -> None:
        """What the toy keeps to when this base is off: bedtime, minutes, story-only. Sent again after a change."""
        rules = self.guide.child().rules
        await self._send(
            msg.Settings(
                bed_start=rules.bed_start,
                bed_end=rules.bed_end,
                minutes_per_day=rules.minutes_per_day,
                story_only=rules.story_only,
                persona=self.guide.persona().name[:_PERSONA_CHARACTERS],
            )
        )

    async def _tell_time(self) -> None:
        unix_s = int(time.time())
        if unix_s > UTC_EPOCH_KNOWN_S:
            offset_minutes = round((time.localtime().tm_gmtoff or 0) / 60)
            await self._send(msg.Time(unix_s=unix_s, utc_offset_minutes=offset_minutes))

    # --- turns -------------------------------------------------------------------------------------------------------
    async def _begin_turn(self, wake: msg.Wake) -> None:
        if self._turn is not None and self._turn_task is not None:
            self._turn.abort(msg.AbortReason.SUPERSEDED)
            await asyncio.wait({self._turn_task})
        trace = Trace()

        def tell(event: ev.Event) -> None:
            trace.add(event)
            self.emit(event)

        turn = Turn(
            wake.turn, self, self.stages, self.memory, self.guide, tell, toy=self.name, limits=self.limits, woken=wake
        )
        if wake.reason == msg.WakeReason.INVITED:
            turn.announcement = self._bell.take()
        started = ev.TurnStarted(
            t_ms=clock.now_ms(),
            toy=self.name,
            turn=wake.turn,
            reason=in_words(msg.WakeReason(wake.reason)),
            score=wake.score / 255,
            snr_db=wake.snr_db,
        )
        tell(started)
        self._turn = turn
        self._turn_task = asyncio.ensure_future(self._hold(turn, trace, started))
        if wake.reason == msg.WakeReason.WAKE_WORD:
            at_ms = self._clock.to_base_ms(wake.clock) or clock.now_ms()
            self.arbiter.enter(Call(self.name, self.boot_id, at_ms, started.score, wake.snr_db, turn.yield_to))

    async def _hold(self, turn: Turn, trace: Trace, started: ev.TurnStarted) -> None:
        started_unix_s = time.time()
        before = self._counts()
        outcome = "link lost"
        try:
            outcome = await turn.hold()
            if outcome == ENGINE_FAILED:
                self._warm_up()  # the fresh engine has read nothing yet
        except LinkLost:
            pass
        except BaseStationError as error:
            outcome = "failed"
            turn.emit(ev.Failed(t_ms=clock.now_ms(), toy=self.name, turn=turn.number, stage="turn", text=str(error)))
        finally:
            if self._turn is turn:
                self._turn = None
            self._count(turn, (clock.now_ms() - started.t_ms) / 1000)
            self._bell.set()
            self._finish(turn, outcome, started_unix_s, before, trace)
            self.archive.keep_wake(
                self.name,
                reason=started.reason,
                score=started.score,
                snr_db=started.snr_db,
                accepted=turn.heard != "",
            )

    def _count(self, turn: Turn, length_s: float) -> None:
        try:
            self.guide.turn_ended(turn.heard, self.memory, length_s, answered=turn.routes.get("in") == Route.ANSWER)
        except StoreError as error:
            self.emit(ev.Failed(t_ms=clock.now_ms(), toy=self.name, turn=turn.number, stage="store", text=str(error)))

    def _finish(self, turn: Turn, outcome: str, started_unix_s: float, before: dict[str, int], trace: Trace) -> None:
        """Writes the turn to disk and tells everybody."""
        link = {name: count - before.get(name, 0) for name, count in self._counts().items()}
        if link.get("refused"):
            self._note("refused", f"{link['refused']} frames that are not the toy's")
        voiced_end_ms = self._clock.to_base_ms(turn.voiced_end / 16) if turn.voiced_end else None
        kept = row_of(
            turn,
            boot_id=self.boot_id,
            outcome=outcome,
            started_unix_s=started_unix_s,
            voiced_end_ms=voiced_end_ms,
            link=link,
            engines=self.engines,
            child=self.guide.child().name,
        )
        now_ms = clock.now_ms()
        if self.guide.may_keep_words():
            row = self.archive.keep_turn(kept, trace.finish(now_ms, turn.marks_ms, voiced_end_ms), turn.tape)
        else:
            row = self.archive.keep_turn(replace(kept, heard="", said=""), [], Tape())
        same = {field.name: getattr(kept, field.name) for field in fields(ev.TurnFinished) if hasattr(kept, field.name)}
        self.emit(ev.TurnFinished(t_ms=now_ms, turn=turn.number, **same | {"row": row}))

    async def _invite(self) -> None:
        """Asks the toy to open a turn and be told something. It takes an invitation at rest, so what it says is ended."""
        if self._turn is not None:
            self._turn.abort(msg.AbortReason.SUPERSEDED, toy_knows=False)
        if self._turn_task is not None:
            await asyncio.wait({self._turn_task})
        await self._send(msg.Invite(mode=msg.InviteMode.BE_SPOKEN_TO))
        self._bell.set()

    async def _keep_offline_turn(self, offline: msg.OfflineTurn) -> None:
        """A turn that the toy held alone: on disk first, then acknowledged, so that none is lost or doubled."""
        keeps_words = self.guide.may_keep_words()
        row = row_of_offline(offline, toy=self.name, child=self.guide.child().name, keeps_words=keeps_words)
        try:
            self.archive.store.add(row)
        except StoreError as error:  # not acknowledged, so the toy keeps it and sends it again
            self.emit(ev.Failed(t_ms=clock.now_ms(), toy=self.name, turn=offline.turn, stage="store", text=str(error)))
            return
        await self._send(msg.OfflineTurnAck(upload=offline.upload))

    # --- the channel that a turn speaks through ----------------------------------------------------------------------
    async def send(self, message: msg.Message, lane: Lane = Lane.CONTROL) -> None:
        await self._alive().send(message, lane)

    async def send_audio(self, frame: AudioFrame) -> None:
        await self._alive().send_audio(frame)

    @property
    def frame_samples(self) -> int:
        return self._alive().frame_samples

    def drop_turn(self, turn: int) -> None:
        if self._link is not None:
            self._link.drop_turn(turn)

    async def _send(self, message: msg.Message) -> None:
        with contextlib.suppress(LinkLost):  # the reading side learns of it, and acts
            await self.send(message)

    def _alive(self) -> Link:
        if self._link is None:
            raise LinkLost("the link is down")
        return self._link

    def _counts(self) -> dict[str, int]:
        return {} if self._link is None else asdict(self._link.stats)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("battery", "volume"):
            self.reports[kind] = text
        self.emit(ev.ToyReported(t_ms=clock.now_ms(), toy=self.name, kind=kind, text=text))

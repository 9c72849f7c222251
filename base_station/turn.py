"""One turn of dialogue, top to bottom: listen, understand, answer, speak, remember.

    toy: wake, sound ...... end of speech                                   playback done
    here:      recognise while it arrives -> gate in -> think -> gate out -> speak each sentence as it is complete
               ^ and back, when the child goes on speaking before the answer has begun to sound

The gates (dialogue/safety) know nothing of the model: what a child says is answered, or met with a fixed kind phrase;
what the plush says reaches the voice as a SafeSentence, which the output gate alone can make.

A turn is one task. Whatever ends it early (the child, the toy, a lost link, an engine, a time-out) arrives here as an
exception, is answered in one place, and leaves both sides idle.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from base_station import clock
from base_station import events as ev
from base_station.ahead import Ahead
from base_station.dialogue.emotion import feeling_of
from base_station.dialogue.guide import Guide
from base_station.dialogue.memory import Memory
from base_station.dialogue.safety import Route, SafeSentence
from base_station.dialogue.sentences import SentenceCutter, speakable
from base_station.dialogue.timers import Say
from base_station.engines import RemoteChat, RemoteRecogniser, RemoteVoice, RemoteWakeCheck
from base_station.errors import BaseStationError, EngineError, LinkLost, UsageError
from base_station.link import adpcm
from base_station.link import messages as msg
from base_station.link.link import AudioFrame
from base_station.pause import Pause
from base_station.playout import Channel, Playout
from base_station.second_look import SecondLook
from base_station.tape import Tape
from base_station.tasks import first, together
from base_station.wake.base import WakeVerdict


@dataclass(frozen=True)
class Limits:
    """How long each stage may take before the turn gives up; see SPEC, "Time-outs"."""

    listening_s: float = 18.0
    thinking_s: float = 8.0
    stall_s: float = 2.5
    turn_s: float = 60.0


@dataclass(frozen=True)
class Stages:
    """The engines that serve a turn."""

    recogniser: RemoteRecogniser
    chat: RemoteChat
    voice: RemoteVoice
    wake: RemoteWakeCheck | None = None  # None: the toy's word is believed


ENGINE_FAILED = "engine failed"
EXCUSES = (Say("trouble"), Say("lost_thread"))  # before a word of the answer was said; in the middle of it
_SURE_PERCENT = 60
_GUESS_QUIET_MS = 120  # so long a pause, and the answer is begun: usually the toy is sure of the end 180 ms later


class TurnAborted(BaseStationError):
    """The toy ended the turn: the paw, a stop word, a newer turn."""


@dataclass
class Turn:
    """A turn in progress. The session calls `deliver` for each of its messages while `hold` runs as a task."""

    number: int
    channel: Channel
    stages: Stages
    memory: Memory
    guide: Guide
    emit: Callable[[ev.Event], None]
    toy: str = ""
    limits: Limits = field(default_factory=Limits)
    announcement: Say | None = None
    heard: str = ""
    said: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    routes: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    tape: Tape = field(default_factory=Tape)
    marks_ms: dict[str, float] = field(default_factory=dict)
    voiced_end: int = 0
    woken: msg.Wake | None = None

    def __post_init__(self) -> None:
        self._sound: asyncio.Queue[AudioFrame | msg.EndOfSpeech] = asyncio.Queue()
        self._playout = Playout(self.number, self.channel, self.tape, self.limits.stall_s, self._stands)
        self._until_first = asyncio.timeout(None)  # sound of the answer
        self._tell_toy = False  # it does not know yet that the turn was ended
        self._sure = False  # enough of what was heard to answer it
        self._before = self._newest = ""  # heard before the pause that was not the end; heard since
        self._goes_on: asyncio.Future[None] | None = None  # while an answer is made that nobody has heard yet
        self._ahead = Ahead(self.stages.chat, lambda text: self.memory.prompt(_joined(self._before, text)))
        self._look: SecondLook | None = None
        if self.stages.wake is not None and self.woken is not None and self.woken.reason == msg.WakeReason.WAKE_WORD:
            self._look = SecondLook(self.stages.wake, self.woken.preroll_ms, self._judged)
        self._ended_outside: asyncio.Future[msg.AbortReason] = asyncio.get_running_loop().create_future()

    # --- what the toy says -------------------------------------------------------------------------------------------
    def deliver(self, item: msg.Message | AudioFrame) -> None:
        """Takes one message or audio frame of this turn from the toy; never waits."""
        match item:
            case AudioFrame() | msg.EndOfSpeech():
                self._sound.put_nowait(item)
                if self._goes_on is not None and not self._goes_on.done() and not self._playout.begun:
                    self._goes_on.set_result(None)
            case msg.AudioCredit(frames=frames):
                self._playout.allow(frames)
            case msg.PlaybackDone():
                self._mark("playback_done")
                self._playout.played()
            case msg.Abort(reason=reason):
                self.abort(msg.AbortReason(reason))
            case msg.State(name=name):
                self.states.append(msg.StateName(name).name.lower())
                if name == msg.StateName.IDLE:
                    self._playout.rests()

    def abort(self, reason: msg.AbortReason, *, toy_knows: bool = True) -> None:
        """Ends the turn from outside."""
        if not self._ended_outside.done():
            self._tell_toy = not toy_knows
            self._ended_outside.set_result(reason)

    def yield_to(self, better: str) -> None:
        """Another toy hears the same call better: this one falls silent without a sound."""
        if self.woken is not None:
            how = f"{better} hears it better"
            self._emit(ev.WakeJudged, score=self.woken.score / 255, accepted=False, phrase="", how=how)
        self.abort(msg.AbortReason.WAKE_REFUSED, toy_knows=False)

    def lose(self, error: LinkLost) -> None:
        """The toy is gone: `hold` raises the error."""
        if not self._ended_outside.done():
            self._ended_outside.set_exception(error)
            self._ended_outside.exception()  # a turn that has just ended by itself need not look at it

    # --- the turn ----------------------------------------------------------------------------------------------------
    async def hold(self) -> str:
        """Runs the turn to its end and returns how it ended: "done", or why not. Raises only LinkLost."""
        try:
            async with asyncio.timeout(self.limits.turn_s):
                await self._or_abort(self._converse())
            return "done"
        except TurnAborted as why:
            if self._tell_toy:
                await self._give_up(self._ended_outside.result())
            return f"aborted: {why}"
        except TimeoutError:
            await self._give_up(msg.AbortReason.TIME_OUT)
            return "time-out"
        except (EngineError, UsageError) as error:  # an engine that cannot be loaded again says so as a UsageError
            self._fail("engine", str(error))
            await self._apologise()
            return ENGINE_FAILED
        finally:
            if self._look is not None:
                await self._look.drop()
            self._ahead.drop()
            self.stages.recogniser.cancel()
            self.channel.drop_turn(self.number)

    async def _converse(self) -> None:
        while True:
            heard = await self._listen()
            if heard is None and self.announcement is not None:
                await self._speak_only(self.announcement)
            elif heard is None:
                await self.channel.send(msg.Abort(turn=self.number, reason=msg.AbortReason.TIME_OUT))
            elif not await self._unless_speech_goes_on(self._respond(heard)):
                continue
            return

    async def _respond(self, heard: str) -> None:
        """The model answers, unless there is a reason that the plush answers by itself."""
        say = self._decide(heard) if heard else Say("not_heard")
        if say is None:
            await self._answer(heard)
        else:
            self._ahead.drop()
            await self._speak_only(say)

    async def _unless_speech_goes_on(self, work: Coroutine[Any, Any, None]) -> bool:
        """Runs `work`, but takes it back when more of the question comes before any of the answer was sent."""
        goes_on = self._goes_on = asyncio.get_running_loop().create_future()
        if not self._sound.empty():
            goes_on.set_result(None)
        await first(work, goes_on)
        self._goes_on = None
        if goes_on.done():
            self._ahead.drop()
            self.said.clear()
            self.marks_ms.clear()
        return not goes_on.done()

    async def _listen(self) -> str | None:
        """The words of the utterance, recognised while it arrives; None when nobody spoke."""
        recogniser = self.stages.recogniser
        recogniser.begin(self.memory.hints())
        self._before, pause, shown = self.heard, Pause(), ""
        async with asyncio.timeout(self.limits.listening_s):
            while isinstance(item := await self._sound.get(), AudioFrame):
                pcm, _ = adpcm.decode(item.payload, adpcm.CodecState(item.predictor, item.step_index))
                recogniser.feed(pcm)
                if self._look is not None:
                    self._look.add(pcm)
                pause.add(pcm)
                if (dbfs := self.tape.hear(pcm)) is not None:
                    self._emit(ev.Level, dbfs=dbfs)
                if recogniser.partial != shown:
                    shown = recogniser.partial
                    self._ahead.hear(shown)
                    await self._show(shown, final=False)
                if pause.quiet_ms >= _GUESS_QUIET_MS:
                    self._ahead.guess(shown)
        self._mark("endpoint")
        self.voiced_end = item.voiced_end
        if self._look is not None:
            await self._look.settle()
        self._emit(ev.SpeechEnded, reason=in_words(msg.EndReason(item.reason)), voiced_end=item.voiced_end)
        if item.reason == msg.EndReason.NO_SPEECH:
            return None
        result = await recogniser.finish()
        self._mark("asr_final")
        # What the toy's own spotter is sure of stands in where we understood nothing at all.
        spotted = " ".join(word.word for word in item.words if word.confidence >= _SURE_PERCENT)
        self._newest = result.text or spotted
        self.heard = _joined(self._before, self._newest)
        words = tuple((word.text, word.confidence, word.start_ms, word.end_ms) for word in result.words)
        self._sure = bool(self.heard) and (result.sure or not result.text)
        self._emit(ev.Heard, text=self.heard, confidence=result.confidence, sure=self._sure, words=words)
        await self._show(self.heard, final=True)
        return self.heard

    def _decide(self, heard: str) -> Say | None:
        """The gate on the way in, the parents' rules, timers: whatever needs no model. None where the model answers."""
        decision = self.guide.decide(heard)
        verdict, flag = decision.verdict, decision.verdict.policy.flag
        self.routes["in"] = verdict.route
        if flag and verdict.hazard not in self.flags:
            self.flags.append(verdict.hazard)
        self._emit(ev.Judged, route=verdict.route, hazard=verdict.hazard, why=verdict.why, flag=flag)
        if not self._sure and verdict.route is not Route.ESCALATE:  # a cry for help counts even half understood
            return Say("not_understood")
        return decision.say

    def _withhold(self, text: str, why: str) -> None:
        """The gate on the way out has kept this back."""
        self.routes["out"] = Route.REFUSE
        self._emit(ev.Withheld, text=text, why=why)

    async def _answer(self, heard: str) -> None:
        """Thinks and speaks at once: each sentence goes to the voice as soon as the model has finished it."""
        sentences: asyncio.Queue[SafeSentence | None] = asyncio.Queue()
        try:
            await together(self._think(heard, sentences), self._speak(sentences))
        finally:
            if self._playout.begun:  # what nobody heard was never said
                self.memory.remember(heard, " ".join(self.said))

    async def _think(self, heard: str, sentences: asyncio.Queue[SafeSentence | None]) -> None:
        gate, passed = self.guide.reply_gate(), list[str]()
        found = False
        async with contextlib.aclosing(self._reply()) as reply:
            async for text in reply:
                found = True
                if (safe := gate.let_out(text)) is None:
                    passed.clear()
                    self._withhold(text, gate.objection)
                    self._put(Say("another_subject"), sentences)
                    break
                passed.append(safe.text)
                sentences.put_nowait(safe)
        if not found:
            self._put(Say("speechless"), sentences)
        if (more := self.guide.afterword()) is not None:
            self._put(more, sentences)
        sentences.put_nowait(None)
        if passed:  # while it sounds, the model reads what the next question will stand behind
            self.stages.chat.prefill(self.memory.prompt_after(heard, " ".join(passed)))

    async def _reply(self) -> AsyncGenerator[str, None]:
        """The model's answer, a speakable sentence at a time. Closing it stops the model."""
        cutter = SentenceCutter()
        with contextlib.closing(self._ahead.take(self._newest)) as pieces:
            self._emit(ev.Prompted, messages=pieces.messages)
            async for piece in pieces:
                self._mark("first_token")
                self._emit(ev.ReplyPiece, text=piece)
                for sentence in cutter.feed(piece):
                    if text := speakable(sentence):
                        yield text
            self._emit(ev.ReplyFinished, stats=pieces.stats)
        for sentence in cutter.finish():
            if text := speakable(sentence):
                yield text

    async def _speak_only(self, say: Say) -> None:
        """A phrase of the catalogue, and nothing else."""
        sentences: asyncio.Queue[SafeSentence | None] = asyncio.Queue()
        self._put(say, sentences)
        sentences.put_nowait(None)
        await self._speak(sentences)

    def _put(self, say: Say, sentences: asyncio.Queue[SafeSentence | None]) -> None:
        for safe in self.guide.spoken(say):
            sentences.put_nowait(safe)

    async def _speak(self, sentences: asyncio.Queue[SafeSentence | None]) -> None:
        """Speaks until None, then waits until the toy has played it all."""
        self._until_first = asyncio.timeout(None if self._playout.begun else self.limits.thinking_s)
        async with self._until_first:
            while (sentence := await sentences.get()) is not None:
                await self._speak_sentence(sentence)
        if not self._playout.begun:
            await self.channel.send(msg.Abort(turn=self.number, reason=msg.AbortReason.FAILURE))
            return
        await self._playout.finish()

    async def _speak_sentence(self, sentence: SafeSentence) -> None:
        index, text = len(self.said), sentence.text
        self._emit(ev.SentenceSpoken, index=index, text=text)
        feeling, strength = feeling_of(text)
        await self.channel.send(msg.Emotion(turn=self.number, feeling=feeling, strength=strength))
        await self.channel.send(msg.Sentence(turn=self.number, index=index % 256, text=_clipped(text)))
        self.said.append(text)
        with contextlib.closing(self.stages.voice.speak(sentence)) as speech:
            await self._playout.say(speech)

    def _stands(self) -> None:
        """The toy was told that sound comes: from here on the answer stands."""
        self._mark("first_audio")
        self._emit(ev.AudioStarted)
        self._until_first.reschedule(None)

    async def _judged(self, verdict: WakeVerdict | None, error: EngineError | None) -> None:
        """The second look at the wake word is done. Who was not called falls silent again, without a sound."""
        if verdict is None:
            self._fail("wake", str(error))
            return
        self._emit(
            ev.WakeJudged, score=verdict.score, accepted=verdict.accepted, phrase=verdict.phrase, how=verdict.how
        )
        if not verdict.accepted:
            await self._give_up(msg.AbortReason.WAKE_REFUSED)
            self.abort(msg.AbortReason.WAKE_REFUSED)

    # --- endings -----------------------------------------------------------------------------------------------------
    async def _or_abort(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work` unless the toy aborts or goes away first."""
        await first(work, self._ended_outside)
        if self._ended_outside.done():
            self.channel.drop_turn(self.number)
            raise TurnAborted(in_words(self._ended_outside.result()))

    async def _apologise(self) -> None:
        """An engine failed: says so, in a voice that was kept for it. Where even that is not to be had, gives up."""
        excuse = EXCUSES[1 if self._playout.begun else 0]
        if not self._playout.begun:
            self.said.clear()  # nobody heard it
        with contextlib.suppress(EngineError, UsageError, TimeoutError, TurnAborted):
            async with asyncio.timeout(self.limits.turn_s):
                return await self._or_abort(self._speak_only(excuse))
        await self._give_up(msg.AbortReason.FAILURE)

    async def _give_up(self, reason: msg.AbortReason) -> None:
        """Sends the toy back to idle; if nothing was said yet it may answer from its own phrases."""
        self.channel.drop_turn(self.number)
        with contextlib.suppress(LinkLost):
            await self.channel.send(msg.Abort(turn=self.number, reason=reason))

    # --- small things ------------------------------------------------------------------------------------------------
    async def _show(self, text: str, *, final: bool) -> None:
        if not final:
            self._emit(ev.HeardPartly, text=text)
        await self.channel.send(msg.Transcript(turn=self.number, final=final, text=_clipped(text)))

    def _mark(self, name: str) -> None:
        self.marks_ms.setdefault(name, clock.now_ms())

    def _emit(self, kind: type[ev.Event], **values: object) -> None:
        self.emit(kind(t_ms=clock.now_ms(), toy=self.toy, turn=self.number, **values))

    def _fail(self, stage: str, text: str) -> None:
        self._emit(ev.Failed, stage=stage, text=text)


def in_words(name: IntEnum) -> str:
    """An enumerator of the schema for people: STOP_WORD is "stop word"."""
    return name.name.lower().replace("_", " ")


def _joined(before: str, after: str) -> str:
    return f"{before} {after}".strip()


def _clipped(text: str, most_bytes: int = 180) -> str:
    """The schema's limit counts UTF-8 bytes; a display can live with a cut."""
    return text.encode()[:most_bytes].decode("utf-8", "ignore")

"""`plush talk`: a conversation with the virtual plush, over files, typed text or the sound card.

The plush runs as our child, its sound in our hands (studio.py). The daemon is its base station: it gets the address of
the plush's link and sends back what happens. What the plush itself reports on its control line is the other half.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from base_station import audio, clock, virtual
from base_station import events as ev
from base_station.config import SAMPLE_RATE_HZ
from base_station.errors import BaseStationError
from base_station.rpc import Caller
from base_station.studio import Pcm, Question, Studio
from base_station.tasks import cancel
from base_station.turn_report import MARKS, TurnReport
from base_station.virtual import PlushOptions, VirtualPlush

_TURN_S = 75.0
_TAIL_S = 0.3
_OPEN_S = 3.0
_ROW_S = 5.0


class Road(Protocol):
    """What lies between a plush and the base station when it is no cable."""

    async def join(self, plush: VirtualPlush) -> str:
        """Puts the plush on it. Out: the address under which the base station finds it."""


@dataclass(frozen=True)
class TalkOptions:
    """How to talk. `engines` goes to the daemon as it is; `needs_link` waits for the base station before beginning."""

    plush: PlushOptions = field(default_factory=PlushOptions)
    engines: dict[str, Any] = field(default_factory=dict)
    needs_link: bool = True
    out: Path | None = None
    road: Road | None = None


class Conversation:
    """A running plush, the room around it, and the daemon's account of it. Use as an asynchronous context manager."""

    def __init__(
        self, options: TalkOptions, daemon: Caller | None, show: Callable[[ev.Event], None] | None = None
    ) -> None:
        self.options = options
        self._daemon = daemon
        self._show = show
        self._turn = TurnReport()
        self._after: TurnReport | None = None  # what the plush does by itself once a turn is over
        self._marks_ms: dict[str, float] = {}
        self._finished: ev.TurnFinished | None = None
        self._news = asyncio.Event()
        self._idle_after: int | None = None
        self._up = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._asides: set[asyncio.Task[None]] = set()
        self._asking = asyncio.Lock()
        self.plush: VirtualPlush
        self.studio: Studio

    async def __aenter__(self) -> Conversation:
        if self._daemon is not None:
            await self._daemon.call("prepare", engines=self.options.engines)
        self.plush = await virtual.start(self.options.plush)
        self.plush.on_line.append(self._on_plush_line)
        self.studio = Studio(self.plush)
        self._start(self.studio.run())
        if self._daemon is not None:
            road = self.options.road
            url = self.plush.link_url if road is None else await road.join(self.plush)
            self._start(self._watch(self._daemon, url))
            if self.options.needs_link:
                await self._wait(self._up.wait(), 20.0)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in (*self._asides, *self._tasks):
            await cancel(task)
        await self.plush.close()
        if self.options.out is not None and self.studio.recording:
            audio.save(self.options.out, np.concatenate(self.studio.recording))

    async def ask(self, pcm: Pcm) -> TurnReport:
        """Plays a question and waits for the end of the turn. Raises BaseStationError if none comes."""
        async with self._asking:
            return await self._ask(pcm)

    async def _ask(self, pcm: Pcm) -> TurnReport:
        self._turn = TurnReport(states=["idle"]) if self._after is None or self.at_rest else self._after
        self._after, self._marks_ms, self._finished, self._idle_after = None, {}, None, None
        self.studio.listen_anew()
        question = Question(pcm, audio.last_voiced_sample(pcm))
        self.studio.ask(question)
        await self._wait(question.played.wait(), len(pcm) / SAMPLE_RATE_HZ + 10.0)
        if not await self._opened():
            return self._report(question)  # nobody called the plush, so it did nothing
        await self._wait(self._until(lambda: self._idle_after is not None), _TURN_S)
        if self._turn.brain == "remote":
            with contextlib.suppress(TimeoutError):
                await self._wait(self._until(lambda: self._finished is not None), _ROW_S)
        await asyncio.sleep(_TAIL_S)  # the last samples leave the speaker, the room falls silent
        return self._report(question)

    async def _opened(self) -> bool:
        """Whether the question opened a turn; with the wake word on it may well not."""
        try:
            async with asyncio.timeout(_OPEN_S):
                await self._wait(self._until(lambda: len(self._turn.states) > 1), _TURN_S)
        except TimeoutError:
            return False
        return True

    @property
    def at_rest(self) -> bool:
        """Whether the plush waits for nothing: after a question of its own it listens for a while."""
        return self._after is None or self._after.states[-1] == "idle"

    async def until_rest(self) -> None:
        """Waits until the plush has stopped listening for an answer to what it asked itself, however often it asks."""
        while True:
            await self._wait(self._until(lambda: self.at_rest), _TURN_S)
            await asyncio.sleep(_TAIL_S)  # it is idle for a moment before it asks again
            if self.at_rest:
                return

    async def until_ended(self) -> None:
        """Returns, or raises, when the plush or the daemon ends by itself."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    def _report(self, question: Question) -> TurnReport:
        heard_ms = {
            "first_sound": self.studio.first_sound_ms,
            "first_answer": self.studio.first_answer_ms,
            "total": self.studio.last_sound_ms,
        }
        self._turn.complete(question.voiced_end_ms, {**self._marks_ms, **heard_ms}, self._finished)
        return self._turn

    # --- the two halves of the truth ---------------------------------------------------------------------------------
    def _on_plush_line(self, line: str) -> None:
        kind, _, rest = line.partition(" ")
        words = rest.split()
        turn = self._turn if self._after is None else self._after
        if kind == "state":
            name, number = words[0], int(words[1])
            if turn.states[-1:] != [name]:
                turn.states.append(name)
                if name == "speaking":
                    self.studio.answer_begins()
            if number:
                turn.turn_id = number
            if name == "idle" and len(turn.states) > 1 and self._after is None:
                self._idle_after, self._after = number, TurnReport(states=["idle"])
        elif kind == "turn":
            turn.brain = words[2]
        elif kind in {"said", "heard"} and turn.brain == "local":
            setattr(turn, kind, f"{getattr(turn, kind)} {rest}".strip())
        self._tell(ev.ToyReported(t_ms=clock.now_ms(), kind=kind, text=rest))

    async def _watch(self, daemon: Caller, url: str) -> None:
        key = self.plush.options.key.hex()
        lines = daemon.watch("attach", link=url, engines=self.options.engines, key=key)
        async with contextlib.aclosing(lines) as stream:
            async for line in stream:
                if "event" in line:
                    self._on_event(ev.from_json(line))

    def _on_event(self, event: ev.Event) -> None:
        if isinstance(event, ev.LinkChanged) and event.up:
            self._up.set()
        if (mark := MARKS.get(type(event))) is not None:
            self._marks_ms.setdefault(mark, event.t_ms)
        if isinstance(event, ev.TurnFinished):
            self._finished = event
        if isinstance(event, ev.SayAsked):
            aside = asyncio.ensure_future(self._say(event.text))
            self._asides.add(aside)
            aside.add_done_callback(self._asides.discard)
        self._tell(event)

    async def _say(self, text: str) -> None:
        """Somebody typed it in the console; what goes wrong is told like any other failure."""
        assert self._daemon is not None
        try:
            await self.ask(await render(self._daemon, text))
        except BaseStationError as error:
            self._tell(ev.Failed(t_ms=clock.now_ms(), stage="say", text=str(error)))

    def _tell(self, event: ev.Event) -> None:
        if self._show is not None:
            self._show(event)
        self._news.set()

    # --- waiting -----------------------------------------------------------------------------------------------------
    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._news.clear()
            await self._news.wait()

    async def _wait(self, work: Any, seconds: float) -> None:
        """Waits for `work`, but not past the end of the plush, the daemon or patience."""
        waiting = asyncio.ensure_future(work)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.wait({waiting, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            raise BaseStationError(f"the plush did not finish within {seconds:.0f} s") from None
        finally:
            await cancel(waiting) if not waiting.done() else None
        for task in self._tasks:
            if task.done():
                task.result()
                raise BaseStationError("the conversation ended early")

    def _start(self, work: Any) -> None:
        self._tasks.append(asyncio.ensure_future(work))


async def render(daemon: Caller, text: str) -> Pcm:
    """A sentence in the embedded voice, int16 [samples] at 16 kHz, as a child would say it into the microphone."""
    result = await daemon.call("render", text=text)
    return np.frombuffer(base64.b64decode(result["pcm"]), dtype="<i2").astype(np.int16)

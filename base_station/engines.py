"""The engines as the base station uses them: typed proxies over worker processes, and which engine is the default.

In      an engine's kind, name and options; sound int16[n] 16 kHz mono, messages, text
Out     Heard, pieces of text, sound, WakeVerdict
Raises  UsageError, ModelError before anything starts; EngineCrashed, EngineTimeout, EngineError from the proxies
Time    every time-out is real time and counts silence between two signs of life: an event, or the engine's asking
        whether it is still wanted. `patience_s` is how long that may be before the plush says that something is wrong
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from base_station.asr.base import Heard, Word
from base_station.dialogue.safety import SafeSentence
from base_station.llm.base import Turn
from base_station.request import Request
from base_station.wake.base import WakeVerdict
from base_station.worker import Worker

Pcm = NDArray[np.int16]
OnPartial = Callable[[str], None]


PATIENCE_S = 1.5  # a toy that hears nothing for 2 s in mid-answer gives up by itself, and an excuse is due within 3 s
HEARING_PATIENCE_S = 2.4  # before the answer only the excuse is due; a network looks at a whole sentence in one go
_VOICE_S_PER_CHARACTER = 0.005  # a neural voice makes a sentence in one go, and shows no sign of life meanwhile


class RemoteRecogniser:
    """One utterance at a time on a recogniser's worker; several of these may share one worker."""

    def __init__(self, worker: Worker, *, patience_s: float = HEARING_PATIENCE_S) -> None:
        self.worker = worker
        self.patience_s = patience_s
        self.partial = ""
        self._request: Request | None = None
        self._on_partial: OnPartial | None = None

    def begin(self, hints: Sequence[str] = (), on_partial: OnPartial | None = None) -> None:
        """on_partial is called on the event loop with the text so far, each time that it changes."""
        self.cancel()
        self.partial = ""
        self._on_partial = on_partial
        self._request = self.worker.request("listen", hints=list(hints), stream=True, timeout_s=self.patience_s)
        self._request.on_event = self._take

    def feed(self, pcm: Pcm) -> None:
        """Hands sound over and returns at once."""
        if self._request is not None:
            self._request.send(np.ascontiguousarray(pcm, dtype="<i2").tobytes())

    async def caught_up(self) -> None:
        """Waits until the engine has worked off all sound fed so far. Raises like `finish`."""
        if self._request is not None:
            await self._request.mark()

    async def finish(self) -> Heard:
        """The end of the sentence: waits for the final words. Raises EngineCrashed, EngineTimeout, EngineError."""
        request, self._request = self._request, None
        if request is None:
            return Heard("", (), 0.0)
        request.close_input()
        result = await request.outcome()
        words = tuple(Word(**word) for word in result["words"])
        return Heard(result["text"], words, result["confidence"], result["sure"])

    def cancel(self) -> None:
        """Forgets the utterance, if there is one."""
        if self._request is not None:
            self._request.cancel()
            self._request = None

    def _take(self, event: dict[str, Any]) -> None:
        if "partial" in event:
            self.partial = event["partial"]
            if self._on_partial is not None:
                self._on_partial(self.partial)


class Reply:
    """The pieces of an answer as they are made; `stats` once it is over. Close it to stop the work at once."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.text = ""

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        piece: str = (await anext(self._request))["piece"]
        self.text += piece
        return piece

    @property
    def messages(self) -> tuple[dict[str, str], ...]:
        """What the model was asked with."""
        return tuple(self._request.message["messages"])

    @property
    def stats(self) -> dict[str, Any]:
        """prompt_tokens, cached_tokens, tokens, dropped_turns, first_token_ms, total_ms; empty when cut short."""
        return self._request.result or {}

    def close(self) -> None:
        self._request.cancel()


class RemoteChat:
    """A language model in its worker."""

    def __init__(self, worker: Worker, *, patience_s: float = PATIENCE_S) -> None:
        self.worker = worker
        self.patience_s = patience_s

    def reply(self, messages: Sequence[Turn], *, max_tokens: int = 160, seed: int | None = None) -> Reply:
        """Begins at once; iterate over the result."""
        return Reply(
            self.worker.request(
                "reply", messages=list(messages), max_tokens=max_tokens, seed=seed, timeout_s=self.patience_s
            )
        )

    def prefill(self, messages: Sequence[Turn]) -> Request:
        """Has the model read what is certain already, such as the system prompt; nobody needs to wait for it."""
        return self.worker.request("prefill", messages=list(messages), timeout_s=self.patience_s)


class Speech:
    """Sound as it is made. Close it to stop the work at once."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def __aiter__(self) -> AsyncIterator[Pcm]:
        return self

    async def __anext__(self) -> Pcm:
        return np.frombuffer((await anext(self._request))["audio"], dtype="<i2").astype(np.int16)

    def close(self) -> None:
        self._request.cancel()


class Kept:
    """Speech that was made before; like Speech."""

    def __init__(self, chunks: Sequence[Pcm]) -> None:
        self._chunks = iter(chunks)

    def __aiter__(self) -> AsyncIterator[Pcm]:
        return self

    async def __anext__(self) -> Pcm:
        for chunk in self._chunks:
            return chunk
        raise StopAsyncIteration

    def close(self) -> None:
        """Nothing is at work."""


class RemoteVoice:
    """The plush's voice in its worker. It takes nothing but what the output gate has let out."""

    def __init__(self, worker: Worker, *, patience_s: float = PATIENCE_S) -> None:
        self.worker = worker
        self.patience_s = patience_s
        self._kept: dict[str, list[Pcm]] = {}

    def speak(self, sentence: SafeSentence) -> Speech | Kept:
        """Begins at once; iterate over the result. Raises TypeError for a text that no gate has seen."""
        if type(sentence) is not SafeSentence:
            raise TypeError("a voice takes a SafeSentence, from the output gate")
        if (chunks := self._kept.get(sentence.text)) is not None:
            return Kept(chunks)
        timeout_s = self.patience_s + _VOICE_S_PER_CHARACTER * len(sentence.text)
        return Speech(self.worker.request("speak", text=sentence.text, timeout_s=timeout_s))

    async def keep(self, sentence: SafeSentence) -> None:
        """Speaks a sentence into memory, for when the voice itself has failed. Raises EngineError."""
        if sentence.text not in self._kept:
            self._kept[sentence.text] = [chunk async for chunk in self.speak(sentence)]


class VisitorVoice:
    """Somebody who talks to the plush: sound for a virtual microphone, never for a speaker."""

    def __init__(self, worker: Worker, *, timeout_s: float = 10.0) -> None:
        self.worker = worker
        self.timeout_s = timeout_s

    def say(self, text: str) -> Speech:
        return Speech(self.worker.request("speak", text=text, timeout_s=self.timeout_s))


class RemoteWakeCheck:
    """A second-stage wake check in its worker."""

    def __init__(self, worker: Worker, *, timeout_s: float = 3.0) -> None:
        self.worker = worker
        self.timeout_s = timeout_s

    async def check(self, pcm: Pcm) -> WakeVerdict:
        data = np.ascontiguousarray(pcm, dtype="<i2").tobytes()
        return WakeVerdict(**await self.worker.request("check", pcm=data, timeout_s=self.timeout_s).outcome())

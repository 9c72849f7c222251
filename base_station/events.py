"""What happens, as values: small, frozen, and one JSON object each, so that they cross processes unchanged.

`t_ms` is the base station's monotonic clock; `toy` the toy's name; `turn` the toy's turn number, 0 outside any turn.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened."""

    t_ms: float
    toy: str = ""
    turn: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"event": type(self).__name__, **asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged(Event):
    """The link to a toy came up or went away; `why` is for people."""

    up: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detached(Event):
    """Nobody serves this toy any more: the daemon has let go of its link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten(Event):
    """Turns were erased: whoever remembers or shows what was said forgets it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineChosen(Event):
    """Which engine serves a stage, and why that one."""

    stage: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(Event):
    """The toy reports a new state: idle, listening, thinking, speaking, asleep or muted."""

    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted(Event):
    """The toy opened a turn. `score` 0..1 is the wake word's, `reason` as in the schema."""

    reason: str
    score: float
    snr_db: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeJudged(Event):
    """The base station's own check of the wake word. What it does not accept ends silently: "aborted: wake refused"."""

    score: float
    accepted: bool
    phrase: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechEnded(Event):
    """The toy found the end of the sentence; `voiced_end` is its sample clock after the last voiced sample."""

    reason: str
    voiced_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardPartly(Event):
    """Words as they are recognised; each replaces the one before."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Event):
    """How loud 100 ms of the child's sound were, in dB below full scale. It tells when, never what."""

    dbfs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Event):
    """The final recognition; `words` are (text, confidence 0..1, start_ms, end_ms) in the sound of the turn.

    Not sure: the plush asks to say it again instead of answering.
    """

    text: str
    confidence: float
    sure: bool = True
    words: tuple[tuple[str, float, int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed(Event):
    """The safety gate judged the child's words (way "in") or a sentence of the plush's ("out")."""

    way: str
    route: str
    why: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompted(Event):
    """The language model was asked with exactly these messages."""

    messages: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Event):
    """The input gate's verdict: answer, redirect, refuse or escalate; `flag` is a note for the parents."""

    route: str
    hazard: str
    why: str
    flag: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld(Event):
    """The output gate kept back a sentence of the language model, and with it the rest of that reply."""

    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPiece(Event):
    """The next piece of the reply as the language model writes it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFinished(Event):
    """The language model is done; `stats` as the engine counts them: tokens, cached_tokens, total_ms and others."""

    stats: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceSpoken(Event):
    """A sentence's sound is on its way to the toy."""

    index: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStarted(Event):
    """The first audio frame of the reply was handed to the link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SayAsked(Event):
    """Somebody typed a question for a virtual plush: whoever owns its microphone speaks it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyReported(Event):
    """Battery, errors and other notes from the toy."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFinished(Event):
    """A turn is over and on disk. `latency_ms` counts from the toy's last voiced sample; absent stages are absent.

    routes, flags: the safety gate's, see store/rows.py.
    """

    heard: str
    said: str
    brain: str
    outcome: str
    states: tuple[str, ...]
    latency_ms: dict[str, float]
    link: dict[str, int]
    child: str = ""
    persona: str = ""
    routes: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Event):
    """Something went wrong; the turn ends cleanly all the same."""

    stage: str
    text: str


def from_json(raw: dict[str, Any]) -> Event:
    """The event that `to_json` made. Raises KeyError or TypeError when it is none of ours."""
    values = dict(raw)
    kind = globals()[values.pop("event")]
    if not (isinstance(kind, type) and issubclass(kind, Event)):
        raise TypeError("not an event")
    for name in ("states", "flags", "messages"):
        if name in values:
            values[name] = tuple(values[name])
    if "words" in values:
        values["words"] = tuple(tuple(word) for word in values["words"])
    return kind(**values)

"""`plush replay TURN`: holds a recorded turn again, on a plush and engines of its own, and compares.

In      a turn's number; its kept sound if there is some, else its words in the embedded voice; engines, as for `talk`
Out     what was heard and said and how long each stage took, then and now; nothing is added to the transcripts
Raises  UsageError: no such turn, or one in which nothing was heard
Time is virtual and charged with what the engines really take, so that it is done sooner than the turn itself was.
The recorded times count from the last voiced sample as the toy found it, the new ones from the sound's own.
"""

from __future__ import annotations

import asyncio
import base64
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from base_station import clock, talk, virtual
from base_station.daemon import Station
from base_station.errors import UsageError
from base_station.rpc import Caller, Client, InProcess
from base_station.store import TranscriptStore
from base_station.studio import Pcm
from base_station.talk import Conversation, TalkOptions
from base_station.turn_report import TurnReport
from base_station.virtual import PlushOptions

_STAGES = ("endpoint", "asr_final", "first_token", "first_audio")


@dataclass(frozen=True)
class Recorded:
    """A turn as it was kept, and the sound that stands for it. source: "kept sound" or "its words, spoken anew"."""

    turn: dict[str, Any]
    sound: Pcm
    source: str


def main(row: int, port: str, engines: dict[str, Any], *, as_json: bool) -> None:
    if port not in ("host", "qemu"):
        raise UsageError(f"--port {port}: known are host, qemu")
    plush = PlushOptions(port=port)
    virtual.executable(plush)
    recorded = asyncio.run(_recall(row))
    report = clock.run_virtual(lambda: hold(recorded.sound, plush, engines), charge=True)
    comparison = compare(recorded, report)
    if as_json:
        print(json.dumps(comparison, ensure_ascii=False))
    else:
        _show(comparison)


def compare(recorded: Recorded, again: TurnReport) -> dict[str, Any]:
    then = recorded.turn
    return {
        "turn": then["row"],
        "source": recorded.source,
        "heard": [then["heard"], again.heard],
        "said": [then["said"], again.said],
        "brain": [then["brain"], again.brain],
        "same_words": then["heard"] == again.heard,
        "same_answer": then["said"] == again.said,
        "latency_ms": {name: [then["latency_ms"].get(name), again.latency_ms.get(name)] for name in _STAGES},
    }


async def _recall(row: int) -> Recorded:
    async with await Client.connect() as daemon:
        return await recall(daemon, row)


async def recall(daemon: Caller, row: int) -> Recorded:
    found = await daemon.call("turn_trace", row=row)
    if "heard" in found["sounds"]:
        kept = await daemon.call("turn_sound", row=row, way="heard")
        sound = np.frombuffer(base64.b64decode(kept["pcm"]), dtype="<i2").astype(np.int16)
        return Recorded(found["turn"], sound, "kept sound")
    if not found["turn"]["heard"]:
        raise UsageError(f"in turn {row} nothing was heard, and no sound is kept")
    return Recorded(found["turn"], await talk.render(daemon, found["turn"]["heard"]), "its words, spoken anew")


async def hold(sound: Pcm, plush: PlushOptions, engines: dict[str, Any]) -> TurnReport:
    """The turn again, with a store that goes away with it."""
    with tempfile.TemporaryDirectory(prefix="plush-replay-") as folder:
        station = Station(TranscriptStore(Path(folder) / "transcripts.sqlite3"))
        try:
            async with Conversation(TalkOptions(plush, engines), InProcess(station.handle)) as conversation:
                return await conversation.ask(sound)
        finally:
            await station.close()


def _show(comparison: dict[str, Any]) -> None:
    table = Table(
        "", "then", "now", title=f"Turn {comparison['turn']}, from {comparison['source']}", title_justify="left"
    )
    for name in ("heard", "said", "brain"):
        table.add_row(name, *(escape(str(value)) for value in comparison[name]))
    for name, values in comparison["latency_ms"].items():
        table.add_row(name, *("-" if value is None else f"{value:.0f} ms" for value in values))
    Console().print(table)

"""`plush bench turn`: how long a child waits, and where the time goes.

In      spoken questions (the embedded voice of a visitor), the engines that are asked for, real time, the virtual plush
Out     p50 and p95 of milliseconds from the last voiced sample of each question's own sound: to any sound of the plush,
        to the first word of its answer, and to each stage between
Raises  UsageError, BaseStationError
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from base_station import talk
from base_station.daemon import Station
from base_station.errors import BaseStationError
from base_station.llm.gguf_file import check_gguf
from base_station.rpc import InProcess
from base_station.store import TranscriptStore
from base_station.studio import Pcm
from base_station.talk import Conversation, TalkOptions
from base_station.turn_report import TurnReport
from base_station.virtual import PlushOptions

Reports = Sequence[TurnReport]
STAGES = ("endpoint", "asr_final", "first_token", "first_audio")
QUESTIONS = (
    "why is the sky blue", "what do elephants eat", "how old are you", "can you tell me a story about a cat",
    "what is your favourite colour", "why do cats purr", "where do fish sleep", "how do birds fly",
    "what is the biggest animal", "why does it rain", "can you sing a song", "what is your name",
    "do you like honey", "why is the grass green", "how many legs does a spider have",
)  # fmt: skip
REPLIES = (
    "That is a lovely question, and I like it a lot. I will tell you all that I know about it.",
    "I think that it is very big and very old. Would you like to hear more?",
    "Well, my friend, it is like this. The light of the sun is in the air, and we can see it all day.",
)
"""What a model of random weights is made to say: ordinary sentences, two of them with a clause in front."""


@dataclass(frozen=True)
class Options:
    """How to measure. `forced`: the model's tokens are REPLIES'; None decides by the file's own name.

    toys: so many ask at the same moment, each its own question; measured beside one toy alone.
    """

    turns: int = 30
    toys: int = 1
    engines: dict[str, Any] | None = None
    forced: bool | None = None


def main(options: Options, *, as_json: bool) -> None:
    result = asyncio.run(measure(options))
    if as_json:
        print(json.dumps(result))
        return
    table = Table("milliseconds after the last voiced sample", "p50", "p95")
    for part in (result, result.get("together")):
        if part is None:
            continue
        behind = f", {part['toys']} toys at once" if "toys" in part else ""
        for name in ("first_sound_ms", "first_answer_ms"):
            title = name.removesuffix("_ms").replace("_", " ") + behind
            table.add_row(title, *(f"{v:.0f}" for v in part[name].values()))
        for name, values in part["stages_ms"].items():
            table.add_row(f"  {name.replace('_', ' ')}", *(f"{v:.0f}" for v in values.values()))
    Console().print(table)


async def measure(options: Options) -> dict[str, Any]:
    """Holds one conversation; its first turn warms the engines up and does not count."""
    engines = dict(options.engines or {})
    forced = options.forced if options.forced is not None else _is_random(engines.get("llm"))
    if forced:
        engines["llm_script"] = REPLIES
    with tempfile.TemporaryDirectory(prefix="plush-bench-") as folder:
        station = Station(TranscriptStore(Path(folder) / "transcripts.sqlite3"))
        daemon = InProcess(station.handle)
        try:
            sounds = [await talk.render(daemon, text) for text in QUESTIONS]
            (alone,) = await _ask(daemon, engines, sounds, options.turns, toys=1)
            result = summary(alone) | {"engines": engines.get("llm", "default"), "forced_reply": forced}
            if options.toys > 1:
                every = await _ask(daemon, engines, sounds, options.turns, options.toys)
                result |= {"together": _together(every, result)}
        finally:
            await station.close()
    return result


async def _ask(
    daemon: InProcess, engines: dict[str, Any], sounds: Sequence[Pcm], turns: int, toys: int
) -> list[Reports]:
    """Out: of each toy its turns. All ask at once; the first turn warms the engines up and does not count."""
    async with AsyncExitStack() as house:
        homes = [
            await house.enter_async_context(Conversation(TalkOptions(PlushOptions(), engines), daemon))
            for _ in range(toys)
        ]
        rounds = []
        for number in range(-1, turns):
            asked = [sounds[(number + 4 * toy) % len(sounds)] for toy in range(toys)]
            rounds.append(await asyncio.gather(*(home.ask(sound) for home, sound in zip(homes, asked, strict=True))))
        return [list(reports) for reports in zip(*rounds[1:], strict=True)]


def _together(every: Sequence[Reports], alone: Mapping[str, Any]) -> dict[str, Any]:
    """All toys in one, how each fared by itself, and how much longer a child waits than with one toy."""
    result = summary([report for reports in every for report in reports])
    each = [summary(reports)["first_answer_ms"]["p50"] for reports in every]
    ratio = result["first_answer_ms"]["p95"] / alone["first_answer_ms"]["p95"]
    return result | {"toys": len(every), "first_answer_p50_ms_by_toy": each, "p95_times_alone": round(ratio, 2)}


def summary(reports: Sequence[TurnReport]) -> dict[str, Any]:
    """Out: the object that `--json` prints."""
    remote = [r.latency_ms for r in reports if r.brain == "remote"]
    if not remote:
        raise BaseStationError("the base station answered none of the questions in time; is this machine very busy?")
    return {
        "turns": len(reports),
        "answered_by_base": len(remote),
        "first_sound_ms": _spread([r["first_sound"] for r in remote]),
        "first_answer_ms": _spread([r["first_answer"] for r in remote]),
        "stages_ms": {name: _spread([r[name] for r in remote]) for name in STAGES},
    }


def _spread(values: Sequence[float | None]) -> dict[str, float]:
    known = [value for value in values if value is not None]
    return {f"p{share}": round(float(np.percentile(known, share)), 1) for share in (50, 95)}


def _is_random(llm: object) -> bool:
    """Whether the model is one of `plush models synth-tinyllama`, which can say nothing by itself."""
    if not isinstance(llm, str) or not llm.endswith(".gguf"):
        return False
    return "random" in str(check_gguf(llm).metadata.get("general.name"))

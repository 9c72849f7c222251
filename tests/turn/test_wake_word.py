"""From sleep by the wake word, in virtual time: the compiled spotter, the pre-roll, the base station's second look.

The phrase is tests/golden/hey_teddy.flac, a voice that no training heard; what follows it is spoken by espeak-ng.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import soundfile

from base_station import clock
from base_station import events as ev
from base_station.rpc import InProcess
from base_station.studio import Pcm
from base_station.talk import Conversation, TalkOptions, render
from base_station.turn_report import TurnReport
from base_station.virtual import PlushOptions
from base_station.wake.base import WakeVerdict
from tests.turn.house import BUILD, station

PHRASE: Pcm = soundfile.read(Path(__file__).resolve().parents[1] / "golden" / "hey_teddy.flac", dtype="int16")[0]
QUESTION = "why is the sky blue"


class NeverConvinced:
    """A check that refuses everything, loaded by name into a worker like any other."""

    def check(self, pcm: Pcm) -> WakeVerdict:
        return WakeVerdict(0.0, False, "hey teddy", f"{len(pcm) / 16:.0f} ms heard")


def ask(folder: Path, sounds: list[Pcm | str], check: str = "") -> tuple[TurnReport, list[ev.Event]]:
    """Plays sounds and spoken text one after the other, without a pause; the toy waits for its wake word."""
    seen: list[ev.Event] = []

    async def main() -> TurnReport:
        async with station(folder) as made:
            daemon = InProcess(made.handle)
            parts = [trimmed(await render(daemon, s)) if isinstance(s, str) else s for s in sounds]
            options = TalkOptions(PlushOptions(build=BUILD, seed=1, wake="on"), {"wake": check})
            async with Conversation(options, daemon, seen.append) as home:
                await asyncio.sleep(3.0)  # nobody speaks: the networks stop
                return await home.ask(np.concatenate(parts))

    return clock.run_virtual(main), seen


def trimmed(pcm: Pcm) -> Pcm:
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > 300)
    return pcm[loud[0] : loud[-1] + 1]


def test_phrase_and_question_in_one_breath_lose_no_word(tmp_path: Path) -> None:
    gap = np.zeros(800, np.int16)
    turn, seen = ask(tmp_path, [PHRASE, gap, QUESTION])
    (started,) = (event for event in seen if isinstance(event, ev.TurnStarted))
    (judged,) = (event for event in seen if isinstance(event, ev.WakeJudged))
    assert started.reason == "wake word"
    assert judged.accepted
    assert turn.heard.endswith(QUESTION)
    assert turn.states == ["idle", "listening", "thinking", "speaking", "idle"]


def test_a_question_without_the_phrase_is_not_for_the_plush(tmp_path: Path) -> None:
    turn, seen = ask(tmp_path, [QUESTION])
    assert turn.states == ["idle"]
    assert not [event for event in seen if isinstance(event, ev.TurnStarted)]


def test_a_wake_that_the_second_look_refuses_ends_silently_and_is_counted(tmp_path: Path) -> None:
    turn, seen = ask(tmp_path, [PHRASE, np.zeros(800, np.int16), QUESTION], f"{__name__}:NeverConvinced")
    (judged,) = (event for event in seen if isinstance(event, ev.WakeJudged))
    assert "speaking" not in turn.states
    assert turn.states[-1] == "idle"
    assert not judged.accepted
    heard_ms = float(judged.how.split()[0])
    assert 1000 < heard_ms <= 2200  # the pre-roll, and 0.2 s more
    (finished,) = (event for event in seen if isinstance(event, ev.TurnFinished))
    assert finished.outcome == "aborted: wake refused"
    assert finished.row > 0  # on disk

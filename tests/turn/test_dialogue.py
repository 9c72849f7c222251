"""Whole dialogues: the compiled plush, the real protocol, real recognition, real llama.cpp, real speech. No mocks.

Time is virtual: engines' work costs none of it, so these tests look at what is said and done, never at speed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr

from base_station import audio, clock
from base_station.rpc import InProcess
from base_station.talk import Conversation, TalkOptions, render
from base_station.turn_report import TurnReport
from base_station.virtual import PlushOptions
from tests.turn.house import BUILD, Pcm, house, station

WHOLE_TURN = ["idle", "listening", "thinking", "speaking", "idle"]


def converse(folder: Path, *questions: str, **options: Any) -> tuple[list[TurnReport], Pcm]:
    """Speaks each question into the microphone; returns the turns and all that the speaker played."""

    async def main() -> tuple[list[TurnReport], Pcm]:
        async with station(folder) as made:
            daemon = InProcess(made.handle)
            plush = PlushOptions(build=BUILD, seed=1, **options)
            sounds = [await render(daemon, question) for question in questions]
            async with Conversation(TalkOptions(plush), daemon) as home:
                turns = [await home.ask(sound) for sound in sounds]
                return turns, np.concatenate(home.studio.recording)

    return clock.run_virtual(main)


def recognise(folder: Path, sound: Pcm) -> str:
    """What the embedded recogniser makes of a sound."""

    async def main() -> str:
        async with station(folder) as made:
            lease = await made.pool.lease({})
            lease.stages.recogniser.begin()
            lease.stages.recogniser.feed(sound)
            return (await lease.stages.recogniser.finish()).text

    return clock.run_virtual(main)


def test_a_spoken_question_becomes_a_spoken_answer(tmp_path: Path) -> None:
    turns, sound = converse(tmp_path, "how are you")
    (turn,) = turns
    assert turn.brain == "remote"
    assert turn.states == WHOLE_TURN
    assert turn.heard == "how are you"
    assert len(turn.said.split()) >= 2
    assert turn.link["crc_errors"] == turn.link["resent"] == 0
    assert turn.link["frames_up"] > 50
    spoken_s = np.count_nonzero(np.abs(sound.astype(int)) > 200) / 16_000
    assert spoken_s > 0.3


def test_several_questions_are_one_conversation(tmp_path: Path) -> None:
    turns, _ = converse(tmp_path, "my name is anna", "what is my name")
    assert [turn.brain for turn in turns] == ["remote", "remote"]
    assert turns[1].turn_id == turns[0].turn_id + 1
    assert turns[0].heard.startswith("my name is ")
    name = turns[0].heard.split()[-1]  # it may be misheard, but then it is the misheard one that is remembered
    assert name in turns[1].said.lower()


def test_finished_turns_are_in_the_store(tmp_path: Path) -> None:
    turns, _ = converse(tmp_path, "tell me a story")

    async def rows() -> Any:
        async with station(tmp_path) as made:
            return await InProcess(made.handle).call("transcripts_list")

    (row,) = clock.run_virtual(rows)
    assert (row["heard"], row["said"]) == (turns[0].heard, turns[0].said)
    assert row["states"] == tuple(WHOLE_TURN[1:])
    assert row["engines"]["llm"]


def test_over_a_pseudo_terminal(tmp_path: Path) -> None:
    """pyserial on a PTY, as on a real board's port."""
    turns, _ = converse(tmp_path, "how are you", link="pty")
    assert turns[0].brain == "remote"
    assert turns[0].states == WHOLE_TURN


def test_without_a_base_station(tmp_path: Path) -> None:
    async def main() -> TurnReport:
        async with station(tmp_path) as made:
            sound = await render(InProcess(made.handle), "hello teddy")
        async with Conversation(TalkOptions(PlushOptions(build=BUILD, seed=1, link="none")), None) as home:
            return await home.ask(sound)

    turn = clock.run_virtual(main)
    assert turn.brain == "local"
    assert turn.states == WHOLE_TURN
    assert turn.said


def test_the_same_seed_gives_the_same_sound(tmp_path: Path) -> None:
    """Two runs of the toy by itself are equal, bit for bit."""

    async def main() -> Pcm:
        async with Conversation(TalkOptions(PlushOptions(build=BUILD, seed=5, link="none")), None) as home:
            t = np.arange(16_000) / 16_000
            await home.ask(np.asarray(6000 * np.sin(2 * np.pi * 220 * t) * np.sign(np.sin(30 * t)), dtype=np.int16))
            return np.concatenate(home.studio.recording)

    first, second = clock.run_virtual(main), clock.run_virtual(main)
    assert np.array_equal(first, second)
    assert np.abs(first.astype(int)).max() > 1000


@pytest.mark.parametrize(
    ("name", "rate_hz", "channels"),
    [("a.wav", 8_000, 1), ("b.wav", 44_100, 2), ("c.flac", 48_000, 2), ("d.flac", 16_000, 1), ("e.wav", 22_050, 1)],
)
def test_any_sound_file_will_do(tmp_path: Path, name: str, rate_hz: int, channels: int) -> None:
    async def main() -> TurnReport:
        async with house(tmp_path, {}) as home:
            async with station(tmp_path / "voice") as made:
                sound = await render(InProcess(made.handle), "how are you")
            other = soxr.resample(sound.astype(np.float32) / 32768, 16_000, rate_hz)
            soundfile.write(tmp_path / name, np.stack([other] * channels, axis=1), rate_hz)
            return await home.ask(audio.load(tmp_path / name))

    turn = clock.run_virtual(main)
    assert turn.brain == "remote"
    assert turn.states == WHOLE_TURN
    assert turn.heard == "how are you"


def test_the_command_prints_one_object_a_turn(tmp_path: Path) -> None:
    """`plush talk` in real time, as a person types it."""
    plush = str(Path(sys.executable).with_name("plush"))
    out = tmp_path / "reply.wav"
    command = [plush, "talk", "--say", "how are you", "--say", "tell me a joke", "--out", str(out), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(turns) == 2
    for turn in turns:
        assert set(turn) == {"turn_id", "heard", "said", "brain", "states", "latency_ms", "link"}
        assert turn["brain"] == "remote"
        assert turn["states"] == WHOLE_TURN
        stages = [
            turn["latency_ms"][name] for name in ("endpoint", "asr_final", "first_token", "first_audio", "first_answer")
        ]
        assert all(isinstance(stage, float) for stage in stages)
        assert stages == sorted(stages)
        assert turn["latency_ms"]["first_sound"] <= turn["latency_ms"]["first_answer"]  # a nod may come first
        assert turn["latency_ms"]["total"] > turn["latency_ms"]["first_answer"]
        assert set(turn["link"]) == {"frames_up", "frames_down", "crc_errors", "resent"}
    info = soundfile.info(out)
    assert (info.samplerate, info.channels) == (16_000, 1)
    assert info.duration > 5

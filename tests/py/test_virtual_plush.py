"""The compiled virtual plush without a base station: sound in, its own answer out, the same each time.

Needs build/host/plush_toy (see toy_mcu/ports/host/README.md).
"""

from __future__ import annotations

import os
import socket
import subprocess
import termios
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

REPO = Path(__file__).resolve().parents[2]
PLUSH = REPO / "build" / "host" / "plush_toy"
FRAME = 320
Sound = NDArray[np.int16]


@pytest.fixture(autouse=True)
def built() -> None:
    if not PLUSH.exists():
        pytest.fail(f"{PLUSH} is not built")


def speech_like(seconds: float) -> Sound:
    """A buzz of 220 Hz whose loudness moves with four syllables a second, over the noise of a room; int16 at 16 kHz."""
    t = np.arange(int(seconds * 16000)) / 16000
    voice = sum(np.sin(2 * np.pi * 220 * k * t) / k for k in range(1, 12))
    return np.asarray(4000 * voice * (0.55 - 0.45 * np.cos(2 * np.pi * 4 * t)), dtype=np.int16)


def room(seconds: float) -> Sound:
    return np.random.default_rng(3).integers(-9, 10, int(seconds * 16000)).astype(np.int16)


def question() -> Sound:
    return np.concatenate([room(0.7), speech_like(1.2), room(0.6)])


def write_wav(path: Path, sound: Sound, rate_hz: int = 16000, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(sound.astype("<i2").tobytes())
    return path


def read_wav(path: Path) -> Sound:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def run(*arguments: object, **more: object) -> subprocess.CompletedProcess[bytes]:
    words = [str(PLUSH), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, timeout=60, check=False, **more)  # type: ignore[call-overload,no-any-return]


def test_answers_a_file_by_itself_and_the_same_each_time(tmp_path: Path) -> None:
    mic = write_wav(tmp_path / "question.wav", question())
    replies = []
    for name in ("first.wav", "second.wav"):
        done = run("--mic", mic, "--speaker", tmp_path / name, "--wake", "off", "--seed", 7, "--control", 1)
        assert done.returncode == 0, done.stderr
        lines = done.stdout.decode().splitlines()
        states = [line.split()[1] for line in lines if line.startswith("state ")]
        assert states[:4] == ["listening", "thinking", "speaking", "idle"]  # it may ask something, and listen again
        assert any(line.startswith("said ") for line in lines)
        assert any(line.endswith("brain local") for line in lines)
        assert any(line.startswith("playback ") and line.endswith("done") for line in lines)
        replies.append(read_wav(tmp_path / name))
    assert np.array_equal(replies[0], replies[1])
    sounding = np.flatnonzero(np.abs(replies[0].astype(int)) > 500) / 16000
    assert 2.2 <= sounding[0] <= 3.4  # the question ends at 1.9 s; 0.4 s of silence, and 0.7 s for a command, end it
    assert sounding[-1] - sounding[0] > 1.0
    assert np.abs(replies[0].astype(int)).max() <= 23197  # the limiter's stated maximum


def test_another_seed_chooses_other_phrases(tmp_path: Path) -> None:
    mic = write_wav(tmp_path / "question.wav", question())
    said = set()
    for seed in range(6):
        done = run("--mic", mic, "--speaker", tmp_path / "out.wav", "--wake", "off", "--seed", seed, "--control", 1)
        said |= {line for line in done.stdout.decode().splitlines() if line.startswith("said ")}
    assert len(said) > 1


def test_silence_is_not_answered(tmp_path: Path) -> None:
    mic = write_wav(tmp_path / "silence.wav", room(6))
    done = run("--mic", mic, "--speaker", tmp_path / "out.wav", "--wake", "off", "--control", 1)
    assert "state" not in done.stdout.decode()
    assert not read_wav(tmp_path / "out.wav").any()


def test_with_the_wake_word_on_a_loud_sound_opens_no_turn(tmp_path: Path) -> None:
    t = np.arange(24_000) / 16_000
    tone = np.asarray(8000 * np.sin(2 * np.pi * 300 * t), dtype=np.int16)
    mic = write_wav(tmp_path / "tone.wav", np.concatenate([room(0.7), tone, room(0.6)]))
    done = run("--mic", mic, "--speaker", tmp_path / "out.wav", "--control", 1)
    assert "state" not in done.stdout.decode()


class Pipes:
    """A plush whose microphone and speaker are pipes: one frame in, one frame out."""

    def __init__(self, *arguments: str) -> None:
        self.control, theirs = socket.socketpair()
        words = [str(PLUSH), *arguments, "--seed", "7", "--control", str(theirs.fileno())]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, pass_fds=[theirs.fileno()])
        theirs.close()
        self.control.settimeout(5)
        self.lines = ""

    def tick(self, sound: Sound) -> Sound:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(sound.astype("<i2").tobytes())
        self.process.stdin.flush()
        return np.frombuffer(self.process.stdout.read(2 * FRAME), "<i2")

    def play(self, sound: Sound) -> Sound:
        whole = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
        return np.concatenate([self.tick(frame) for frame in whole])

    def heard_lines(self) -> list[str]:
        """Lines that have come so far: they are written before the frame of their tick."""
        self.control.setblocking(False)
        try:
            while part := self.control.recv(65536):
                self.lines += part.decode()
        except BlockingIOError:
            pass
        self.control.settimeout(5)
        return self.lines.splitlines()

    def off(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        status = self.process.wait(timeout=10)
        for stream in (self.process.stdout, self.process.stderr, self.control):
            assert stream is not None
            stream.close()
        return status


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    plush = Pipes("--wake", "on")
    yield plush
    if plush.process.poll() is None:
        assert plush.off() == 0


def test_control_lines_act_within_the_next_frame(pipes: Pipes) -> None:
    pipes.play(room(0.5))
    pipes.control.send(b"button paw down\n")
    pipes.tick(room(0.02))
    assert any(line.startswith("state listening ") for line in pipes.heard_lines())
    pipes.control.send(b"mute on\n")
    pipes.tick(room(0.02))
    lines = pipes.heard_lines()
    assert any(line.startswith("state muted ") for line in lines)
    assert "led 120 0 0" in lines
    pipes.control.send(b"no such thing\nstats\n")
    pipes.tick(room(0.02))
    lines = pipes.heard_lines()
    assert "unknown no such thing" in lines
    assert any(line.startswith("stats frames_up=0 ") for line in lines)


def test_two_questions_get_two_different_answers(pipes: Pipes) -> None:
    for _ in range(2):
        pipes.control.send(b"listen\n")
        pipes.play(question())
        for _ in range(1000):
            pipes.tick(room(0.02))
            if pipes.heard_lines()[-2].startswith("state idle"):
                break
    said = [line for line in pipes.heard_lines() if line.startswith("said ")]
    assert len(said) >= 2
    assert said[0] != said[-1]


def test_end_of_the_microphone_switches_off(pipes: Pipes) -> None:
    pipes.play(room(0.1))
    assert pipes.off() == 0


def test_a_mute_microphone_is_a_fault(pipes: Pipes) -> None:
    pipes.play(np.zeros(16000 * 5, dtype=np.int16))
    assert "error 2 microphone sends zeros" in pipes.heard_lines()


def test_offline_turns_are_kept_in_the_store(tmp_path: Path) -> None:
    mic = write_wav(tmp_path / "question.wav", question())
    run("--mic", mic, "--speaker", tmp_path / "out.wav", "--wake", "off", "--store", tmp_path)
    written = [path for path in tmp_path.glob("record-*") if path.stat().st_size > 100]
    assert written, "none of the records of offline turns was written"
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--mic", "missing.wav"), "missing.wav: cannot be read"),
        (("--link", "tcp:99999"), "link tcp:99999: Invalid argument"),
        (("--link", "carrier-pigeon"), "link is tcp:PORT or pty, not carrier-pigeon"),
        (("--wake", "maybe"), "--wake is on or off, not maybe"),
        (("--baud", "fast"), "--baud wants another number"),
        (("--colour", "brown"), "unknown option --colour"),
        (("--mic",), "no value, or unknown option: --mic"),
    ],
)
def test_a_wrong_command_line_gets_one_line_and_code_2(arguments: tuple[str, ...], line: str) -> None:
    done = run(*arguments, input=b"")
    assert (done.returncode, done.stderr.decode().strip()) == (2, f"plush_toy: {line}")


def test_only_16_khz_mono_is_a_microphone(tmp_path: Path) -> None:
    for name, rate_hz, channels in (("fast.wav", 48000, 1), ("stereo.wav", 16000, 2)):
        done = run("--mic", write_wav(tmp_path / name, room(0.1), rate_hz, channels))
        assert done.returncode == 2
        assert done.stderr.decode().strip().endswith("not 16 kHz mono, 16 bit PCM")
    (tmp_path / "text.wav").write_text("hello")
    assert run("--mic", tmp_path / "text.wav").stderr.decode().strip().endswith("not a WAV file")


def test_the_terminal_is_raw_and_the_toy_answers_on_it() -> None:
    plush = Pipes("--link", "pty")
    assert plush.process.stderr is not None
    name = plush.process.stderr.readline().decode().split()[2]
    port = os.open(name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        assert not termios.tcgetattr(port)[3] & (termios.ECHO | termios.ICANON)
        os.write(port, bytes(range(1, 256)) + b"\0")  # nonsense: no answer, no crash
        plush.play(room(0.1))
        with pytest.raises(BlockingIOError):
            os.read(port, 100)
    finally:
        os.close(port)
        plush.off()

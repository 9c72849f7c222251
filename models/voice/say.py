"""The toy's voice from Python: for `plush say`, and for whoever wants its sound.

In      text; the compiled program plush_say of a port: build/host*/plush_say (or PLUSH_SAY), build/qemu/plush_say.elf
Out     Speech: int16[n] at 16 kHz, and in QEMU the instructions that it took; a WAV file
Raises  FileNotFoundError when the program or QEMU is not there; RuntimeError with its own words when it refuses
"""

import os
import re
import shutil
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
RATE_HZ = 16000
_QEMU = (
    *("qemu-system-arm", "-M", "mps2-an505", "-display", "none", "-monitor", "none", "-serial", "null"),
    *("-icount", "shift=6"),
)


@dataclass(frozen=True)
class Speech:
    """first_instructions: until the first 20 ms are there; ram_bytes: with the stack; None where nobody counts."""

    pcm: NDArray[np.int16]
    instructions: int | None = None
    first_instructions: int | None = None
    ram_bytes: int | None = None

    @property
    def seconds(self) -> float:
        return len(self.pcm) / RATE_HZ


def program(port: str = "host") -> Path:
    named = os.environ.get("PLUSH_SAY")
    places = [ROOT / "build" / "qemu" / "plush_say.elf"]
    if port == "host":
        places = [ROOT / "build" / kind / "plush_say" for kind in ("host-release", "host")]
        places = [Path(named)] if named else places
    built = [place for place in places if place.exists()]
    if built:
        return max(built, key=lambda place: place.stat().st_mtime)  # the newest: two builds may be of two days
    raise FileNotFoundError(
        f"plush_say is not built for {port}: .ci/build {'host-release' if port == 'host' else port}"
    )


def say(text: str, *settings: str) -> NDArray[np.int16]:
    """settings: options of plush_say, such as "--pitch", "220"."""
    done = subprocess.run([program(), *settings, "--", text], capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode().strip())
    return np.frombuffer(done.stdout, "<i2").astype(np.int16)


def say_in_qemu(text: str, *settings: str) -> Speech:
    """The same on an emulated Cortex-M33, counted."""
    elf = program("qemu")
    if shutil.which(_QEMU[0]) is None:
        raise FileNotFoundError(f"{_QEMU[0]} is not installed")
    with tempfile.TemporaryDirectory(prefix="plush-say-") as folder:
        spoken, heard = Path(folder) / "text", Path(folder) / "sound"
        spoken.write_text(text, encoding="utf-8")
        words = ",arg=".join(["plush_say", str(spoken), str(heard), *settings])
        done = subprocess.run(
            [*_QEMU, "-semihosting-config", f"enable=on,target=native,arg={words}", "-kernel", str(elf)],
            capture_output=True,
            check=False,
            text=True,
        )
        counted = re.search(r"frames=\d+ instructions=(\d+) first=(\d+) ram=(\d+)", done.stdout)
        if done.returncode != 0 or counted is None:
            raise RuntimeError((done.stdout + done.stderr).strip() or "plush_say ended without a word")
        pcm = np.frombuffer(heard.read_bytes(), "<i2").astype(np.int16)
    return Speech(pcm, int(counted[1]), int(counted[2]), int(counted[3]))


def speak(text: str, port: str, *settings: str) -> Speech:
    """One of both by name; an empty text is an error, for there is nothing to hear."""
    speech = say_in_qemu(text, *settings) if port == "qemu" else Speech(say(text, *settings))
    if len(speech.pcm) == 0:
        raise RuntimeError("there is no word in this text")
    return speech


def phones(words: list[str]) -> list[tuple[str, ...]]:
    """How the toy pronounces each line, in CMUdict's phonemes."""
    done = subprocess.run(
        [program(), "--phones"], input="\n".join(words) + "\n", capture_output=True, check=True, text=True
    )
    return [tuple(line[len(word) :].split()) for word, line in zip(words, done.stdout.splitlines(), strict=True)]


def write_wav(path: Path, pcm: NDArray[np.int16]) -> None:
    with path.open("wb") as file, wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(pcm.astype("<i2").tobytes())

"""The toy's voice from Python: `plush say`, and for whoever wants its sound.

In      text; the compiled program plush_say (build/host*/plush_say, or PLUSH_SAY)
Out     int16[n] at 16 kHz; a WAV file
Raises  FileNotFoundError when the program is not built; RuntimeError with its own words when it refuses
"""

import argparse
import os
import subprocess
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
RATE_HZ = 16000


def program() -> Path:
    named = os.environ.get("PLUSH_SAY")
    places = [Path(named)] if named else [ROOT / "build" / kind / "plush_say" for kind in ("host-release", "host")]
    for place in places:
        if place.exists():
            return place
    raise FileNotFoundError("plush_say is not built: cmake --build build/host-release --target plush_say")


def say(text: str, *settings: str) -> NDArray[np.int16]:
    """settings: options of plush_say, such as "--pitch", "220"."""
    done = subprocess.run([program(), *settings, text], capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode().strip())
    return np.frombuffer(done.stdout, "<i2").astype(np.int16)


def phones(words: list[str]) -> list[tuple[str, ...]]:
    """How the toy pronounces each line, in CMUdict's phonemes."""
    done = subprocess.run(
        [program(), "--phones"], input="\n".join(words) + "\n", capture_output=True, check=True, text=True
    )
    return [tuple(line[len(word) :].split()) for word, line in zip(words, done.stdout.splitlines(), strict=True)]


def write_wav(path: Path, pcm: NDArray[np.int16]) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(pcm.astype("<i2").tobytes())


def main() -> None:
    parser = argparse.ArgumentParser(description="speak with the toy's voice")
    parser.add_argument("text")
    parser.add_argument("--out", type=Path, default=Path("speech.wav"))
    for name, what in (
        ("pitch", "Hz"),
        ("speed", "percent"),
        ("lively", "percent"),
        ("size", "percent of a man's mouth"),
    ):
        parser.add_argument(f"--{name}", type=int, metavar="N", help=what)
    options = vars(parser.parse_args())
    text, out = options.pop("text"), options.pop("out")
    settings = [part for name, value in options.items() if value is not None for part in (f"--{name}", str(value))]
    pcm = say(text, *settings)
    write_wav(out, pcm)
    print(f"{len(pcm) / RATE_HZ:.2f} s -> {out}")


if __name__ == "__main__":
    main()

"""Speaks a list of sentences with several free voices: `python models/asr/make_test_speech.py test OUT_FOLDER`.

In      models/asr/sentences/NAME.txt (or any .txt/.tsv, the last tab field being the text); espeak-ng, flite and
        festival on the path
Out     OUT_FOLDER/VOICE-NNN.wav (16 kHz mono, 0.3 s of quiet room before and 0.4 s after) and OUT_FOLDER/NAME.tsv:
        file, voice, text. Each sentence is spoken by one voice, in turn, or by all with --all-voices.
Raises  SystemExit naming an engine that is not installed
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr

SENTENCES = Path(__file__).parent / "sentences"
RATE_HZ = 16_000
QUIET_RMS = 8.0  # of 32768: a quiet room, so that there is no digital silence
# Which voices tune the decoder settings, and which are only ever measured.
VOICES = {
    "tuning": [
        "espeak:en-us",
        "espeak:en-gb+f2",
        "flite:slt",
        "espeak:en-us+m7",
        "festival:kal_diphone",
        "espeak:en-us+f5",
        "espeak:en-us+adam",
        "espeak:en-gb-x-rp+m3",
        "espeak:en-us+klatt5",
    ],
    "test": [
        "espeak:en-us+f3",
        "espeak:en-us+m3",
        "espeak:en-gb",
        "espeak:en-gb-x-rp+f4",
        "espeak:en-gb-scotland",
        "espeak:en-us+Annie",
        "espeak:en-us+klatt2",
        "espeak:en-gb-x-gbcwmd+f5",
        "flite:awb",
        "flite:rms",
        "flite:kal16",
    ],
}


def speak(voice: str, text: str, wav: Path) -> None:
    """One sentence with one engine, at the engine's own rate and manner."""
    engine, _, name = voice.partition(":")
    if engine == "espeak":
        command = ["espeak-ng", "-v", name, "-s", "150", "-w", str(wav), text]
    elif engine == "flite":
        command = ["flite", "-voice", name, "-t", text, "-o", str(wav)]
    else:
        command = ["text2wave", "-eval", f"(voice_{name})", "-o", str(wav)]
    if shutil.which(command[0]) is None:
        raise SystemExit(f"{command[0]} is not installed: apt install espeak-ng flite festival")
    subprocess.run(command, check=True, capture_output=True, input=text.encode() if engine == "festival" else None)


def finish(wav: Path, target: Path, number: int) -> None:
    """To 16 kHz, with room noise around and under the speech."""
    sound, rate_hz = soundfile.read(wav, dtype="float32")
    sound = soxr.resample(sound, rate_hz, RATE_HZ) * 32768.0
    padded = np.concatenate([np.zeros(int(0.3 * RATE_HZ)), sound, np.zeros(int(0.4 * RATE_HZ))])
    padded += np.random.default_rng(number).normal(0, QUIET_RMS, len(padded))
    soundfile.write(target, np.clip(padded, -32768, 32767).astype(np.int16), RATE_HZ)


def read_sentences(name: str) -> list[str]:
    path = Path(name) if Path(name).is_file() else SENTENCES / f"{name}.txt"
    return [line.split("\t")[-1].strip() for line in path.read_text().splitlines() if line and not line.startswith("#")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", help="tuning, test, or a file")
    parser.add_argument("out", type=Path)
    parser.add_argument("--voices", help="comma-separated: espeak:en-us+f3,flite:rms (default: by the list's name)")
    parser.add_argument("--all-voices", action="store_true", help="every sentence by every voice")
    arguments = parser.parse_args()
    name = Path(arguments.sentences).stem
    voices = arguments.voices.split(",") if arguments.voices else VOICES["tuning" if name == "tuning" else "test"]
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(read_sentences(arguments.sentences)):
            for voice in voices if arguments.all_voices else [voices[number % len(voices)]]:
                file = f"{voice.replace(':', '_')}-{number:03d}.wav"
                speak(voice, text, Path(folder) / "raw.wav")
                finish(Path(folder) / "raw.wav", arguments.out / file, number)
                rows.append(f"{file}\t{voice}\t{text}")
    (arguments.out / f"{name}.tsv").write_text("\n".join(rows) + "\n")
    print(f"{len(rows)} files and {name}.tsv in {arguments.out}")


if __name__ == "__main__":
    main()

"""Render phrases.toml into the blob that the toy speaks from.

In      phrases.toml; --engine espeak (default) or wav:FOLDER (recordings FOLDER/NAME.wav, 16-bit mono, any rate)
Out     a blob, all little endian:
          0  "TPHB"   4  u16 version 1   6  u16 count   8  u32 bytes in all   12  u32 CRC-32 of all but itself
         16  count entries of 16 bytes: u32 offset of the sound, u32 bytes of it (IMA ADPCM from state 0, 16 kHz),
             u32 offset of the text, u8 bytes of it, u8 tag, u16 0; the ten digits first, in order
          .. texts (UTF-8), sounds
Raises  SystemExit with one line when the list is not as phrases.h wants it
"""

import argparse
import struct
import sys
import tomllib
import wave
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

if __package__ in (None, ""):  # run as a script by CMake
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from models.voice.espeak import Espeak, VoiceSettings
from models.voice.sound import Floats, adpcm, level, resample, trim

TAGS = ["digit", "excuse", "nod"]  # as in toy_mcu/app/phrases.h
HEADER_BYTES, ENTRY_BYTES, MOST_PHRASES, MOST_TEXT_BYTES = 16, 16, 256, 100
Phrase = dict[str, str]


def check(phrases: list[Phrase]) -> None:
    names = [phrase["name"] for phrase in phrases]
    if len(set(names)) != len(names) or len(names) > MOST_PHRASES:
        raise SystemExit(f"phrases: names must differ and be at most {MOST_PHRASES}")
    if [phrase["tag"] for phrase in phrases[:11]].count("digit") != 10 or phrases[9]["tag"] != "digit":
        raise SystemExit("phrases: the ten digits must stand first, zero to nine")
    for phrase in phrases:
        if phrase["tag"] not in TAGS or len(phrase["text"].encode()) > MOST_TEXT_BYTES:
            raise SystemExit(f"phrases: {phrase['name']}: unknown tag or a text of more than {MOST_TEXT_BYTES} bytes")


def recordings(folder: Path) -> Callable[[Phrase], Floats]:
    def render(phrase: Phrase) -> Floats:
        with wave.open(str(folder / f"{phrase['name']}.wav"), "rb") as sound:
            if (sound.getsampwidth(), sound.getnchannels()) != (2, 1):
                raise SystemExit(f"phrases: {phrase['name']}.wav is not 16-bit mono")
            samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16) / np.float32(32768)
            return resample(samples.astype(np.float32), sound.getframerate())

    return render


def synthesiser(settings: dict[str, Any]) -> Callable[[Phrase], Floats]:
    voice = Espeak(VoiceSettings(**settings))
    return lambda phrase: resample(voice.speak(phrase.get("say", phrase["text"])), voice.rate_hz)


def blob(phrases: list[Phrase], render: Callable[[Phrase], Floats]) -> bytes:
    texts = [phrase["text"].encode() for phrase in phrases]
    sounds = [adpcm(level(trim(render(phrase)))) for phrase in phrases]
    text_at = HEADER_BYTES + ENTRY_BYTES * len(phrases)
    sound_at = text_at + sum(map(len, texts))
    index = b""
    for phrase, text, sound in zip(phrases, texts, sounds, strict=True):
        index += struct.pack("<IIIBBH", sound_at, len(sound), text_at, len(text), TAGS.index(phrase["tag"]), 0)
        text_at += len(text)
        sound_at += len(sound)
    body = index + b"".join(texts) + b"".join(sounds)
    header = struct.pack("<4sHHI", b"TPHB", 1, len(phrases), HEADER_BYTES + len(body))
    return header + struct.pack("<I", zlib.crc32(body, zlib.crc32(header))) + body


def main() -> None:
    parser = argparse.ArgumentParser(description="render the toy's phrase bank")
    parser.add_argument("--phrases", type=Path, default=Path(__file__).with_name("phrases.toml"))
    parser.add_argument("--engine", default="espeak", help="espeak or wav:FOLDER")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    listed = tomllib.loads(options.phrases.read_text(encoding="utf-8"))
    phrases: list[Phrase] = listed["phrase"]
    check(phrases)
    kind, _, folder = options.engine.partition(":")
    if kind not in ("espeak", "wav"):
        raise SystemExit(f"phrases: no engine {options.engine!r}")
    data = blob(phrases, recordings(Path(folder)) if kind == "wav" else synthesiser(listed["voice"]))
    options.out.write_bytes(data)
    print(f"{len(phrases)} phrases, {len(data)} bytes -> {options.out}")


if __name__ == "__main__":
    main()

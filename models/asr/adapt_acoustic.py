"""Moves the package's Gaussians towards synthetic voices, children and short commands:
`python models/asr/adapt_acoustic.py BUILD_FOLDER` (some 10 minutes).

In      sentences drawn from the patterns and stories, spoken by VOICES below (none of make_test_speech's test voices)
        at several rates, pitches, loudnesses and noise levels, half of them through ADPCM; real children of two thirds
        of the speakers and Speech Commands clips of half the speakers (PLUSH_SHARED_DATA or ../shared/data)
Out     base_station/data/asr/plush.means: the model's means after one round of MAP adaptation. Variances, mixture
        weights and transitions stay the package's.
Raises  SystemExit when the shared data is not there
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import zlib
from pathlib import Path
from random import Random

import numpy as np
import pocketsphinx
import soundfile
import soxr

sys.path.insert(0, str(Path(__file__).parent))
import acoustic
import align
import build_lm
import channel
import lexicon
import make_test_speech

TAU = 10.0  # frames of trust in a Gaussian's old mean
PER_VOICE = 20
COMMANDS_PER_WORD = 40
COMMANDS = ("down", "go", "left", "no", "off", "on", "right", "stop", "up", "yes")
COMMAND_WEIGHT = 2.0  # they are short: each frame counts twice
VOICES = [  # of espeak-ng
    "en-us",
    "en-us+m1",
    "en-us+m2",
    "en-us+m4",
    "en-us+m5",
    "en-us+m6",
    "en-us+m7",
    "en-us+m8",
    "en-us+f1",
    "en-us+f2",
    "en-us+f4",
    "en-us+klatt",
    "en-us+klatt3",
    "en-us+klatt4",
    "en-us+Alex",
    "en-us+Andrea",
    "en-us+Ed",
    "en-us+Michael",
    "en-us+Mario",
    "en-us+Linda",
    "en-us+belinda",
    "en-us+Steph",
    "en-us+Lee",
    "en-us+Denis",
    "en-us+Hugo",
    "en-us+croak",
    "en-us+aunty",
    "en-us+Alicia",
    "en-us+Diogo",
    "en-us+grandpa",
    "en-gb",
    "en-gb+f2",
    "en-gb+m2",
    "en-gb+f4",
    "en-gb-x-gbclan",
    "en-029",
    "en-us-nyc+m2",
    "en-gb+m7",
    "en-us+Gene",
    "en-gb-x-rp+m2",
    "en-gb-x-rp+Andrea",
    "en-gb-scotland+m4",
    "en-gb-scotland+Linda",
    "en-gb-x-gbclan+belinda",
    "en-029+f1",
    "en-gb+Steph",
    "en-gb-x-rp+m4",
]
OTHER_VOICES = ["flite:slt", "festival:kal_diphone", "flite:kal", "flite:slt"]


def texts(lex: lexicon.Lexicon) -> list[str]:
    """Sentences of 5 to 13 words that can be pronounced, three of five from the patterns, the rest from stories."""
    rng = Random(5)
    stories, _ = build_lm.read_stories(build_lm.shared_data() / "text/tinystories_lowercase.txt")
    drawn = list(build_lm.grammar.load(build_lm.HERE / "patterns").sentences(40_000))
    sources = [
        [s for s in source if 5 <= len(s) <= 13 and all(lexicon.pronounce(w, lex) for w in s)]
        for source in (drawn, stories)
    ]
    chosen = []
    for _ in range(PER_VOICE * (len(VOICES) + len(OTHER_VOICES))):
        chosen.append(" ".join(rng.choice(sources[0 if rng.random() < 0.6 else 1])))
    return chosen


def speak_all(folder: Path, lex: lexicon.Lexicon) -> list[align.Row]:
    """The synthetic part, in `folder`; files that exist are kept."""
    rng = Random(6)
    voices = [f"espeak:{v}" for v in VOICES] + OTHER_VOICES
    rows = []
    for number, text in enumerate(texts(lex)):
        voice = voices[number % len(voices)]
        rate, pitch = rng.choice([135, 150, 160, 175]), rng.choice([30, 45, 50, 50, 65, 80])
        gain, noise, coded = rng.choice([0.25, 0.6, 1.0, 1.0]), rng.choice([3, 8, 8, 25]), rng.random() < 0.5
        path, raw = folder / f"{number:05d}-{zlib.crc32(f'{voice} {text}'.encode()):08x}.wav", folder / "raw.wav"
        if not path.exists():
            if voice.startswith("espeak:"):
                how = ["-v", voice[7:], "-s", str(rate), "-p", str(pitch), "-w", str(raw)]
                subprocess.run(["espeak-ng", *how, text], check=True)
            else:
                make_test_speech.speak(voice, text, raw)
            sound, rate_hz = soundfile.read(raw, dtype="float32")
            heard = channel.in_room(soxr.resample(sound, rate_hz, 16_000), number, gain, noise)
            soundfile.write(path, channel.adpcm_round_trip(heard) if coded else heard, 16_000)
        rows.append((path, voice, text))
    return rows


def children(train: bool) -> list[align.Row]:
    """Real children: every third speaker is kept for measuring."""
    folder = build_lm.shared_data() / "speech/children"
    lines = [line.split("\t") for line in (folder / "transcripts.tsv").read_text().splitlines()[1:]]
    speakers = sorted({line[1] for line in lines})
    return [
        (folder / f"{utterance}.flac", f"child aged {age}", text.lower())
        for utterance, speaker, age, text in lines
        if (speakers.index(speaker) % 3 != 0) == train
    ]


def commands(train: bool) -> list[align.Row]:
    """Speech Commands clips: speakers with an odd number train."""
    rows = []
    for word in COMMANDS:
        clips = sorted((build_lm.shared_data() / "speech/commands" / word).glob("*.flac"))
        clips = [clip for clip in clips if (int(clip.name[:8], 16) % 2 == 1) == train]
        rows += [(clip, "adult command", word) for clip in clips[: COMMANDS_PER_WORD // 2]]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path, help="a folder for the rendered speech (not committed)")
    parser.add_argument("--out", type=Path, default=build_lm.OUT / "plush.means")
    parser.add_argument("--tau", type=float, default=TAU)
    arguments = parser.parse_args()
    if not build_lm.shared_data().exists():
        raise SystemExit("the shared data is missing: base_station/data/asr/plush.means was built with it and stays")
    arguments.build.mkdir(parents=True, exist_ok=True)
    lex = lexicon.load(build_lm.HERE / "pronunciations.txt")
    model = Path(pocketsphinx.get_model_path("en-us")) / "en-us"
    means, variances = acoustic.read_gaussians(model / "means"), acoustic.read_gaussians(model / "variances")
    weights = acoustic.read_weights(model / "sendump")
    sums = acoustic.Statistics()
    spoken = speak_all(arguments.build, lex)
    for rows, importance in ((spoken, 1.0), (children(True), 1.0), (commands(True), COMMAND_WEIGHT)):
        likelihood, frames = 0.0, 0
        for part in align.align(rows, lex):
            likelihood += len(part.frames) * sums.add(
                part.frames, part.phone, part.senone, means, variances, weights, importance
            )
            frames += len(part.frames)
        print(f"{frames} frames, log-likelihood a frame {likelihood / max(frames, 1):.2f}")
    acoustic.write_gaussians(arguments.out, acoustic.adapt(means, sums, arguments.tau))
    moved = np.abs(acoustic.adapt(means, sums, arguments.tau) - means).mean()
    print(f"means moved by {moved:.3f} on average; {arguments.out.stat().st_size} bytes in {arguments.out}")


if __name__ == "__main__":
    main()

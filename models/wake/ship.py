"""Puts trained networks into models/wake/weights, with the gate's settings and the manifest; renews the golden hashes.

In      blobs from train.py; thresholds; how they were trained, as words for the manifest
Out     weights/{hey_teddy,commands}.{bin,json}, tests/golden/wake.h
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from models.wake import golden, manifest, phrases
from models.wake.blob import Net
from models.wake.paths import CHECKOUT, HERE

WEIGHTS = HERE / "weights"
ENGINES = (
    "espeak-ng, flite (kal16, awb, slt), festival (kal, slt-hts; seven voices of other countries), hibari, "
    "Kokoro mixtures, pico, 33 voices of MBROLA"
)
DATA = {
    "spoken_by": ENGINES,
    "real": "two thirds of the speakers of shared speech/commands and speech/children",
    "never_heard": "piper (an engine); flite rms, festival ked, Kokoro jf_tebukuro, every third espeak variant; "
    "six voices of MBROLA, two more of festival; the other third of the speakers",
}


def ship(name: str, blob: Path, thresholds: list[float], smooth: int, rest: int, scores: dict[str, object]) -> None:
    net = Net.from_bytes(blob.read_bytes())
    net.thresholds = [round(share * 32767) for share in thresholds]
    net.smooth_steps, net.refractory_steps = smooth, rest
    manifest.write(net, name, WEIGHTS, DATA, scores)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--phrase", type=Path)
    parser.add_argument("--phrase-threshold", type=float, default=0.9)
    parser.add_argument("--phrase-smooth", type=int, default=3)
    parser.add_argument("--words", type=Path)
    parser.add_argument("--words-threshold", type=float, default=0.5)
    parser.add_argument("--words-thresholds", default="{}", help="JSON: word to its own threshold")
    parser.add_argument("--words-smooth", type=int, default=4)
    parser.add_argument("--scores", default="{}", help="JSON for the manifest")
    asked = parser.parse_args()
    scores = json.loads(asked.scores)
    if asked.phrase:
        ship("hey teddy", asked.phrase, [asked.phrase_threshold], asked.phrase_smooth, 25, scores.get("phrase", {}))
    if asked.words:
        own = json.loads(asked.words_thresholds)
        each = [own.get(word, asked.words_threshold) for word in phrases.COMMANDS]
        ship("commands", asked.words, each, asked.words_smooth, 15, scores.get("words", {}))
    (CHECKOUT / "tests" / "golden" / "wake.h").write_text(golden.header(), encoding="utf-8")


if __name__ == "__main__":
    main()

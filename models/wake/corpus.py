"""Which takes are spoken for which split, and the folder of sound that comes of it.

In      the splits' rules below, a seed, ../shared/data/text
Out     build/wake/corpus/SPLIT-KIND-ENGINE.raw (int16, 16 kHz, take after take) with a .jsonl of where each begins
Raises  nothing for an absent engine: it is named on standard error and left out
Split   train, tune and test share no voice. piper is an engine that training never hears; flite's rms, festival's ked,
        Kokoro's jf_tebukuro, every third espeak variant and UNSEEN_ACCENTS are voices that it never hears. tune chooses
        thresholds: every ninth espeak variant, and Kokoro mixtures that no other split drew.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator

import numpy as np

from models.wake import mbrola, phrases
from models.wake.engines import (
    ABROAD_VOICES,
    ESPEAK_ACCENTS,
    ESPEAK_VARIANTS,
    PICO_VOICES,
    RATE_HZ,
    EngineMissing,
    Pcm,
    Take,
    speak,
)
from models.wake.paths import CORPUS, shared_data

ENGINES = ("espeak", "flite", "festival", "hibari", "kokoro", "piper", "mbrola", "pico", "abroad")
UNSEEN_ENGINES = ("piper",)
UNSEEN_ACCENTS = ("us2", "de5", "hu1", "sw2", "tr2", "jp2", "czech_krb", "hy_fi_mv_diphone")
ACCENT_ENGINES = ("mbrola", "pico", "abroad")  # their unseen voices make a part of the test set of their own


def voices(engine: str, split: str) -> tuple[str, ...]:
    """The voices of an engine that a split may use."""
    unseen = split == "test"
    if split == "tune" and engine not in ("espeak", "kokoro"):
        return ()
    match engine:
        case "espeak":
            variants = [v for i, v in enumerate(ESPEAK_VARIANTS) if _variant_split(i) == split]
            accents = [a for i, a in enumerate(ESPEAK_ACCENTS) if unseen or i != 3]
            return tuple(f"{accent}+{variant}" for variant in variants for accent in accents)
        case "flite":
            return ("rms",) if unseen else ("kal16", "awb", "slt")
        case "festival":
            return ("ked_diphone",) if unseen else ("kal_diphone", "cmu_us_slt_arctic_hts")
        case "kokoro":
            return ("jf_tebukuro",) if unseen else ("mix",)
        case "hibari":
            return () if unseen else ("heart",)
        case "piper":
            return ("joe",) if unseen else ()
        case "mbrola":
            return tuple(v for v in mbrola.VOICES if (v in UNSEEN_ACCENTS) == unseen)
        case "pico":
            return () if unseen else PICO_VOICES
        case "abroad":
            return tuple(v for v in ABROAD_VOICES if (v in UNSEEN_ACCENTS) == unseen)
    raise ValueError(engine)


def _variant_split(number: int) -> str:
    return "test" if number % 3 == 2 else ("tune" if number % 9 == 4 else "train")


# How many takes of each text, by kind and engine: what an engine costs and how many voices it has decide.
_TAKES = {
    "wake": {
        "espeak": 1200,
        "flite": 300,
        "festival": 80,
        "hibari": 240,
        "kokoro": 320,
        "piper": 80,
        "mbrola": 3000,
        "pico": 160,
        "abroad": 260,
    },
    "command": {
        "espeak": 70,
        "flite": 24,
        "festival": 6,
        "hibari": 8,
        "kokoro": 14,
        "piper": 14,
        "mbrola": 80,
        "pico": 10,
        "abroad": 10,
    },
    "near": {
        "espeak": 20,
        "flite": 9,
        "festival": 2,
        "hibari": 6,
        "kokoro": 3,
        "piper": 1,
        "mbrola": 36,
        "pico": 5,
        "abroad": 3,
    },
    "word": {"espeak": 3, "flite": 2, "festival": 0, "hibari": 1, "kokoro": 0, "piper": 1, "mbrola": 6, "pico": 1},
    "reading": {"espeak": 1, "flite": 1, "festival": 0, "hibari": 1, "kokoro": 0, "piper": 1, "mbrola": 1, "pico": 1},
}
_TAKES_TEST = {
    "wake": {"espeak": 120, "flite": 30, "festival": 10, "kokoro": 48, "piper": 80, "mbrola": 72, "abroad": 12},
    "command": {"espeak": 18, "flite": 6, "festival": 2, "kokoro": 4, "piper": 14},
    "near": {"espeak": 6, "flite": 2, "festival": 1, "kokoro": 1, "piper": 1},
    "word": {"espeak": 3, "flite": 2, "piper": 1},
    "reading": {"espeak": 1, "flite": 1, "piper": 1},
}
_TAKES_TUNE = {
    "wake": {"espeak": 80, "kokoro": 24},
    "command": {"espeak": 8, "kokoro": 2},
    "near": {"espeak": 4, "kokoro": 1},
    "word": {"espeak": 1},
    "reading": {"espeak": 1},
}
_TAKES_OF = {"train": _TAKES, "tune": _TAKES_TUNE, "test": _TAKES_TEST}
_LINES = {  # lines of reading
    "train": {"espeak": 6000, "flite": 1000, "hibari": 1200, "mbrola": 3200, "pico": 800},
    "tune": {"espeak": 2400},
    "test": {"espeak": 6000, "flite": 3000, "piper": 200},
}
_LINES_A_TAKE = 4


def plan(split: str, kind: str, engine: str, seed: int, phrase: str = phrases.WAKE) -> Iterator[tuple[str, Take]]:
    """(label, take) in an order that can be broken off anywhere and still is a fair mixture."""
    rng = random.Random(f"{seed}/{split}/{kind}/{engine}")
    takes = _TAKES_OF[split][kind].get(engine, 0)
    if not voices(engine, split) or takes == 0:
        return
    texts = _texts(split, kind, engine, seed, phrase)
    for number in range(takes):
        order = list(texts)
        rng.shuffle(order)
        for label, text in order:
            how = rng.choice(voices(engine, split))
            yield label, Take(
                engine, how, _as_spoken(text, kind, rng), round(rng.uniform(0.75, 1.3), 3),
                round(rng.uniform(0.75, 1.35), 3), rng.randrange(1 << 30) + number,
            )  # fmt: skip


def _texts(split: str, kind: str, engine: str, seed: int, phrase: str) -> list[tuple[str, str]]:
    story = "tinystories.txt" if split == "train" else "tinystories_val.txt"
    match kind:
        case "wake":
            return [("wake", phrase)]
        case "command":
            return [(word, word) for word in phrases.COMMANDS]
        case "near":
            more = phrases.TRAINING_NEAR_MISSES if split == "train" and phrase == phrases.WAKE else ()
            return [("near", text) for text in (*phrases.near_misses(phrase), *more)]
        case "word":
            return [("unknown", w) for w in phrases.words(shared_data() / "text" / story, 250, seed)]
    count = _LINES[split].get(engine, 0)
    by_engine = seed + ENGINES.index(engine) + (50 if split == "tune" else 0)
    lines = phrases.reading(shared_data() / "text" / story, count, by_engine)
    return [("reading", " ".join(lines[i : i + _LINES_A_TAKE])) for i in range(0, len(lines), _LINES_A_TAKE)]


def _as_spoken(text: str, kind: str, rng: random.Random) -> str:
    """The same words asked, called and stated."""
    if kind == "reading":
        return text
    if kind == "wake" and rng.random() < 0.3:
        text = text.replace("hey ", "hey, ")
    return text.capitalize() + rng.choice(("", ".", "!", "?"))


def _stem(split: str, kind: str, engine: str, phrase: str) -> str:
    """Only two kinds depend on the phrase; the others are shared."""
    own = kind in ("wake", "near") and phrase != phrases.WAKE
    return f"{split}-{kind}{'@' + phrase.replace(' ', '_') if own else ''}-{engine}"


def build(split: str, kind: str, engine: str, seed: int, limit: int | None = None, phrase: str = phrases.WAKE) -> int:
    """Speaks one file of the corpus; an existing one stays. Out: how many takes it holds."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    stem = CORPUS / _stem(split, kind, engine, phrase)
    if stem.with_suffix(".done").exists():
        return sum(1 for _ in stem.with_suffix(".jsonl").open(encoding="utf-8"))
    spoken = 0
    with stem.with_suffix(".raw").open("wb") as raw, stem.with_suffix(".jsonl").open("w", encoding="utf-8") as index:
        for label, take in plan(split, kind, engine, seed, phrase):
            if limit is not None and spoken >= limit:
                break
            try:
                pcm = speak(take)
            except EngineMissing as missing:
                print(f"left out: {engine} ({missing})", file=sys.stderr)
                break
            except Exception as trouble:  # a voice that cannot say one text must not end an hour's work
                print(f"left out: {take} ({trouble})", file=sys.stderr)
                continue
            entry = {
                "label": label,
                "start": raw.tell() // 2,
                "samples": len(pcm),
                "voice": take.voice,
                "text": take.text,
            }
            raw.write(pcm.tobytes())
            index.write(json.dumps({**entry, "engine": engine}) + "\n")
            raw.flush()
            index.flush()
            spoken += 1
    stem.with_suffix(".done").touch()
    return spoken


def load(
    split: str, kind: str, engine: str | None = None, phrase: str = phrases.WAKE
) -> list[tuple[dict[str, str], Pcm]]:
    """Everything spoken so far of a split and kind: (entry, sound)."""
    found: list[tuple[dict[str, str], Pcm]] = []
    for index in sorted(CORPUS.glob(f"{_stem(split, kind, engine or '*', phrase)}.jsonl")):
        sound = np.fromfile(index.with_suffix(".raw"), np.int16)
        for line in index.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            piece = sound[entry["start"] : entry["start"] + entry["samples"]]
            if len(piece) == entry["samples"] and len(piece) > RATE_HZ // 10:
                found.append((entry, piece))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--engines", nargs="*", default=list(ENGINES))
    parser.add_argument("--kinds", nargs="*", default=list(_TAKES))
    parser.add_argument("--splits", nargs="*", default=list(_TAKES_OF))
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for kind in asked.kinds:
        for split in asked.splits:
            for engine in asked.engines:
                print(split, kind, engine, build(split, kind, engine, asked.seed, asked.limit), flush=True)


if __name__ == "__main__":
    main()

"""Thirty hours of sound that nobody means for the toy: how often it wakes, alone and with the second stage.

In      hours, a seed; espeak-ng's and flite's voices of the test split, stories of the test split, spoken on the spot
Out     JSON: hours, false accepts of the toy alone and of both stages, of each an hour; what was heard when
How     one kind after the other, three quarters stories (by themselves, in a room, over music), the rest music and
        noise; nothing is kept on disk, and the toy hears it all in files of about a minute
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.wake import corpus, evaluate, phrases, sounds, testset, toolrun
from models.wake.engines import EngineMissing, Take, speak
from models.wake.paths import shared_data

Pcm = NDArray[np.int16]
RATE_HZ = 16000
BATCH = 40
LINES_A_STORY = 12
STORIES_TO_A_TRACK = 12  # of music or noise, 3 minutes


def stories(seed: int) -> Iterator[tuple[str, Pcm]]:
    """(voice, sound) without end."""
    rng = random.Random(seed)
    lines = phrases.sentences(shared_data() / "text" / "tinystories_val.txt")
    lines = [line for line in lines if phrases.WAKE not in line.lower().replace(",", "")]
    voices = {engine: corpus.voices(engine, "test") for engine in ("espeak", "flite")}
    while True:
        engine = "flite" if rng.random() < 0.1 else "espeak"
        start = rng.randrange(len(lines) - LINES_A_STORY)
        text = " ".join(lines[start : start + LINES_A_STORY])
        take = Take(engine, rng.choice(voices[engine]), text, rng.uniform(0.75, 1.3), rng.uniform(0.75, 1.35))
        try:
            yield f"{engine} {take.voice}", speak(take)
        except EngineMissing:
            if not voices.pop(engine) or len(voices) == 0:
                raise


def everything(seed: int) -> Iterator[tuple[str, Pcm]]:
    rng = np.random.default_rng(seed)
    music = [sounds.music(60 * RATE_HZ, rng) for _ in range(6)]
    for number, (voice, pcm) in enumerate(stories(seed)):
        yield voice, testset.told(pcm, number, music, rng)
        if number % STORIES_TO_A_TRACK == 0:
            kind = ("music", "pink", "clicks", "fan", "hum", "white")[number // STORIES_TO_A_TRACK % 6]
            yield kind, sounds.to_pcm(sounds.noise(kind, 180 * RATE_HZ, rng), rng.uniform(-20, 0))


def measure(hours: float, seed: int, look: evaluate.SecondLook | None) -> dict[str, Any]:
    seconds, first, both, found = 0.0, 0, 0, []
    source = everything(seed)
    while seconds < hours * 3600:
        batch = [next(source) for _ in range(BATCH)]
        for (voice, pcm), heard in zip(
            batch, toolrun.events([pcm for _, pcm in batch], commands="none", hear=1), strict=True
        ):
            seconds += heard.seconds
            for score, second in heard.wakes:
                stays = look is not None and evaluate._confirmed(pcm, second, look)
                first, both = first + 1, both + stays
                found.append({"voice": voice, "score": round(score, 3), "second": round(second, 2), "confirmed": stays})
    found_hours = seconds / 3600
    return {
        "hours": round(found_hours, 2),
        "false_accepts_toy": first,
        "false_accepts_toy_an_hour": round(first / found_hours, 3),
        "false_accepts_both": both if look else None,
        "false_accepts_both_an_hour": round(both / found_hours, 3) if look else None,
        "when": found,
    }


def main() -> None:
    from models.wake.cli import second_look

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--hours", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=31)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.hours, asked.seed, second_look(None)), indent=1))


if __name__ == "__main__":
    main()

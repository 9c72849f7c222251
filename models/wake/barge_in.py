"""What the toy hears while it speaks: recall of "stop" and of the phrase at -6 dB of its own voice, and an hour alone.

In      the test split of the spoken corpus: takes of "stop" and of the phrase; readings as the toy's own voice; a seed
Out     recall in quiet and behind the canceller, per word; what triggered by itself
How     the speaker: soft clipping, then 20 to 40 ms of buffers, the plush's body, a room drawn by lot; the child's
        voice is so many dB against the echo at the microphone
"""

from __future__ import annotations

import argparse
import functools
import json
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from models.wake import corpus, phrases, sounds, toolrun

Pcm = NDArray[np.int16]
RATE_HZ = 16000
HEAR_WHILE_SPEAKING = 1 | 4  # the phrase, "stop"
LEARN_S = 6.0  # of own voice before anybody talks over it
DRIVE = 0.6  # how far the speaker is driven into its bend: 5% less at the highest peaks
NEAR = 0.25  # speaker and microphone are a hand's breadth apart: the room is 9 to 26 dB below the direct sound
STOP = phrases.COMMANDS.index("stop")


@dataclass(frozen=True)
class BargeIn:
    takes: int
    quiet: dict[str, float]
    behind_canceller: dict[str, float]
    own_voice_hours: float
    triggered_by_itself: int


@functools.cache
def _readings(split: str) -> list[Pcm]:
    return [pcm for _, pcm in corpus.load(split, "reading")]


def own_voice(seconds: float, rng: sounds.Rng, split: str = "test") -> NDArray[np.float64]:
    """So much of the toy's speech as it goes to the speaker, peaks at -3 dB of full scale."""
    readings = _readings(split)
    found: list[NDArray[np.float64]] = []
    while sum(map(len, found)) < seconds * RATE_HZ:
        voice = readings[rng.integers(len(readings))].astype(np.float64)
        found.append(voice / (np.abs(voice).max() + 1e-9) * 23000)
    return np.round(np.concatenate(found)[: int(seconds * RATE_HZ)])


def echo_of(played: NDArray[np.float64], rng: sounds.Rng) -> NDArray[np.float64]:
    """What the microphone hears of it, at the level of a toy's own speaker: about as loud as was played."""
    driven = np.tanh(played / 32768 * DRIVE) / DRIVE * 32768
    path = np.zeros(int(rng.uniform(0.005, 0.022) * RATE_HZ) + 400)
    path[-400] = 1.0
    for _ in range(6):
        path[-400 + int(rng.integers(2, 60))] += rng.normal() * 0.3
    room = sounds.room(rng)
    room[1:] *= NEAR
    heard = signal.fftconvolve(signal.fftconvolve(driven, path), room)
    return np.asarray(heard[: len(played)] * 0.5)


def _at(voice: NDArray[np.float64], count: int, start: int) -> NDArray[np.float64]:
    clip = np.zeros(count)
    clip[start : start + len(voice)] = voice[: count - start]
    return clip


def recall(word: str, takes: int, snr_db: float, rng: sounds.Rng) -> tuple[float, float]:
    """(in quiet, behind the canceller), over the same takes in the same rooms."""
    kind, label = ("wake", "wake") if word == phrases.WAKE else ("command", word)
    every = corpus.load("test", kind)
    spoken = [pcm for e, pcm in every if e["label"] == label and e["engine"] not in corpus.ACCENT_ENGINES]
    chosen = [spoken[i] for i in rng.permutation(len(spoken))[:takes]]
    quiet, loud, played = [], [], []
    for pcm in chosen:
        voice = sounds.resampled(pcm.astype(np.float64), rng.uniform(0.95, 1.25))
        count = int((LEARN_S + 2.0) * RATE_HZ) + len(voice)
        clip = sounds.coloured(_at(voice, count, int(LEARN_S * RATE_HZ)), None, rng)
        own = own_voice(count / RATE_HZ, rng)[:count]
        own = np.pad(own, (0, count - len(own)))
        echo = echo_of(own, rng)
        clip *= sounds.level(echo) / sounds.level(clip) * 10 ** (snr_db / 20)
        clip += rng.normal(size=count) * 10
        quiet.append(np.clip(np.round(clip), -32768, 32767).astype(np.int16))
        loud.append(np.clip(np.round(clip + echo), -32768, 32767).astype(np.int16))
        played.append(own.astype(np.int16))
    shares = []
    for microphone, speaker in ((quiet, [np.zeros_like(p) for p in played]), (loud, played)):
        heard = toolrun.events(microphone, hear=HEAR_WHILE_SPEAKING, vad=False, speaker=speaker)
        begin = LEARN_S - 0.1
        hits = [
            any(at > begin for _, at in h.wakes)
            if word == phrases.WAKE
            else any(i == STOP and at > begin for i, _, at in h.commands)
            for h in heard
        ]
        shares.append(round(float(np.mean(hits)), 4))
    return shares[0], shares[1]


def alone(hours: float, rng: sounds.Rng) -> tuple[float, int]:
    """The toy speaks and nobody else does. Out: hours, how often it heard itself."""
    wrong, seconds = 0, 0.0
    while seconds < hours * 3600:
        own = own_voice(300.0, rng)
        microphone = np.clip(np.round(echo_of(own, rng) + rng.normal(size=len(own)) * 10), -32768, 32767)
        (heard,) = toolrun.events(
            [microphone.astype(np.int16)], hear=HEAR_WHILE_SPEAKING, vad=False, speaker=[own.astype(np.int16)]
        )
        wrong += len(heard.wakes) + len(heard.commands)
        seconds += len(own) / RATE_HZ
    return seconds / 3600, wrong


def measure(takes: int, hours: float, seed: int, snr_db: float = -6.0) -> BargeIn:
    rng = np.random.default_rng(seed)
    quiet, loud = {}, {}
    for word in ("stop", phrases.WAKE):
        quiet[word], loud[word] = recall(word, takes, snr_db, rng)
    played_hours, wrong = alone(hours, rng)
    return BargeIn(takes, quiet, loud, round(played_hours, 3), wrong)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--takes", type=int, default=100)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(asdict(measure(asked.takes, asked.hours, asked.seed)), indent=1))


if __name__ == "__main__":
    main()

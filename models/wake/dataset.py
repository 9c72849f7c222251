"""Clips of 1.92 s as the toy hears them, with what both networks ought to say every 40 ms.

In      the spoken corpus (corpus.py), real recordings of the training speakers (real.py), a seed
Out     build/wake/data/NAME.npz: bands uint8 (clips, 192, 40) from the compiled code; phrase, words int8 (clips, 48);
        source int32 (clips,), which recording it began as;
        kind int8 (clips,), the index into KINDS; vectors float16 (clips, 8, 96): openWakeWord's speech embedding of the
        775 ms that end at each of teacher.GRID_STEPS, a teacher of what speech is
Labels  phrase: 1 from 20 ms to 320 ms after the phrase's end, 0 elsewhere, -1 where it does not matter
        words: index into phrases.CLASSES from 40 ms before to 280 ms after the word's end; "unknown" while other speech
        runs, else "silence"
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.wake import barge_in, corpus, phrases, real, sounds, toolrun
from models.wake.paths import BUILD
from models.wake.real import Pcm
from models.wake.sounds import Rng, Sound
from models.wake.teacher import Teacher

SAMPLES, STEPS, STEP = 30720, 48, 640
KINDS = ("real", "real-unknown", "spoken", "phrase", "near", "word", "reading", "children", "noise")
KEYS = ("bands", "phrase", "words", "kind", "source", "vectors")
SILENCE, UNKNOWN = 0, 1
SPLICED = 0.25  # of the near misses are made from the phrase itself
DATA = BUILD / "data"


@dataclass
class Sources:
    """All the voices of training, in memory as they were recorded."""

    real: list[tuple[str, Pcm]] = field(default_factory=list)
    spoken: list[tuple[str, Pcm]] = field(default_factory=list)
    rare: list[tuple[str, Pcm]] = field(default_factory=list)
    phrase: list[tuple[str, Pcm]] = field(default_factory=list)
    near: list[tuple[str, Pcm]] = field(default_factory=list)
    word: list[tuple[str, Pcm]] = field(default_factory=list)
    reading: list[tuple[str, Pcm]] = field(default_factory=list)
    children: list[tuple[str, Pcm]] = field(default_factory=list)
    noise: list[tuple[str, Pcm]] = field(default_factory=list)
    engines: dict[str, dict[str, list[int]]] = field(default_factory=dict)  # pool -> engine -> places in it
    last: int = 0  # place in its pool of what was drawn last

    def draw(self, pool: str, rng: Rng) -> tuple[str, Sound]:
        """Engine first, take second: an engine with many takes must not crowd out the others."""
        entries: list[tuple[str, Pcm]] = getattr(self, pool)
        by_engine = list(self.engines.get(pool, {}).values())
        if not by_engine:
            self.last = int(rng.integers(len(entries)))
            label, pcm = entries[self.last]
            return label, pcm.astype(np.float64)
        # espeak has a hundred voices, the others a few each: half of the draws are its own
        sizes = np.array([len(places) for places in by_engine], np.float64) ** 0.5
        places = by_engine[rng.choice(len(by_engine), p=sizes / sizes.sum())]
        self.last = places[rng.integers(len(places))]
        label, pcm = entries[self.last]
        return label, pcm.astype(np.float64)

    @classmethod
    def gather(cls, name: str = phrases.WAKE) -> Sources:
        found = cls()
        for word, _, path in real.commands("train"):
            target = found.noise if word == "silence" else found.real
            target.append((word, real.read(path)))
        for text, _, path in real.children("train"):
            found.children.append((text, real.read(path)))
        for kind, target in (
            ("wake", "phrase"),
            ("near", "near"),
            ("word", "word"),
            ("reading", "reading"),
            ("command", "spoken"),
        ):  # fmt: skip
            for entry, pcm in corpus.load("train", kind, phrase=name):
                rare = kind == "command" and entry["label"] in phrases.SYNTHETIC_ONLY
                pool = "rare" if rare else target
                entries = getattr(found, pool)
                found.engines.setdefault(pool, {}).setdefault(entry["engine"], []).append(len(entries))
                entries.append((entry["text"] if kind != "command" else entry["label"], pcm))
        return found


@dataclass
class Clip:
    pcm: NDArray[np.int16]
    phrase: NDArray[np.int8]
    words: NDArray[np.int8]
    kind: str
    source: int  # which recording or take it began as, among those of its kind


def active_frames(sound: Sound, drop_db: float = 26.0) -> NDArray[np.bool_]:
    """10 ms frames in which somebody speaks, short gaps filled."""
    frames = sound[: len(sound) // 160 * 160].reshape(-1, 160).astype(np.float64)
    power = (frames**2).mean(1)
    floor = np.percentile(power, 10) * 4
    on = power > max(power.max() * 10 ** (-drop_db / 10), min(floor, power.max() * 0.05))
    for start in range(1, len(on) - 12):
        if on[start - 1] and not on[start] and on[start : start + 12].any():
            on[start] = True
    return on


def _ends(on: NDArray[np.bool_]) -> tuple[int, int]:
    found = np.flatnonzero(on)
    return (int(found[0]), int(found[-1]) + 1) if len(found) else (0, len(on))


class Maker:
    """Puts clips together; the same seed gives the same clips."""

    def __init__(self, sources: Sources, seed: int) -> None:
        self.sources, self.rng = sources, np.random.default_rng(seed)
        self.bank, self.rooms = sounds.noise_bank(7), sounds.room_bank(8)

    def clip(self, kind: str) -> Clip:
        rng = self.rng
        voice = np.zeros(SAMPLES)
        phrase, words = np.zeros(STEPS, np.int8), np.zeros(STEPS, np.int8)
        self.sources.last = 0
        if kind != "noise":
            voice, label, start, end = self._voice(kind)
            self._label_speech(voice, words)
            if kind in ("real", "spoken", "phrase", "near", "word", "real-unknown") and end > 0:
                self._label_end(label, kind, start, end, phrase, words)
        source = self.sources.last
        return Clip(self._heard(voice, kind, rng), phrase, words, kind, source)

    def _voice(self, kind: str) -> tuple[Sound, str, int, int]:
        """(clip, text, first sample, end sample) of what is said; end 0 where it has no end of its own."""
        rng = self.rng
        is_real = kind.startswith("real")
        pool = "real" if is_real else kind
        if kind == "spoken" and rng.random() < 0.65:
            pool = "rare"
        label, sound = self.sources.draw(pool, rng)
        while is_real and (label == "unknown") != (kind == "real-unknown"):
            label, sound = self.sources.draw(pool, rng)
        clip = np.zeros(SAMPLES)
        if kind in ("reading", "children"):
            sound = sounds.resampled(sound, rng.uniform(0.85, 1.35) if kind == "reading" else rng.uniform(0.9, 1.1))
            return (
                _placed(clip, sound, int(rng.integers(-max(1, len(sound) - SAMPLES // 2), SAMPLES // 2))),
                label,
                0,
                0,
            )
        if kind == "near" and self.sources.phrase and rng.random() < SPLICED:
            sound = self._spliced()
        sound = self._another_voice(sound, is_real)
        first, last = (160 * edge for edge in _ends(active_frames(sound)))
        if is_real and rng.random() < 0.5:  # the word alone, without its own background
            sound = sound[max(0, first - 800) : last + 1200]
            fade = min(400, len(sound) // 4)
            sound[:fade] *= np.linspace(0, 1, fade)
            sound[-fade:] *= np.linspace(1, 0, fade)
            first, last = (160 * edge for edge in _ends(active_frames(sound)))
        latest = SAMPLES - 6400 - last  # the verdict must fall into the clip
        at = int(rng.integers(min(0, latest) if latest < 0 else 0, max(1, latest))) if latest != 0 else 0
        clip = _placed(clip, sound, at)
        if kind in ("phrase", "near") and rng.random() < 0.4:  # goes on in one breath
            more = self._speech()
            clip = clip + _placed(
                np.zeros(SAMPLES),
                more * (sounds.level(clip) / sounds.level(more)),
                at + last + int(rng.integers(300, 4000)),
            )
        if kind in ("phrase", "near") and at > 4000 and rng.random() < 0.3:  # somebody spoke before
            more = self._speech()[: max(800, at - int(rng.integers(0, 3500)))]
            clip = clip + _placed(
                np.zeros(SAMPLES),
                more * (sounds.level(clip) / sounds.level(more)) * rng.uniform(0.2, 1),
                at - 200 - len(more),
            )
        return clip, label, at + first, at + last

    def _another_voice(self, sound: Sound, is_real: bool) -> Sound:
        """Pitch, throat, breath, tempo and melody, each for itself: a man from a woman, a child from a man."""
        rng = self.rng
        size = rng.uniform(0.86, 1.18) if is_real else rng.uniform(0.84, 1.38)  # of the throat, the inverse
        pitch = size
        if rng.random() < 0.6:
            pitch = float(np.clip(size * np.exp(rng.normal(0, 0.12 if is_real else 0.2)), 0.65, 1.5))
            sharp = 1.0 if is_real else float(np.clip(np.exp(rng.normal(0, 0.25)), 0.55, 1.5))
            breath = rng.uniform(0.05, 0.8) if not is_real and rng.random() < 0.25 else 0.0
            sound = sounds.throat(sound, size / pitch, sharp, breath, rng)
        if rng.random() < 0.6:
            ratio = float(np.clip(rng.uniform(0.8, 1.35) / pitch ** rng.uniform(0, 1), 0.6, 1.6))
            sound = sounds.stretched(sound, ratio, rng.uniform(0, 0.3), rng)
        if not is_real and rng.random() < 0.4:
            sound = sounds.wavering(sound, rng.uniform(0.02, 0.1), rng)
        return sounds.resampled(sound, pitch)

    def _spliced(self) -> Sound:
        """The phrase without its beginning or end, or the wrong way round: in voices that say no near miss."""
        rng = self.rng
        _, sound = self.sources.draw("phrase", rng)
        first, last = (160 * edge for edge in _ends(active_frames(sound)))
        sound = sound[max(0, first - 320) : last + 320]
        at = int(len(sound) * rng.uniform(0.42, 0.62))
        begun, rest = sound[:at].copy(), sound[at:].copy()
        begun[-160:] *= np.linspace(1, 0, 160)
        rest[:160] *= np.linspace(0, 1, 160)
        pause = np.zeros(int(rng.integers(200, 3000)))
        parts = ((begun,), (rest,), (rest, pause, begun), (begun, pause, begun), (rest, pause, rest))
        return np.concatenate(parts[rng.choice(5, p=(0.25, 0.3, 0.2, 0.1, 0.15))])

    def _speech(self) -> Sound:
        pool = self.sources.reading or self.sources.word
        return pool[self.rng.integers(len(pool))][1].astype(np.float64)[:24000]

    @staticmethod
    def _label_speech(voice: Sound, words: NDArray[np.int8]) -> None:
        """unknown while somebody has been speaking, silence well after and before."""
        on = active_frames(voice) if np.abs(voice).max() > 0 else np.zeros(SAMPLES // 160, bool)
        since_on, since_off, run = 1000, 1000, 0
        for frame in range(SAMPLES // 160):
            if on[frame]:
                run = run + 1 if since_off < 30 or run else 1
                since_off = 0
            else:
                since_off += 1
                run = run if since_off < 30 else 0
            since_on = run
            if frame % 4 == 3:
                step = frame // 4
                if since_off >= 44:
                    words[step] = SILENCE
                else:
                    words[step] = UNKNOWN if since_on >= 16 and since_off < 28 else -1

    @staticmethod
    def _label_end(
        label: str, kind: str, start: int, end: int, phrase: NDArray[np.int8], words: NDArray[np.int8]
    ) -> None:
        due = end / STEP
        begun = max(0, int(start / STEP))
        if kind == "phrase":
            middle = int(begun + 0.5 * (due - begun))
            phrase[max(0, middle) : min(STEPS, int(due) + 12)] = -1
            phrase[max(0, int(np.ceil(due + 0.5)) - 1) : max(0, min(STEPS, int(due) + 8))] = 1
        elif kind not in ("near", "word", "real-unknown") and label in phrases.CLASSES:
            span = slice(max(0, int(np.ceil(due - 1)) - 1), max(0, min(STEPS, int(due) + 7)))
            words[begun : span.start] = -1
            words[span] = phrases.CLASSES.index(label)
            words[span.stop : min(STEPS, span.stop + 4)] = -1
            words[min(STEPS, span.stop + 4) :] = SILENCE

    def _heard(self, voice: Sound, kind: str, rng: Rng) -> NDArray[np.int16]:
        """Room, noise, distance, codec."""
        silent = not np.abs(voice).max() > 0
        if not silent and rng.random() < 0.85:
            voice = sounds.coloured(
                voice, self.rooms[rng.integers(len(self.rooms))] if rng.random() < 0.6 else None, rng
            )
        if silent:
            own = self.sources.noise
            made = (
                sounds.cut(own[rng.integers(len(own))][1], SAMPLES, rng).astype(np.float64)
                if own and rng.random() < 0.5
                else self._noise(rng)
            )
            if rng.random() < 0.05:
                return np.zeros(SAMPLES, np.int16)
            return sounds.to_pcm(made, rng.uniform(-60, -3))
        chance = rng.random()
        if chance < 0.52:
            voice = sounds.mixed(voice, self._noise(rng), rng.uniform(0, 30) if kind != "real" else rng.uniform(5, 35))
        elif chance < 0.85:
            voice = sounds.mixed(voice, self._babble(rng), rng.uniform(0, 25))
        else:
            voice = sounds.mixed(voice, rng.normal(size=SAMPLES), rng.uniform(35, 65))
        pcm = sounds.to_pcm(voice, rng.uniform(-34, -0.5) if rng.random() < 0.95 else rng.uniform(0, 9))
        return sounds.codec(pcm) if rng.random() < 0.2 else pcm

    def _noise(self, rng: Rng) -> Sound:
        own = self.sources.noise
        if own and rng.random() < 0.25:
            return sounds.cut(own[rng.integers(len(own))][1], SAMPLES, rng).astype(np.float64)
        kinds = list(self.bank)
        tracks = self.bank[kinds[rng.integers(len(kinds))]]
        return sounds.cut(tracks[rng.integers(len(tracks))], SAMPLES, rng)

    def _babble(self, rng: Rng) -> Sound:
        mix = np.zeros(SAMPLES)
        for _ in range(rng.integers(1, 4)):
            voice = self._speech()
            mix += sounds.cut(voice, SAMPLES, rng) / sounds.level(voice)
        return mix


def _placed(clip: Sound, sound: Sound, at: int) -> Sound:
    """sound written into an empty clip at a sample, what reaches over the edges cut off."""
    begin, end = max(0, at), min(len(clip), at + len(sound))
    if end > begin:
        clip[begin:end] = sound[begin - at : end - at]
    return clip


def while_speaking(clips: list[Clip], rng: Rng) -> list[Clip]:
    """The same clips said to a toy that speaks: in an echo of its own voice, behind the compiled canceller, which has
    had a few seconds to learn. What is left of its own voice is other speech, and never silence."""
    microphone, speaker = [], []
    for clip in clips:
        count = SAMPLES + int(rng.uniform(3, 6) * 50) * 320
        own = barge_in.own_voice(count / 16000, rng, "train")
        own = np.pad(own, (0, count - len(own)))
        echo = barge_in.echo_of(own, rng)
        voice = clip.pcm.astype(np.float64)
        loud = sounds.level(voice) if np.abs(voice).max() > 0 else 1.0
        voice *= sounds.level(echo) / loud * 10 ** (rng.uniform(-9, 6) / 20)
        heard = echo + rng.normal(size=count) * 10
        heard[-SAMPLES:] += voice
        microphone.append(np.clip(np.round(heard), -32768, 32767).astype(np.int16))
        speaker.append(own.astype(np.int16))
    found = []
    for clip, pcm in zip(clips, toolrun.cancelled(microphone, speaker), strict=True):
        words = np.where(clip.words == SILENCE, np.int8(UNKNOWN), clip.words)
        found.append(Clip(pcm[-SAMPLES:], clip.phrase, words, clip.kind, clip.source))
    return found


MIXTURE = {
    "real": 6500, "real-unknown": 1500, "spoken": 4800, "phrase": 5000, "near": 4000, "word": 1500,
    "reading": 3500, "children": 1400, "noise": 1000,
}  # fmt: skip


def build(
    name: str,
    seed: int,
    scale: float = 1.0,
    kinds: tuple[str, ...] = KINDS,
    phrase: str = phrases.WAKE,
    taught: bool = True,
    speaking: bool = False,
) -> None:
    """Makes and stores one set; `taught` or not: the teacher's vectors are most of the time that it takes;
    `speaking`: all of it behind the canceller."""
    maker = Maker(Sources.gather(phrase), seed)
    teacher = Teacher.open() if taught else None
    order = [kind for kind in kinds for _ in range(round(MIXTURE[kind] * scale))]
    np.random.default_rng(seed).shuffle(order)
    store: dict[str, list[NDArray[np.generic]]] = {key: [] for key in KEYS}
    for start in range(0, len(order), 500):
        clips = [maker.clip(kind) for kind in order[start : start + 500]]
        if speaking:
            clips = while_speaking(clips, maker.rng)
        store["bands"].append(np.stack(toolrun.features([clip.pcm for clip in clips])))
        store["phrase"].append(np.stack([clip.phrase for clip in clips]))
        store["words"].append(np.stack([clip.words for clip in clips]))
        store["source"].append(np.array([clip.source for clip in clips], np.int32))
        store["kind"].append(np.array([KINDS.index(clip.kind) for clip in clips], np.int8))
        if teacher:
            store["vectors"].append(teacher.grid([clip.pcm for clip in clips]))
        print(name, start + len(clips), "of", len(order), flush=True)
    DATA.mkdir(parents=True, exist_ok=True)
    whole = DATA / f".{name}.npz"  # a training that runs takes up sets as they appear
    np.savez(whole, **{key: np.concatenate(value) for key, value in store.items() if value})  # type: ignore[arg-type]
    whole.rename(DATA / f"{name}.npz")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--untaught", action="store_true", help="without the teacher's vectors: seven times as quick")
    parser.add_argument("--speaking", action="store_true", help="said to a toy that speaks, behind its canceller")
    asked = parser.parse_args()
    build(
        asked.name, asked.seed, asked.scale, tuple(asked.kinds), taught=not asked.untaught, speaking=asked.speaking
    )  # fmt: skip


if __name__ == "__main__":
    main()

"""How well a recogniser understands the toy's voice, beside espeak-ng's default English voice at the same speed.

In      sentences of stories and of what the toy says, which the bigram model has not seen; pocketsphinx with its
        general model and with one of the training stories. No sentence of seeds 1 and 2 was used for tuning the voice
Out     one line a voice and model: word errors; the speeds in words a minute; with --confusions the misheard phonemes
Raises  FileNotFoundError without stories or without plush_say
Time    about 0.2 s a second of sound, voice and model on one free core
"""

import argparse
import random
import re
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.voice import confusions
from models.voice.bigram import write_bigram
from models.voice.cmudict import pronunciations, story_folder
from models.voice.espeak import Espeak, VoiceSettings
from models.voice.say import RATE_HZ, say
from models.voice.sound import resample

Pcm = NDArray[np.int16]
_NOISE = 0.025  # of the loudest 20 ms: acoustic models know no digital silence
_USUAL_WORDS_A_MINUTE = 175  # espeak-ng's own


def split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?])[\s\"]+|\n|<\|endoftext\|>", text) if part.strip()]


def words_of(sentence: str) -> list[str]:
    return re.findall(r"[a-z]+(?:'[a-z]+)*", sentence.lower().replace("\u2019", "'"))


def test_sentences(count: int, seed: int) -> list[str]:
    """Nine in ten from stories, one in ten of the toy's own lines; 4 to 16 words, all of them in CMUdict."""
    known = pronunciations()
    say = tomllib.loads(Path(__file__).with_name("content.toml").read_text(encoding="utf-8"))["say"]
    own = [line for lines in say.values() for line in lines if not re.search(r"[@{|]", line)]
    stories = split((story_folder() / "tinystories_val.txt").read_text(encoding="utf-8"))
    pools = [
        [
            s
            for s in pool
            if 4 <= len(words_of(s)) <= 16 and set(words_of(s)) <= known.keys() and not re.search(r"\d", s)
        ]
        for pool in (stories, [part for line in own for part in split(line)])
    ]
    generator = random.Random(seed)
    some = generator.sample(pools[1], min(count // 10, len(pools[1])))
    return some + generator.sample(pools[0], count - len(some))


def story_model(folder: Path) -> tuple[Path, Path]:
    """ARPA file and dictionary of the training stories."""
    import pocketsphinx

    known = pronunciations()
    names = ("tinystories.txt", "tinystories_lowercase.txt")
    text = "\n".join((story_folder() / name).read_text(encoding="utf-8") for name in names)
    sentences = [[word for word in words_of(part) if word in known] for part in split(text)]
    write_bigram(folder / "stories.arpa", [sentence for sentence in sentences if sentence])
    used = {word for sentence in sentences for word in sentence}
    listed = (Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict").read_text(encoding="utf-8")
    lines = [line for line in listed.splitlines() if re.sub(r"\(\d+\)$", "", line.split()[0]) in used]
    (folder / "stories.dict").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "stories.arpa", folder / "stories.dict"


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, 1):
        before, row[0] = row[0], at
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


class Ear:
    def __init__(self, model: tuple[Path, Path] | None) -> None:
        import pocketsphinx

        home = Path(pocketsphinx.get_model_path()) / "en-us"
        lm, dictionary = model or (home / "en-us.lm.bin", home / "cmudict-en-us.dict")
        self._decoder = pocketsphinx.Decoder(
            hmm=str(home / "en-us"), lm=str(lm), dict=str(dictionary), samprate=RATE_HZ, loglevel="FATAL"
        )

    def hear(self, pcm: Pcm) -> list[str]:
        blocks = pcm[: len(pcm) // 320 * 320].astype(np.float64).reshape(-1, 320)
        loudest = float(np.sqrt((blocks**2).mean(axis=1)).max())
        noise = np.random.default_rng(0).normal(scale=_NOISE * loudest, size=len(pcm) + 6400)
        noise[3200 : 3200 + len(pcm)] += pcm
        self._decoder.start_utt()
        self._decoder.process_raw(np.clip(np.rint(noise), -32768, 32767).astype("<i2").tobytes(), False, True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return [re.sub(r"\(\d+\)$", "", word) for word in found.hypstr.split()] if found is not None else []


def speaking_ms(pcm: NDArray[np.int16] | NDArray[np.float32], rate_hz: int = RATE_HZ, quiet: float = 200) -> float:
    loud = np.flatnonzero(np.abs(pcm.astype(np.float32)) > quiet)
    return float(loud[-1] - loud[0]) * 1000 / rate_hz if len(loud) else 0.0


def espeak_at(voice: str, words_a_minute: int) -> Espeak:
    return Espeak(VoiceSettings(voice, 50, 50, words_a_minute))


def espeak_say(voice: Espeak, text: str) -> Pcm:
    samples: Pcm = (resample(voice.speak(text), voice.rate_hz) * 32767).astype(np.int16)
    return samples


def espeak_as_fast(voice: str, sentences: Sequence[str], ours_ms: float) -> list[Pcm]:
    """The sentences by espeak-ng, in as much time as the toy took."""
    usual = espeak_at(voice, _USUAL_WORDS_A_MINUTE)
    usual_ms = sum(speaking_ms(usual.speak(sentence), usual.rate_hz, 200 / 32767) for sentence in sentences)
    same = espeak_at(voice, round(_USUAL_WORDS_A_MINUTE * usual_ms / ours_ms))
    return [espeak_say(same, sentence) for sentence in sentences]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sentences", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", default="bigram,general")
    parser.add_argument("--voices", default="toy,en", help="toy, and voices of espeak-ng: en is its default")
    parser.add_argument("--settings", default="", help='options of plush_say, as in "--pitch 150"')
    parser.add_argument("--list", action="store_true", help="print what was misheard")
    parser.add_argument("--confusions", action="store_true", help="and which phonemes")
    options = parser.parse_args()
    sentences = test_sentences(options.sentences, options.seed)
    said = [words_of(sentence) for sentence in sentences]
    count = sum(map(len, said))
    spoken = {"toy": [say(sentence, *options.settings.split()) for sentence in sentences]}
    ours_ms = sum(map(speaking_ms, spoken["toy"]))
    for voice in options.voices.split(","):
        if voice != "toy":
            spoken[voice] = espeak_as_fast(voice, sentences, ours_ms)
        spoken_ms = sum(map(speaking_ms, spoken[voice]))
        print(f"{voice}: {len(said)} sentences, {count} words, {60000 * count / spoken_ms:.0f} a minute", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.models.split(","):
            ear = Ear(story_model(Path(folder)) if name == "bigram" else None)
            for voice in options.voices.split(","):
                heard = [ear.hear(pcm) for pcm in spoken[voice]]
                wrong = sum(map(errors, said, heard))
                print(f"{name:8} {voice:8} word errors {wrong / count:.1%}", flush=True)
                for words, others in zip(said, heard, strict=True):
                    if options.list and words != others:
                        print(f"  {' '.join(words)}\n  > {' '.join(others)}")
                if options.confusions:
                    print(
                        "\n".join(confusions.lines(confusions.count(zip(said, heard, strict=True), pronunciations())))
                    )


if __name__ == "__main__":
    main()

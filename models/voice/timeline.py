"""Does the plush ever fall silent in a story because its Llama still writes? `python -m models.voice.timeline`.

While one sentence is heard the next ones are written, at most `ahead` of them waiting (toy_mcu/app/alone/teller.h);
the writer stops when as many wait. Durations are those of the toy's voice, tokens those of the model's tokenizer.

In      stories, a file of text; a tokenizer; tokens a second, or the cost model's figures by position
Out     the gap before each sentence, in ms, beyond the pause that ends every sentence
Raises  FileNotFoundError without stories, tokenizer or plush_say
Source  speeds: toy_mcu/SPEED.md, by `plush llm bench`
"""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from models.llama.tokenizer import Tokenizer, read_tokenizer
from models.voice.cmudict import story_folder
from models.voice.say import RATE_HZ, say

CPU_HZ = 150e6
VOICE_CYCLES = 25e6 * 1.5  # a second of speech at its budget, 1.5 clocks an instruction
ROUND_CYCLES = 8e6  # a second of hearing, link and speaker
TWO_CORES = ((1, 581.0), (128, 441.0), (255, 359.0))  # position, tok/s: toy_mcu/SPEED.md
FRAME_MS = 20.0  # the toy writes at most one token between two frames
MOST_GAP_MS = 300.0
OPENING = "Yes, I know a story. Sit down with me and listen well."

Pace = Callable[[int], float]  # position in tokens -> ms a token


@dataclass(frozen=True)
class Sentence:
    tokens: int
    spoken_ms: float


def predicted_pace(position: int) -> float:
    """Both cores at 150 MHz less what voice and rounds take, and never two tokens in one frame."""
    (left, slow), (right, fast) = TWO_CORES[0], TWO_CORES[-1]
    for low, high in pairwise(TWO_CORES):
        if low[0] <= position:
            (left, slow), (right, fast) = low, high
    part = min(1.0, (position - left) / (right - left))
    rate = (slow + part * (fast - slow)) * (1 - (VOICE_CYCLES + ROUND_CYCLES) / (2 * CPU_HZ))
    return max(FRAME_MS, 1000 / rate)


def steady_pace(tokens_a_second: float) -> Pace:
    return lambda _position: max(FRAME_MS, 1000 / tokens_a_second)


def gaps_ms(sentences: Sequence[Sentence], pace: Pace, ahead: int, opening_ms: float = 0.0) -> list[float]:
    """The first sentence is the prompt: spoken after the opening, while the model reads it and writes."""
    position, written_at = sentences[0].tokens, sentences[0].tokens * pace(1)
    heard_until = opening_ms + sentences[0].spoken_ms
    taken: list[float] = []
    gaps = []
    for sentence in sentences[1:]:
        for _ in range(sentence.tokens):
            written_at += pace(position)
            position += 1
        if len(taken) >= ahead:  # it can wait only where another was taken
            written_at = max(written_at, taken[-ahead])
        start = max(written_at, heard_until)
        gaps.append(start - heard_until)
        taken.append(start)
        heard_until = start + sentence.spoken_ms
    return gaps


def measure(story: str, tokenizer: Tokenizer) -> list[Sentence]:
    from models.voice.intelligibility import split

    parts = [part for part in split(story) if any(letter.isalpha() for letter in part)]
    return [Sentence(len(tokenizer.encode(part, bos=False)), 1000 * len(say(part)) / RATE_HZ) for part in parts]


def stories(path: Path, count: int) -> list[str]:
    """The first of 60 to 220 words each; a file without marks is cut where a story begins."""
    parts = re.split(r"<\|endoftext\|>|(?=\bOnce (?:upon a time|there was))", path.read_text(encoding="utf-8"))
    texts = [part.strip() for part in parts]
    found = [text for text in texts if 60 <= len(text.split()) <= 220][:count]
    if not found:
        raise FileNotFoundError(f"{path} holds no story of 60 to 220 words")
    return found


def worst(told: Sequence[Sequence[Sentence]], pace: Pace, ahead: int, opening_ms: float = 0.0) -> tuple[float, float]:
    """The longest gap, and the share of sentences that wait longer than MOST_GAP_MS."""
    gaps = [gap for story in told for gap in gaps_ms(story, pace, ahead, opening_ms)]
    return max(gaps), sum(gap > MOST_GAP_MS for gap in gaps) / len(gaps)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    folder = story_folder()
    models = folder.parent / "tinyllamas"
    parser.add_argument("--stories", type=Path, default=folder / "tinystories_val.txt")
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--small-tokenizer", type=Path, default=models / "tok512.bin")
    parser.add_argument("--large-tokenizer", type=Path, default=models / "tokenizer.bin")
    parser.add_argument("--rate", type=float, default=8.0, help="tokens a second of the 15M shape")
    parser.add_argument("--opening", default=OPENING, help="said before the story, while the model begins to write")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = stories(options.stories, options.count)
    opening_ms = 1000 * len(say(options.opening)) / RATE_HZ
    rows = []
    for name, path, vocabulary, pace in (
        ("260K shape, predicted", options.small_tokenizer, 512, predicted_pace),
        (f"15M shape, {options.rate:g} tok/s", options.large_tokenizer, 32000, steady_pace(options.rate)),
    ):
        tokenizer = read_tokenizer(path, vocabulary)
        told = [measure(text, tokenizer) for text in texts]
        for ahead in (1, 2, 3, 4, 6, 8):
            longest, late = worst(told, pace, ahead, opening_ms)
            rows.append({"model": name, "ahead": ahead, "longest_gap_ms": round(longest), "late": round(late, 4)})
    for row in rows:
        shown = "{model:24} {ahead} waiting: longest gap {longest_gap_ms} ms, {late:.2%} of sentences late"
        print(json.dumps(row) if options.json else shown.format(**row))


if __name__ == "__main__":
    main()

"""What is spoken for training and testing: the wake phrase, the commands, near misses, and lines to read aloud.

In      text files of the shared data folder, a seed
Out     lists of texts
Raises  FileNotFoundError where a text file is asked for that is not there
"""

from __future__ import annotations

import random
import re
from pathlib import Path

WAKE = "hey teddy"
# The order is the network's order of outputs; silence and unknown come first so that index 0 and 1 mean "nothing".
COMMANDS = (
    "yes", "no", "stop", "go", "up", "down", "left", "right", "on", "off",
    "story", "joke", "song", "good night", "hello", "bye",
)  # fmt: skip
CLASSES = ("silence", "unknown", *COMMANDS)
SYNTHETIC_ONLY = COMMANDS[10:]  # no real recordings exist here

NEAR_MISSES = (
    "teddy", "hey", "hey eddy", "eddy", "yellow teddy", "get ready", "ready", "hey daddy", "daddy", "hey buddy",
    "hey ted", "hey betty", "hey freddy", "hey ready", "steady", "hey steady", "heavy teddy", "hey kitty", "a teddy",
    "the teddy", "my teddy", "big teddy", "hey lady", "hey dad", "hey tessa", "hey danny", "hey terry", "spaghetti",
    "confetti", "already", "hey petty", "hey debbie", "hey jenny", "hey penny", "hey tell me", "hey today",
    "hey tiny", "hey tommy", "hey terrible", "hey ten", "hey everybody", "hey there", "hey you", "pay daddy",
    "they teach", "say it", "okay daddy", "hey teacher", "are you ready", "go to bed", "the bed is ready",
    "eight teddies ate", "hey let it be", "head to bed", "hey mummy", "hey bunny", "hay is yellow", "away today",
    "may daddy", "hey led", "hey deli", "hey telly", "red berry",
)  # fmt: skip

# Nearer still, some of them no words at all: they teach where the edges of the phrase are.
TRAINING_NEAR_MISSES = (
    "hey neddy", "hey leddy", "hey meddy", "hey keddy", "hey teggy", "hey tebby", "hey telly", "hey tenny",
    "hey tessy", "hey teddle", "hey tedder", "hey toddy", "hey tiddy", "hey tubby", "hey tidy", "hey eddie", "hi daddy",
    "hey heady", "hey bready", "hey threaty", "hey pebbly", "hey medley", "ready teddy", "hello teddy", "hi", "hey hey",
    "hey ted is", "it is ready", "be steady", "the heavy bed", "they said he", "may tell he", "a ready", "head",
)  # fmt: skip

_STOCK = (
    "buddy", "daddy", "mummy", "lady", "kitty", "bunny", "teacher", "everybody", "there", "you", "tell me", "today",
    "ready", "baby", "sister", "brother", "grandma", "doggy", "table", "window", "tiger", "rabbit", "robot",
    "dinosaur",
)  # fmt: skip


def near_misses(phrase: str) -> tuple[str, ...]:
    """What sounds a little like a phrase: its parts, alone and beside other words, its last word begun otherwise."""
    if phrase == WAKE:
        return NEAR_MISSES
    first, last = phrase.split(maxsplit=1)[0], phrase.rsplit(maxsplit=1)[-1]
    tail = last.lstrip("bcdfghjklmnpqrstvwxyz") or last
    rhymes = [
        onset + tail for onset in ("b", "d", "f", "k", "l", "m", "p", "r", "s", "t", "st", "gr") if onset + tail != last
    ]
    found = [first, last, *rhymes, *(f"{first} {word}" for word in (*_STOCK, *rhymes))]
    found += [f"{word} {last}" for word in ("a", "the", "my", "big", "yellow", "say", "away")]
    return tuple(text for text in dict.fromkeys(found) if text != phrase)


# After the phrase in one breath.
QUESTIONS = (
    "why is the sky blue", "tell me a story", "what is your name", "how old are you", "sing a song", "do you like me",
    "where do bears live", "can you hear me", "what time is it", "tell me a joke", "are you awake", "how do birds fly",
)  # fmt: skip

_HARD_WORDS = re.compile(r"\b(teddy|teddies|ready|daddy|hey|eddy|freddy|betty|buddy|lady|steady|already|away)\b", re.I)


def sentences(path: Path) -> list[str]:
    """Sentences of a story file, quotes and odd characters taken off."""
    text = path.read_text(encoding="utf-8", errors="replace").replace("<|endoftext|>", "\n")
    text = re.sub(r"[^A-Za-z0-9.,!?'\s]", "", text)
    found = re.split(r"(?<=[.!?])\s+|\n+", text)
    return [" ".join(line.split()) for line in found if 3 <= len(line.split()) <= 30]


def reading(path: Path, count: int, seed: int, hard_share: float = 0.4) -> list[str]:
    """Lines to read aloud; hard_share of them hold a word that sounds a little like the phrase."""
    rng = random.Random(seed)
    lines = [line for line in sentences(path) if not re.search(r"\bhey,? teddy\b", line, re.I)]
    hard = [line for line in lines if _HARD_WORDS.search(line)]
    count_hard = min(len(hard), int(count * hard_share))
    chosen = rng.sample(hard, count_hard) + rng.sample(lines, min(len(lines), count - count_hard))
    rng.shuffle(chosen)
    return chosen


def words(path: Path, count: int, seed: int) -> list[str]:
    """Single words that are no command, the frequent ones first in line to be drawn."""
    counted: dict[str, int] = {}
    for line in sentences(path):
        for word in re.findall(r"[a-z]+", line.lower()):
            counted[word] = counted.get(word, 0) + 1
    taken = {part for command in COMMANDS for part in command.split()}
    ranked = sorted((w for w in counted if w not in taken and len(w) > 1), key=lambda w: -counted[w])
    return random.Random(seed).sample(ranked[: 3 * count], min(count, len(ranked)))

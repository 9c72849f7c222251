"""Stories to train and to judge the toy's story model on, and byte-pair pieces learnt from them.

In      ../shared/data/text (or $PLUSH_SHARED_DATA): tinystories.txt, tinystories_lowercase.txt, tinystories_val.txt
Out     lists of stories; a Tokenizer in llama2.c's form
Raises  FileNotFoundError where the texts are not there
Source  Eldan and Li, TinyStories (2023); Sennrich 2016 (BPE)
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

from models.llama.chat_tokenizer import SPACE, learn_merges, words_of
from models.llama.tokenizer import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
WORDS_FEWEST, WORDS_MOST = 60, 210
"""A story told aloud by a plush: half a minute to a minute and a half."""
SENTENCE_START = re.compile(r'((?:^|[.!?]["\']? |\n|: ")["\']?)([a-z])')


def folder() -> Path:
    """Out: where the texts lie."""
    return Path(os.environ.get("PLUSH_SHARED_DATA", ROOT.parent / "shared" / "data")) / "text"


def training_stories() -> list[str]:
    """Out: stories of a length fit for telling, each on paragraphs parted by one newline, none twice."""
    cased = folder().joinpath("tinystories.txt").read_text(encoding="utf-8").split("<|endoftext|>")
    stories = [tidy(s) for s in cased]
    known = {s.lower()[:80] for s in stories}
    names = capitals("\n".join(stories))
    lowercase = folder().joinpath("tinystories_lowercase.txt").read_text(encoding="utf-8")
    for story in split_stories(lowercase):
        if story[:80] not in known:
            stories.append(recased(story, names))
    return [s for s in stories if WORDS_FEWEST <= len(s.split()) <= WORDS_MOST and s.isascii()]


def held_out(pieces: int = 400, least_bytes: int = 700) -> list[str]:
    """Out: stretches of the validation text, each from a paragraph's first byte on; no model here saw them."""
    text = folder().joinpath("tinystories_val.txt").read_text(encoding="utf-8")
    out, current = [], ""
    for paragraph in text.split("\n\n")[1:]:
        if len(current) >= least_bytes or (current and opens_story(paragraph)):
            if current.isascii() and len(current) >= 300:
                out.append(tidy(current))
            current = ""
        current += paragraph + "\n"
    return out[:pieces]


def opens_story(paragraph: str) -> bool:
    return re.match(r"(once|one day|there was|there were|in a|long ago)\b", paragraph, re.IGNORECASE) is not None


def split_stories(text: str) -> list[str]:
    """In: paragraphs parted by empty lines, stories by a single newline. Out: stories."""
    return [tidy(s) for s in re.split(r"(?<!\n)\n(?!\n)", text)]


def tidy(story: str) -> str:
    """Out: plain quotes, one newline between paragraphs, no space at an edge."""
    plain = story.translate({0x201C: '"', 0x201D: '"', 0x2018: "'", 0x2019: "'", 0x2014: "-", 0x2013: "-"})
    return "\n".join(line.strip() for line in plain.splitlines() if line.strip())


def capitals(text: str) -> dict[str, str]:
    """Out: words that are mostly written with a capital inside a sentence, by their lower-case form."""
    high: Counter[str] = Counter()
    low: Counter[str] = Counter()
    for word in re.findall(r"(?<=[a-z,] )[A-Za-z]+", text):
        (high if word[0].isupper() else low)[word.lower()] += 1
    return {w: w.capitalize() for w, n in high.items() if n > 2 * low[w]} | {"i": "I"}


def recased(story: str, names: dict[str, str]) -> str:
    """Out: a lower-case story with capitals at names and at the start of sentences."""
    named = re.sub(r"[a-z]+", lambda m: names.get(m[0], m[0]), story)
    return SENTENCE_START.sub(lambda m: m[1] + m[2].upper(), named)


def learn_pieces(stories: list[str], vocabulary: int) -> Tokenizer:
    """Out: 3 specials, 256 bytes, every printable character that occurs, then the merges that save most."""
    counts: Counter[str] = Counter()
    for story in stories:
        counts.update(word.replace(SPACE, "_") for word in words_of(story.replace("_", "-")))
    singles = [c for c, _ in Counter("".join(stories) + " ").most_common() if c != "\n"] + ["\n"]
    room = vocabulary - 259 - len(singles)
    merges = [m for m in learn_merges(counts, room + len(singles)) if len(m) > 1][:room]
    texts = [*singles, *(m.replace("_", " ") for m in merges)]
    special = [b"<unk>", b"\n<s>\n", b"\n</s>\n", *(f"<0x{b:02X}>".encode() for b in range(256))]
    scores = [0.0] * 259 + [-1e9] * len(singles) + [float(-i) for i in range(len(merges))]
    return Tokenizer([*special, *(t.encode() for t in texts)], scores)

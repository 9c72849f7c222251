"""Build the flash table from words to phonemes: letter-to-sound trees, and a dictionary of what they get wrong.

In      pocketsphinx's CMUdict, the stories of ../shared/data/text (or --stories), phrases.toml
Out     weights/lexicon.bin, all little endian (read by toy_mcu/voice/lexicon.c):
          0  "TPVX"   4  u16 version 1   6  u16 words in the dictionary   8  u32 bytes in all
         12  u32 CRC-32 of the rest
         16  u16 nodes, u16 classes; 26 u16 roots, a letter each
         72  classes of 4 bytes: number of phonemes, phonemes;  nodes of 8 bytes: u32 feature << 28 | set of letters,
             u16 yes, u16 no (bit 15: a class, not a node)
         ..  u16 offset of every 16th word; words, front-coded: u8 letters shared with the one before,
             u8 letters, letters, u8 phonemes, phonemes
Raises  SystemExit when the table outgrows --most-bytes
Time    about 40 s on one core
"""

import argparse
import random
import struct
import tomllib
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.voice.align import Chunk, align
from models.voice.cmudict import PHONES, Pronunciation, pronunciations, story_folder, story_words
from models.voice.tree import Grower, Node, context, look_up

HERE = Path(__file__).resolve().parent
WEIGHTS = HERE / "weights" / "lexicon.bin"
BLOCK = 16
LEAF = 0x8000
_STORY_WEIGHT = 4.0


@dataclass
class Rules:
    """One tree a letter, and what their leaves say."""

    trees: dict[str, Node]
    chunks: list[Chunk]
    splits: int

    def pronounce(self, spelling: str) -> Pronunciation:
        labels = (look_up(self.trees[letter], context(spelling, at)) for at, letter in enumerate(spelling))
        return tuple(phone for label in labels for phone in self.chunks[label])


def train(words: dict[str, list[Pronunciation]], counts: Counter[str], most_splits: int, others: int) -> Rules:
    """Trees from the stories' words, which weigh more, and `others` more words of a..z."""
    spelled = sorted(word for word in words if word.isalpha())
    rest = [word for word in spelled if word not in counts]
    chosen = set(random.Random(0).sample(rest, min(others, len(rest))))
    pairs = [(word, words[word][0]) for word in spelled if word in counts or word in chosen]
    chunks: list[Chunk] = [()]
    numbers: dict[Chunk, int] = {(): 0}
    rows: dict[str, list[tuple[list[int], int, float]]] = {chr(97 + at): [] for at in range(26)}
    for (word, _), path in zip(pairs, align(pairs), strict=True):
        for at, chunk in enumerate(path or ()):
            if chunk not in numbers:
                numbers[chunk] = len(chunks)
                chunks.append(chunk)
            weight = _STORY_WEIGHT if word in counts else 1.0
            rows[word[at]].append((context(word, at), numbers[chunk], weight))
    grower = Grower(most_splits)
    trees = {}
    for letter, table in rows.items():
        samples = np.array([row[0] for row in table], np.uint8)
        classes = np.array([row[1] for row in table], np.int64)
        trees[letter] = grower.plant(samples, classes, np.array([row[2] for row in table]))
    grower.grow()
    return Rules(trees, chunks, grower.splits)


def exceptions(rules: Rules, words: dict[str, list[Pronunciation]], wanted: Counter[str]) -> dict[str, Pronunciation]:
    """Words whose pronunciation the rules do not find, and short forms; 's is a rule in C (pronounce.c)."""
    known = [word for word in wanted if word in words]
    plain = (word for word in known if word.isalpha() and rules.pronounce(word) not in words[word])
    short = (word for word in known if "'" in word and not word.endswith("'s"))
    return {word: words[word][0] for word in (*plain, *short)}


def blob(rules: Rules, listed: dict[str, Pronunciation]) -> bytes:
    nodes: list[tuple[int, int, int]] = []
    roots = struct.pack("<26H", *(_place(rules.trees[chr(97 + at)], nodes) for at in range(26)))
    if len(nodes) >= LEAF:
        raise SystemExit(f"lexicon: {len(nodes)} nodes do not fit 15 bits")
    body = struct.pack("<HH", len(nodes), len(rules.chunks)) + roots
    for chunk in rules.chunks:
        body += bytes([len(chunk), *_numbers(chunk), *[0] * (3 - len(chunk))])
    body += b"".join(struct.pack("<IHH", *node) for node in nodes)
    index, entries, before = b"", b"", ""
    for at, word in enumerate(sorted(listed)):
        if at % BLOCK == 0:
            index += struct.pack("<H", len(entries))
            before = ""
        shared = next(
            (i for i, (a, b) in enumerate(zip(word, before, strict=False)) if a != b), min(len(word), len(before))
        )
        entries += bytes([shared, len(word) - shared]) + word[shared:].encode()
        entries += bytes([len(listed[word]), *_numbers(listed[word])])
        before = word
    if len(entries) > 0xFFFF:
        raise SystemExit(f"lexicon: a dictionary of {len(entries)} bytes does not fit 16-bit offsets")
    body += index + entries
    body += bytes(-len(body) % 4)
    header = struct.pack("<4sHHI", b"TPVX", 1, len(listed), 16 + len(body))
    return header + struct.pack("<I", zlib.crc32(body)) + body


def _numbers(phones: Pronunciation) -> list[int]:
    return [1 + PHONES.index(phone) for phone in phones]


def _place(node: Node, nodes: list[tuple[int, int, int]]) -> int:
    if node.children is None:
        return LEAF | node.label
    at = len(nodes)
    nodes.append((0, 0, 0))
    yes, no = (_place(child, nodes) for child in node.children)
    nodes[at] = (node.feature << 28 | node.mask, yes, no)
    return at


def held_out(
    words: dict[str, list[Pronunciation]], counts: Counter[str], most_splits: int, others: int, seed: int
) -> float:
    """Share of left-out story words, drawn by frequency, that rules trained without them get right."""
    known = sorted(word for word in counts if word in words and word.isalpha())
    generator = random.Random(seed)
    left_out = set(generator.sample(known, len(known) // 10))
    rules = train({word: says for word, says in words.items() if word not in left_out}, counts, most_splits, others)
    drawn = generator.choices(sorted(left_out), [counts[word] for word in sorted(left_out)], k=2000)
    token_share = sum(rules.pronounce(word) in words[word] for word in drawn) / len(drawn)
    type_share = sum(rules.pronounce(word) in words[word] for word in left_out) / len(left_out)
    print(f"held out: {len(left_out)} words, by frequency {token_share:.1%}, each once {type_share:.1%}")
    return token_share


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stories", type=Path, default=story_folder(), help="folder of .txt files")
    parser.add_argument("--splits", type=int, default=16000)
    parser.add_argument("--others", type=int, default=25000, help="training words that no story has")
    parser.add_argument("--most-bytes", type=int, default=260_000)
    parser.add_argument("--held-out", type=int, metavar="SEED", help="measure on left-out words, write nothing")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    words = pronunciations()
    counts = story_words(path.read_text(encoding="utf-8") for path in sorted(options.stories.glob("*.txt")))
    if options.held_out is not None:
        held_out(words, counts, options.splits, options.others, options.held_out)
        return
    phrases = tomllib.loads((HERE / "phrases.toml").read_text(encoding="utf-8"))["phrase"]
    counts += story_words(phrase["text"] for phrase in phrases)
    rules = train(words, counts, options.splits, options.others)
    data = blob(rules, exceptions(rules, words, counts))
    if len(data) > options.most_bytes:
        raise SystemExit(f"lexicon: {len(data)} bytes, more than {options.most_bytes}")
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_bytes(data)
    print(f"{rules.splits} splits, {struct.unpack_from('<H', data, 6)[0]} words, {len(data)} bytes -> {options.out}")


if __name__ == "__main__":
    main()

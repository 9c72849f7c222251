"""What the classifier sees of a text: hashed words, pairs, pieces of words, sounds, concepts, and the sentence's shape.

In      text; as a program, a file of JSON strings, one a line
Out     numbers 0..2**17-1, one a feature; as a program, an .npz with `ids` int32[total] and `offsets` int64[rows]
Run     main(ROWS, OUT): training sees through the very same eyes
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from base_station.dialogue.safety import vocabulary
from base_station.dialogue.safety.normalise import words
from base_station.dialogue.safety.spelling import sound_key
from base_station.dialogue.safety.vocabulary import FUNCTION_WORDS, LONGEST_PHRASE, Vocabulary

BUCKETS = 1 << 17
_SHORTEST_PIECES = 4
# words that turn what the others mean
_PIVOT_TEXT = """i me my myself us you your he she they him her someone people not no dont wont cant never without how
what why can is should want if when only story game pretend"""
_PIVOTS = frozenset(_PIVOT_TEXT.split())


def features(text: str) -> NDArray[np.int32]:
    known = vocabulary.load()
    return hashed(named(words(text, known), known))


def hashed(names: Iterator[str]) -> NDArray[np.int32]:
    """A feature that is there twice counts once."""
    ids = {zlib.crc32(name.encode()) % BUCKETS for name in names}
    return np.fromiter(sorted(ids), dtype=np.int32, count=len(ids))


def named(found: Sequence[str], known: Vocabulary) -> Iterator[str]:
    """The features by name, before they are hashed."""
    shape, concepts = shaped(found, known)
    yield "all"
    yield from (f"w {word}" for word in found)
    yield from (f"b {a} {b}" for a, b in pairwise(found))
    yield from (f"k {a} {c}" for a, c in zip(found, found[2:], strict=False))
    for word in found:
        if len(word) >= _SHORTEST_PIECES and word.isalpha() and known.rank.get(word, 1 << 30) >= FUNCTION_WORDS:
            edged = f"<{word}>"
            yield f"p {edged[:6]}"
            yield from (f"p {edged[at : at + 4]}" for at in range(len(edged) - 3))
    yield from (f"s {a} {b}" for a, b in pairwise(shape))
    yield from (f"s {a} {b} {c}" for a, b, c in zip(shape, shape[1:], shape[2:], strict=False))
    yield from (f"c {concept}" for concept in concepts)
    ordered = sorted(concepts)
    yield from (f"cc {a} {b}" for at, a in enumerate(ordered) for b in ordered[at + 1 :])
    pivots = [word for word in dict.fromkeys(found) if word in _PIVOTS]
    yield from (f"cw {concept} {word}" for concept in concepts for word in dict.fromkeys((*found[:3], *pivots)))
    sounds = [sound_key(word) for word in found]
    yield from (f"q {sound}" for sound in sounds)
    yield from (f"q {a} {b}" for a, b in pairwise(sounds))
    telling = sum(concept not in known.harmless for concept in concepts)
    yield f"telling {min(telling, 3)}"
    strange = sum(part == "?" for part in shape)
    yield f"strange {min(strange, 4)}"
    yield f"strange share {4 * strange // max(1, len(shape))}"
    yield f"length {len(found).bit_length()}"


def shaped(found: Sequence[str], known: Vocabulary) -> tuple[list[str], list[str]]:
    """(the sentence with concepts for words, all concepts once): function words stay, "_" is known, "?" is not."""
    shape: list[str] = []
    concepts: dict[str, None] = {}
    covered = 0  # up to here a longer phrase stands for its words
    for at, word in enumerate(found):
        phrases = [
            (size, known.phrases.get(tuple(found[at : at + size])))
            for size in range(min(LONGEST_PHRASE, len(found) - at), 1, -1)
        ]
        matches = [(size, names) for size, names in phrases if names is not None]
        if word in known.concepts:
            matches.append((1, known.concepts[word]))
        for _, names in matches:
            concepts.update(dict.fromkeys(names))
        if at < covered:
            continue
        size, names = matches[0] if matches else (1, ())
        covered = at + size
        rank = known.rank.get(word, 1 << 30)
        if names:
            shape.append(names[0].upper())
        elif rank < FUNCTION_WORDS:
            shape.append(word)
        else:
            shape.append("_" if rank < 1 << 30 else "#" if word[0].isdigit() else "?")
    return ["^", *shape, "$"], list(concepts)


def main(rows: Path, out: Path) -> None:
    found = [features(json.loads(line)) for line in rows.read_text(encoding="utf-8").splitlines()]
    offsets = np.cumsum([0, *map(len, found)])[:-1]
    np.savez(out, ids=np.concatenate(found), offsets=offsets.astype(np.int64))

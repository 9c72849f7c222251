"""The pronunciations and the words to pronounce: CMUdict as pocketsphinx's package carries it, and story text.

In      the package pocketsphinx; text files of stories, one or more
Out     {word: [pronunciations, best first]} without stress marks; {word: how often}
Raises  ImportError without pocketsphinx; OSError for a story file that is not there
Source  the CMU Pronouncing Dictionary (BSD-style licence)
"""

import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

_VOWELS = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW"
_CONSONANTS = "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH"
PHONES = f"{_VOWELS} {_CONSONANTS}".split()  # the order of toy_mcu/voice/phones.h, which begins at 1
Pronunciation = tuple[str, ...]
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def pronunciations() -> dict[str, list[Pronunciation]]:
    import pocketsphinx

    path = Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict"
    found: dict[str, list[Pronunciation]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *phones = line.split()
        word = re.sub(r"\(\d+\)$", "", word)
        if re.fullmatch(r"[a-z']+", word) and set(phones) <= set(PHONES):
            found.setdefault(word, []).append(tuple(phones))
    return found


def story_words(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_WORD.findall(text.lower().replace("\u2019", "'")))
    return counts


def story_folder() -> Path:
    given = os.environ.get("PLUSH_SHARED_DATA")
    return (Path(given) if given else Path(__file__).resolve().parents[3] / "shared" / "data") / "text"

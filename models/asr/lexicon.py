"""Pronunciations: CMUdict from pocketsphinx's package, our own additions, and derived plurals and possessives.

In      models/asr/pronunciations.txt; `cmudict-en-us.dict` inside the installed pocketsphinx
Out     Lexicon: word -> list of pronunciations ("K AE T")
"""

from __future__ import annotations

import re
from pathlib import Path

import pocketsphinx

Lexicon = dict[str, list[str]]
UNVOICED = {"P", "T", "K", "F", "TH"}
SIBILANT = {"S", "Z", "SH", "ZH", "CH", "JH"}


def read(path: Path) -> Lexicon:
    """A pronunciation file in CMUdict's form, `word(2)` being a variant; # begins a comment line."""
    lexicon: Lexicon = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, phones = line.split(None, 1)
            lexicon.setdefault(re.sub(r"\(\d+\)$", "", word), []).append(phones.strip())
    return lexicon


def load(additions: Path) -> Lexicon:
    """CMUdict with our additions; where both know a word, ours are further variants."""
    lexicon = read(Path(pocketsphinx.get_model_path("en-us")) / "cmudict-en-us.dict")
    for word, variants in read(additions).items():
        known = lexicon.setdefault(word, [])
        known.extend(v for v in variants if v not in known)
    return lexicon


def pronounce(word: str, lexicon: Lexicon) -> list[str]:
    """All pronunciations of a word, deriving `cats`, `cat's` and `witches` from the word that they come from."""
    if word in lexicon:
        return lexicon[word]
    for ending, base in (("'s", word[:-2]), ("es", word[:-2]), ("s", word[:-1])):
        if word.endswith(ending) and base in lexicon and not (ending == "es" and word[:-1] in lexicon):
            return [with_s(phones) for phones in lexicon[base]]
    if word.endswith("ies") and word[:-3] + "y" in lexicon:
        return [with_s(phones) for phones in lexicon[word[:-3] + "y"]]
    return []


def with_s(phones: str) -> str:
    """English plural sound after a pronunciation."""
    last = phones.rsplit(maxsplit=1)[-1]
    return f"{phones} {'IH Z' if last in SIBILANT else 'S' if last in UNVOICED else 'Z'}"


def write(path: Path, words: list[str], lexicon: Lexicon) -> int:
    """Writes the pronunciations of `words` in pocketsphinx's form. Returns the number of lines."""
    lines = []
    for word in sorted(words):
        for number, phones in enumerate(pronounce(word, lexicon), start=1):
            lines.append(f"{word} {phones}" if number == 1 else f"{word}({number}) {phones}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)

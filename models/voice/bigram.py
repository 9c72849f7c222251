"""A bigram model of a text, in ARPA form for a recogniser.

In      sentences as lists of words
Out     an ARPA file: absolute discounting of 0.5, backing off to unigrams
Source  Ney, Essen and Kneser, "On structuring probabilistic dependences" (1994)
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

_DISCOUNT = 0.5


def write_bigram(path: Path, sentences: Iterable[Sequence[str]]) -> int:
    """Returns the number of words in it."""
    singles: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for sentence in sentences:
        tokens = ["<s>", *sentence, "</s>"]
        singles.update(tokens)
        pairs.update(pairwise(tokens))
    total = sum(count for word, count in singles.items() if word != "<s>")
    share = {word: 1e-9 if word == "<s>" else count / total for word, count in singles.items()}
    begun: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    for (left, right), count in pairs.items():
        begun[left] += count
        kinds[left] += 1
        covered[left] += share[right]  # type: ignore[assignment]
    lines = ["\\data\\", f"ngram 1={len(singles)}", f"ngram 2={len(pairs)}", "", "\\1-grams:"]
    for word in sorted(singles):
        left_over = _DISCOUNT * kinds[word] / begun[word] if begun[word] else 1.0
        backoff = left_over / max(1.0 - covered[word], 1e-6)
        lines.append(f"{math.log10(share[word]):.4f} {word} {math.log10(backoff):.4f}")
    lines += ["", "\\2-grams:"]
    for (left, right), count in sorted(pairs.items()):
        lines.append(f"{math.log10((count - _DISCOUNT) / begun[left]):.4f} {left} {right}")
    path.write_text("\n".join([*lines, "", "\\end\\", ""]), encoding="utf-8")
    return len(singles)

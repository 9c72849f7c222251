"""Which letter says what: aligns spellings with pronunciations, each letter giving no, one or two phonemes.

In      pairs of a spelling and its phonemes
Out     for each pair one tuple of phonemes a letter, or None where no alignment exists
Source  Black, Lenzo and Pagel, "Issues in building general letter to sound rules" (1998), with hard EM
"""

import math
from collections import Counter
from collections.abc import Sequence

Chunk = tuple[str, ...]
Pair = tuple[str, Chunk]
_FAR = -1e9
_LONGEST = 2


def align(pairs: Sequence[Pair], rounds: int = 4, sample: int = 12000) -> list[list[Chunk] | None]:
    some = pairs[:: max(1, len(pairs) // sample)]
    scores = _first_guess(some)
    for _ in range(rounds):
        counts: Counter[tuple[str, Chunk]] = Counter()
        for spelling, phones in some:
            for letter, chunk in zip(spelling, best_path(spelling, phones, scores) or (), strict=False):
                counts[letter, chunk] += 1
        scores = _logs(counts)
    return [best_path(spelling, phones, scores) for spelling, phones in pairs]


def best_path(spelling: str, phones: Chunk, scores: dict[tuple[str, Chunk], float]) -> list[Chunk] | None:
    """Viterbi over (letters done, phonemes done)."""
    best: dict[int, tuple[float, list[Chunk]]] = {0: (0.0, [])}
    for letter in spelling:
        ahead: dict[int, tuple[float, list[Chunk]]] = {}
        for done, (score, path) in best.items():
            for length in range(min(_LONGEST, len(phones) - done) + 1):
                chunk = phones[done : done + length]
                total = score + scores.get((letter, chunk), -12.0 - 6.0 * length)
                if done + length not in ahead or total > ahead[done + length][0]:
                    ahead[done + length] = (total, [*path, chunk])
        best = ahead
    return best[len(phones)][1] if len(phones) in best else None


def _first_guess(pairs: Sequence[Pair]) -> dict[tuple[str, Chunk], float]:
    """Letters and phonemes that stand at about the same place in a word."""
    counts: Counter[tuple[str, Chunk]] = Counter()
    for spelling, phones in pairs:
        for at, letter in enumerate(spelling):
            middle = round(at * len(phones) / len(spelling))
            for phone in phones[max(0, middle - 1) : middle + 2]:
                counts[letter, (phone,)] += 1
            counts[letter, ()] += 1
    return _logs(counts)


def _logs(counts: Counter[tuple[str, Chunk]]) -> dict[tuple[str, Chunk], float]:
    totals: Counter[str] = Counter()
    for (letter, _), count in counts.items():
        totals[letter] += count
    return {key: math.log(count / totals[key[0]]) for key, count in counts.items()}

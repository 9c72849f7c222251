"""Which phonemes are misheard, and as what: said and heard words, pronounced by CMUdict and laid side by side.

In      pairs of said and heard words
Out     for each phoneme how often it was said, how often it was heard as itself, and what it was taken for
Source  Levenshtein distance with its path; a phoneme that vanished is taken for "-"
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from models.voice.cmudict import Pronunciation

GONE = "-"


def pair_up(said: Sequence[str], heard: Sequence[str]) -> list[tuple[str, str]]:
    """The cheapest way from one to the other, step by step; what came in from nowhere pairs with GONE."""
    rows = [list(range(len(heard) + 1))]
    for at, one in enumerate(said, 1):
        row = [at]
        for place, other in enumerate(heard, 1):
            row.append(min(rows[-1][place] + 1, row[place - 1] + 1, rows[-1][place - 1] + (one != other)))
        rows.append(row)
    pairs, at, place = [], len(said), len(heard)
    while at or place:
        here = rows[at][place]
        if at and place and here == rows[at - 1][place - 1] + (said[at - 1] != heard[place - 1]):
            at, place = at - 1, place - 1
            pairs.append((said[at], heard[place]))
        elif at and here == rows[at - 1][place] + 1:
            at -= 1
            pairs.append((said[at], GONE))
        else:
            place -= 1
            pairs.append((GONE, heard[place]))
    return pairs[::-1]


def count(
    told: Iterable[tuple[Sequence[str], Sequence[str]]], known: Mapping[str, Sequence[Pronunciation]]
) -> dict[str, Counter[str]]:
    """Each phoneme that was said, with what it was heard as."""
    table: dict[str, Counter[str]] = {}
    for said, heard in told:
        sounds = [[phone for word in words if word in known for phone in known[word][0]] for words in (said, heard)]
        for one, other in pair_up(*sounds):
            table.setdefault(one, Counter())[other] += 1
    return table


def lines(table: Mapping[str, Counter[str]], most: int = 12) -> list[str]:
    """The phonemes that are lost most often."""
    lost = {phone: heard.total() - heard[phone] for phone, heard in table.items() if phone != GONE}
    worst = sorted(lost, key=lambda phone: -lost[phone])[:most]
    return [
        f"{phone:3} {lost[phone]:4} of {table[phone].total():4} lost: "
        + ", ".join(f"{other} {times}" for other, times in table[phone].most_common(6) if other != phone)
        for phone in worst
    ]

"""What a child tells of itself in so many words: its name, age, pets, what it likes. Nothing is guessed.

In      what was heard, from an ordinary turn
Out     short sentences that a parent can read, and a prompt can carry
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_AGES = "three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_LOVED = "dog|cat|hamster|rabbit|bunny|fish|bird|brother|sister|teddy"
_WORD = r"[a-z][a-z'-]+"
_STOP = frozenset(
    ["a", "an", "the", "so", "not", "very", "too", "and", "here", "fine", "good", "tired", "sad", "happy"]
)
_FACTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), fact)
    for pattern, fact in (
        (rf"\bmy name is ({_WORD})", "The child is called {0}."),
        (rf"\bi(?:'m| am) ({_AGES}|[3-9]|1[0-2])(?: years old| and a half|$)", "The child is {0} years old."),
        (rf"\bmy ({_LOVED})(?:'s name)? is (?:called |named )?({_WORD})$",
         "The child's {0} is called {1}."),
        (rf"\bmy favou?rite (color|colour|animal|food|book|game|song|story|toy|sport) is (?:the |a |an )?({_WORD})",
         "The child's favourite {0} is {1}."),
        (rf"\bi (?:really )?(love|like) ({_WORD})$", "The child likes {1}."),
        (r"\bi have an? (dog|cat|hamster|rabbit|bunny|fish|bird|brother|sister|pony|turtle)\b", "The child has a {0}."),
    )
)  # fmt: skip


def facts_in(heard: str) -> Iterator[str]:
    text = " ".join(heard.lower().strip(" .!?").split())
    for pattern, fact in _FACTS:
        if (found := pattern.search(text)) is not None and not _STOP & set(found.groups()):
            named = [g.title() if "called" in fact and at == len(found.groups()) - 1 else g
                     for at, g in enumerate(found.groups())]  # fmt: skip
            yield fact.format(*named)

"""A child's sentence as it may really arrive: wrapped, in other spellings, misheard, with or without punctuation.

In      a canonical question (lower case, no punctuation) and a random generator
Out     the text that the model sees as the user's message
"""

from __future__ import annotations

import random
import re

from models.llama.chat_knowledge import load, split

NOISE = load("noise")
QUESTION_WORDS = split(NOISE["question_words"])
SPELLINGS = tuple((words.replace("|", r"\b"), other) for words, other in NOISE["spellings"])
COMMON = {"a", "the", "is", "i", "are", "to", "and", "you"}
MISHEARD: dict[str, list[str]] = NOISE["misheard"]
INDIRECT = (
    (re.compile(r"^(why|how|what|where|when|what \w+) (?:do|did) (.*)$"), r"\1 \2"),
    (re.compile(r"^(why|how|where|what) does (.*)$"), r"\1 \2"),
    (re.compile(r"^(what|who) (is|are) ((?:an?|the) \w+|\w+s)$"), r"\1 \3 \2"),
    (re.compile(r"^(why|how|where) (is|are) ((?:(?:an?|the|my) )?\w+)( .*)?$"), r"\1 \3 \2\4"),
)


def wrap(text: str, rng: random.Random) -> str:
    """Out: the text with words around it, or turned into an indirect question."""
    asking = text.split(maxsplit=1)[0] in QUESTION_WORDS
    if asking and rng.random() < 0.12:
        for pattern, form in INDIRECT:
            if pattern.match(text):
                return f"{rng.choice(split(NOISE['indirect_heads']))} {pattern.sub(form, text)}"
    dice = rng.random()
    if dice < 0.16:
        head = rng.choice(split(NOISE["before" if asking else "before_command"]))
        return f"{head} {text}"
    if dice < 0.26:
        tail = rng.choice(split(NOISE["after" if asking else "after_command"]))
        return f"{text} {tail}"
    if dice < 0.36:
        return f"{text} {rng.choice(split(NOISE['tails']))}"
    if dice < 0.5 and (verb := re.search(r"\b(am|is|are|do|can|does|i|you)\b", text)):
        return f"{text[: verb.end()]} {rng.choice(split(NOISE['middles']))}{text[verb.end() :]}"
    return text


def respell(text: str, rng: random.Random) -> str:
    """Out: the text with some other spellings and words."""
    for pattern, other in rng.sample(SPELLINGS, 8):
        if rng.random() < 0.5:
            text = re.sub(pattern, other, text)
    return text


def mishear(text: str, rng: random.Random, keep: set[str]) -> str:
    """In: keep, words that stay as they are. Out: the text with one or two errors of a speech recogniser."""
    words = text.split()
    for _ in range(rng.choice((1, 1, 2))):
        i = rng.randrange(len(words))
        if len(words) < 3 or words[i].rstrip("s") in keep:
            continue
        if words[i] in MISHEARD and rng.random() < 0.75:
            words[i] = rng.choice(MISHEARD[words[i]])
        elif len(words[i]) <= 3 and rng.random() < 0.5:
            del words[i]
        elif rng.random() < 0.3:
            words[i] = words[i][:-1] if words[i].endswith("s") else words[i] + "s"
        elif rng.random() < 0.3:
            words.insert(i, rng.choice(("um", "uh", words[i], "the", "like")))
    return " ".join(" ".join(words).split())


def punctuate(text: str) -> str:
    """Out: as a grown-up would type it."""
    text = re.sub(r"\bi\b", "I", text)
    text = re.sub(r"\bi'm\b", "I'm", text)
    first = text.split()[0] if text else ""
    ends = "?" if first.lower() in QUESTION_WORDS or first in ("what's", "whats", "where's", "who's") else "."
    return text[:1].upper() + text[1:] + ends


def spoken(text: str, rng: random.Random, answer: str = "") -> str:
    """In: a canonical sentence; its answer, whose words (names, numbers) stay. Out: what the model sees."""
    if rng.random() < 0.55:
        text = wrap(text, rng)
    if rng.random() < 0.5:
        text = respell(text, rng)
    if rng.random() < 0.22:
        text = mishear(text, rng, {w.rstrip("s") for w in re.findall(r"[a-z]+", answer.lower())} - COMMON)
    dice = rng.random()
    if dice < 0.20:
        return punctuate(text)
    return text + "?" if dice < 0.25 else text

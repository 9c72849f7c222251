"""From a conversation to a prompt: the model's own chat template, and what to leave out when it is too long.

In      messages, a Jinja template (GGUF metadata) or none, the number of tokens that fit
Out     the prompt's text and how many of the oldest turns were left out
Source  TinyLlama-1.1B-Chat's published template (Zephyr style), used where a file brings none
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from base_station.llm.base import Turn

Render = Callable[[Sequence[Turn]], str]
CountTokens = Callable[[str], int]

STOPS = ("</s>", "<|system|>", "<|user|>", "<|assistant|>", "<|im_end|>", "<|end|>")
# What a child says, or what a recogniser hears, must never look like the marks between turns.
_MARKS = re.compile(r"<\|[^|<>]{0,40}\|>|</?s>|\[/?INST\]|<</?SYS>>")
_SHORTEST_CHARACTERS = 40


def zephyr(messages: Sequence[Turn]) -> str:
    """TinyLlama's own form: <|role|>, the text, </s>; ends where the assistant is to go on."""
    turns = "".join(f"<|{turn['role']}|>\n{turn['content']}</s>\n" for turn in messages)
    return f"{turns}<|assistant|>\n"


def without_system(messages: Sequence[Turn]) -> list[Turn]:
    """For templates that know no system role: its text goes in front of the first thing that the child says."""
    system = " ".join(turn["content"] for turn in messages if turn["role"] == "system")
    rest = [turn for turn in messages if turn["role"] != "system"]
    if system and rest:
        rest[0] = Turn(role=rest[0]["role"], content=f"{system}\n\n{rest[0]['content']}")
    return rest


def clean(messages: Sequence[Turn]) -> list[Turn]:
    """Messages without anything that the template could take for one of its own marks."""
    return [Turn(role=turn["role"], content=_MARKS.sub(" ", turn["content"]).strip()) for turn in messages]


def fit(messages: Sequence[Turn], render: Render, count: CountTokens, room_tokens: int) -> tuple[str, int]:
    """Leaves out the oldest turns after the system prompt until the prompt fits; then shortens what is left.

    Out: the prompt, and how many messages are not in it. Never fails: the last words of the child stay to the end.
    """
    kept = clean(messages)
    first = 1 if kept and kept[0]["role"] == "system" else 0
    dropped = 0
    prompt = render(kept)
    while count(prompt) > room_tokens and len(kept) > first + 1:
        # A question leaves together with its answer, so that the rest still begins with the child.
        until = first + 1
        while until < len(kept) - 1 and kept[until]["role"] == "assistant":
            until += 1
        dropped += until - first
        del kept[first:until]
        prompt = render(kept)
    while count(prompt) > room_tokens:
        longest = max(range(len(kept)), key=lambda at: len(kept[at]["content"]), default=None)
        if longest is None or len(kept[longest]["content"]) <= _SHORTEST_CHARACTERS:
            break
        kept[longest]["content"] = _shorten(kept[longest])
        prompt = render(kept)
    return prompt, dropped


def _shorten(turn: Turn) -> str:
    """Three quarters of it: the beginning of a system prompt, the end of everything else."""
    text = turn["content"]
    size = max(len(text) * 3 // 4, _SHORTEST_CHARACTERS)
    return text[:size] if turn["role"] == "system" else text[-size:]

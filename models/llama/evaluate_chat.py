"""Ask the shipped GGUF through llama.cpp what it was never asked in training, and count.

    .venv/bin/python -m models.llama.evaluate_chat [--json] [--wrong]

In      base_station/data/llama/plush-chat.gguf; evaluation.toml; the phrasings and names that dialogues.py holds out
Out     shares of: on topic (hand-written questions), kind "I do not know", conversations that need memory, held-out
        phrasings whose answer is the right one, held-out names remembered, answers that end by themselves, known words
Source  greedy decoding unless --temperature says otherwise; on topic = a key word of evaluation.toml is in the answer
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tomllib
from pathlib import Path
from typing import Any

from llama_cpp import Llama

from models.llama.chat_knowledge import FOLDER, Question
from models.llama.chat_memory import HELD_OUT_NAMES
from models.llama.dialogues import Maker, held_out

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "base_station" / "data" / "llama" / "plush-chat.gguf"
SYSTEM = "You are Teddy, a kind plush toy talking with a child. Answer in one or two short sentences."
UNSURE = re.compile(r"not (sure|know)|hard question|grown-up|mom or dad|understand", re.I)


class Asker:
    """The model behind llama.cpp's own chat interface, with its own template."""

    def __init__(self, path: Path, system: str = SYSTEM, sampling: dict[str, float] | None = None) -> None:
        self.llama = Llama(str(path), n_ctx=512, n_threads=1, n_threads_batch=1, verbose=False)
        self.system = system
        self.sampling: dict[str, Any] = {"temperature": 0.0, "repeat_penalty": 1.0} | (sampling or {})
        self.answers: list[tuple[str, bool]] = []

    def talk(self, lines: list[str]) -> str:
        """In: what the child says, turn by turn. Out: the last answer."""
        messages: list[Any] = [{"role": "system", "content": self.system}] if self.system else []
        answer = ""
        for line in lines:
            messages.append({"role": "user", "content": line})
            result: Any = self.llama.create_chat_completion(messages, max_tokens=120, seed=1, **self.sampling)
            answer = result["choices"][0]["message"]["content"].strip()
            self.answers.append((answer, result["choices"][0]["finish_reason"] == "stop"))
            messages.append({"role": "assistant", "content": answer})
        return answer


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def on_topic(answer: str, wants: list[str]) -> bool:
    return any(re.search(rf"\b(?:{want})" if want[0].isalpha() else want, answer, re.I) for want in wants)


def close(answer: str, question: Question) -> bool:
    """Out: whether the answer shares two thirds of its words with the right one."""
    said = words_in(answer)
    return any(len(said & words_in(say)) >= 0.67 * max(len(words_in(say)), len(said)) for say in question.says)


def evaluate(path: Path, sample: int, sampling: dict[str, float]) -> tuple[dict[str, str], list[str]]:
    """Out: the figures by name as "right/all share", and a line for every wrong answer."""
    asker, maker, wrong = Asker(path, sampling=sampling), Maker(5), []
    data = tomllib.loads((FOLDER.parent / "evaluation.toml").read_text(encoding="utf-8"))
    trained = {ask for q in maker.questions for ask in q.asks if not held_out(ask, q)}
    marks: dict[str, list[bool]] = {}

    def mark(name: str, asked: list[str], answer: str, right: bool) -> None:
        marks.setdefault(name, []).append(right)
        if not right:
            wrong.append(f"{name}: {' / '.join(asked)} -> {answer}")

    for part, name in (("single", "first_set"), ("fresh", "second_set"), ("last", "third_set")):
        for ask, wants in data[part]:
            answer = asker.talk([ask])
            mark(name + "_seen_phrasing" * (ask in trained), [ask], answer, on_topic(answer, wants))
    for ask in data["unknown"]:
        answer = asker.talk([ask])
        mark("does_not_know", [ask], answer, bool(UNSURE.search(answer)))
    for lines, wants in data["talks"]:
        answer = asker.talk(lines)
        mark("conversation", lines, answer, on_topic(answer, wants))
    for name in HELD_OUT_NAMES:
        lines = [f"my name is {name.lower()}", "tell me a riddle", "what is my name"]
        answer = asker.talk(lines)
        mark("held_out_name", lines, answer, name in answer)
    for name in ("Bobo", "Ziggy", "Karlo"):
        other = Asker(path, SYSTEM.replace("Teddy", name), sampling)
        answer = other.talk(["what is your name"])
        mark("own_name", [name], answer, name in answer)
    hidden = [(ask, q) for q in maker.questions for ask in q.asks if held_out(ask, q)]
    for ask, question in random.Random(1).sample(hidden, min(sample, len(hidden))):
        answer = asker.talk([ask.replace("{me}", "teddy")])
        mark("held_out_phrasing", [ask], answer, close(answer, question))
    known = {w for d in Maker(9).stream(20000) for _, say in d.exchanges for w in words_in(say)}
    for answer, ended in asker.answers:
        mark("ends_by_itself", [], answer, ended and answer[-1:] in tuple(".!?"))
        mark("known_words", [], answer, words_in(answer) <= known | {n.lower() for n in HELD_OUT_NAMES})
    return {name: f"{sum(m)}/{len(m)} {sum(m) / len(m):.3f}" for name, m in marks.items()}, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description="Count how often the chat model answers well.")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--sample", type=int, default=300, help="held-out phrasings to ask")
    parser.add_argument("--temperature", type=float, default=0.0)
    parser.add_argument("--repeat-penalty", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="print the wrong answers, too")
    args = parser.parse_args()
    sampling = {"temperature": args.temperature, "repeat_penalty": args.repeat_penalty}
    figures, wrong = evaluate(args.model, args.sample, sampling)
    if args.wrong:
        print("\n".join(wrong))
    print(json.dumps(figures, indent=1) if args.json else "\n".join(f"{k:24} {v}" for k, v in figures.items()))


if __name__ == "__main__":
    main()

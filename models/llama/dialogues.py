"""Dialogues between a child and the plush, made from the written knowledge: as many as wanted, every one different.

    python -m models.llama.dialogues --count 5 --seed 1      prints some
    python -m models.llama.dialogues --questions             prints every phrasing that may be asked, one a line

In      knowledge/*.toml; a seed; optionally a text of stories, whose words stand for what the plush does not know
Out     Dialogue(system, exchanges); phrasings chosen by held_out() are never asked in training
Source  our own text; nothing is taken from other data sets
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from models.llama import chat_memory as memory_scenes
from models.llama import chat_scenes as scenes
from models.llama.chat_animals import ability, comparison
from models.llama.chat_knowledge import Question, animal_rows, animals, facts, load, split
from models.llama.chat_memory import Exchange, Memory
from models.llama.chat_noise import spoken
from models.llama.chat_tables import tables

MIX = load("mix")
SHARES: dict[str, float] = MIX["shares"]
PRONOUN_ASKS = {attribute: split(asks) for attribute, asks in MIX["pronoun_asks"].items()}


@dataclass(frozen=True)
class Dialogue:
    """A system prompt, perhaps empty, and exchanges (what the child says, what the plush answers)."""

    system: str
    exchanges: tuple[Exchange, ...]


def held_out(ask: str, question: Question) -> bool:
    """Out: whether this phrasing is kept for evaluation: about one in twenty where at least three others stay."""
    return len(question.asks) >= 4 and zlib.crc32(f"{ask}/plush".encode()) % 20 == 0


def strange_text(stories: Path | None, known: set[str]) -> tuple[list[str], list[str]]:
    """In: a story text. Out: words and short sentences of it that no question uses: what the plush cannot answer."""
    if stories is None or not stories.exists():
        return ["zorp", "blick", "wumm", "flarn", "glim"], ["then they all went there together", "he put it there"]
    text = stories.read_text(encoding="utf-8").lower()
    counts = Counter(re.findall(r"[a-z]+", text))
    words = [w for w, n in counts.items() if n >= 4 and w not in known and len(w) > 3]
    lines = [s.strip() for s in re.split(r"[.!?\n]", text) if 3 <= len(s.split()) <= 9 and not re.search(r'["“”:<]', s)]
    lines = [s for s in lines if not scenes.DANGER & set(s.split())]  # those must never get a mere "I see"
    return sorted(words), [re.sub(r"[^a-z' ]", "", s) for s in lines]


def without_doubles(questions: list[Question]) -> list[Question]:
    """Out: the questions, a phrasing that two share left with the first."""
    seen: set[str] = set()
    out = []
    for question in questions:
        asks = tuple(ask for ask in question.asks if ask not in seen)
        seen.update(asks)
        if asks:
            out.append(replace(question, asks=asks))
        else:
            print(f"no phrasing left: {question.asks[0]}", file=sys.stderr)
    return out


class Maker:
    """Draws dialogues. One seed gives one sequence."""

    def __init__(self, seed: int, stories: Path | None = None) -> None:
        self.rng = random.Random(seed)
        self.rows = animal_rows()
        self.questions = without_doubles(facts() + animals() + tables())
        self.by_kind: dict[str, list[Question]] = {}
        self.by_animal: dict[tuple[str, str], Question] = {}
        for question in self.questions:
            self.by_kind.setdefault(question.kind, []).append(question)
            if question.attribute:
                self.by_animal[question.about, question.attribute] = question
        known = {w for q in self.questions for ask in q.asks for w in ask.split()}
        self.words, self.lines = strange_text(stories, known)

    def ask(self, question: Question) -> str:
        """Out: one of the question's phrasings that training may use."""
        return self.rng.choice([ask for ask in question.asks if not held_out(ask, question)] or list(question.asks))

    def knowledge(self, kind: str) -> list[Exchange]:
        """Out: a question of this kind with its answer, sometimes with a follow-up."""
        rng = self.rng
        question = (
            ability(rng, self.rows)
            if kind == "can"
            else comparison(rng, self.rows)
            if kind == "compare"
            else rng.choice(self.by_kind[kind])
        )
        out = [(self.ask(question), rng.choice(question.says))]
        if question.more and rng.random() < 0.13 and kind != "persona":
            out.append((rng.choice(split(MIX["follow_ups"])), question.more))
        if question.attribute and rng.random() < 0.3:
            attribute = rng.choice(list(PRONOUN_ASKS))
            if attribute != question.attribute:
                out.append((rng.choice(PRONOUN_ASKS[attribute]), self.by_animal[question.about, attribute].says[0]))
        elif question.attribute in PRONOUN_ASKS and rng.random() < 0.2:
            other = rng.choice(self.rows)
            ask = rng.choice(("and {}", "and what about {}", "what about {}")).format(other["plural"])
            out.append((ask, self.by_animal[other["name"], question.attribute].says[0]))
        return out

    def scene(self, kind: str, memory: Memory) -> list[Exchange]:
        """Out: the exchanges of one scene."""
        rng = self.rng
        match kind:
            case "story":
                return scenes.story(rng, memory.child)
            case "joke":
                return scenes.jokes(rng)
            case "riddle":
                return scenes.riddle(rng)
            case "song":
                return scenes.song(rng)
            case "unknown":
                return scenes.unknown(rng, self.words, self.lines)
            case "worry":
                return scenes.worry(rng)
            case "taste":
                return scenes.taste(rng)
            case "echo":
                return scenes.echo(rng, self.words)
            case "tell_name":
                return memory_scenes.tell_name(rng, memory)
            case "tell_fact":
                return memory_scenes.tell_fact(rng, memory)
            case "relative":
                return memory_scenes.relative(rng, memory)
        return self.knowledge(kind)

    def recall(self, memory: Memory) -> list[Exchange]:
        """Out: a question about what the child said before."""
        dice = self.rng.random()
        if dice < 0.55:
            return memory_scenes.recall_name(self.rng, memory)
        relatives = [k for k in memory.facts if k.startswith("name of ")]
        if dice < 0.8 or not relatives:
            return memory_scenes.recall_fact(self.rng, memory)
        return memory_scenes.recall_relative(self.rng, memory)

    def system(self, memory: Memory) -> str:
        """Out: a system prompt, or none; memory then knows the names in it."""
        rng = self.rng
        if rng.random() < 0.3:
            return ""
        if rng.random() < 0.75:
            usual = memory_scenes.WORDS["plush_names"].split()
            memory.me = rng.choice(usual) if rng.random() < 0.7 else memory_scenes.random_name(rng)
        text: str = MIX["systems"][0] if rng.random() < 0.45 else rng.choice(MIX["systems"])
        text = text.format(me=memory.me)
        if rng.random() < 0.15:
            memory.child = memory_scenes.random_name(rng)
            text += " " + rng.choice(split(MIX["child_lines"])).format(c=memory.child)
        return text

    def dialogue(self) -> Dialogue:
        """Out: one dialogue, mostly of one to seven exchanges, a few longer ones."""
        rng, memory = self.rng, Memory()
        system = self.system(memory)
        wanted = rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 6)) if rng.random() < 0.96 else rng.randint(8, 13)
        out: list[Exchange] = []
        while len(out) < wanted:
            told = memory.child is not None or bool(memory.facts)
            if rng.random() < (0.35 if told else 0.025):
                part = self.recall(memory)
            else:
                part = self.scene(rng.choices(list(SHARES), list(SHARES.values()))[0], memory)
            out += [(ask.replace("{me}", memory.me.lower()), say.replace("{me}", memory.me)) for ask, say in part]
            if rng.random() < 0.45:
                out += memory_scenes.reply(rng, memory, out[-1][1])
        return Dialogue(system, tuple((spoken(ask, rng, say), say) for ask, say in out[: max(wanted, 7)]))

    def stream(self, count: int) -> Iterator[Dialogue]:
        """Out: count dialogues."""
        return (self.dialogue() for _ in range(count))


def main() -> None:
    parser = argparse.ArgumentParser(description="Print generated dialogues, or every phrasing.")
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stories", type=Path)
    parser.add_argument("--questions", action="store_true", help="print every canonical phrasing, one a line")
    args = parser.parse_args()
    maker = Maker(args.seed, args.stories)
    if args.questions:
        print("\n".join(sorted({ask.replace("{me}", "teddy") for q in maker.questions for ask in q.asks})))
        return
    for dialogue in maker.stream(args.count):
        print(f"[system] {dialogue.system}" if dialogue.system else "[no system prompt]")
        for ask, say in dialogue.exchanges:
            print(f"  child: {ask}\n  plush: {say}")


if __name__ == "__main__":
    main()

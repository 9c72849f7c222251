"""Trains the gate's classifier: `python models/safety/train.py` (about 10 minutes, one thread).

In      corpus/, the recogniser's patterns (models/asr), the chat model's dialogues (models/llama), stories
        (PLUSH_SHARED_DATA or ../shared/data, text/tinystories.txt)
Out     base_station/data/safety/words.txt and weights.npz; the same on every run with the same libraries
How     rows drawn from the patterns, half of them damaged (noise.py) or framed; the gate's own features, asked of it as
        a program; an embedding bag of 2**15 buckets by 24, one hidden layer, in torch; then 8 bits a weight
Raises  SystemExit with one line when the stories are not there
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "asr"))
sys.path.insert(0, str(Path(__file__).parent))
import corpus
import grammar
import noise
from corpus import Row

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "base_station/data/safety"
SEED = 20261127
HAZARD_DRAWS, ORDINARY_DRAWS = 32, 80
REQUESTS, STORY_SENTENCES, DIALOGUES = 12_000, 7_000, 1_200
CAREFUL = re.compile(
    r"grown-?up|hurt|safe|kind(?:er)? words|not do that|trust|doctor|sorry"
)  # an answer to no ordinary words
COMMON_FROM = 3  # uses, for a word to count as one of a child's own
PLAIN_TIMES = 6
BUCKETS, WIDTH, HIDDEN = 1 << 15, 24, 48
EPOCHS, BATCH = 4, 192
SPECIFIC_DROPOUT = 0.6  # of the features; and of those that hold of many words
GENERAL_DROPOUT = 0.36
GENERAL_ONLY = 0.25  # of the rows show nothing but concepts and shapes, so that these carry weight of their own
GENERAL = 1 << 13  # as in the gate's features.py: buckets below are general
VARIED = 0.3  # of the rows are asked in another way, of another person
STRANGE = 0.08  # of the rows lose a content word to a word that nobody knows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--epochs", type=int, default=EPOCHS)
    arguments.add_argument("--development", action="store_true", help="keep the test families out, to measure on them")
    arguments.add_argument("--words-only", action="store_true", help="write words.txt and stop")
    options = arguments.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    rng = Random(SEED)
    chosen = [f for f in corpus.families() if not (options.development and f.for_test)]
    rows = [*hazards(chosen, rng), *ordinary(chosen, rng)]
    common = write_words(rows)
    if options.words_only:
        return
    rows = list(damaged(rows, rng, common))
    rng.shuffle(rows)
    print(f"{len(rows)} rows, {sum(row.hazard == 'ordinary' for row in rows)} of them ordinary", flush=True)
    ids, offsets = features([row.text for row in rows])
    labels = hazard_names()
    target = np.array([labels.index(row.hazard) for row in rows])
    weights = fit(ids, offsets, target, len(labels), options.epochs)
    np.savez(OUT / "weights.npz", **quantised(weights))
    print(f"{(OUT / 'weights.npz').stat().st_size} bytes")


# --- rows ------------------------------------------------------------------------------------------------------------
def hazards(families: Sequence[corpus.Family], rng: Random) -> Iterator[Row]:
    for family in families:
        if family.hazard != "ordinary":
            yield from drawn(family, HAZARD_DRAWS, rng)


def ordinary(families: Sequence[corpus.Family], rng: Random) -> Iterator[Row]:
    for family in families:
        if family.hazard == "ordinary":
            yield from drawn(family, ORDINARY_DRAWS, rng)
    patterns = grammar.load(ROOT / "models/asr/patterns")
    yield from (Row(" ".join(words), "ordinary", "asr") for words in patterns.sentences(REQUESTS))
    yield from (Row(text, "ordinary", "llama") for text in dialogues())
    yield from (Row(text, "ordinary", "story") for text in stories(rng))


def drawn(family: corpus.Family, count: int, rng: Random) -> Iterator[Row]:
    """A pattern's sentences; one that was written out comes several times, each a little different."""
    for text in family.draw(count, rng):
        yield Row(text, family.hazard, family.text)
        if text == family.text:
            yield from (Row(corpus.varied(text, rng), family.hazard, text) for _ in range(PLAIN_TIMES - 1))


def dialogues() -> list[str]:
    """What child and plush say to each other in the chat model's own dialogues, without those about dangers."""
    command = [sys.executable, "-m", "models.llama.dialogues", "--count", str(DIALOGUES), "--seed", "5"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    said = [line.strip().partition(": ") for line in printed.splitlines() if ": " in line]
    found = {line for who, _, line in said if who == "plush"}
    for (_, _, ask), (who, _, reply) in pairwise(said):
        if who == "plush" and not CAREFUL.search(reply):
            found.add(ask)
    return sorted(line for line in found if line)


def stories(rng: Random) -> list[str]:
    shared = Path(os.environ.get("PLUSH_SHARED_DATA", ROOT.parent / "shared/data"))
    path = shared / "text/tinystories.txt"
    if not path.exists():
        sys.exit(f"the stories are not there: {path}")
    text = path.read_text(encoding="utf-8").replace("<|endoftext|>", " ")
    sentences = [s.strip() for s in text.replace("!", ".").replace("?", ".").split(".") if 3 < len(s.split()) < 25]
    return rng.sample(sentences, STORY_SENTENCES)


def damaged(rows: Sequence[Row], rng: Random, common: Sequence[str]) -> Iterator[Row]:
    """Each row as it is, and about every second one once more, damaged or in a frame."""
    for row in rows:
        plain = row.hazard == "ordinary"
        text = (
            corpus.framed(row.text, ["child"] if plain else ["child", "hard"], rng) if rng.random() < 0.3 else row.text
        )
        yield Row(corpus.varied(text, rng) if rng.random() < VARIED else text, row.hazard, row.family)
        kind = rng.random()
        if kind < 0.15:
            yield Row(noise.misspelled(row.text, rng), row.hazard, row.family)
        elif kind < 0.22:
            yield Row(noise.leet(row.text, rng), row.hazard, row.family)
        elif kind < 0.26:
            yield Row(noise.spaced(row.text, rng), row.hazard, row.family)
        elif kind < 0.46:
            yield Row(noise.misheard(row.text, rng, common[:3000], 0.12), row.hazard, row.family)
        elif kind < 0.46 + STRANGE:
            words = row.text.split()
            words[rng.randrange(len(words))] = "".join(
                rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in "123"
            )
            yield Row(" ".join(words), row.hazard, row.family)


def write_words(rows: Sequence[Row]) -> list[str]:
    """words.txt: a child's own words, commonest first; behind a line "--", words that spelling may lead to."""
    counts: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for row in rows:
        words = [
            "".join(c for c in w if c.isalnum()) for w in row.text.lower().replace("-", " ").replace("'", "").split()
        ]
        (counts if row.hazard == "ordinary" else others).update(w for w in words if w)
    common = [word for word, count in counts.most_common() if count >= COMMON_FROM]
    dictionary = (ROOT / "base_station/data/asr/plush.dict").read_text(encoding="utf-8").splitlines()
    others.update(line.split()[0].split("(")[0].replace("'", "") for line in dictionary if line)
    rest = sorted(set(others) - set(common))
    (OUT / "words.txt").write_text(
        "\n".join([*common, "--", *(w for w in rest if w.isalpha())]) + "\n", encoding="utf-8"
    )
    return common


# --- the gate's own eyes ---------------------------------------------------------------------------------------------
def features(texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "rows", Path(folder) / "features.npz"
        source.write_text("\n".join(json.dumps(text) for text in texts), encoding="utf-8")
        call = "import sys; from pathlib import Path; from base_station.dialogue.safety.features import main; "
        program = [sys.executable, "-c", call + "main(*map(Path, sys.argv[1:]))", str(source), str(out)]
        subprocess.run(program, cwd=ROOT, check=True)
        made = np.load(out)
        return torch.from_numpy(made["ids"].astype(np.int64)), torch.from_numpy(made["offsets"])


def hazard_names() -> list[str]:
    program = "from base_station.dialogue.safety.hazards import Hazard; print(*Hazard, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


# --- learning --------------------------------------------------------------------------------------------------------
class Net(torch.nn.Module):
    """Sum of the features' vectors over the root of their number, one hidden layer, a score for each hazard."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.bag = torch.nn.EmbeddingBag(BUCKETS, WIDTH, mode="sum")
        torch.nn.init.normal_(self.bag.weight, std=0.05)
        self.hidden = torch.nn.Linear(WIDTH, HIDDEN)
        self.out = torch.nn.Linear(HIDDEN, classes)

    def forward(self, ids: torch.Tensor, offsets: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        pooled = self.bag(ids, offsets) / counts.clamp(min=1).sqrt().unsqueeze(1)
        return self.out(torch.relu(self.hidden(torch.relu(pooled))))


def dropped(part: torch.Tensor) -> torch.Tensor:
    """A row as the net sees it this time."""
    general = part < GENERAL
    if float(torch.rand(1)) < GENERAL_ONLY:
        return part[general & (torch.rand(len(part)) >= GENERAL_DROPOUT)]
    return part[torch.rand(len(part)) >= SPECIFIC_DROPOUT]


def fit(ids: torch.Tensor, offsets: torch.Tensor, target: np.ndarray, classes: int, epochs: int) -> Net:
    net = Net(classes)
    ends = torch.cat([offsets[1:], torch.tensor([len(ids)])])
    goal = torch.from_numpy(target)
    balance = torch.from_numpy(1.0 / np.sqrt(np.bincount(target, minlength=classes).clip(1))).float()
    balance = balance / balance.mean()
    balance[0] = balance[1:].mean()
    loss_of = torch.nn.CrossEntropyLoss(weight=balance, label_smoothing=0.05)
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-2)
    steps = epochs * (len(goal) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4.5e-3, total_steps=steps)
    for epoch in range(epochs):
        total, right = 0.0, 0
        for chosen in torch.randperm(len(goal)).split(BATCH):
            parts = [ids[offsets[i] : ends[i]] for i in chosen.tolist()]
            parts = [dropped(part) for part in parts]
            counts = torch.tensor([len(part) for part in parts])
            starts = torch.cat([torch.zeros(1, dtype=torch.long), counts.cumsum(0)[:-1]])
            scores = net(torch.cat(parts), starts, counts)
            loss = loss_of(scores, goal[chosen])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(chosen)
            right += int((scores.argmax(1) == goal[chosen]).sum())
        print(f"epoch {epoch}: loss {total / len(goal):.4f}, {right / len(goal):.4f} right", flush=True)
    return net


def quantised(net: Net) -> dict[str, np.ndarray]:
    """The bag as int8 with a scale a column, the rest as float16."""
    bag = net.bag.weight.detach().numpy()
    scale = np.abs(bag).max(axis=0) / 127.0
    return {
        "bag": np.clip(np.rint(bag / scale), -127, 127).astype(np.int8),
        "scale": scale.astype(np.float32),
        "hidden": net.hidden.weight.detach().numpy().astype(np.float16),
        "hidden_bias": net.hidden.bias.detach().numpy().astype(np.float16),
        "out": net.out.weight.detach().numpy().astype(np.float16),
        "out_bias": net.out.bias.detach().numpy().astype(np.float16),
    }


if __name__ == "__main__":
    main()

"""Train the toy's story model: a Llama of about 260,000 parameters that begins, tells and ends a story.

    nice .venv/bin/python -m models.llama.train_story --out build/story/own.bin --minutes 60 --seed 1
    nice .venv/bin/python -m models.llama.train_story --from stories260K.bin --pieces tok512.bin \
        --out build/story/tuned.bin

In      stories (story_text.py); optionally a llama2.c checkpoint to start from, and one to learn from (--teacher)
Out     a llama2.c checkpoint and, beside it, NAME.tok.bin
Time    wall time by --minutes, or a number of bytes of text by --megabytes: the learning rate follows either
Source  Muon (Jordan 2024) for the matrices, AdamW for the rest; distillation (Hinton 2015)
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from models.llama import story_text
from models.llama.chat_model import ChatModel, ChatShape
from models.llama.formats import read_checkpoint
from models.llama.story_file import load_weights, model_shape, write_checkpoint, write_tokenizer
from models.llama.tokenizer import BOS, Tokenizer, read_tokenizer
from models.llama.train_chat import descend, optimisers

ROWS, TOKENS = 8, 288


@dataclass(frozen=True)
class Budget:
    """Whichever ends first."""

    seconds: float = 1e9
    text_bytes: float = 1e18

    def done(self, seconds: float, text_bytes: float) -> float:
        return max(seconds / self.seconds, text_bytes / self.text_bytes)


@dataclass(frozen=True)
class Recipe:
    """What a run is made of."""

    shape: ChatShape
    tokenizer: Tokenizer
    budget: Budget
    seed: int = 1
    rate: float = 1.0
    start: ChatModel | None = None
    teacher: ChatModel | None = None
    average: float = 0.99
    mix: float = 1.0
    """Share of the trained weights in the result, the rest is the start: Wortsman 2022, robust fine-tuning."""


def rows_of(stories: list[str], tokenizer: Tokenizer) -> Tensor:
    """Out: int64 (stories, TOKENS + 1): BOS, a story, then BOS, which ends it, and 0 where nothing is learnt."""
    rows = torch.zeros((len(stories), TOKENS + 1), dtype=torch.int64)
    for i, story in enumerate(stories):
        ids = [*tokenizer.encode(story), BOS][: TOKENS + 1]
        rows[i, : len(ids)] = torch.tensor(ids)
    return rows


def shuffled(rows: Tensor, seed: int) -> Iterator[Tensor]:
    """Out: batches without end, stories of like length together so that little of a batch is padding."""
    generator = torch.Generator().manual_seed(seed)
    lengths = (rows != 0).sum(1)
    while True:
        order = torch.randperm(len(rows), generator=generator)
        for pool in order.split(ROWS * 16):
            ranked = pool[lengths[pool].argsort()]
            batches = [b for b in ranked.split(ROWS) if len(b) == ROWS]
            for i in torch.randperm(len(batches), generator=generator):
                rows_here = rows[batches[int(i)]]
                yield rows_here[:, : int(lengths[batches[int(i)]].max())]


def loss_of(model: ChatModel, batch: Tensor, teacher: ChatModel | None) -> Tensor:
    """Out: cross entropy a token in nats; with a teacher, half of it is the distance to what the teacher expects."""
    wanted = batch[:, 1:] != 0
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(batch[:, :-1], wanted)
    plain = F.cross_entropy(logits.float(), batch[:, 1:][wanted])
    if teacher is None:
        return plain
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        target = F.softmax(teacher(batch[:, :-1], wanted).float(), dim=-1)
    return 0.5 * plain + 0.5 * F.cross_entropy(logits.float(), target)


def train(recipe: Recipe, stories: list[str]) -> ChatModel:
    """Out: the trained model, its weights averaged over the last few hundred steps."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)
    model = recipe.start or ChatModel(recipe.shape)
    before = {k: v.clone() for k, v in model.state_dict().items()} if recipe.start is not None else None
    average = {name: value.clone() for name, value in model.state_dict().items()}
    opts = optimisers(model)
    rates = [o.param_groups[0]["lr"] * recipe.rate for o in opts]
    rows = rows_of(stories, recipe.tokenizer)
    bytes_a_token = sum(len(s) for s in stories) / max(1, int((rows > 1).sum()))
    began = told = time.monotonic()
    seen, step = 0, 0
    for batch in shuffled(rows, recipe.seed):
        done = recipe.budget.done(time.monotonic() - began, seen * bytes_a_token)
        if done >= 1.0:
            break
        loss = loss_of(model, batch, recipe.teacher)
        descend(model, loss, opts, rates, done)
        step, seen = step + 1, seen + int((batch != 0).sum())
        with torch.no_grad():
            weight = min(recipe.average, 1 - 8 / (step + 8))
            for name, value in model.state_dict().items():
                average[name].lerp_(value, 1 - weight)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(f"{told - began:6.0f} s  {step} steps  {seen:,} tokens  loss {loss.item():.3f}", flush=True)
    if before is not None:
        average = {name: before[name].lerp(value, recipe.mix) for name, value in average.items()}
    model.load_state_dict(average)
    return model


@torch.no_grad()
def bits_a_byte(model: ChatModel, tokenizer: Tokenizer, texts: list[str]) -> float:
    """Out: bits a byte over texts, each read from its start, up to TOKENS tokens."""
    nats, count = 0.0, 0
    for text in texts:
        ids = torch.tensor([tokenizer.encode(text)[:TOKENS]])
        nats += F.cross_entropy(model(ids[:, :-1]).float(), ids[0, 1:], reduction="sum").item()
        count += len(tokenizer.decode(ids[0].tolist()))
    return float(nats / np.log(2) / count)


def load(checkpoint: Path, pieces: Path) -> tuple[ChatModel, Tokenizer]:
    """Out: a llama2.c checkpoint as a network to train on or to learn from, and its tokenizer."""
    source = read_checkpoint(checkpoint)
    model = ChatModel(model_shape(source.shape))
    load_weights(model, source)
    return model, read_tokenizer(pieces, source.shape.vocab)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the toy's story model on one core.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.0, help="factor on the learning rates; 0.1 to train on")
    parser.add_argument(
        "--shape", default="64,5,8,4,172,512", help="width,layers,heads,KV heads,feed-forward,vocabulary"
    )
    parser.add_argument("--from", dest="start", type=Path, help="llama2.c checkpoint to start from")
    parser.add_argument(
        "--mix", type=float, default=1.0, help="with --from: share of the trained weights in the result"
    )
    parser.add_argument("--teacher", type=Path, help="llama2.c checkpoint to learn from, with the same pieces")
    parser.add_argument("--pieces", type=Path, help="llama2.c tokenizer.bin; learnt from the stories without one")
    args = parser.parse_args()
    stories = story_text.training_stories()
    width, layers, heads, kv_heads, hidden, vocabulary = (int(n) for n in args.shape.split(","))
    shape = ChatShape(vocabulary, width, layers, heads, kv_heads, hidden)
    start = teacher = None
    if args.start:
        start, tokenizer = load(args.start, args.pieces)
        shape = start.shape
    else:
        tokenizer = (
            read_tokenizer(args.pieces, vocabulary) if args.pieces else story_text.learn_pieces(stories, vocabulary)
        )
    if args.teacher:
        teacher, _ = load(args.teacher, args.pieces)
    print(f"{len(stories)} stories, {sum(map(len, stories)):,} bytes", flush=True)
    model = train(
        Recipe(shape, tokenizer, Budget(seconds=60 * args.minutes), args.seed, args.rate, start, teacher, mix=args.mix),
        stories,
    )
    write_checkpoint(args.out, model)
    write_tokenizer(args.out.with_suffix(".tok.bin"), tokenizer)
    print(f"{args.out}: {bits_a_byte(model, tokenizer, story_text.held_out()):.4f} bits a byte on held-out stories")


if __name__ == "__main__":
    main()

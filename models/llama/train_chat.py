"""Train the embedded chat model on the CPU, from nothing, with generated dialogues that never repeat.

    nice -n 10 .venv/bin/python -m models.llama.train_chat --minutes 45 --seed 1

In      models/llama/knowledge/*.toml, ../shared/data/text/tinystories.txt (for words that the plush does not know)
Out     build/chat/tokenizer.json, build/chat/best.pt (weights, shape, step, validation loss), one log line a minute
Time    the budget is wall time: the learning rate follows it, so that a slow machine still ends with a finished model
Source  AdamW for embeddings and norms, Muon (Jordan 2024, torch.optim.Muon) for the matrices
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from models.llama.chat_model import ChatModel, ChatShape
from models.llama.chat_tokenizer import EOS, ChatTokenizer, train_tokenizer
from models.llama.dialogues import Maker

ROOT = Path(__file__).resolve().parents[2]
Batch = tuple[Tensor, Tensor]  # tokens (batch, time + 1); wanted (batch, time)


def shared_text() -> Path:
    """Out: where the stories lie, if they do."""
    return Path(os.environ.get("PLUSH_SHARED_DATA", ROOT.parent / "shared" / "data")) / "text" / "tinystories.txt"


def batches(maker: Maker, tokenizer: ChatTokenizer, pool: int, batch_tokens: int, context: int) -> list[Batch]:
    """Out: pool dialogues in batches of like length: rows start at position 0, so no dialogue sees another."""
    examples = [tokenizer.encode_chat(d.system, d.exchanges) for d in maker.stream(pool)]
    examples.sort(key=lambda example: len(example[0]))
    out: list[Batch] = []
    while examples:
        longest = min(len(examples[-1][0]), context + 1)
        rows = max(1, batch_tokens // longest)
        part, examples = examples[-rows:], examples[:-rows]
        tokens = torch.full((len(part), longest), EOS)
        wanted = torch.zeros((len(part), longest), dtype=torch.bool)
        for i, (ids, want) in enumerate(part):
            n = min(len(ids), longest)
            tokens[i, :n] = torch.tensor(ids[:n])
            wanted[i, :n] = torch.tensor(want[:n])
        out.append((tokens, wanted[:, 1:]))
    random.Random(pool + len(out)).shuffle(out)
    return out


def loss_of(model: ChatModel, batch: Batch) -> Tensor:
    """Out: mean cross entropy of the wanted tokens, in nats."""
    tokens, wanted = batch
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(tokens[:, :-1], wanted)
    return F.cross_entropy(logits.float(), tokens[:, 1:][wanted])


@torch.no_grad()
def validation_loss(model: ChatModel, data: list[Batch]) -> float:
    """Out: the mean loss over batches that training never draws."""
    return sum(loss_of(model, b).item() for b in data) / len(data)


def tie_cases(model: ChatModel, tokenizer: ChatTokenizer) -> None:
    """Start " Cat" near " cat": the same vector plus one common step, so that names are copied across the case."""
    low, high = (torch.tensor(ids) for ids in zip(*tokenizer.mirrored(), strict=True))
    weight = model.token_embd.weight.data
    weight[high] = weight[low] + 0.02 * torch.randn(weight.shape[1]) + 0.2 * weight[high]


def learn_tokenizer(seed: int, size: int) -> ChatTokenizer:
    """Out: the tokenizer, learnt from thirty thousand dialogues."""
    dialogues = Maker(seed + 1000, shared_text()).stream(30000)
    return train_tokenizer((t for d in dialogues for e in ((d.system, ""), *d.exchanges) for t in e), size)


def optimisers(model: ChatModel) -> list[torch.optim.Optimizer]:
    """Out: Muon for the matrices of the layers, AdamW for the rest."""
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embd" not in n]
    rest = [p for n, p in model.named_parameters() if p.ndim != 2 or "embd" in n]
    return [
        torch.optim.Muon(matrices, lr=0.02, momentum=0.95, weight_decay=0.01),
        torch.optim.AdamW(rest, lr=0.004, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def pace(done: float) -> float:
    """In: the share of the time budget that is over. Out: factor of the learning rate: short warm-up, linear end."""
    return min(1.0, done / 0.02 + 0.05, max(0.02, (1.0 - done) / 0.6))


def descend(
    model: ChatModel, loss: Tensor, opts: Sequence[torch.optim.Optimizer], rates: Sequence[float], done: float
) -> None:
    """One step down the loss. done: the share of the training that is over; rates: each optimiser's at full pace."""
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimiser, rate in zip(opts, rates, strict=True):
        optimiser.param_groups[0]["lr"] = rate * pace(done)
        optimiser.step()
        optimiser.zero_grad()


def train(minutes: float, seed: int, folder: Path, shape: ChatShape, batch_tokens: int, more: bool = False) -> None:
    """Train for the given wall time, from nothing or from the checkpoint there; writes the best one into folder."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "200")  # every batch has its own shape: gigabytes else
    folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(seed, shared_text())
    state = torch.load(folder / "best.pt", weights_only=True) if more else None
    if state is None:
        learn_tokenizer(seed, shape.vocabulary).save(folder / "tokenizer.json")
    tokenizer = ChatTokenizer.load(folder / "tokenizer.json")
    model = ChatModel(shape)
    if state is None:
        tie_cases(model, tokenizer)
    else:
        model.load_state_dict(state["weights"])
    check = batches(Maker(seed + 2000, shared_text()), tokenizer, 250, batch_tokens, shape.context)
    told = f"stories {shared_text().exists()}"
    print(f"{model.parameter_count()} parameters, {tokenizer.size} pieces, {told}", flush=True)
    opts = optimisers(model)
    rates = [o.param_groups[0]["lr"] for o in opts]
    start = last = time.monotonic()
    step, seen = (state["step"], state["tokens"]) if state else (0, 0)
    best, smooth, minute = 1e9, 0.0, 0
    queue: list[Batch] = []
    while (done := (time.monotonic() - start) / (60 * minutes)) < 1.0:
        queue = queue or batches(maker, tokenizer, 2000, batch_tokens, shape.context)
        batch = queue.pop()
        loss = loss_of(model, batch)
        descend(model, loss, opts, rates, done)
        step, seen = step + 1, seen + batch[0].numel()
        smooth = 0.95 * smooth + 0.05 * loss.item() if smooth else loss.item()
        if time.monotonic() - last > 60:
            last = time.monotonic()
            print(f"{last - start:6.0f} s  step {step}  {seen} tokens  loss {smooth:.3f}", flush=True)
            minute += 1
            if minute % 5 == 0:
                best = keep_best(model, check, best, step, seen, folder)
    keep_best(model, check, best, step, seen, folder)


def keep_best(model: ChatModel, check: list[Batch], best: float, step: int, seen: int, folder: Path) -> float:
    """Out: the lower of best and the validation loss now; the model is saved when it is now."""
    value = validation_loss(model, check)
    print(f"          validation {value:.4f}", flush=True)
    if value >= best:
        return best
    torch.save(
        {
            "weights": model.state_dict(),
            "shape": asdict(model.shape),
            "step": step,
            "tokens": seen,
            "validation": value,
        },
        folder / "best.pt",
    )
    return value


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the embedded chat model on one core.")
    parser.add_argument("--minutes", type=float, default=45.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "chat")
    parser.add_argument("--batch-tokens", type=int, default=2560)
    parser.add_argument("--more", action="store_true", help="go on from the checkpoint in the folder")
    args = parser.parse_args()
    train(args.minutes, args.seed, args.folder, ChatShape(), args.batch_tokens, args.more)


if __name__ == "__main__":
    main()

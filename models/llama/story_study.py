"""Which shape should the toy's story model have? Many shapes on an equal budget of text, judged on quality and cost.

    nice .venv/bin/python -m models.llama.story_study run     # an hour of one core; goes on where it stopped
    .venv/bin/python -m models.llama.story_study show         # the table and docs/story-shapes.png

In      stories (story_text.py); the Cortex-M33 build of llm_tool (made on demand) counts instructions
Out     build/story/study.json: bits a byte on held-out stories, instructions a token over 256 positions, bytes of SRAM
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.llama import bench, convert, story_text
from models.llama.chat_model import ChatModel, ChatShape
from models.llama.story_file import write_checkpoint, write_tokenizer
from models.llama.tokenizer import Tokenizer
from models.llama.train_story import Budget, Recipe, bits_a_byte, train

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "story"
TEXT_BYTES = 2e6


def shape(vocabulary: int, width: int, layers: int, heads: int, kv_heads: int, hidden: int) -> ChatShape:
    return ChatShape(vocabulary, width, layers, heads, kv_heads, hidden)


SHAPES = (
    shape(512, 64, 5, 8, 4, 172),  # stories260K's
    # width against depth at about the same weights
    shape(512, 48, 9, 6, 3, 128),
    shape(512, 80, 3, 10, 5, 216),
    shape(512, 96, 2, 12, 6, 256),
    shape(512, 128, 1, 16, 8, 344),
    shape(512, 56, 7, 7, 7, 152),
    shape(512, 72, 4, 9, 3, 192),
    shape(512, 80, 3, 5, 5, 216),
    # heads
    shape(512, 64, 5, 4, 4, 172),
    shape(512, 64, 5, 4, 2, 172),
    shape(512, 64, 5, 8, 8, 172),
    shape(512, 64, 5, 8, 2, 172),
    shape(512, 64, 5, 2, 2, 172),
    shape(512, 64, 5, 4, 1, 172),
    # feed-forward
    shape(512, 64, 6, 4, 2, 128),
    shape(512, 64, 7, 4, 2, 96),
    shape(512, 64, 4, 4, 2, 256),
    shape(512, 64, 3, 4, 2, 344),
    # vocabulary
    shape(384, 64, 5, 4, 2, 172),
    shape(768, 64, 5, 4, 2, 172),
    shape(1024, 64, 4, 4, 2, 172),
    shape(1536, 64, 3, 4, 2, 172),
    # several at once
    shape(768, 72, 4, 6, 3, 192),
    shape(1024, 56, 5, 7, 7, 152),
    shape(768, 96, 2, 6, 3, 256),
    shape(384, 80, 3, 5, 5, 216),
)


@dataclass(frozen=True)
class Row:
    """One shape's result."""

    shape: dict[str, Any]
    weights: int
    bits_a_byte: float
    instructions_a_token: float
    instructions_a_byte: float
    sram_bytes: int


def judge(name: str, model: ChatModel, tokenizer: Tokenizer, texts: list[str]) -> Row:
    """Quality in float, cost of the int8 file on the emulated Cortex-M33."""
    checkpoint, pieces, packed = (FOLDER / "shapes" / f"{name}{end}" for end in (".bin", ".tok.bin", ".toy"))
    write_checkpoint(checkpoint, model)
    write_tokenizer(pieces, tokenizer)
    packed.write_bytes(convert.convert(convert.read_source(checkpoint, pieces), "q8"))
    output = bench.run_tool("qemu", packed, steps=256, mode="count", cores=1, window=256)
    counted = [p.instructions for p in bench.positions_of(output)]
    sizes = bench.sizes(output)
    mean = sum(counted) / len(counted)
    bytes_a_token = sum(map(len, texts)) / sum(len(tokenizer.encode(t)) - 1 for t in texts)
    return Row(
        asdict(model.shape),
        model.parameter_count(),
        bits_a_byte(model, tokenizer, texts),
        mean,
        mean / bytes_a_token,
        sizes["model_bytes"] + sizes["arena_bytes"],
    )


def run() -> None:
    """Trains what is not in the results yet; each result is on disk before the next begins."""
    (FOLDER / "shapes").mkdir(parents=True, exist_ok=True)
    results = FOLDER / "study.json"
    rows: list[dict[str, Any]] = json.loads(results.read_text()) if results.exists() else []
    stories, texts = story_text.training_stories(), story_text.held_out()[:200]
    pieces: dict[int, Tokenizer] = {}
    for one in SHAPES:
        if any(row["shape"] == asdict(one) for row in rows):
            continue
        if one.vocabulary not in pieces:
            pieces[one.vocabulary] = story_text.learn_pieces(stories, one.vocabulary)
        tokenizer = pieces[one.vocabulary]
        model = train(Recipe(one, tokenizer, Budget(text_bytes=TEXT_BYTES)), stories)
        name = f"v{one.vocabulary}-d{one.width}-l{one.layers}-h{one.heads}-{one.kv_heads}-f{one.hidden}"
        rows.append(asdict(judge(name, model, tokenizer, texts)))
        results.write_text(json.dumps(rows, indent=1))
        print(name, {k: v for k, v in rows[-1].items() if k != "shape"}, flush=True)


def show() -> None:
    """Prints the table and draws the picture: cost to the right, quality downwards."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = sorted(json.loads((FOLDER / "study.json").read_text()), key=lambda r: r["bits_a_byte"])
    columns = "vocabulary width layers heads KV feed-forward weights SRAM-KB instructions-a-token a-byte bits-a-byte"
    print("| " + " | ".join(columns.split()) + " |")
    print("|" + "---|" * 11)
    for row in rows:
        s = row["shape"]
        print(
            f"| {s['vocabulary']} | {s['width']} | {s['layers']} | {s['heads']} | {s['kv_heads']} | {s['hidden']} "
            f"| {row['weights']:,} | {row['sram_bytes'] / 1024:.0f} | {row['instructions_a_token']:,.0f} "
            f"| {row['instructions_a_byte']:,.0f} | {row['bits_a_byte']:.3f} |"
        )
    figure, axes = pyplot.subplots(figsize=(8, 5))
    for row in rows:
        s = row["shape"]
        fits = row["sram_bytes"] <= 350 * 1024
        axes.plot(row["instructions_a_byte"], row["bits_a_byte"], "o" if fits else "x", color="C0" if fits else "C3")
        label = f"{s['width']}x{s['layers']} f{s['hidden']} h{s['heads']}/{s['kv_heads']} v{s['vocabulary']}"
        axes.annotate(
            label,
            (row["instructions_a_byte"], row["bits_a_byte"]),
            fontsize=6,
            xytext=(3, 3),
            textcoords="offset points",
        )
    axes.set_xlabel("instructions a byte of text on the Cortex-M33 (int8, mean of 256 positions)")
    axes.set_ylabel("bits a byte on held-out stories")
    axes.set_title(f"Shapes of about 260,000 weights after {TEXT_BYTES / 1e6:.0f} MB of text; x: over 350 KB of SRAM")
    figure.tight_layout()
    figure.savefig(ROOT / "docs" / "story-shapes.png", dpi=130)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("run", "show"))
    {"run": run, "show": show}[parser.parse_args().what]()

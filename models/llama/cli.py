"""`plush models convert` and `plush models report`: commands for the lead's command line to mount."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.llama import convert as converting
from models.llama import image, report
from models.llama.formats import CheckpointError
from models.llama.tokenizer import TokenizerError
from models.mistake import refuse

app = typer.Typer(no_args_is_help=True, help="Convert and examine the toy's language model.")


@app.command()
def convert(
    checkpoint: Annotated[
        Path,
        typer.Argument(metavar="IN", exists=True, dir_okay=False, help="llama2.c .bin: legacy, version 1 or version 2"),
    ],
    tokenizer: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="llama2.c tokenizer.bin of the same vocabulary")
    ],
    out: Annotated[Path, typer.Option(help="the file to write")],
    quant: Annotated[str, typer.Option(help="q8 or q4")] = "q8",
    to: Annotated[str, typer.Option(help="toy or gguf")] = "toy",
    prune_vocab: Annotated[int | None, typer.Option(help="keep this many pieces")] = None,
    corpus: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="text that says which pieces are used")
    ] = None,
) -> None:
    """Converts a checkpoint for the toy's flash, or for llama.cpp."""
    if quant not in ("q8", "q4") or to not in ("toy", "gguf"):
        raise typer.BadParameter("--quant is q8 or q4, --to is toy or gguf")
    try:
        source = converting.read_source(checkpoint, tokenizer, prune_vocab, corpus)
        if to == "gguf":
            from models.llama.gguf_file import write_gguf

            write_gguf(source, quant, out)
        else:
            out.write_bytes(converting.convert(source, quant))
    except (CheckpointError, TokenizerError, converting.ConvertError, OSError) as error:
        refuse(f"{checkpoint}: {error}")
    typer.echo(f"{out}: {out.stat().st_size:,} bytes")


@app.command(name="report")
def report_command(
    model: Annotated[
        Path, typer.Argument(metavar="OUT", exists=True, dir_okay=False, help="a file that convert wrote")
    ],
    text: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="text to measure perplexity on")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="the checkpoint it came from, for the fp32 perplexity"),
    ] = None,
    tokens: Annotated[int, typer.Option(help="tokens of the text to read")] = 20_000,
) -> None:
    """Sizes, memory, predicted speed with its cost model, and perplexity."""
    try:
        data = model.read_bytes()
        opened = image.read_image(data)
    except (image.ImageError, OSError) as error:
        refuse(f"{model}: {error}")
    for line in report.lines(opened, len(data)):
        typer.echo(line)
    if text is None:
        return
    words = text.read_text(encoding="utf-8")
    windows = converting.text_windows(opened.tokenizer, words, opened.plan.shape.context, tokens)
    ours = report.engine_perplexity(opened, windows)
    typer.echo(f"perplexity     {ours:.4f} on {windows.size:,} tokens in windows of {windows.shape[1]}")
    if against is not None:
        source = converting.read_source(against, _tokenizer_beside(against), None)
        full = report.float_perplexity(source.model, windows)
        typer.echo(f"fp32           {full:.4f}; quantised is {100 * (ours / full - 1):+.2f}%")


@app.command(name="synth-tinyllama")
def synth_tinyllama(
    out: Annotated[Path, typer.Option(help="the GGUF to write, 668 MB")],
    tokenizer: Annotated[
        Path | None, typer.Option(help="llama2.c tokenizer.bin of 32,000 pieces; else made up")
    ] = None,
    seed: Annotated[int, typer.Option(help="of the weights")] = 1,
) -> None:
    """Writes a model in TinyLlama-1.1B's shape with random weights, for measuring what the real one costs."""
    from models.llama import synth

    try:
        synth.write(out, tokenizer, seed)
    except (TokenizerError, OSError) as error:
        refuse(f"{out}: {error}")
    typer.echo(f"{out}: {out.stat().st_size:,} bytes")


def _tokenizer_beside(checkpoint: Path) -> Path:
    for name in ("tok512.bin", "tokenizer.bin"):
        if (found := checkpoint.parent / name).exists():
            return found
    raise typer.BadParameter(f"no tokenizer beside {checkpoint}")

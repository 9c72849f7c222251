"""`plush models`: list what can be downloaded, pull it, verify what is here.

In      models/manifest.toml
Out     tables and a progress bar for people; plain lines, one each tenth, where there is no terminal
Raises  UsageError, ModelError
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from base_station.download import Progress as OnProgress
from base_station.download import fetch, sha256_of
from base_station.errors import ModelError
from base_station.manifest import Model, find_model, read_manifest

app = typer.Typer(help="Models that can be downloaded: list, pull, verify.", no_args_is_help=True)


def pull_model(model: Model, console: Console) -> None:
    """Downloads what is missing of a model, saying what it does. Raises ModelError."""
    size_mb = model.size_bytes / 1e6
    console.print(f"{model.title}: {size_mb:,.1f} MB, licence {model.licence}", highlight=False)
    if model.note:
        console.print(model.note, style="dim", highlight=False)
    for file in model.files:
        with _progress(console, file.name, file.size_bytes) as on_progress:
            path = fetch(file, model.folder, on_progress)
        console.print(f"  checked {path}", highlight=False, soft_wrap=True)


def verify_model(model: Model) -> list[str]:
    """Reads every file again. Out: what is wrong, one line each; empty when all is well."""
    wrong = []
    for file in model.files:
        path = model.folder / file.name
        if not path.exists():
            wrong.append(f"{path}: missing")
        elif path.stat().st_size != file.size_bytes:
            wrong.append(f"{path}: {path.stat().st_size:,} bytes instead of {file.size_bytes:,}")
        elif sha256_of(path) != file.sha256:
            wrong.append(f"{path}: not the pinned file (SHA-256 differs)")
    return wrong


@app.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Show what can be downloaded and what is here."""
    models = read_manifest()
    if as_json:
        typer.echo(json.dumps({"models": [_describe(model) for model in models.values()]}))
        return
    table = Table("name", "for", "size", "here", "licence", "what")
    for model in models.values():
        here = "yes" if model.installed else "-"
        table.add_row(model.name, model.kind, f"{model.size_bytes / 1e6:,.1f} MB", here, model.licence, model.title)
    Console().print(table)


@app.command()
def pull(names: Annotated[list[str], typer.Argument(help="Names from `plush models list`.")]) -> None:
    """Download models; what was interrupted goes on where it stopped."""
    console = Console()
    models = [find_model(name) for name in names]
    for model in models:
        pull_model(model, console)


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Names; all that are here if not given.")] = None,
) -> None:
    """Read the downloaded files again and compare them with their pinned SHA-256."""
    chosen = [find_model(name) for name in names] if names else [m for m in read_manifest().values() if m.installed]
    if not chosen:
        typer.echo("nothing is downloaded")
    wrong = []
    for model in chosen:
        found = verify_model(model)
        typer.echo(f"{model.name}: {'damaged' if found else 'good'}")
        wrong += found
    if wrong:
        raise ModelError("; ".join(wrong))


@contextmanager
def _progress(console: Console, name: str, size_bytes: int) -> Iterator[OnProgress]:
    if not console.is_terminal:
        said = [-1]

        def line(here: int) -> None:
            tenth = here * 10 // max(size_bytes, 1)
            if tenth > said[0]:
                said[0] = tenth
                console.print(f"  {name} {tenth * 10}% of {size_bytes / 1e6:,.1f} MB", highlight=False, soft_wrap=True)

        yield line
        return
    columns = (
        TextColumn("  {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(name, total=size_bytes)
        yield lambda here: bar.update(task, completed=here)


def _describe(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "kind": model.kind,
        "title": model.title,
        "licence": model.licence,
        "size_bytes": model.size_bytes,
        "installed": model.installed,
        "folder": str(model.folder),
        "sources": list(model.sources),
        "files": [{"name": f.name, "url": f.url, "size_bytes": f.size_bytes, "sha256": f.sha256} for f in model.files],
    }

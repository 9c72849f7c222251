"""`plush transcripts`: what was said, as lines for a person or for another program; and forgetting it."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from base_station.errors import UsageError
from base_station.rpc import Client

app = typer.Typer(help="What was said.", no_args_is_help=True)

Toy = Annotated[str, typer.Option("--toy", help="Only of this toy.", show_default=False)]
Child = Annotated[str, typer.Option("--child", help="Only of this child.", show_default=False)]
Count = Annotated[int, typer.Option("-n", min=1, max=200, help="How many of the newest.")]


@app.command("list")
def list_turns(count: Count = 20, toy: Toy = "", child: Child = "") -> None:
    """The newest turns, newest last."""
    _print(_call("transcripts_find", count=count, toy=toy, child=child))


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="All of them must have been heard or said.")],
    count: Count = 20,
    toy: Toy = "",
    child: Child = "",
) -> None:
    """Turns with these words."""
    _print(_call("transcripts_find", text=words, count=count, toy=toy, child=child))


@app.command()
def show(
    row: Annotated[int, typer.Argument(help="Its number in `plush transcripts list`.")],
    trace: Annotated[bool, typer.Option("--trace", help="With every step and its time.")] = False,
) -> None:
    """One turn, whole."""
    found = _call("turn_trace", row=row) if trace else _call("transcripts_show", row=row)
    print(json.dumps(found, indent=2, ensure_ascii=False))


@app.command()
def export(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="A table for a spreadsheet.")] = False,
    toy: Toy = "",
    child: Child = "",
) -> None:
    """All turns, newest first, on standard output."""
    if jsonl == csv:
        raise UsageError("say either --jsonl or --csv")
    asyncio.run(_export("csv" if csv else "jsonl", toy=toy, child=child))


@app.command()
def forget(
    child: Child = "",
    toy: Toy = "",
    everything: Annotated[bool, typer.Option("--all", help="Everything that was ever said.")] = False,
) -> None:
    """Erases turns for good: database, search index, traces, sound and logs."""
    gone = _call("transcripts_forget", child=child, toy=toy, everything=everything)
    print(f"Forgotten: {gone} turn{'' if gone == 1 else 's'}.")


@app.command()
def keep(
    days: Annotated[int | None, typer.Option(help="Turns are erased after so many days.")] = None,
    sound_days: Annotated[int | None, typer.Option(help="Sound is erased after so many days.")] = None,
    sound: Annotated[bool | None, typer.Option("--sound/--no-sound", help="Whether sound is kept at all.")] = None,
) -> None:
    """For how long things are kept, and where. Without an option: how it is now."""
    wanted = {"retention_days": days, "sound_retention_days": sound_days, "keep_sound": sound}
    for name, value in wanted.items():
        if value is not None:
            _call("keep", name=name, value=int(value))
    now = _call("keeping")
    print(f"Turns are kept for {now['retention_days']} days in {now['folder']}.")
    print(f"Sound is kept for {now['sound_retention_days']} days." if now["keep_sound"] else "Sound is not kept.")


def _call(op: str, **values: Any) -> Any:
    async def ask() -> Any:
        async with await Client.connect() as client:
            return await client.call(op, **values)

    return asyncio.run(ask())


async def _export(form: str, **values: Any) -> None:
    async with await Client.connect() as client:
        async for line in client.watch("transcripts_export", form=form, **values):
            if "line" in line:
                print(line["line"])


def _print(turns: list[dict[str, Any]]) -> None:
    for turn in reversed(turns):
        print(f"{turn['row']:>6}  {turn['brain']:<6}  {_short(turn['heard'])} -> {_short(turn['said'])}")


def _short(text: str, most: int = 60) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= most else line[: most - 1] + "…"

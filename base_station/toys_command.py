"""`plush toys`: which toys are paired with this base station, under which names; and forgetting one on both sides."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Annotated, Any

import typer

from base_station.link.keys import KeyStore

app = typer.Typer(help="The toys that are paired with this base station.", invoke_without_command=True)


@app.callback()
def toys(context: typer.Context) -> None:
    """Lists them when nothing else is asked."""
    if context.invoked_subcommand is None:
        list_toys(as_json=False)


@app.command("list")
def list_toys(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a toy.")] = False,
) -> None:
    """Name, when it was paired, and where it was last."""
    paired = KeyStore().toys()
    if not paired and not as_json:
        print("No toy is paired yet: connect its cable, then `plush pair --serial PORT`, or `plush pair --ble`.")
    for toy in paired:
        if as_json:
            print(json.dumps({"name": toy.name, "paired_unix_s": toy.paired_unix_s, "url": toy.url}))
        else:
            print(f"{toy.name:<24} {time.strftime('%Y-%m-%d', time.localtime(toy.paired_unix_s))}  {toy.url}")


@app.command()
def rename(name: str, new_name: str) -> None:
    """Calls a toy something else from now on, also where it is a child's own."""
    asyncio.run(_call("toys_rename", name=name, new_name=new_name))


@app.command()
def forget(
    name: str,
    here_only: Annotated[
        bool, typer.Option("--here-only", help="Though the toy cannot be reached: it keeps its half of the key.")
    ] = False,
) -> None:
    """Wipes the key on both sides; the toy must be in reach."""
    asyncio.run(_forget(name, here_only))
    print(f"{name} is forgotten{' here; the toy still has its half' if here_only else ', here and on the toy'}.")


async def _forget(name: str, here_only: bool) -> None:
    store = KeyStore()
    store.find(name)
    if not here_only:
        await _call("toys_forget", name=name)
    store.forget(name)


async def _call(op: str, **values: Any) -> Any:
    from base_station.rpc import Client

    async with await Client.connect() as client:
        return await client.call(op, **values)

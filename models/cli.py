"""The commands that need the source checkout: training, conversion, measurement. `plush` attaches them by name."""

from __future__ import annotations

from typing import Annotated

import typer

from models.llama import bench as llm
from models.llama import cli as llama
from models.voice import cli as voice
from models.wake import cli as wake


def attach(app: typer.Typer, models: typer.Typer) -> None:
    """Adds them to `plush` and to `plush models`."""
    for command in llama.app.registered_commands:
        models.registered_commands.append(command)
    app.add_typer(llm.app, name="llm")
    app.add_typer(wake.wake, name="wake")
    app.add_typer(wake.commands, name="commands")
    app.command("budget")(budget)
    app.command("say")(voice.say)


def budget(
    port: Annotated[str, typer.Option(help="Only qemu: instructions are counted there.")] = "qemu",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    update: Annotated[bool, typer.Option(help="Write what was measured into tests/budgets.toml.")] = False,
) -> None:
    """Instructions, stack, arena, code and data of the toy, room by room, against tests/budgets.toml."""
    from tests import budget as measuring

    if port != "qemu":
        raise typer.BadParameter("budgets are measured on qemu")
    arguments = [*(["--json"] if as_json else []), *(["--update"] if update else [])]
    raise typer.Exit(measuring.main(arguments))

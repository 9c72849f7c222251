"""How the commands of the source checkout refuse what a user got wrong: one line on standard error, exit code 2."""

from __future__ import annotations

from typing import NoReturn

import typer


def refuse(error: object) -> NoReturn:
    typer.echo(f"plush: {' '.join(str(error).split())}", err=True)
    raise typer.Exit(2)

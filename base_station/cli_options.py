"""Options that several commands of `plush` share, each with the one help that it has everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

from base_station.errors import UsageError

Llm = Annotated[str | None, typer.Option(help="Language model, as for `plush talk`.")]
LlmUrl = Annotated[str | None, typer.Option(help="An OpenAI-compatible server instead.")]
Recogniser = Annotated[str | None, typer.Option("--asr", help="Speech recogniser.")]
Voice = Annotated[str | None, typer.Option(help="Voice of the plush.")]
Port = Annotated[str, typer.Option(help="What the toy's code runs on: host or qemu.")]
Radio = Annotated[
    str, typer.Option(help="With --ble: a controller of our own, as usb:0; see link/README.md.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def ble_address(wanted: bool, toy: str, radio: str) -> str | None:
    """The address for connect.py. Raises UsageError for options that mean nothing without --ble."""
    from base_station import connect

    if not wanted and (toy or radio):
        raise UsageError("--toy and --radio go with --ble")
    return connect.ble_url(toy, radio) if wanted else None

"""The commands of `plush` that hold a conversation or let it be watched. The work is in files of their own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from base_station.cli_options import AsJson, Llm, LlmUrl, Port, Radio, Recogniser, Voice, ble_address
from base_station.errors import UsageError

app = typer.Typer()


@app.command()
def talk(
    wav: Annotated[list[Path] | None, typer.Option(help="Play this sound file as a question; may be repeated.")] = None,
    say: Annotated[list[str] | None, typer.Option(help="Speak this text as a question; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="Save what the plush's speaker played.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a turn on standard output.")] = False,
    llm: Annotated[
        str | None, typer.Option(help="Language model: a GGUF file, or a name from `plush models list`.")
    ] = None,
    llm_url: LlmUrl = None,
    asr_name: Recogniser = None,
    tts: Voice = None,
    wake: Annotated[str | None, typer.Option(help="on: wait for the wake word; off: listen at once.")] = None,
    port: Port = "host",
    link: Annotated[str, typer.Option(help="How the toy is connected: tcp or pty.")] = "tcp",
    serial: Annotated[str | None, typer.Option(help="A real toy's serial device instead of the virtual plush.")] = None,
    ble: Annotated[bool, typer.Option("--ble", help="A real toy over Bluetooth instead of the virtual plush.")] = False,
    toy: Annotated[str, typer.Option(help="With --ble: the paired toy of this name.", show_default=False)] = "",
    radio: Radio = "",
    ble_virtual: Annotated[
        bool, typer.Option("--ble-virtual", help="The virtual plush over Bluetooth on virtual controllers.")
    ] = False,
    offline: Annotated[bool, typer.Option(help="No base station at all: the toy answers by itself.")] = False,
) -> None:
    """Talk to the plush: with microphone and speaker, by typing, or with prepared questions."""
    from base_station import talk_command

    talk_command.main(
        talk_command.Request(
            questions=talk_command.in_order(wav or [], say or [], sys.argv),
            out=out,
            as_json=as_json,
            engines=talk_command.engines(llm=llm, llm_url=llm_url, asr=asr_name, tts=tts),
            wake=wake,
            port=port,
            link=link,
            serial=serial,
            ble=ble_address(ble, toy, radio),
            ble_virtual=ble_virtual,
            offline=offline,
        )
    )


@app.command()
def pair(
    serial: Annotated[str | None, typer.Option(help="The toy's serial device: a cable is the trusted way.")] = None,
    ble: Annotated[bool, typer.Option("--ble", help="Over Bluetooth, by six digits that the plush speaks.")] = False,
    radio: Radio = "",
    name: Annotated[str | None, typer.Option(help="What to call the toy here.")] = None,
    digits: Annotated[bool, typer.Option("--digits", help="With --serial: by the six digits as well.")] = False,
) -> None:
    """Make the key that a toy and this base station share."""
    from base_station import pair_command

    url = ble_address(ble, "", radio) if serial is None else serial
    if url is None or (serial is not None and ble):
        raise UsageError("give --serial PORT, or --ble with the plush's paw held for 5 seconds until its lights blink")
    pair_command.main(url, name, by_digits=digits)


@app.command()
def console(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0 takes any; default 8765.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser where there is one.")] = True,
    lan: Annotated[bool, typer.Option("--lan", help="Let phones in the LAN in, over TLS.")] = False,
    address: Annotated[str, typer.Option(help="With --lan: which of this machine's addresses.")] = "",
    parent: Annotated[bool, typer.Option("--parent", help="Without what only developers look at.")] = False,
    child: Annotated[str, typer.Option(help="Only what this child talked about.", show_default=False)] = "",
) -> None:
    """Opens the developer console: see, hear and understand every turn."""
    from base_station import console_command
    from base_station.console.server import ConsoleOptions
    from base_station.console.sessions import Scope

    scope = Scope("parent" if parent or child else "developer", child)
    console_command.main(console_command.Request(ConsoleOptions(port, lan, scope, address), browser))


@app.command()
def serve(
    link: Annotated[
        list[str] | None, typer.Option(help="A toy's address; may be repeated. Default: those of the paired toys.")
    ] = None,
    llm: Llm = None,
    llm_url: LlmUrl = None,
    asr_name: Recogniser = None,
    tts: Voice = None,
    unit: Annotated[bool, typer.Option("--unit", help="Print a systemd unit for this computer, and end.")] = False,
    udev: Annotated[bool, typer.Option("--udev", help="Print the udev rule for toys on cables, and end.")] = False,
) -> None:
    """Serve the paired toys for as long as the computer runs: the base station as a service."""
    from base_station import serve as service
    from base_station import talk_command

    if unit or udev:
        print(service.filled_in("plush.service" if unit else "70-plush.rules"), end="")
        return
    engines = talk_command.engines(llm=llm, llm_url=llm_url, asr=asr_name, tts=tts)
    service.main(service.Plan(tuple(link or ()), engines))


@app.command()
def replay(
    turn: Annotated[int, typer.Argument(help="Its number in `plush transcripts list`.")],
    port: Port = "host",
    llm: Annotated[str | None, typer.Option(help="Another language model than the default, to compare.")] = None,
    asr_name: Annotated[str | None, typer.Option("--asr", help="Another speech recogniser.")] = None,
    tts: Annotated[str | None, typer.Option(help="Another voice.")] = None,
    as_json: AsJson = False,
) -> None:
    """Hold a recorded turn again and compare: words, answer, times."""
    from base_station import replay as replayed
    from base_station import talk_command

    engines = talk_command.engines(llm=llm, llm_url=None, asr=asr_name, tts=tts)
    replayed.main(turn, port, engines, as_json=as_json)

"""The `plush` command. Every command is a client of the daemon, which it starts when none runs.

A user's mistake ends in one line on standard error and exit code 2, any other failure in one line and exit code 1.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from base_station import config
from base_station.errors import BaseStationError, UsageError

app = typer.Typer(
    name="plush",
    help="Talk to the plush, and look after it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
daemon = typer.Typer(help="The base station behind every command.", no_args_is_help=True)
asr = typer.Typer(help="Speech recognition.", no_args_is_help=True)
bench = typer.Typer(help="Figures that the documents quote.", no_args_is_help=True)
app.add_typer(daemon, name="daemon")
app.add_typer(asr, name="asr")
flash = typer.Typer(help="Put something into a toy's flash.", no_args_is_help=True)
app.add_typer(flash, name="flash")
safety = typer.Typer(help="The safety gate on what is heard and said.", no_args_is_help=True)
app.add_typer(safety, name="safety")
app.add_typer(bench, name="bench")


def main() -> None:
    """The entry point: commands of the source checkout attached, errors as one line."""
    _attach_optional()
    try:
        if status := app(standalone_mode=False):  # a command that raised typer.Exit
            sys.exit(status)
    except typer.Abort:
        sys.exit(130)
    except UsageError as error:
        _complain(error, 2)
    except BaseStationError as error:
        _complain(error, 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if type(error).__module__.startswith(("click", "typer")) and hasattr(error, "exit_code"):
            _complain(getattr(error, "format_message", lambda: "bad command line")(), int(error.exit_code))
        raise


def _complain(error: object, status: int) -> None:
    print(f"plush: {' '.join(str(error).split())}", file=sys.stderr)
    sys.exit(status)


def _attach_optional() -> None:
    """`plush models` comes with the wheel; its training and conversion commands only with the source checkout."""
    from base_station.family_command import memory, parents
    from base_station.models import app as models_app
    from base_station.toys_command import app as toys_app
    from base_station.transcripts_command import app as transcripts_app

    app.add_typer(memory, name="memory")
    app.add_typer(parents, name="parents")
    app.add_typer(models_app, name="models")
    app.add_typer(toys_app, name="toys")
    app.add_typer(transcripts_app, name="transcripts")
    if (config.CHECKOUT / "models" / "cli.py").is_file():
        sys.path.insert(0, str(config.CHECKOUT))
        importlib.import_module("models.cli").attach(app, models_app)


def run(main_coroutine: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(main_coroutine())


Engine = Annotated[str | None, typer.Option(show_default=False)]


@app.command()
def talk(
    wav: Annotated[list[Path] | None, typer.Option(help="Play this sound file as a question; may be repeated.")] = None,
    say: Annotated[list[str] | None, typer.Option(help="Speak this text as a question; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="Save what the plush's speaker played.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a turn on standard output.")] = False,
    llm: Annotated[
        str | None, typer.Option(help="Language model: a GGUF file, or a name from `plush models list`.")
    ] = None,
    llm_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible server instead.")] = None,
    asr_name: Annotated[str | None, typer.Option("--asr", help="Speech recogniser.")] = None,
    tts: Annotated[str | None, typer.Option(help="Voice of the plush.")] = None,
    wake: Annotated[str | None, typer.Option(help="on: wait for the wake word; off: listen at once.")] = None,
    port: Annotated[str, typer.Option(help="What the toy's code runs on: host or qemu.")] = "host",
    link: Annotated[str, typer.Option(help="How the toy is connected: tcp or pty.")] = "tcp",
    serial: Annotated[str | None, typer.Option(help="A real toy's serial device instead of the virtual plush.")] = None,
    ble: Annotated[bool, typer.Option("--ble", help="A real toy over Bluetooth instead of the virtual plush.")] = False,
    toy: Annotated[str, typer.Option(help="With --ble: the paired toy of this name.", show_default=False)] = "",
    radio: Annotated[
        str, typer.Option(help="With --ble: a controller of our own, as usb:0; see link/README.md.", show_default=False)
    ] = "",
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
            ble=_ble(ble, toy, radio),
            ble_virtual=ble_virtual,
            offline=offline,
        )
    )


def _ble(wanted: bool, toy: str, radio: str) -> str | None:
    """The address for connect.py. Raises UsageError for options that mean nothing without --ble."""
    from base_station import connect

    if not wanted and (toy or radio):
        raise UsageError("--toy and --radio go with --ble")
    return connect.ble_url(toy, radio) if wanted else None


@app.command()
def pair(
    serial: Annotated[str | None, typer.Option(help="The toy's serial device: a cable is the trusted way.")] = None,
    ble: Annotated[bool, typer.Option("--ble", help="Over Bluetooth, by six digits that the plush speaks.")] = False,
    radio: Annotated[
        str, typer.Option(help="With --ble: a controller of our own, as usb:0; see link/README.md.", show_default=False)
    ] = "",
    name: Annotated[str | None, typer.Option(help="What to call the toy here.")] = None,
    digits: Annotated[bool, typer.Option("--digits", help="With --serial: by the six digits as well.")] = False,
) -> None:
    """Make the key that a toy and this base station share."""
    from base_station import pair_command

    url = _ble(ble, "", radio) if serial is None else serial
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
    llm: Annotated[str | None, typer.Option(help="Language model, as for `plush talk`.")] = None,
    llm_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible server instead.")] = None,
    asr_name: Annotated[str | None, typer.Option("--asr", help="Speech recogniser.")] = None,
    tts: Annotated[str | None, typer.Option(help="Voice of the plush.")] = None,
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
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Load no engine and read no model file.")] = False,
) -> None:
    """Check everything that could be wrong on this computer, and say how to mend it. Status 1 when something is."""
    from base_station import doctor as examined

    sys.exit(examined.main(as_json=as_json, quick=quick))


@app.command()
def replay(
    turn: Annotated[int, typer.Argument(help="Its number in `plush transcripts list`.")],
    port: Annotated[str, typer.Option(help="What the toy's code runs on: host or qemu.")] = "host",
    llm: Annotated[str | None, typer.Option(help="Another language model than the default, to compare.")] = None,
    asr_name: Annotated[str | None, typer.Option("--asr", help="Another speech recogniser.")] = None,
    tts: Annotated[str | None, typer.Option(help="Another voice.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Hold a recorded turn again and compare: words, answer, times."""
    from base_station import replay as replayed
    from base_station import talk_command

    engines = talk_command.engines(llm=llm, llm_url=None, asr=asr_name, tts=tts)
    replayed.main(turn, port, engines, as_json=as_json)


@daemon.command("status")
def daemon_status() -> None:
    """What the base station is doing."""
    print(json.dumps(run(lambda: _call("status", start=False)), indent=2))


@daemon.command("stop")
def daemon_stop() -> None:
    """Ends the base station."""
    run(lambda: _call("stop", start=False))


@flash.command("model")
def flash_model(
    file: Annotated[Path, typer.Argument(help="What `plush models convert` wrote.")],
    serial: Annotated[str, typer.Option(help="The toy's serial device.")] = "/dev/ttyACM0",
) -> None:
    """Replaces the language model of a toy on a cable."""
    from base_station import flash_command

    run(lambda: flash_command.main(file, serial))


@asr.command("eval")
def asr_eval(
    tsv: Annotated[Path, typer.Argument(help="File name or stem, a tab, the text; other columns may stand between.")],
    asr_name: Annotated[str | None, typer.Option("--asr", help="Recogniser; the default one if not given.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Column that groups the speakers: its name or number.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Word errors, rejection and speed of a recogniser on files whose text is known, by group of speakers."""
    from base_station import asr_command

    asr_command.main(tsv, asr_name, by=by, as_json=as_json)


@bench.command("turn")
def bench_turn(
    turns: Annotated[int, typer.Option(min=1, help="Questions to ask.")] = 30,
    toys: Annotated[int, typer.Option(min=1, max=16, help="So many ask at once, measured beside one alone.")] = 1,
    llm: Annotated[str | None, typer.Option(help="Language model, as for `plush talk`.")] = None,
    llm_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible server instead.")] = None,
    asr_name: Annotated[str | None, typer.Option("--asr", help="Speech recogniser.")] = None,
    tts: Annotated[str | None, typer.Option(help="Voice of the plush.")] = None,
    forced: Annotated[
        bool | None,
        typer.Option("--forced-reply/--free-reply", help="Make the model say set sentences; default: if it is random."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """From the end of a question to the first sound and to the answer, in real time."""
    from base_station import bench_turn, talk_command

    engines = talk_command.engines(llm=llm, llm_url=llm_url, asr=asr_name, tts=tts)
    bench_turn.main(bench_turn.Options(turns, toys, engines, forced), as_json=as_json)


@safety.command("eval")
def safety_eval(
    file: Annotated[Path, typer.Argument(help="A CSV file with a header line, or a TSV file.")],
    column: Annotated[str, typer.Option(help="The column with the texts, by name or number from 0.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    rows: Annotated[bool, typer.Option("--rows", help="The route of each row as well.")] = False,
) -> None:
    """How many texts of a table are answered, redirected, refused, escalated."""
    from base_station import safety_command

    safety_command.evaluate(file, column, as_json=as_json, rows=rows)


@safety.command("check")
def safety_check(
    text: Annotated[str, typer.Argument(help="What a child says.")],
    said: Annotated[bool, typer.Option("--said", help="As a sentence of the plush instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Explains the gate's verdict on one text."""
    from base_station import safety_command

    safety_command.check(text, said=said, as_json=as_json)


async def _call(op: str, *, start: bool = True, **values: Any) -> Any:
    from base_station.rpc import Client

    async with await Client.connect(start=start) as client:
        return await client.call(op, **values)


if __name__ == "__main__":
    main()

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
transcripts = typer.Typer(help="What was said.", no_args_is_help=True)
daemon = typer.Typer(help="The base station behind every command.", no_args_is_help=True)
asr = typer.Typer(help="Speech recognition.", no_args_is_help=True)
bench = typer.Typer(help="Figures that the documents quote.", no_args_is_help=True)
app.add_typer(transcripts, name="transcripts")
app.add_typer(daemon, name="daemon")
app.add_typer(asr, name="asr")
app.add_typer(bench, name="bench")


def main() -> None:
    """The entry point: commands of the source checkout attached, errors as one line."""
    _attach_optional()
    try:
        app(standalone_mode=False)
    except typer.Abort:
        sys.exit(130)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
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
    from base_station.models import app as models_app
    from base_station.toys_command import app as toys_app

    app.add_typer(models_app, name="models")
    app.add_typer(toys_app, name="toys")
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
            offline=offline,
        )
    )


@app.command()
def pair(
    serial: Annotated[str, typer.Option(help="The toy's serial device: a cable is the trusted way.")],
    name: Annotated[str | None, typer.Option(help="What to call the toy here.")] = None,
    digits: Annotated[bool, typer.Option("--digits", help="By the six digits that the plush speaks, instead.")] = False,
) -> None:
    """Make the key that a toy and this base station share."""
    from base_station import pair_command

    pair_command.main(serial, name, by_digits=digits)


@transcripts.command("list")
def transcripts_list(count: Annotated[int, typer.Option("-n", min=1, help="How many of the newest.")] = 20) -> None:
    """The newest turns."""
    for row in run(lambda: _call("transcripts_list", count=count)):
        print(f"{row['row']:>6}  {row['brain']:<6}  {_short(row['heard'])} -> {_short(row['said'])}")


@transcripts.command("show")
def transcripts_show(row: Annotated[int, typer.Argument(help="Its number in `plush transcripts list`.")]) -> None:
    """One turn, whole."""
    print(json.dumps(run(lambda: _call("transcripts_show", row=row)), indent=2, ensure_ascii=False))


@daemon.command("status")
def daemon_status() -> None:
    """What the base station is doing."""
    print(json.dumps(run(lambda: _call("status", start=False)), indent=2))


@daemon.command("stop")
def daemon_stop() -> None:
    """Ends the base station."""
    run(lambda: _call("stop", start=False))


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
    bench_turn.main(bench_turn.Options(turns, engines, forced), as_json=as_json)


async def _call(op: str, *, start: bool = True, **values: Any) -> Any:
    from base_station.rpc import Client

    async with await Client.connect(start=start) as client:
        return await client.call(op, **values)


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"

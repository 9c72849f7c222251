"""The commands of `plush` that look after it: is all well here, how well does it hear, how fast, how safe is it?"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from base_station.cli_options import AsJson, Llm, LlmUrl, Recogniser, Voice

app = typer.Typer()
daemon = typer.Typer(help="The base station behind every command.", no_args_is_help=True)
flash = typer.Typer(help="Put something into a toy's flash.", no_args_is_help=True)
asr = typer.Typer(help="Speech recognition.", no_args_is_help=True)
safety = typer.Typer(help="The safety gate on what is heard and said.", no_args_is_help=True)
bench = typer.Typer(help="Figures that the documents quote.", no_args_is_help=True)


@app.command()
def doctor(
    as_json: AsJson = False,
    quick: Annotated[bool, typer.Option("--quick", help="Load no engine and read no model file.")] = False,
) -> None:
    """Check everything that could be wrong on this computer, and say how to mend it. Status 1 when something is."""
    from base_station import doctor as examined

    sys.exit(examined.main(as_json=as_json, quick=quick))


@daemon.command("status")
def daemon_status() -> None:
    """What the base station is doing."""
    print(json.dumps(asyncio.run(_call("status")), indent=2))


@daemon.command("stop")
def daemon_stop() -> None:
    """Ends the base station."""
    asyncio.run(_call("stop"))


@flash.command("model")
def flash_model(
    file: Annotated[Path, typer.Argument(help="What `plush models convert` wrote.")],
    serial: Annotated[str, typer.Option(help="The toy's serial device.")] = "/dev/ttyACM0",
) -> None:
    """Replaces the language model of a toy on a cable."""
    from base_station import flash_command

    asyncio.run(flash_command.main(file, serial))


@asr.command("eval")
def asr_eval(
    tsv: Annotated[Path, typer.Argument(help="File name or stem, a tab, the text; other columns may stand between.")],
    asr_name: Annotated[str | None, typer.Option("--asr", help="Recogniser; the default one if not given.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Column that groups the speakers: its name or number.")] = None,
    as_json: AsJson = False,
) -> None:
    """Word errors, rejection and speed of a recogniser on files whose text is known, by group of speakers."""
    from base_station import asr_command

    asr_command.main(tsv, asr_name, by=by, as_json=as_json)


@bench.command("turn")
def bench_turn(
    turns: Annotated[int, typer.Option(min=1, help="Questions to ask.")] = 30,
    toys: Annotated[int, typer.Option(min=1, max=16, help="So many ask at once, measured beside one alone.")] = 1,
    llm: Llm = None,
    llm_url: LlmUrl = None,
    asr_name: Recogniser = None,
    tts: Voice = None,
    forced: Annotated[
        bool | None,
        typer.Option("--forced-reply/--free-reply", help="Make the model say set sentences; default: if it is random."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """From the end of a question to the first sound and to the answer, in real time."""
    from base_station import bench_turn, talk_command

    engines = talk_command.engines(llm=llm, llm_url=llm_url, asr=asr_name, tts=tts)
    bench_turn.main(bench_turn.Options(turns, toys, engines, forced), as_json=as_json)


@safety.command("eval")
def safety_eval(
    file: Annotated[Path, typer.Argument(help="A CSV file with a header line, or a TSV file.")],
    column: Annotated[str, typer.Option(help="The column with the texts, by name or number from 0.")],
    as_json: AsJson = False,
    rows: Annotated[bool, typer.Option("--rows", help="The route of each row as well.")] = False,
) -> None:
    """How many texts of a table are answered, redirected, refused, escalated."""
    from base_station import safety_command

    safety_command.evaluate(file, column, as_json=as_json, rows=rows)


@safety.command("check")
def safety_check(
    text: Annotated[str, typer.Argument(help="What a child says.")],
    said: Annotated[bool, typer.Option("--said", help="As a sentence of the plush instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Explains the gate's verdict on one text."""
    from base_station import safety_command

    safety_command.check(text, said=said, as_json=as_json)


async def _call(op: str) -> Any:
    """Asks a daemon that runs already."""
    from base_station.rpc import Client

    async with await Client.connect(start=False) as client:
        return await client.call(op)

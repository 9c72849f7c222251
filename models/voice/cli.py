"""`plush say`: the toy's voice from the command line, on this machine or on an emulated Cortex-M33.

In      a text, or - for standard input; plush_say built for the port
Out     a WAV file, 16 kHz mono; one line or --json
Raises  typer.BadParameter for what the user can mend
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from models.voice import loudness
from models.voice.say import RATE_HZ, speak, write_wav

_PORTS = ("host", "qemu")


def say(
    text: Annotated[str, typer.Argument(help="What to say; - reads standard input. twinkle@C4,C4 is sung.")],
    port: Annotated[str, typer.Option(help="host, or qemu: the same code on a Cortex-M33, counted.")] = "host",
    out: Annotated[Path, typer.Option(dir_okay=False, help="The WAV file to write.")] = Path("speech.wav"),
    pitch: Annotated[int | None, typer.Option(min=60, max=500, help="Hz of the calm middle.")] = None,
    speed: Annotated[int | None, typer.Option(min=40, max=250, help="Percent of the usual speed.")] = None,
    lively: Annotated[int | None, typer.Option(min=0, max=200, help="Percent of the usual melody.")] = None,
    size: Annotated[int | None, typer.Option(min=80, max=150, help="Of the mouth: percent of a man's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say a text with the toy's own voice."""
    if port not in _PORTS:
        raise typer.BadParameter(f"--port is {' or '.join(_PORTS)}, not {port}")
    given = {"--pitch": pitch, "--speed": speed, "--lively": lively, "--size": size}
    settings = [part for name, value in given.items() if value is not None for part in (name, str(value))]
    try:
        speech = speak(sys.stdin.read() if text == "-" else text, port, *settings)
        write_wav(out, speech.pcm)
    except (OSError, RuntimeError) as error:
        raise typer.BadParameter(str(error)) from None
    heard = loudness.measure(speech.pcm)
    report = {
        "out": str(out),
        "port": port,
        "seconds": len(speech.pcm) / RATE_HZ,
        "peak_dbfs": round(heard.peak_dbfs, 1),
        "loudest_dbfs": round(heard.loudest_dbfs, 1),
        "lufs": round(heard.lufs, 1),
        "predicted_dba_50_cm": round(heard.predicted_dba, 1),
        "instructions": speech.instructions,
        "first_sound_instructions": speech.first_instructions,
        "ram_bytes": speech.ram_bytes,
    }
    if as_json:
        print(json.dumps(report))
        return
    cost = f", {speech.instructions / speech.seconds / 1e6:.1f} M instructions a second" if speech.instructions else ""
    print(f"{speech.seconds:.2f} s, {heard.lufs:.1f} LUFS{cost} -> {out}")

"""`plush doctor`: looks at everything that a user could have wrong, and says how to mend it.

In      this computer
Out     one line a check, or with --json one object {"checks": [...], "wrong": n}; exit status 1 when something is wrong
Raises  nothing: a check that fails unexpectedly is itself a finding
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.markup import escape

from base_station import doctor_computer, doctor_home
from base_station.doctor_finding import Finding, State
from base_station.engine_defaults import Choice, choose
from base_station.engine_registry import KINDS
from base_station.errors import BaseStationError
from base_station.worker import Worker
from base_station.worker_frames import Message

_MARKS = {State.GOOD: "[green]good [/]", State.NOTE: "[yellow]note [/]", State.WRONG: "[red]WRONG[/]"}
_WIDE = {"AVX2", "AVX512", "NEON", "METAL", "CUDA"}
Check = Callable[[], Iterator[Finding]]


def main(*, as_json: bool, quick: bool) -> int:
    """Out: the exit status."""
    found, console = [], Console(highlight=False, soft_wrap=True)
    for finding in examine(quick=quick):
        found.append(finding)
        if not as_json:
            mend = f"\n      -> {finding.mend}" if finding.mend else ""
            console.print(f"{_MARKS[finding.state]} [bold]{finding.name}[/]: {escape(finding.text + mend)}")
    wrong = sum(finding.state is State.WRONG for finding in found)
    if as_json:
        print(json.dumps({"checks": [finding.to_json() for finding in found], "wrong": wrong}, ensure_ascii=False))
    else:
        console.print(f"{len(found)} checks, {wrong or 'nothing'} wrong.")
    return 1 if wrong else 0


def examine(*, quick: bool) -> Iterator[Finding]:
    """Every check, the quickest and most telling first."""
    checks: list[Check] = [*doctor_computer.CHECKS, *doctor_home.CHECKS]
    if not quick:
        checks += [doctor_home.check_model_files, check_engines]
    for check in checks:
        try:
            yield from check()
        except Exception as error:  # whatever it is, the other checks must still be told
            name = check.__name__.removeprefix("check_").replace("_", " ")
            yield Finding(
                name, State.WRONG, f"{type(error).__name__}: {error}", "this is a fault of ours: please report it"
            )


def check_engines() -> Iterator[Finding]:
    """Each default engine is really started: a missing package, a damaged file, an old library shows here."""
    for kind in KINDS:
        name = KINDS[kind]
        try:
            choice = choose({}, (kind,))[kind]
            seconds, info = asyncio.run(_start(choice))
        except BaseStationError as error:
            yield Finding(name, State.WRONG, str(error), "make setup, or the command that the line names")
        else:
            yield Finding(name, State.GOOD, f"{choice.label}, loads in {seconds:.1f} s; {choice.why}")
            yield from _slow_build(info)


def _slow_build(info: Message) -> Iterator[Finding]:
    """A llama.cpp that uses none of a processor's wide instructions is several times as slow."""
    used = info.get("processor", ())
    if used and not _WIDE & set(used):
        mend = "CMAKE_ARGS=-DGGML_NATIVE=ON pip install --force-reinstall --no-binary llama-cpp-python llama-cpp-python"
        yield Finding("llama.cpp", State.NOTE, f"built for any processor: uses {', '.join(used)} alone", mend)


async def _start(choice: Choice) -> tuple[float, Message]:
    loop = asyncio.get_running_loop()
    worker, began_s = Worker(choice.kind, choice.name, choice.options), loop.time()
    try:
        info = await worker.start()
        return loop.time() - began_s, info
    finally:
        await worker.stop()

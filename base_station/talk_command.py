"""The three ways of `plush talk`: prepared questions, typed questions, and the sound card."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from base_station import audio, clock, config, connect, sound_card, talk, virtual
from base_station import events as ev
from base_station.console_command import beside
from base_station.daemon import Station
from base_station.errors import UsageError
from base_station.live_view import LiveView
from base_station.offer import offer
from base_station.rpc import Caller, Client, InProcess
from base_station.store import TranscriptStore
from base_station.studio import Pcm
from base_station.talk import Conversation, Road, TalkOptions
from base_station.virtual import PlushOptions


@dataclass(frozen=True)
class Question:
    """One of --wav and --say, in the order of the command line."""

    wav: Path | None = None
    text: str | None = None


@dataclass(frozen=True)
class Request:
    """Everything that `plush talk` was asked for."""

    questions: Sequence[Question]
    out: Path | None
    as_json: bool
    engines: dict[str, Any] = field(default_factory=dict)
    wake: str | None = None
    port: str = "host"
    link: str = "tcp"
    serial: str | None = None
    ble: str | None = None  # a `ble:` address of connect.py: a real toy on the air
    ble_virtual: bool = False
    offline: bool = False


def main(request: Request) -> None:
    """Runs the conversation. Raises UsageError for what cannot be, BaseStationError for what went wrong."""
    _check(request)
    if not request.questions and not request.offline:
        offer(Console())
    if request.port == "qemu":
        clock.run_virtual(lambda: _at_the_toys_pace(request), charge=True)
    elif request.ble_virtual:
        asyncio.run(_on_a_virtual_air(request))
    else:
        asyncio.run(_in_real_time(request))


async def _in_real_time(request: Request) -> None:
    spoken = any(question.text is not None for question in request.questions)
    if request.offline and request.questions and not spoken:
        return await _prepared(request, None)
    async with await Client.connect() as daemon:
        if request.serial is not None or request.ble is not None:
            await _with_real_toy(request, daemon)
        elif request.questions:
            await _prepared(request, daemon)
        else:
            await _with_console(request, daemon)


async def _at_the_toys_pace(request: Request) -> None:
    """An emulated toy has a clock of its own, and the base station follows it: so it is in our process."""
    station = Station(TranscriptStore(config.store_path()))
    try:
        await _prepared(request, InProcess(station.handle))
    finally:
        await station.close()


async def _on_a_virtual_air(request: Request) -> None:
    """Both controllers are in our process, and so is the base station; time is real."""
    try:
        from base_station.radio.virtual_air import VirtualAir
    except ImportError as error:
        raise UsageError(f"--ble-virtual needs Bumble ({error}): pip install 'talking-plush[radio]'") from error
    async with VirtualAir() as air:
        station = Station(TranscriptStore(config.store_path()), opener=air.open_link)
        daemon = InProcess(station.handle)
        try:
            if request.questions:
                await _prepared(request, daemon, air)
            else:
                await _by_hand(request, daemon, air)
        finally:
            await station.close()


def in_order(wavs: Sequence[Path], texts: Sequence[str], argv: Sequence[str]) -> list[Question]:
    """Interleaves --wav and --say as they were typed; the option parser keeps the two lists apart."""
    left = {"--wav": [Question(wav=path) for path in wavs], "--say": [Question(text=text) for text in texts]}
    ordered = []
    for word in argv:
        name = word.split("=", 1)[0]
        if left.get(name):
            ordered.append(left[name].pop(0))
    return ordered + left["--wav"] + left["--say"]


def engines(*, llm: str | None, llm_url: str | None, asr: str | None, tts: str | None) -> dict[str, Any]:
    """The daemon's engine options. Files are named in full, since the daemon lives in another folder."""
    chosen = {"llm": llm, "llm_url": llm_url, "asr": asr, "tts": tts}
    if llm is not None and (llm.endswith(".gguf") or "/" in llm):
        chosen["llm"] = str(Path(llm).expanduser().absolute())
    return {name: value for name, value in chosen.items() if value is not None}


def _check(request: Request) -> None:
    for value, name, known in (
        (request.wake or "off", "--wake", ("on", "off")),
        (request.port, "--port", ("host", "qemu")),
        (request.link, "--link", ("tcp", "pty")),
    ):
        if value not in known:
            raise UsageError(f"{name} {value}: known are {', '.join(known)}")
    if request.out is not None and not request.out.absolute().parent.is_dir():
        raise UsageError(f"--out {request.out}: there is no folder {request.out.absolute().parent}")
    if request.port == "qemu" and not request.questions:
        raise UsageError("--port qemu is for prepared questions: give --wav or --say")
    if sum((request.serial is not None, request.ble is not None, request.ble_virtual)) > 1:
        raise UsageError("--serial, --ble and --ble-virtual are three ways to a toy: choose one")
    if request.ble_virtual and request.port != "host":
        raise UsageError("--ble-virtual is for the virtual plush on this machine: leave --port out")
    if (request.serial or request.ble is not None) and request.questions:
        raise UsageError("a real toy has a microphone of its own: --wav and --say are for the virtual plush")
    if request.offline and (request.engines or request.serial or request.ble is not None or request.ble_virtual):
        raise UsageError("--offline means no base station: engines, --serial and --ble cannot be chosen with it")


def _options(request: Request, wake: str, road: Road | None = None) -> TalkOptions:
    link = "none" if request.offline else request.link if road is None else "ble"
    plush = PlushOptions(port=request.port, link=link, wake=request.wake or wake)
    virtual.executable(plush)  # before anything is started
    return TalkOptions(plush=plush, engines=_with_check(request, plush.wake), out=request.out, road=road)


def _with_check(request: Request, wake: str) -> dict[str, Any]:
    """A toy that waits for its wake word is given a second opinion."""
    return {**request.engines, "wake": ""} if wake == "on" else request.engines


async def _prepared(request: Request, daemon: Caller | None, road: Road | None = None) -> None:
    sounds = [await _sound(question, daemon) for question in request.questions]
    with LiveView() as view:
        show = None if request.as_json else view.show
        base = None if request.offline else daemon
        async with Conversation(_options(request, "off", road), base, show) as conversation:
            for sound in sounds:
                report = await conversation.ask(sound)
                if request.as_json:
                    print(json.dumps(report.to_json(), ensure_ascii=False), flush=True)


async def _sound(question: Question, daemon: Caller | None) -> Pcm:
    if question.wav is not None:
        return audio.load(question.wav)
    assert daemon is not None
    return await talk.render(daemon, question.text or "")


async def _with_console(request: Request, daemon: Client) -> None:
    """The conversation, and the console beside it."""
    if request.offline:
        return await _by_hand(request, daemon)
    async with beside() as address:
        print(f"Console: {address}", flush=True)
        await _by_hand(request, daemon)


async def _by_hand(request: Request, daemon: Caller, road: Road | None = None) -> None:
    """The sound card if there is one, else a text prompt; says which and why."""
    reason = sound_card.why_not()
    base = None if request.offline else daemon
    view = LiveView()
    if reason is None:
        woken = (request.wake or "on") == "on"
        how = 'Say "hey teddy", and in the same breath' if woken else "Say"
        view.note(f"[bold]{how} what you like to the plush.[/] Ctrl-C ends.")
        with view:
            async with Conversation(_options(request, "on", road), base, view.show) as conversation:
                with sound_card.SoundCard() as card:
                    conversation.studio.ears, conversation.studio.mouth = card.ears, card.mouth
                    await conversation.until_ended()
        return
    view.note(f"[bold]Type to the plush[/] ({reason}, so your words are spoken into its microphone). Ctrl-D ends.")
    async with Conversation(_options(request, "off", road), base, view.show) as conversation:
        while (line := await _next_line()) is not None:
            if line.strip():
                sound = await talk.render(daemon, line)
                with view:
                    await conversation.ask(sound)


async def _with_real_toy(request: Request, daemon: Caller) -> None:
    """A toy on a serial port or on the air has its own microphone: we only watch."""
    with LiveView() as view:
        if request.ble is not None:
            link = request.ble
        else:
            link = str(request.serial)
            await (await connect.open_transport(link)).close()  # a wrong device is told at once
        engines = _with_check(request, request.wake or "on")
        await daemon.call("prepare", engines=engines)
        where = f"on {link}" if request.ble is None else f"{connect.ble_name(link)} over Bluetooth".strip()
        view.note(f"[bold]Serving the toy {where}.[/] Ctrl-C ends.")
        lines = daemon.watch("attach", link=link, engines=engines)
        async with contextlib.aclosing(lines) as stream:
            async for line in stream:
                if "event" in line:
                    view.show(ev.from_json(line))


async def _next_line() -> str | None:
    """The next typed line, or None at the end; the plush goes on living meanwhile."""
    try:
        return await asyncio.to_thread(input, "> " if sys.stdin.isatty() else "")
    except EOFError:
        return None

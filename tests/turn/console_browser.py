"""A home with a screen: a daemon, a console beside it, and Debian's Chromium, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
from playwright.sync_api import Browser, Page, sync_playwright

from base_station.store import TraceEvent, TranscriptStore, TurnRow

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-sync --no-first-run "
    "--force-color-profile=srgb --hide-scrollbars"
)
HOSTILE = (
    "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>\x07\u202eevil 🐻 שלום"
)

_TALK = (
    ("why is the sky blue", "Sunlight has all the colours in it. The air throws the blue light around the most."),
    ("what do elephants eat", "Grass, leaves, bark and fruit, nearly all day long."),
    ("can you tell me a story", "Once there was a small bear who wanted to touch the moon."),
    ("what is your name", "My name is Teddy. I live right here with you."),
    ("how far is the moon", "So far that a train would need half a year."),
    ("good night teddy", "Good night. Sleep well, and dream of something nice."),
)


def fill(folder: Path) -> None:
    """A few weeks in a home with two children."""
    first = time.time() - 40 * 3600
    now = [first]
    store = TranscriptStore(folder / "transcripts.sqlite3", lambda: now[0])
    for number in range(120):
        now[0] = first + number * 1200
        heard, said = _TALK[number % len(_TALK)]
        drift = (number * 37 % 23) + (40 if number % 17 == 0 else 0)
        latency = {"endpoint": 402.0 + drift % 9, "asr_final": 420.0 + drift, "first_token": 431.0 + 2 * drift}
        turn = TurnRow(
            toy="Teddy",
            boot_id=1,
            turn_id=number,
            started_unix_s=now[0],
            heard=heard,
            said=said,
            brain="local" if number % 29 == 7 else "remote",
            outcome="done",
            latency_ms=latency | {"first_audio": 440.0 + 3 * drift},
            link={"frames_up": 120, "frames_down": 260, "crc_errors": number % 31 == 0, "resent": number % 13 == 0},
            engines={"asr": "pocketsphinx", "llm": "chat", "tts": "espeak"},
            child="Mila" if number % 3 else "Jonas",
            persona="Teddy",
            routes={"in": "answer", "out": "answer"},
        )
        if number == 60:
            turn = replace(
                turn,
                heard="how do i make a fire",
                said="Fire is for grown-ups. Ask one to show you.",
                routes={"in": "redirect"},
            )
        if number == 90:
            turn = replace(
                turn,
                heard="nobody likes me at school",
                said="I am sorry that it hurts. Please tell a grown-up whom you trust. I am here.",
                routes={"in": "escalate", "out": "answer"},
                flags=("sadness",),
            )
        if number == 100:
            turn = replace(turn, heard=HOSTILE, said=HOSTILE, child="Jonas", routes={"in": "refuse"})
        store.add(turn, [TraceEvent(1.0, "Heard", {"text": turn.heard, "words": [], "confidence": 0.9})])
        store.add_wake("Teddy", reason="wake word", score=0.8, snr_db=18, accepted=number % 25 != 3)
    store.settings.change("keep_sound", 1)
    store.close()


@contextlib.contextmanager
def console(home: Path) -> Iterator[str]:
    """Out: the address with its one-time token. Ends the console and the daemon."""
    environment = {**os.environ, "PLUSH_HOME": str(home)}
    plush = [sys.executable, "-c", "from base_station.cli import main; main()"]
    served = subprocess.Popen(
        [*plush, "console", "--no-browser", "--port", "0"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert served.stdout is not None
        line = served.stdout.readline()
        assert line.startswith("Console: "), line
        yield line.split()[1]
    finally:
        served.terminate()
        served.wait(10)
        subprocess.run([*plush, "daemon", "stop"], cwd=ROOT, env=environment, check=False, capture_output=True)


class UnpairedToy:
    """A plush that lives in real time in a quiet room and knows nobody. port: the path of its pseudo terminal."""

    def __init__(self, process: subprocess.Popen[str], control: socket.socket) -> None:
        assert process.stderr is not None
        self.port = process.stderr.readline().split()[2]
        self._control, self._lines = control, control.makefile()

    def hold_paw(self) -> None:
        self._control.send(b"button paw down\n")

    def told(self, start: str) -> str:
        """What follows `start` on the next control line that begins so."""
        return next(line for line in self._lines if line.startswith(start)).removeprefix(start).strip()


@contextlib.contextmanager
def unpaired_toy(folder: Path) -> Iterator[UnpairedToy]:
    quiet = np.random.default_rng(1).integers(-9, 10, 1_920_000).astype(np.int16)
    soundfile.write(folder / "quiet.wav", quiet, 16_000)
    ours, theirs = socket.socketpair()
    ours.settimeout(60.0)
    command = [ROOT / "build" / "host" / "plush_toy", "--link", "pty", "--realtime", "--store", folder]
    sounds = ["--mic", folder / "quiet.wav", "--speaker", folder / "o.wav"]
    number = theirs.fileno()
    with subprocess.Popen(
        [*command, *sounds, "--control", str(number)], stderr=subprocess.PIPE, text=True, pass_fds=[number]
    ) as process:
        theirs.close()
        try:
            yield UnpairedToy(process, ours)
        finally:
            process.kill()
            ours.close()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS.split())
        try:
            yield browser
        finally:
            browser.close()


def watched(page: Page) -> list[str]:
    """What goes wrong on a page: errors of its scripts, and requests that left our own address."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(("http://127.0.0.1:", "data:", "blob:")) else wrong.append(request.url)
        ),
    )
    return wrong

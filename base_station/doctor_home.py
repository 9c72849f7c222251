"""What `plush doctor` asks of $PLUSH_HOME: room, rights, store, keys, children, models, daemon, ports."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from base_station import config, rpc
from base_station.config import CHECKOUT
from base_station.console.server import DEFAULT_PORT
from base_station.dialogue.child import Children
from base_station.doctor_finding import Finding, State
from base_station.errors import BaseStationError, StoreError, UsageError
from base_station.link.keys import KeyStore
from base_station.manifest import read_manifest
from base_station.models import verify_model
from base_station.serve import read_plan
from base_station.store.database import reading
from base_station.store.migrations import check_version
from base_station.virtual import PlushOptions, executable

_FULL_BYTES, _TIGHT_BYTES = 100_000_000, 1_000_000_000
_SOCKET_MOST_BYTES = 107


def check_disk() -> Iterator[Finding]:
    home = _existing(config.home())
    free = shutil.disk_usage(home).free
    state = State.WRONG if free < _FULL_BYTES else State.NOTE if free < _TIGHT_BYTES else State.GOOD
    mend = "" if state is State.GOOD else "make room, or set PLUSH_HOME to a folder on another disk"
    yield Finding("disk", state, f"{free / 1e9:.1f} GB free at {config.home()}", mend)


def check_folder() -> Iterator[Finding]:
    home = config.home()
    if not home.exists():
        yield Finding("folder", State.GOOD, f"{home} is made when something is kept")
    elif (mode := home.stat().st_mode) & 0o022:
        yield Finding(
            "folder", State.WRONG, f"others may write in {home} (mode {mode & 0o777:o})", f"chmod go-w {home}"
        )
    else:
        yield Finding("folder", State.GOOD, str(home))
    if len(str(rpc.socket_path()).encode()) > _SOCKET_MOST_BYTES:
        mend = "set PLUSH_HOME to a folder with a shorter name"
        yield Finding("folder", State.WRONG, f"{rpc.socket_path()} is too long for a Unix socket", mend)


def check_store() -> Iterator[Finding]:
    path = config.store_path()
    if not path.exists():
        yield Finding("store", State.GOOD, "nothing has been kept yet")
        return
    if (mode := path.stat().st_mode) & 0o077:
        yield Finding("store", State.WRONG, f"others can read {path} (mode {mode & 0o777:o})", f"chmod 600 {path}")
    try:
        with reading(path) as db:
            version = check_version(db)
            (fault,) = db.execute("PRAGMA quick_check(1)").fetchone()
            turns = db.execute("SELECT count(*) FROM turns").fetchone()[0]
    except StoreError as error:
        mend = (
            "update this program" if "newer" in str(error) else f"move it away (mv {path} {path}.broken) to begin anew"
        )
        yield Finding("store", State.WRONG, str(error), mend)
        return
    except sqlite3.Error as error:
        yield Finding("store", State.WRONG, f"{path}: {error}", f"mv {path} {path}.broken, to begin anew")
        return
    if fault != "ok":
        yield Finding("store", State.WRONG, f"{path} is damaged: {fault}", f"sqlite3 {path} .recover, or move it away")
    else:
        yield Finding("store", State.GOOD, f"{turns} turns, version {version}, whole")


def check_keys() -> Iterator[Finding]:
    keys = KeyStore()
    if keys.folder.exists() and (mode := keys.folder.stat().st_mode) & 0o077:
        yield Finding(
            "keys", State.WRONG, f"others can read {keys.folder} (mode {mode & 0o777:o})", f"chmod 700 {keys.folder}"
        )
    try:
        toys = keys.toys()
    except UsageError as error:
        yield Finding("keys", State.WRONG, str(error), "what the line says")
        return
    if not toys:
        yield Finding("keys", State.NOTE, "no toy is paired yet", "connect its cable, then plush pair --serial PORT")
    else:
        yield Finding("keys", State.GOOD, f"{len(toys)} paired: {', '.join(toy.name for toy in toys)}")


def check_settings() -> Iterator[Finding]:
    try:
        children = Children(config.home() / "children")
        for name in children.names():
            children.load(name)
        read_plan(config.home() / "serve.toml")
    except BaseStationError as error:
        yield Finding("settings", State.WRONG, str(error), "mend the file, or move it away")
    else:
        yield Finding("settings", State.GOOD, f"{len(children.names())} children")


def check_models() -> Iterator[Finding]:
    installed = [model for model in read_manifest().values() if model.installed]
    names = ", ".join(model.name for model in installed)
    yield Finding("models", State.GOOD, f"downloaded: {names}" if names else "the embedded ones alone")
    for model in read_manifest().values():
        if not model.installed and model.folder.exists() and any(model.folder.iterdir()):
            mend = f"plush models pull {model.name}: it goes on where it stopped"
            yield Finding("models", State.WRONG, f"{model.name} is not complete", mend)


def check_model_files() -> Iterator[Finding]:
    for model in read_manifest().values():
        for fault in verify_model(model) if model.installed else ():
            yield Finding("models", State.WRONG, fault, f"plush models pull {model.name}")


def check_daemon() -> Iterator[Finding]:
    try:
        status = asyncio.run(_status())
    except UsageError:
        yield Finding("base station", State.GOOD, "not running; it starts when it is needed")
        return
    except BaseStationError as error:
        yield Finding("base station", State.WRONG, str(error), "plush daemon stop")
        return
    toys = ", ".join(status["toys"].values()) or "no toy"
    yield Finding("base station", State.GOOD, f"running (process {status['pid']}), serves {toys}")


def check_port() -> Iterator[Finding]:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError as error:
            text = f"port {DEFAULT_PORT} is taken ({error.strerror}), perhaps by an open console"
            yield Finding("console", State.NOTE, text, "plush console --port 0 takes any other")
        else:
            yield Finding("console", State.GOOD, f"port {DEFAULT_PORT} is free")


def check_virtual_plush() -> Iterator[Finding]:
    if not (CHECKOUT / "toy_mcu").is_dir():
        yield Finding("virtual plush", State.NOTE, "not in an installed package", "get the source, then make talk")
        return
    try:
        yield Finding("virtual plush", State.GOOD, str(executable(PlushOptions())))
    except UsageError as error:
        yield Finding("virtual plush", State.NOTE, str(error), ".ci/build host-release")


async def _status() -> rpc.Json:
    async with await rpc.Client.connect(start=False) as client:
        status: rpc.Json = await client.call("status")
        return status


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


CHECKS = (
    check_disk, check_folder, check_store, check_keys, check_settings, check_models, check_daemon, check_port,
    check_virtual_plush,
)  # fmt: skip

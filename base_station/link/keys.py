"""The keys of the toys that were paired with this base station: one file that only its user can read.

In      a folder (by default keys/ in the home of models and transcripts); a toy's name and key
Out     PairedToy; changes are on disk when a call returns, whole or not at all
Raises  UsageError: no such toy, a name that is taken, a file that others can read or that is damaged
The key is not encrypted on disk: whoever can read this user's files can read the transcripts as well. See SECURITY.md.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from base_station.config import home
from base_station.errors import UsageError
from base_station.link.noise import PSK_BYTES

_VERSION: Final = 1
_NAME_MAX_BYTES: Final = 64


@dataclass(frozen=True)
class PairedToy:
    """One pairing. url is where the toy was last: a help for people, never a proof."""

    name: str
    key: bytes = field(repr=False)
    paired_unix_s: int = 0
    url: str = ""


class KeyStore:
    """Every call reads the file anew: the daemon and the command line share it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or home() / "keys"
        self.path = self.folder / "toys.json"

    def toys(self) -> list[PairedToy]:
        """In the order of their pairing."""
        try:
            with self.path.open(encoding="utf-8") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise UsageError(f"others can read {self.path}: chmod 600 it, and pair the toys again")
                text = file.read()
        except FileNotFoundError:
            return []
        try:
            return _parse(text)
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{self.path} is damaged: remove it and pair the toys again") from error

    def find(self, name: str) -> PairedToy:
        for toy in self.toys():
            if toy.name == name:
                return toy
        raise UsageError(f"no toy called {name!r} is paired")

    def add(self, name: str, key: bytes, url: str = "") -> PairedToy:
        """A new pairing; a toy of the same name must be forgotten first."""
        toy = PairedToy(_checked(name), key, int(time.time()), url)
        if len(key) != PSK_BYTES:
            raise ValueError("a pairing's key has 32 bytes")
        with self._changing() as toys:
            if any(other.name == name for other in toys):
                raise UsageError(f"a toy called {name!r} is paired already: forget it first, or choose another name")
            toys.append(toy)
        return toy

    def rename(self, name: str, new_name: str) -> None:
        _checked(new_name)
        with self._changing() as toys:
            if name != new_name and any(toy.name == new_name for toy in toys):
                raise UsageError(f"a toy called {new_name!r} is paired already")
            at = _index(toys, name)
            toys[at] = replace(toys[at], name=new_name)

    def forget(self, name: str) -> None:
        """This side's half: the toy keeps its own until it is paired anew or told to forget."""
        with self._changing() as toys:
            del toys[_index(toys, name)]

    @contextmanager
    def _changing(self) -> Iterator[list[PairedToy]]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            toys = self.toys()
            yield toys
            self._write(toys)

    def _write(self, toys: list[PairedToy]) -> None:
        rows = [asdict(toy) | {"key": toy.key.hex()} for toy in toys]
        handle, name = tempfile.mkstemp(dir=self.folder)  # readable by its owner alone from the first moment
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"version": _VERSION, "toys": rows}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            os.unlink(name)
            raise


def _parse(text: str) -> list[PairedToy]:
    content = json.loads(text)
    if content["version"] != _VERSION:
        raise ValueError("another version")
    toys = [
        PairedToy(row["name"], bytes.fromhex(row["key"]), row["paired_unix_s"], row["url"]) for row in content["toys"]
    ]
    if any(len(toy.key) != PSK_BYTES for toy in toys):
        raise ValueError("a key of another length")
    return toys


def _index(toys: list[PairedToy], name: str) -> int:
    for index, toy in enumerate(toys):
        if toy.name == name:
            return index
    raise UsageError(f"no toy called {name!r} is paired")


def _checked(name: str) -> str:
    if not name.strip() or not name.isprintable() or len(name.encode()) > _NAME_MAX_BYTES:
        raise UsageError("a toy's name has 1 to 64 bytes and no control characters")
    return name

"""Fetches one pinned file: resumable, bounded, checked, and only then given its name.

In      a ModelFile, the folder, a callback for progress
Out     the file at its place; until then it is NAME.part, which the next attempt goes on with
Raises  ModelError, one line: not found, interrupted, too long, of another size, of another SHA-256
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from base_station.errors import ModelError
from base_station.manifest import ModelFile

Progress = Callable[[int], None]  # bytes of this file that are here now

_CHUNK_BYTES = 1 << 18
_ATTEMPTS = 4
_PAUSE_S = 0.5
_TIMEOUT = httpx.Timeout(30.0, connect=15.0)


class _InterruptedError(Exception):
    """The line broke; what came is kept."""


def fetch(file: ModelFile, folder: Path, progress: Progress, pause_s: float = _PAUSE_S) -> Path:
    """Downloads one file unless it is there already. Out: its path."""
    target = folder / file.name
    if target.exists() and target.stat().st_size == file.size_bytes:
        progress(file.size_bytes)
        return target
    part = folder / f"{file.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_space(file, folder, part)
        _fill(file, part, progress, pause_s)
        _check(file, part)
        part.replace(target)
    except OSError as error:
        raise ModelError(f"{file.name} cannot be stored in {folder}: {error.strerror or error}") from error
    return target


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _fill(file: ModelFile, part: Path, progress: Progress, pause_s: float) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        here = part.stat().st_size if part.exists() else 0
        if here > file.size_bytes:
            part.unlink()
            here = 0
        progress(here)
        if here == file.size_bytes:
            return
        try:
            _receive(file, part, here, progress)
        except (_InterruptedError, httpx.HTTPError) as error:
            if attempt == _ATTEMPTS:
                here = part.stat().st_size if part.exists() else 0
                reason = " ".join(str(error).split()) or type(error).__name__
                raise ModelError(
                    f"{file.name} was interrupted at {here:,} of {file.size_bytes:,} bytes ({reason}); "
                    "the same command goes on from there"
                ) from error
            time.sleep(pause_s * attempt)


def _receive(file: ModelFile, part: Path, here: int, progress: Progress) -> None:
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={here}-"} if here else {})
    with httpx.stream("GET", file.url, headers=headers, follow_redirects=True, timeout=_TIMEOUT) as response:
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _InterruptedError(f"the server answered {response.status_code}")
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
            raise _InterruptedError("the server does not have the rest")
        if response.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise ModelError(f"{file.name} cannot be had from {file.url}: the server answered {response.status_code}")
        if response.status_code == httpx.codes.OK:
            here = 0  # a server that does not know ranges begins again
        length = response.headers.get("Content-Length")
        if length is not None and here + int(length) != file.size_bytes:
            raise ModelError(
                f"{file.name} has another size than it must: {here + int(length):,} bytes, not {file.size_bytes:,}"
            )
        with part.open("ab" if here else "wb") as stream:
            for chunk in response.iter_raw():  # as it comes: what is gathered first would be lost with the line
                here += len(chunk)
                if here > file.size_bytes:
                    stream.truncate(0)
                    raise ModelError(f"{file.name} is longer than its {file.size_bytes:,} bytes: not used")
                stream.write(chunk)
                progress(here)
    if here < file.size_bytes:
        raise _InterruptedError("the connection closed early")


def _check(file: ModelFile, part: Path) -> None:
    found = sha256_of(part)
    if found != file.sha256:
        part.unlink()  # going on from it could never end well
        raise ModelError(f"{file.name} is not the file that was pinned (SHA-256 {found[:16]}...): not used")


def _check_space(file: ModelFile, folder: Path, part: Path) -> None:
    needed = file.size_bytes - (part.stat().st_size if part.exists() else 0)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(f"{file.name} needs {needed:,} bytes more, and {folder} has {free:,} free")

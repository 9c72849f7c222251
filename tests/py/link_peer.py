"""The toy's link, compiled: talks to the program that tests/c/link_peer.c makes.

The build is found in `build/host` (ASan and UBSan) or where PLUSH_HOST_BUILD says.
"""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def peer_path() -> Path:
    """The program; skips the test, saying so, where the toy was not built."""
    found = Path(os.environ.get("PLUSH_HOST_BUILD", ROOT / "build" / "host")) / "tests" / "link_peer"
    if not found.is_file():
        pytest.skip(f"{found} is not built: .ci/build host")
    return found


@dataclass(frozen=True)
class Answer:
    status: int  # toy_status_t
    data: bytes

    @property
    def good(self) -> bool:
        return self.status == 0

    def shown(self) -> tuple[bytes, str]:
        """An encoding and the text that belongs to it."""
        count = int.from_bytes(self.data[:2], "little")
        return self.data[2 : 2 + count], self.data[2 + count :].decode()


def _request(operation: str, data: bytes) -> bytes:
    return operation.encode() + struct.pack("<H", len(data)) + data


def ask_many(requests: Iterable[tuple[str, bytes]]) -> list[Answer]:
    """All requests to one peer, as fast as it goes."""
    sent = b"".join(_request(operation, data) for operation, data in requests)
    done = subprocess.run([peer_path()], input=sent, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    answers, at = [], 0
    while at < len(done.stdout):
        status, count = struct.unpack_from("<bH", done.stdout, at)
        answers.append(Answer(status, done.stdout[at + 3 : at + 3 + count]))
        at += 3 + count
    return answers


class Peer:
    """A peer that is asked one thing at a time; use as a context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([peer_path()], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, operation: str, data: bytes = b"") -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(_request(operation, data))
        self._process.stdin.flush()
        head = self._process.stdout.read(3)
        assert len(head) == 3, f"the peer ended with status {self._process.wait()}"
        status, count = struct.unpack("<bH", head)
        return Answer(status, self._process.stdout.read(count))

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        status = self._process.wait(timeout=10)
        self._process.stdout.close()
        if error is None:
            assert status == 0, f"the peer ended with status {status}"

"""What the store refuses waits in order and is written once; whoever must know is told once."""

from __future__ import annotations

from base_station.backlog import Backlog
from base_station.errors import StoreError


class Disk:
    """A store that can be full."""

    def __init__(self) -> None:
        self.full, self.rows = False, []  # type: ignore[var-annotated]

    def add(self, row: int) -> int:
        if self.full:
            raise StoreError("the disk is full")
        self.rows.append(row)
        return row


def test_what_waits_is_written_once_and_in_order() -> None:
    disk, told = Disk(), []  # type: ignore[var-annotated]
    backlog = Backlog(told.append)
    assert backlog.write(lambda: disk.add(1)) == 1
    disk.full = True
    for row in (2, 3):
        assert backlog.write(lambda row=row: disk.add(row)) is None  # type: ignore[misc]
    backlog.retry()
    assert (len(backlog), len(told)) == (2, 1)
    disk.full = False
    assert backlog.write(lambda: disk.add(4)) == 4
    assert disk.rows == [1, 2, 3, 4]
    assert (len(backlog), len(told)) == (0, 2)


def test_memory_is_bounded() -> None:
    disk = Disk()
    disk.full = True
    backlog = Backlog(most=3)
    for row in range(5):
        backlog.write(lambda row=row: disk.add(row))  # type: ignore[misc]
    disk.full = False
    backlog.retry()
    assert disk.rows == [2, 3, 4]

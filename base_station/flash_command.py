"""`plush flash model FILE --serial PORT`.

In      the file, the device
Out     progress on standard error, one line at the end
Raises  UsageError, LinkLost, FlashError
"""

from __future__ import annotations

import sys
from pathlib import Path

from base_station.errors import UsageError
from base_station.flash import Loader
from base_station.link.serial import open_serial


async def main(file: Path, serial: str) -> None:
    try:
        model = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    transport = await open_serial(serial)
    shown = sys.stderr.isatty()

    def progress(done: int) -> None:
        if shown:
            print(f"\r{done:,} of {len(model):,} bytes", end="", file=sys.stderr, flush=True)

    try:
        await Loader(transport).write_model(model, progress)
    finally:
        if shown:
            print(file=sys.stderr)
        await transport.close()
    print(f"{file.name}: {len(model):,} bytes in the toy's flash, checked; the toy starts again with it")

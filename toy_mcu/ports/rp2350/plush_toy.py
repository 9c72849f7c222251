#!/usr/bin/env python3
"""The board's image in an emulated RP2350, with the command line of ports/host's plush_toy; the build copies it.

RP2350JS in the environment says where the emulator is (docs/EMULATION.md).

In:     the options of ports/host/README.md; sound on stdin and stdout
Out:    becomes node
Raises: exit status 2 when node is not installed
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HARNESS = "@HARNESS@"

if __name__ == "__main__":
    try:
        image = HERE / "ports" / "rp2350" / "plush_toy.uf2"
        os.execvp("node", ["node", HARNESS, "--image", str(image), *sys.argv[1:]])  # noqa: S606
    except FileNotFoundError:
        sys.exit("plush_toy on an emulated RP2350: node is not installed")

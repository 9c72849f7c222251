"""Where training keeps its intermediate files and finds shared data and the compiled tool.

In      PLUSH_SHARED_DATA, PLUSH_WAKE_TOOL from the environment, where set
Raises  FileNotFoundError with what to do about it
"""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
BUILD = CHECKOUT / "build" / "wake"
CORPUS = BUILD / "corpus"


def shared_data() -> Path:
    """The folder of recordings and texts, which is not part of the project's tree."""
    folder = Path(os.environ.get("PLUSH_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        raise FileNotFoundError(f"no data at {folder}; set PLUSH_SHARED_DATA")
    return folder


def tool() -> Path:
    """The compiled toy code as a program: features and scores of sound come from here and nowhere else."""
    places = [Path(os.environ["PLUSH_WAKE_TOOL"])] if "PLUSH_WAKE_TOOL" in os.environ else []
    places += [CHECKOUT / "build" / name / "wake" / "wake_tool" for name in ("host-release", "host")]
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError("wake_tool is not built; `make c-host` builds it")

"""Where things live, and the figures that several rooms share."""

from __future__ import annotations

import os
from pathlib import Path

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 320
FRAME_MS = 20
PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent


def home() -> Path:
    """Models, transcripts and keys: $PLUSH_HOME, else the XDG data folder."""
    if given := os.environ.get("PLUSH_HOME"):
        return Path(given)
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "plush"


def runtime_folder() -> Path:
    """The daemon's socket, lock and log: in the home, so that a service and a user's commands find each other."""
    return home() / "run"


def store_path() -> Path:
    return home() / "transcripts.sqlite3"

"""Where the models and texts for tests lie; they are not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

SHARED = Path(os.environ.get("PLUSH_SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))

"""A sound file as bare samples, s16le at 16 kHz, for a program without a file system: `raw_sound.py IN.flac OUT.raw`.

Three seconds of quiet before it, so that whoever listens knows the room, and one behind it, for the work to be done.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import soundfile

if __name__ == "__main__":
    samples, rate_hz = soundfile.read(sys.argv[1], dtype="int16")
    if rate_hz != 16_000 or samples.ndim != 1:
        sys.exit(f"{sys.argv[1]} is not 16 kHz mono")
    Path(sys.argv[2]).write_bytes(np.pad(samples, (48_000, 16_000)).astype("<i2").tobytes())

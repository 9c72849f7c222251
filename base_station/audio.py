"""Sound files in and out.

In      any file that libsndfile reads (wav, flac, ogg ...), any channels, 8 to 96 kHz
Out     int16[n], 16 kHz mono
Raises  UsageError, one line: no such file, not sound, no sound in it
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from base_station.config import SAMPLE_RATE_HZ
from base_station.errors import UsageError

Pcm = NDArray[np.int16]

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8_000, 96_000
_WINDOW_SAMPLES = SAMPLE_RATE_HZ // 100  # 10 ms
_BELOW_LOUDEST_DB = 36.0  # the quietest part of a word that still counts as voice
_ABOVE_FLOOR_DB = 9.0  # and it must stand out of the room's noise
_SILENCE_DB = -66.0


def load(path: Path | str) -> Pcm:
    """Reads a sound file as the toy's microphone would hear it. Raises UsageError."""
    path = Path(path)
    if not path.exists():
        raise UsageError(f"no such file: {path}")
    if path.is_dir():
        raise UsageError(f"{path} is a folder, not a sound file")
    try:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError, RuntimeError) as error:
        reason = str(error).rpartition(": ")[2].rstrip(".")
        raise UsageError(f"{path} is not a sound file that can be read ({reason})") from error
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise UsageError(f"{path} has {rate_hz} samples a second; 8,000 to 96,000 can be used")
    if len(samples) == 0:
        raise UsageError(f"{path} holds no sound")
    mono = np.nan_to_num(samples.mean(axis=1, dtype=np.float32))
    return to_int16(resample(mono, rate_hz))


def save(path: Path | str, pcm: Pcm, rate_hz: int = SAMPLE_RATE_HZ) -> None:
    """Writes a mono 16-bit wave file. Raises UsageError when it cannot be written."""
    try:
        soundfile.write(path, pcm, rate_hz, subtype="PCM_16", format="WAV")
    except (soundfile.SoundFileError, OSError, RuntimeError) as error:
        raise UsageError(f"cannot write {path}: {str(error).rpartition(': ')[2].rstrip('.')}") from error


def resample(mono: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """float32[n] of any rate to 16 kHz."""
    if rate_hz == SAMPLE_RATE_HZ:
        return mono
    resampled: NDArray[np.float32] = soxr.resample(mono, rate_hz, SAMPLE_RATE_HZ, quality="HQ")
    return resampled


def to_int16(mono: NDArray[np.float32]) -> Pcm:
    """-1..1 to int16, clipped."""
    pcm: Pcm = np.clip(np.rint(mono * 32768.0), -32768, 32767).astype(np.int16)
    return pcm


def last_voiced_sample(pcm: Pcm) -> int:
    """Where speech ends in a recording, from the sound itself: what latencies are counted from.

    In      int16[n], 16 kHz, one utterance
    Out     the sample after the last 10 ms that are loud enough, against the loudest part and the noise floor, and not
            alone; 0 when nothing is
    """
    windows = len(pcm) // _WINDOW_SAMPLES
    if windows == 0:
        return 0
    blocks = pcm[: windows * _WINDOW_SAMPLES].astype(np.float64).reshape(windows, _WINDOW_SAMPLES) / 32768.0
    level_db = 10.0 * np.log10((blocks - blocks.mean(axis=1, keepdims=True)).var(axis=1) + 1e-12)
    loudest_db, floor_db = float(level_db.max()), float(np.percentile(level_db, 5))
    # In a recording without any pause the lowest level is speech: the floor may not reach up to it.
    floor_db = min(floor_db, loudest_db - 2 * _ABOVE_FLOOR_DB)
    threshold_db = max(loudest_db - _BELOW_LOUDEST_DB, floor_db + _ABOVE_FLOOR_DB, _SILENCE_DB)
    voiced = level_db >= threshold_db
    # A click is one window; speech has neighbours.
    neighbours = np.convolve(voiced.astype(int), np.ones(5, dtype=int), mode="same")
    found = np.flatnonzero(voiced & (neighbours >= 3))
    return int(found[-1] + 1) * _WINDOW_SAMPLES if len(found) else 0

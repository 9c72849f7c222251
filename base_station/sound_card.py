"""The computer's own microphone and speaker, as 20 ms frames at 16 kHz mono."""

from __future__ import annotations

import contextlib
import queue
from types import TracebackType
from typing import Any

import numpy as np

from base_station.config import FRAME_SAMPLES, SAMPLE_RATE_HZ
from base_station.errors import BaseStationError
from base_station.virtual import Frame

_SLACK_FRAMES = 10


def why_not() -> str | None:
    """None when there is a microphone and a speaker, else the reason in a few words."""
    try:
        import sounddevice as sd

        for kind in ("input", "output"):
            try:
                sd.query_devices(kind=kind)
            except (sd.PortAudioError, ValueError):
                return f"no sound {kind} device"
    except OSError as error:
        return f"the PortAudio library is not there ({error})"
    return None


class SoundCard:
    """A duplex stream. `ears()` gives the next captured frame or None, `mouth(frame)` plays one; neither waits."""

    def __init__(self) -> None:
        self._captured: queue.Queue[bytes] = queue.Queue(_SLACK_FRAMES)
        self._to_play: queue.Queue[bytes] = queue.Queue(_SLACK_FRAMES)
        self._stream: Any = None

    def __enter__(self) -> SoundCard:
        import sounddevice as sd

        try:
            self._stream = sd.RawStream(
                samplerate=SAMPLE_RATE_HZ,
                blocksize=FRAME_SAMPLES,
                channels=1,
                dtype="int16",
                latency="low",
                callback=self._exchange,
            )
            self._stream.start()
        except (sd.PortAudioError, ValueError, OSError) as error:
            raise BaseStationError(f"the sound card refused 16 kHz mono: {error}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.stop()
        self._stream.close()

    def ears(self) -> Frame | None:
        with contextlib.suppress(queue.Empty):
            return np.frombuffer(self._captured.get_nowait(), dtype="<i2").astype(np.int16)
        return None

    def mouth(self, frame: Frame) -> None:
        with contextlib.suppress(queue.Full):
            self._to_play.put_nowait(frame.astype("<i2").tobytes())

    def _exchange(self, captured: Any, to_play: Any, frames: int, when: Any, status: Any) -> None:
        """PortAudio's thread: hands over, never waits. A full queue loses its oldest frame: delay cannot grow."""
        if self._captured.full():
            with contextlib.suppress(queue.Empty):
                self._captured.get_nowait()
        self._captured.put_nowait(bytes(captured))
        try:
            to_play[:] = self._to_play.get_nowait()
        except queue.Empty:
            to_play[:] = bytes(len(to_play))

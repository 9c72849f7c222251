"""A toy's line: the link that is there at the moment, for whoever speaks to the toy without caring how it is reached.

In      the present Link, or None
Out     messages and sound on it; what it has counted
Raises  LinkLost from whatever sends, when there is no link or it breaks
"""

from __future__ import annotations

from dataclasses import asdict

from base_station.errors import LinkLost
from base_station.link import messages as msg
from base_station.link.link import AudioFrame, Lane, Link


class Line:
    """One toy's, over all its links; a turn's Channel."""

    def __init__(self) -> None:
        self.link: Link | None = None

    async def send(self, message: msg.Message, lane: Lane = Lane.CONTROL) -> None:
        await self._alive().send(message, lane)

    async def send_audio(self, frame: AudioFrame) -> None:
        await self._alive().send_audio(frame)

    @property
    def frame_samples(self) -> int:
        return self._alive().frame_samples

    def drop_turn(self, turn: int) -> None:
        if self.link is not None:
            self.link.drop_turn(turn)

    @property
    def paired_name(self) -> str:
        return "" if self.link is None else self.link.paired_name

    def counts(self) -> dict[str, int]:
        """Of the present link, since it began; see LinkStats."""
        return {} if self.link is None else asdict(self.link.stats)

    def _alive(self) -> Link:
        if self.link is None:
            raise LinkLost("the link is down")
        return self.link

"""Toys that live by the page: a virtual plush whose microphone hears what is typed, and paired toys."""

from __future__ import annotations

import asyncio
import contextlib

from base_station.errors import BaseStationError
from base_station.rpc import Caller
from base_station.talk import Conversation, TalkOptions
from base_station.tasks import cancel

_LOOK_S = 0.02


class Companion:
    """At most one virtual plush. It lives in real time until `end`, or until its program ends."""

    def __init__(self, daemon: Caller) -> None:
        self._daemon = daemon
        self._life: asyncio.Task[None] | None = None
        self._served: dict[str, asyncio.Task[None]] = {}

    @property
    def running(self) -> bool:
        return self._life is not None and not self._life.done()

    async def start(self) -> None:
        """Returns when the plush has shaken hands. Raises UsageError when the toy's program is not built."""
        if self.running:
            return
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._life = asyncio.ensure_future(self._live(ready))
        await ready

    async def end(self) -> None:
        if self._life is not None:
            await cancel(self._life)

    def serve(self, link: str) -> None:
        """Lets the daemon talk with a paired toy while the console runs; what fails is seen in the live view."""
        if link not in self._served or self._served[link].done():
            self._served[link] = asyncio.ensure_future(self._serve(link))

    async def leave(self, link: str) -> None:
        """The opposite of `serve`; returns when the daemon has let go of the link, so that another may open it."""
        if (task := self._served.pop(link, None)) is None:
            return
        await cancel(task)
        while link in (await self._daemon.call("status"))["toys"]:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(_LOOK_S)

    async def close(self) -> None:
        await self.end()
        for task in self._served.values():
            await cancel(task)

    async def _serve(self, link: str) -> None:
        with contextlib.suppress(BaseStationError):
            async with contextlib.aclosing(self._daemon.watch("attach", link=link)) as lines:
                async for _ in lines:
                    pass  # the feed tells

    async def _live(self, ready: asyncio.Future[None]) -> None:
        try:
            async with Conversation(TalkOptions(), self._daemon) as conversation:
                ready.set_result(None)
                with contextlib.suppress(BaseStationError):  # it ended by itself; the page sees it gone
                    await conversation.until_ended()
        except BaseStationError as error:
            if ready.done():
                raise
            ready.set_exception(error)

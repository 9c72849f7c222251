"""Two small ways of running coroutines together that the standard library spells at length."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """Runs all to their end. The first failure cancels the others and is raised bare, not inside a group."""
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            await cancel(task)


async def first(work: Coroutine[Any, Any, T], stop: asyncio.Future[Any]) -> T | None:
    """The result of `work`, or None when `stop` comes first and `work` was cancelled; errors of either are raised."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        stop.result()
        return None
    finally:
        await cancel(task)


async def cancel(task: asyncio.Future[Any]) -> None:
    """Cancels and waits until it is really over; an error that it ended with meanwhile has already been answered."""
    if not task.done():
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
    elif not task.cancelled():
        task.exception()

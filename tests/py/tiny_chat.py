"""A chat with the tiny model in a worker process of its own, and the story that it is asked to go on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from base_station.engines import RemoteChat
from base_station.llm.base import Turn
from base_station.worker import Worker

PLAIN = "{% for m in messages %}{{ m['content'] }} {% endfor %}"  # a template without any mark
GREEDY = {"temperature": 0.0, "repeat_penalty": 1.0}
STORY: list[Turn] = [{"role": "user", "content": "Once upon a time, there was a little girl named"}]


def chat_on(path: Path, **options: Any) -> RemoteChat:
    return RemoteChat(Worker("llm", "gguf", {"path": str(path), "threads": 1, **GREEDY, **options}))


async def say(chat: RemoteChat, messages: list[Turn], **limits: Any) -> tuple[str, dict[str, Any]]:
    """Out: the whole reply and its figures."""
    reply = chat.reply(messages, **limits)
    return "".join([piece async for piece in reply]), reply.stats

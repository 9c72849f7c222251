"""Random messages and audio frames within the schema, its ends more often than chance would have them."""

from __future__ import annotations

import dataclasses
import random
import sys
from pathlib import Path
from typing import Any

from base_station.link import messages
from base_station.link.audio_frame import AudioFrame
from base_station.link.messages import Message

PROTOCOL = Path(__file__).resolve().parents[2] / "protocol"
sys.path.insert(0, str(PROTOCOL))

from cddl_subset import ListOf, Record, Scalar, read_schema  # noqa: E402
from python_codec import class_name  # noqa: E402

SCHEMA = read_schema((PROTOCOL / "plush.cddl").read_text(encoding="utf-8"))
_CHARACTERS = ("a", "Z", "\0", "\x7f", "ä", "߿", "€", "\ud7ff", "\uffff", "🐻", "\U0010ffff")


def _text(rng: random.Random, count: int) -> str:
    """Exactly count bytes of UTF-8."""
    text = ""
    while left := count - len(text.encode()):
        character = rng.choice(_CHARACTERS)
        text += character if len(character.encode()) <= left else "x"
    return text


def _integer(rng: random.Random, low: int, high: int) -> int:
    return rng.choice((low, high, min(low + rng.randrange(300), high), rng.randint(low, high), rng.randint(low, high)))


def _value(rng: random.Random, kind: Scalar | ListOf) -> Any:
    if isinstance(kind, ListOf):
        return tuple(_record(rng, kind.record) for _ in range(_integer(rng, 0, kind.high)))
    if kind.kind == "bool":
        return rng.random() < 0.5
    value = _integer(rng, kind.low, kind.high)
    return _text(rng, value) if kind.kind == "text" else value


def _record(rng: random.Random, record: Record) -> Any:
    make = getattr(messages, class_name(record.name))
    return make(*(_value(rng, member.type) for member in record.members))


def random_message(rng: random.Random) -> Message:
    message: Message = _record(rng, rng.choice(SCHEMA.messages))
    assert dataclasses.is_dataclass(message)
    return message


def random_audio(rng: random.Random) -> AudioFrame:
    sound = rng.randbytes(rng.choice((1, 160, 160, 208, rng.randint(1, 208))))
    return AudioFrame(
        _integer(rng, 0, 0xFFFF),
        _integer(rng, 0, 0xFFFF),
        _integer(rng, 0, 0xFFFFFFFF),
        _integer(rng, -0x8000, 0x7FFF),
        _integer(rng, 0, 88),
        sound,
    )

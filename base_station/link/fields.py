"""Strict values and strict CBOR for the generated messages.

In      values of a message; CBOR bytes from outside
Out     the same, checked
Raises  FrameError
"""

from __future__ import annotations

from typing import Any, TypeAlias

import cbor2

from base_station.errors import FrameError

Items: TypeAlias = list[Any]


def check_integer(what: str, value: object, low: int, high: int) -> None:
    """A bool is an int for Python, but never for the schema."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise FrameError(f"{what}: {value!r:.40} is not in {low}..{high}")


def check_text(what: str, value: object, low: int, high: int) -> None:
    """Limits count UTF-8 bytes, as in CDDL and on the toy."""
    if not isinstance(value, str):
        raise FrameError(f"{what}: {value!r:.40} is no text")
    try:
        count = len(value.encode())
    except UnicodeEncodeError as error:
        raise FrameError(f"{what}: not UTF-8") from error
    if not low <= count <= high:
        raise FrameError(f"{what}: {count} bytes are not in {low}..{high}")


def check_boolean(what: str, value: object) -> None:
    if not isinstance(value, bool):
        raise FrameError(f"{what}: {value!r:.40} is no bool")


def check_tuple(what: str, value: object, kind: type, high: int) -> None:
    if not isinstance(value, tuple) or len(value) > high or not all(isinstance(each, kind) for each in value):
        raise FrameError(f"{what}: not a tuple of at most {high} {kind.__name__}")


def take_integer(value: object) -> int:
    if type(value) is not int:
        raise FrameError(f"{value!r:.40} is no integer")
    return value


def take_text(value: object) -> str:
    if type(value) is not str:
        raise FrameError(f"{value!r:.40} is no text")
    return value


def take_boolean(value: object) -> bool:
    if type(value) is not bool:
        raise FrameError(f"{value!r:.40} is no bool")
    return value


def split_items(what: str, data: object, count: int) -> Items:
    """An array of exactly count items."""
    if type(data) is not list or len(data) != count:
        raise FrameError(f"{what}: not an array of {count}")
    return data


def split_list(data: object) -> Items:
    if type(data) is not list:
        raise FrameError(f"{data!r:.40} is no array")
    return data


def to_cbor(items: Items) -> bytes:
    return cbor2.dumps(items)


# What a message may begin an item with: integers, text, arrays of definite length, false and true. Everything else
# (byte strings, maps, tags, floats) is refused before the general parser may do something clever with it.
_PLAIN_MAJOR_TYPES = frozenset((0, 1, 3, 4))


def is_plain(data: bytes, depth: int = 3) -> bool:
    """Walks the items without building them; True when all are of the plain kinds and end where the bytes end."""
    at, open_items = 0, [1]
    while open_items:
        if open_items[-1] == 0:
            open_items.pop()
            continue
        open_items[-1] -= 1
        if at >= len(data):
            return False
        head, extra = data[at], data[at] & 31
        major = head >> 5
        at += 1
        if head in (0xF4, 0xF5):
            continue
        if major not in _PLAIN_MAJOR_TYPES or extra > 27:
            return False
        value = extra
        if extra >= 24:
            size = 1 << (extra - 24)
            value = int.from_bytes(data[at : at + size], "big")
            at += size
        if major == 3:
            at += value
        elif major == 4:
            if len(open_items) > depth or value > len(data):
                return False
            open_items.append(value)
    return at == len(data)


def from_cbor(data: bytes) -> Any:
    """The one value that these bytes are the shortest encoding of."""
    if not is_plain(data):
        raise FrameError("not a message in CBOR")
    try:
        value = cbor2.loads(data)
    except (cbor2.CBORDecodeError, UnicodeDecodeError) as error:
        raise FrameError(f"not CBOR: {error}") from error
    if to_cbor(value) != data:
        raise FrameError("not the shortest encoding")
    return value

"""Reads protocol/vectors/ and says what this side's codec makes of a frame, in the same words as the toy's."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

from base_station.errors import FrameError
from base_station.link import packet
from base_station.link.audio_frame import AudioFrame, Body, decode_audio
from base_station.link.frame import encode_frame
from base_station.link.messages import HeardWord, Message, decode
from base_station.link.session import NullCipher

FOLDER = Path(__file__).resolve().parents[2] / "protocol" / "vectors"


@dataclass(frozen=True)
class Vector:
    """One file: `expect` or `error`, and the bytes of `frame` and `wire` as far as they are given."""

    name: str
    expect: str
    error: str
    frame: bytes
    wire: bytes


def read_vector(path: Path) -> Vector:
    """Lines are `key: value`, `frame:` or `wire:` before lines of hex digits; # begins a comment."""
    fields = {"expect": "", "error": ""}
    blocks = {"frame": bytearray(), "wire": bytearray()}
    block: bytearray | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        content = line.split("#")[0].strip()
        if not content:
            continue
        key, colon, value = content.partition(":")
        if colon and key in fields:
            fields[key] = value.strip()
        elif colon and key in blocks and not value:
            block = blocks[key]
        else:
            assert block is not None, f"{path}: {line}"
            block += bytes.fromhex(content)
    frame, wire = bytes(blocks["frame"]), bytes(blocks["wire"])
    return Vector(path.stem, fields["expect"], fields["error"], frame, wire or encode_frame(frame))


def good_vectors() -> list[Vector]:
    return [read_vector(path) for path in sorted(FOLDER.glob("*.txt"))]


def malformed_vectors() -> list[Vector]:
    return [read_vector(path) for path in sorted((FOLDER / "malformed").glob("*.txt"))]


def _fields_in_words(item: Message | HeardWord) -> str:
    words = ""
    for field in dataclasses.fields(item):
        value = getattr(item, field.name)
        if isinstance(value, tuple):
            shown = "[" + "".join(_fields_in_words(each) + ";" for each in value) + "]"
        else:
            shown = f"x{value.encode().hex()}" if isinstance(value, str) else str(int(value))
        words += f" {field.name}={shown}"
    return words


def message_in_words(message: Message) -> str:
    name = re.sub("(?<!^)(?=[A-Z])", "-", type(message).__name__).lower()
    return name + _fields_in_words(message)


def audio_in_words(kind: int, frame: AudioFrame) -> str:
    return (
        f"audio type={kind} turn={frame.turn} sequence={frame.sequence} sample_clock={frame.sample_clock} "
        f"predictor={frame.predictor} step_index={frame.step_index}"
    )


def frame_in_words(frame: bytes) -> str:
    """Everything that is in a frame under the null cipher. Raises FrameError."""
    match packet.parse(frame):
        case packet.Ack() as ack:
            return f"ack epoch={ack.epoch} next={ack.next} sack={ack.sack} window={ack.window}"
        case packet.Handshake(epoch, step, session, payload):
            return f"handshake epoch={epoch} step={step} session={session.hex()} payload={payload.hex()}"
        case packet.Pair(step, attempt, payload):
            return f"pair step={step} attempt={attempt.hex()} payload={payload.hex()}"
        case packet.Close(epoch, reason):
            return f"close epoch={epoch} reason={reason}"
        case packet.Data() as data:
            body = NullCipher().open(data.counter, data.header, data.sealed)
            return body_in_words(body)


def body_in_words(body: bytes) -> str:
    if body[0] == Body.CONTROL:
        return message_in_words(decode(body[1:]))
    if body[0] not in (Body.AUDIO_UP, Body.AUDIO_DOWN):
        raise FrameError(f"body type {body[0]}")
    frame = decode_audio(body, Body(body[0]))
    return audio_in_words(body[0], frame) + f" adpcm={frame.payload.hex()}"

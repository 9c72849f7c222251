"""Compile content.toml into the blob that the toy reads its own dialogue from.

In      content.toml; unsafe_words.txt
Out     a blob, all little endian:
          0  "TSAY"   4  u16 version 1   6  u16 kinds   8  u32 bytes in all   12  u32 CRC-32 of all but itself
         16  u16 lines   18  u16 animals   20  u32 unsafe words
         24  kinds of u16 first line, u16 count, in the order of toy_mcu/app/alone/content.h
         ..  lines of u32 offset of a terminated text; animals of u64 traits; unsafe words of u32 FNV-1a, sorted; texts
Raises  SystemExit with one line when the content is not as the firmware wants it
"""

import argparse
import re
import struct
import sys
import tomllib
import zlib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KINDS_HEADER = HERE.parents[1] / "toy_mcu" / "app" / "alone" / "content.h"
MOST_LINES, MOST_FILLED_BYTES, MOST_SUNG_BYTES, MOST_QUESTIONS, MOST_ANIMALS = 1024, 300, 500, 64, 128
SLOTS = {"hero": "hero", "friend": "friend", "thing": "thing", "place": "place", "animal": "game_animal", "word": ""}
FREE_OF_SLOTS = {"hero", "place", "friend", "thing", "game_animal", "game_question", "joke", "song", "lullaby"}
SUNG = re.compile(r"\S+@[A-Ga-g][#b]?[2-6](:\d(\.5)?)?(,[A-Ga-g][#b]?[2-6](:\d(\.5)?)?)*[,.?!]?")

Lists = dict[str, list[str]]


def fail(what: str) -> SystemExit:
    return SystemExit(f"content: {what}")


def kinds() -> list[str]:
    """Names of the lists, in the firmware's order."""
    names = re.findall(r"TOY_LINES_(\w+),", KINDS_HEADER.read_text(encoding="utf-8"))
    return [name.lower() for name in names if name != "KINDS"]


def read_lists(content: dict[str, Any]) -> Lists:
    lists: Lists = dict(content.get("say", {}))
    game = content.get("game", {})
    lists["game_question"] = list(game.get("questions", {}).values())
    lists["game_animal"] = list(game.get("animals", {}))
    expected = kinds()
    for name in expected:
        if not lists.get(name) or not all(isinstance(line, str) and line for line in lists[name]):
            raise fail(f"{name}: there must be at least one line")
        if len(set(lists[name])) != len(lists[name]):
            raise fail(f"{name}: a line is there twice")
    if unknown := sorted(set(lists) - set(expected)):
        raise fail(f"unknown list {unknown[0]}")
    return {name: lists[name] for name in expected}


def check_line(name: str, line: str, lists: Lists) -> None:
    if not all(letter >= " " and letter != "\x7f" for letter in line):
        raise fail(f"{name}: a line holds a control character: {line!r}")
    used = re.findall(r"\{(?:the )?(\w+)\}", line)
    if re.sub(r"\{(the )?\w+\}", "", line).count("{") or any(slot not in SLOTS for slot in used):
        raise fail(f"{name}: unknown slot in {line!r}; known are {', '.join(SLOTS)}")
    if used and name in FREE_OF_SLOTS:
        raise fail(f"{name}: no slots here: {line!r}")
    fills = {slot: lists[kind] if kind else ["good night"] for slot, kind in SLOTS.items()}
    longest = {slot: max(len(text.encode()) for text in texts) for slot, texts in fills.items()}
    if len(line.encode()) + sum(longest[slot] for slot in used) > MOST_FILLED_BYTES and name not in ("song", "lullaby"):
        raise fail(f"{name}: longer than {MOST_FILLED_BYTES} bytes: {line!r}")
    if name in ("song", "lullaby"):
        title, bar, words = line.partition("|")
        wrong = [word for word in words.split() if not SUNG.fullmatch(word)]
        if not title or not bar or wrong or len(line.encode()) > MOST_SUNG_BYTES:
            raise fail(f"{name}: {title!r} wants Title|word@NOTES ...: {wrong[0] if wrong else 'too long or no words'}")


def traits(content: dict[str, Any]) -> list[int]:
    """For each animal the questions that are answered with yes, as bits."""
    questions = list(content["game"]["questions"])
    animals = content["game"]["animals"]
    if len(questions) > MOST_QUESTIONS or len(animals) > MOST_ANIMALS:
        raise fail(f"game: at most {MOST_QUESTIONS} questions and {MOST_ANIMALS} animals")
    masks: dict[int, str] = {}
    for animal, named in animals.items():
        if unknown := [name for name in named.split() if name not in questions]:
            raise fail(f"game: {animal}: there is no question {unknown[0]!r}")
        mask = sum(1 << questions.index(name) for name in set(named.split()))
        if mask in masks:
            raise fail(f"game: no question parts {animal} from {masks[mask]}")
        masks[mask] = animal
    return list(masks)


def fnv_1a(word: str) -> int:
    value = 0x811C9DC5
    for byte in word.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def read_unsafe(text: str) -> list[str]:
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    for word in words:
        if not re.fullmatch("=?[a-z]{2,31}", word):
            raise fail(f"unsafe words: {word!r} is not a word of a to z, with or without a =")
    return sorted(set(words))


def check_unsafe(unsafe: list[str], lists: Lists) -> None:
    """No line of the content holds an unsafe word, and none shares a hash with one by chance."""
    hashes = {fnv_1a(word.removeprefix("=")): word for word in unsafe}
    for name, lines in lists.items():
        for word in (word for line in lines for word in re.findall("[a-z]+", line.lower())):
            if fnv_1a(word) in hashes and not name.startswith("game"):
                raise fail(f"{name}: holds {word!r}, which is on the unsafe list as {hashes[fnv_1a(word)]!r}")


def blob(lists: Lists, masks: list[int], unsafe: list[str]) -> bytes:
    lines = [line for name in lists for line in lists[name]]
    if len(lines) > MOST_LINES:
        raise fail(f"{len(lines)} lines, the firmware takes {MOST_LINES}")
    table, first = b"", 0
    for name in lists:
        table += struct.pack("<HH", first, len(lists[name]))
        first += len(lists[name])
    hashes = sorted({fnv_1a(word) for word in unsafe})
    at = 24 + len(table) + 4 * len(lines) + 8 * len(masks) + 4 * len(hashes)
    offsets, texts = b"", b""
    for line in lines:
        offsets += struct.pack("<I", at + len(texts))
        texts += line.encode() + b"\0"
    body = table + offsets + struct.pack(f"<{len(masks)}Q", *masks) + struct.pack(f"<{len(hashes)}I", *hashes) + texts
    head = struct.pack("<4sHHI", b"TSAY", 1, len(lists), 24 + len(body))
    rest = struct.pack("<HHI", len(lines), len(masks), len(hashes)) + body
    return head + struct.pack("<I", zlib.crc32(rest, zlib.crc32(head))) + rest


def compile_content(text: str, unsafe_text: str) -> bytes:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise fail(f"not TOML: {error}") from None
    lists = read_lists(content)
    for name, lines in lists.items():
        for line in lines:
            check_line(name, line, lists)
    unsafe = read_unsafe(unsafe_text)
    check_unsafe(unsafe, lists)
    return blob(lists, traits(content), unsafe)


def main() -> None:
    parser = argparse.ArgumentParser(description="compile what the toy says by itself")
    parser.add_argument("--content", type=Path, default=HERE / "content.toml")
    parser.add_argument("--unsafe", type=Path, default=HERE / "unsafe_words.txt")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    data = compile_content(options.content.read_text(encoding="utf-8"), options.unsafe.read_text(encoding="utf-8"))
    options.out.write_bytes(data)
    print(f"{len(data)} bytes -> {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()

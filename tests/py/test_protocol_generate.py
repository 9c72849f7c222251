"""The generator: its files have not drifted, and it refuses what it does not understand."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
import zcbor

from base_station.errors import FrameError
from base_station.link import messages
from base_station.link.messages import Abort, Emotion, EndOfSpeech, Error, HeardWord, Mute, StateName, Wake, encode
from tests.py.link_random import PROTOCOL, SCHEMA, random_message

from cddl_subset import SchemaError, largest_bytes, read_schema  # isort: skip  (link_random puts it on the path)

ROOT = PROTOCOL.parent


def test_generated_files_are_what_the_schema_gives() -> None:
    done = subprocess.run(
        [sys.executable, "protocol/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_drift_is_noticed(tmp_path: Path) -> None:
    for path in ("protocol", "toy_mcu/link/generated", "base_station/link", "tests/c/generated"):
        (tmp_path / path).mkdir(parents=True)
        for file in (ROOT / path).iterdir():
            if file.is_file():
                (tmp_path / path / file.name).write_bytes(file.read_bytes())
    drifted = tmp_path / "toy_mcu/link/generated/message_types.h"
    drifted.write_text(drifted.read_text().replace("uint16_t turn", "uint32_t turn", 1))
    (tmp_path / "toy_mcu/link/generated/left_over.c").write_text("")
    done = subprocess.run(
        [sys.executable, "protocol/generate.py", "--check"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "message_types.h" in done.stderr
    assert "left_over.c" in done.stderr
    assert done.stderr.count("\n") == 2


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ("message = a\na = {1: uint}", "outside the subset"),
        ("message = a / b\na = [1, x: bool]", "names b"),
        ("message = a / b\na = [1, x: bool]\nb = [1, y: bool]", "differ"),
        ("message = a / a\na = [1, x: float]", "outside the subset"),
        ("a = [1, x: 5..4]\nmessage = a / a", "empty range"),
        ("a = [1, bool]\nmessage = a / a", "needs a name"),
        ("a = [1, x: bool, x: bool]\nmessage = a / a", "twice"),
        ("a = [1, x: bool]\na = [2, x: bool]\nmessage = a / a", "defined twice"),
        ("a = [1, x: tstr .size (0..230)]\nmessage = a / a", "limit 223"),
        ("a = [1, x: tstr]\nmessage = a / a", "outside the subset"),
        ("a = [1, x: [0*4 b]]\nmessage = a / a", "not defined above"),
        ("n = 0..2 ; = one, two\nmessage = a / a\na = [1, x: n]", "2 names for 0..2"),
        ("a = [1, x: bool", "does not end"),
        ("stray", "not a rule"),
    ],
)
def test_what_is_outside_the_subset_is_refused(schema: str, complaint: str) -> None:
    with pytest.raises(SchemaError, match=complaint):
        read_schema(schema)


def test_every_message_fits_one_frame() -> None:
    rng = random.Random(7)
    limits = {record.number: largest_bytes(record) for record in SCHEMA.messages}
    assert max(limits.values()) <= 223
    for _ in range(20_000):
        message = random_message(rng)
        assert len(encode(message)) <= limits[message.NUMBER]


def test_zcbor_agrees_with_what_python_makes() -> None:
    """zcbor's own validator, which is too slow for the product, reads what the dataclasses write."""
    text = (PROTOCOL / "plush.cddl").read_text(encoding="utf-8")
    judge = zcbor.DataTranslator.from_cddl(cddl_string=text, default_max_qty=8).my_types["message"]
    rng = random.Random(8)
    for _ in range(300):
        message = random_message(rng)
        judge.validate_str(encode(message))
    for bad in (b"\x82\x0e\x18\x65", b"\x81\x0e", b"\x82\x0d\x01", b"\x82\x18\x63\x00"):
        with pytest.raises(zcbor.CddlValidationError):
            judge.validate_str(bad)
        with pytest.raises(FrameError):
            messages.decode(bad)


def test_limits_hold_on_construction_too() -> None:
    for make in (
        lambda: Wake(65536, 0, 0, 0, 0, 0),
        lambda: Wake(1, 0, 0, -65, 0, 0),
        lambda: Wake(True, 0, 0, 0, 0, 0),
        lambda: Abort(1, 9),
        lambda: Mute(1),  # type: ignore[arg-type]
        lambda: Emotion(1, 7, 0),
        lambda: Error(0, 0, "ä" * 33),
        lambda: Error(0, 0, "\ud800"),
        lambda: Error(0, 0, b"bytes"),  # type: ignore[arg-type]
        lambda: HeardWord("", 0),
        lambda: EndOfSpeech(1, 0, 0, 0, (HeardWord("a", 0),) * 9),
        lambda: EndOfSpeech(1, 0, 0, 0, [HeardWord("a", 0)]),  # type: ignore[arg-type]
    ):
        with pytest.raises(FrameError):
            make()
    assert len(encode(Error(0, 0, "ä" * 32))) == 70
    assert encode(messages.State(1, StateName.THINKING, 0)) == bytes.fromhex("840c010200")

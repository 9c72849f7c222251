"""protocol/gatt.toml and what is made of it; with the Pico SDK at hand BTstack's own compiler reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from protocol import gatt

HEAD = """[service]
uuid = "6d1f0001-7b62-4c5e-9a50-1f0c3a7e5d21"
[pairing_mode]
uuid = "6d1f0005-7b62-4c5e-9a50-1f0c3a7e5d21"
"""
WAY = """[[characteristic]]
name = "y"
uuid = "6d1f0002-7b62-4c5e-9a50-1f0c3a7e5d21"
"""
COMPILER = Path(os.environ.get("PICO_SDK_PATH", "")) / "lib" / "btstack" / "tool" / "compile_gatt.py"


def test_one_way_in_one_way_out_and_one_for_pairing() -> None:
    table = gatt.read()
    text = gatt.gatt(table, "Talking plush")
    ways = {entry["name"]: entry for entry in table["characteristic"]}
    assert set(ways) == {"to_toy", "from_toy", "pairing"}
    encrypted = "READ_ENCRYPTED | WRITE_ENCRYPTED | ENCRYPTION_KEY_SIZE_16 | DYNAMIC,"
    assert f"CHARACTERISTIC, {ways['to_toy']['uuid'].upper()}, WRITE | WRITE_WITHOUT_RESPONSE | {encrypted}" in text
    assert f"CHARACTERISTIC, {ways['from_toy']['uuid'].upper()}, NOTIFY | {encrypted}" in text
    everybody = "WRITE | WRITE_WITHOUT_RESPONSE | NOTIFY | DYNAMIC,"
    assert f"CHARACTERISTIC, {ways['pairing']['uuid'].upper()}, {everybody}" in text
    assert 'GAP_DEVICE_NAME, READ, "Talking plush"' in text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[service]\nname = "x"\nuuid = "12"\n', "x: no UUID"),
        (HEAD, "a service and its characteristics"),
        (f'{HEAD}{WAY}properties = ["SHOUT"]\nlink = "open"\n', r"y: unknown properties \['SHOUT'\]"),
        (f'{HEAD}{WAY}properties = ["READ"]\n', "y: link is open or encrypted"),
    ],
)
def test_a_wrong_table_is_said_in_one_line(tmp_path: Path, text: str, problem: str) -> None:
    source = tmp_path / "gatt.toml"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=problem):
        gatt.read(source)


def test_btstack_names_the_handles_that_the_port_uses(tmp_path: Path) -> None:
    if not COMPILER.exists():
        pytest.skip("PICO_SDK_PATH is not set: BTstack's compiler is not there")
    gatt.main([str(tmp_path / "plush"), "Talking plush"])
    header = tmp_path / "plush.h"
    command = [sys.executable, str(COMPILER), str(tmp_path / "plush.gatt"), str(header)]
    subprocess.run(command, check=True, capture_output=True)
    made = header.read_text(encoding="utf-8")
    for line in (tmp_path / "plush_handles.h").read_text(encoding="utf-8").splitlines():
        if line.endswith("_HANDLE"):
            assert line.split()[2] in made

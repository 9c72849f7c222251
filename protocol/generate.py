"""Makes both codecs from plush.cddl: `python protocol/generate.py` writes them, `--check` only compares (exit code 1).

In      protocol/plush.cddl, protocol/gatt.toml
Out     base_station/link/messages.py and gatt.py, toy_mcu/link/generated/; for tests tests/c/generated/message_fields.h
Raises  ends with one line and exit code 2 when the schema is not in the subset of cddl_subset.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import gatt
from c_codec import fields_header, map_source, types_header, zcbor_files
from cddl_subset import MESSAGE_LIMIT_BYTES, Schema, SchemaError, read_schema
from python_codec import python_codec

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "protocol" / "plush.cddl"
PYTHON = "base_station/link/messages.py"
PYTHON_GATT = "base_station/link/gatt.py"
C_FOLDER = "toy_mcu/link/generated"
FIELDS = "tests/c/generated/message_fields.h"


def generated(schema: Schema) -> dict[str, str]:
    """Path below the repository's root -> text, for every generated file."""
    files = {f"{C_FOLDER}/{name}": text for name, text in zcbor_files(SCHEMA).items()}
    files[f"{C_FOLDER}/message_types.h"] = types_header(schema, MESSAGE_LIMIT_BYTES)
    files[f"{C_FOLDER}/message_map.c"] = map_source(schema)
    files[FIELDS] = fields_header(schema)
    files[PYTHON] = python_codec(schema, MESSAGE_LIMIT_BYTES)
    files[PYTHON_GATT] = gatt.python(gatt.read())
    return files


def drifted(files: dict[str, str]) -> list[str]:
    """Paths whose text on disk differs, is missing, or should not be there."""
    wrong = [path for path, text in files.items() if not (ROOT / path).is_file() or (ROOT / path).read_text() != text]
    there = (path.relative_to(ROOT).as_posix() for path in (ROOT / C_FOLDER).glob("*"))
    return sorted(wrong + [path for path in there if path not in files])


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("usage: python protocol/generate.py [--check]", file=sys.stderr)
        return 2
    try:
        files = generated(read_schema(SCHEMA.read_text()))
    except SchemaError as error:
        print(f"{SCHEMA.name}: {error}", file=sys.stderr)
        return 2
    wrong = drifted(files)
    if arguments:
        for path in wrong:
            print(f"{path} is not what the schema gives: run python protocol/generate.py", file=sys.stderr)
        return 1 if wrong else 0
    for path in wrong:
        if path in files:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(files[path])
            print(f"wrote {path}")
        else:
            (ROOT / path).unlink()
            print(f"removed {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

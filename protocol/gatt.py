"""protocol/gatt.toml to what BTstack's compiler reads: `python -m protocol.gatt OUT NAME`, or gatt.py as a program.

In:     gatt.toml; the device's name
Out:    OUT.gatt, and OUT_handles.h with short names for BTstack's long ones; `python()`: the base station's constants
Raises: SystemExit with one line when gatt.toml is no such table
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("gatt.toml")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PROPERTIES = {"READ", "WRITE", "WRITE_WITHOUT_RESPONSE", "NOTIFY", "INDICATE"}
# BTstack's flags for a link that is good enough. They hold for the switch of notifications as well.
LINKS = {"open": [], "encrypted": ["READ_ENCRYPTED", "WRITE_ENCRYPTED", "ENCRYPTION_KEY_SIZE_16"]}


def read(source: Path = SOURCE) -> dict[str, Any]:
    """The table, checked. Raises SystemExit."""
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    ways = table.get("characteristic", [])
    entries = [table.get("service", {}), table.get("pairing_mode", {}), *ways]
    for entry in entries:
        if not UUID.fullmatch(entry.get("uuid", "")):
            raise SystemExit(f"{source}: {entry.get('name')}: no UUID")
        if unknown := set(entry.get("properties", [])) - PROPERTIES:
            raise SystemExit(f"{source}: {entry.get('name')}: unknown properties {sorted(unknown)}")
    for entry in ways:
        if entry.get("link") not in LINKS:
            raise SystemExit(f"{source}: {entry.get('name')}: link is {' or '.join(LINKS)}")
    if len({entry["uuid"] for entry in entries}) != len(entries) or not ways:
        raise SystemExit(f"{source}: a service and its characteristics, each with a UUID of its own")
    return table


def gatt(table: dict[str, Any], name: str) -> str:
    """BTstack's own notation."""
    lines = [
        "PRIMARY_SERVICE, GAP_SERVICE",
        f'CHARACTERISTIC, GAP_DEVICE_NAME, READ, "{name}"',
        "PRIMARY_SERVICE, GATT_SERVICE",
        "CHARACTERISTIC, GATT_DATABASE_HASH, READ,",
        f"PRIMARY_SERVICE, {table['service']['uuid'].upper()}",
    ]
    for entry in table["characteristic"]:
        flags = [*entry["properties"], *LINKS[entry["link"]], "DYNAMIC"]
        lines.append(f"CHARACTERISTIC, {entry['uuid'].upper()}, {' | '.join(flags)},")
    return "\n".join(lines) + "\n"


def handles(table: dict[str, Any]) -> str:
    """C names for the handles that BTstack's compiler names by UUID, and the UUIDs that are advertised."""
    lines = [
        "/* Generated from protocol/gatt.toml. */",
        "#ifndef PLUSH_GATT_HANDLES_H",
        "#define PLUSH_GATT_HANDLES_H",
        "",
    ]
    for name in ("service", "pairing_mode"):
        uuid = bytes.fromhex(table[name]["uuid"].replace("-", ""))[::-1]
        bytes_of = ", ".join(f"0x{byte:02x}" for byte in uuid)
        lines.append(f"#define PLUSH_GATT_{name.upper()}_UUID {bytes_of} /* little endian */")
    for entry in table["characteristic"]:
        long = f"ATT_CHARACTERISTIC_{entry['uuid'].upper().replace('-', '_')}_01"
        lines.append(f"#define PLUSH_GATT_{entry['name'].upper()} {long}_VALUE_HANDLE")
        if {"NOTIFY", "INDICATE"} & set(entry["properties"]):
            lines.append(f"#define PLUSH_GATT_{entry['name'].upper()}_SWITCH {long}_CLIENT_CONFIGURATION_HANDLE")
    return "\n".join([*lines, "", "#endif", ""])


def python(table: dict[str, Any]) -> str:
    """The base station's module."""
    lines = [
        '"""The GATT service of the plush. Generated from protocol/gatt.toml by protocol/generate.py; do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        "from dataclasses import dataclass",
        "from typing import Final",
        "",
        "",
        "@dataclass(frozen=True)",
        "class Way:",
        '    """A characteristic. encrypted: nothing of it is to be had on a link that is not."""',
        "",
        "    uuid: str",
        "    properties: tuple[str, ...]",
        "    encrypted: bool",
        "",
        "",
        f'SERVICE: Final = "{table["service"]["uuid"]}"',
        f'PAIRING_MODE: Final = "{table["pairing_mode"]["uuid"]}"',
    ]
    for entry in table["characteristic"]:
        properties = ", ".join(f'"{each}"' for each in entry["properties"])
        comma = "," if len(entry["properties"]) == 1 else ""
        encrypted = entry["link"] == "encrypted"
        name = entry["name"].upper()
        lines.append(f'{name}: Final = Way("{entry["uuid"]}", ({properties}{comma}), {encrypted})')
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> None:
    out, name = Path(arguments[0]), arguments[1]
    table = read()
    out.with_suffix(".gatt").write_text(gatt(table, name), encoding="utf-8")
    out.with_name(f"{out.stem}_handles.h").write_text(handles(table), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

"""protocol/gatt.toml to what BTstack's compiler reads: `python -m protocol.gatt OUT NAME`, or gatt.py as a program.

In:     gatt.toml; the device's name
Out:    OUT.gatt, and OUT_handles.h with short names for BTstack's long ones
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


def read(source: Path = SOURCE) -> dict[str, Any]:
    """The table, checked. Raises SystemExit."""
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    entries = [table.get("service", {}), *table.get("characteristic", [])]
    for entry in entries:
        if not UUID.fullmatch(entry.get("uuid", "")):
            raise SystemExit(f"{source}: {entry.get('name')}: no UUID")
        if unknown := set(entry.get("properties", [])) - PROPERTIES:
            raise SystemExit(f"{source}: {entry.get('name')}: unknown properties {sorted(unknown)}")
    if len({entry["uuid"] for entry in entries}) != len(entries) or len(entries) < 2:
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
        lines.append(f"CHARACTERISTIC, {entry['uuid'].upper()}, {' | '.join([*entry['properties'], 'DYNAMIC'])},")
    return "\n".join(lines) + "\n"


def handles(table: dict[str, Any]) -> str:
    """C names for the handles that BTstack's compiler names by UUID, and the service's UUID for the advertisement."""
    uuid = bytes.fromhex(table["service"]["uuid"].replace("-", ""))[::-1]
    lines = [
        "/* Generated from protocol/gatt.toml. */",
        "#ifndef PLUSH_GATT_HANDLES_H",
        "#define PLUSH_GATT_HANDLES_H",
        "",
    ]
    lines.append(f"#define PLUSH_GATT_SERVICE_UUID {', '.join(f'0x{byte:02x}' for byte in uuid)} /* little endian */")
    for entry in table["characteristic"]:
        long = f"ATT_CHARACTERISTIC_{entry['uuid'].upper().replace('-', '_')}_01"
        lines.append(f"#define PLUSH_GATT_{entry['name'].upper()} {long}_VALUE_HANDLE")
        if {"NOTIFY", "INDICATE"} & set(entry["properties"]):
            lines.append(f"#define PLUSH_GATT_{entry['name'].upper()}_SWITCH {long}_CLIENT_CONFIGURATION_HANDLE")
    return "\n".join([*lines, "", "#endif", ""])


def main(arguments: list[str]) -> None:
    out, name = Path(arguments[0]), arguments[1]
    table = read()
    out.with_suffix(".gatt").write_text(gatt(table, name), encoding="utf-8")
    out.with_name(f"{out.stem}_handles.h").write_text(handles(table), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

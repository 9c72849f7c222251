"""The arrows of DESIGN and the core's unresolved names; each check also sees a planted violation."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.py import arrows

BUILD = arrows.ROOT / "build" / "qemu"
CORE = ("base", "audio", "wake", "llm", "voice", "link", "secure", "app")
# What compiled code may ask for: four memory functions and the compiler's own helpers.
MEMORY = {"memcpy", "memset", "memmove", "memcmp"}
HELPERS = ("__aeabi_", "__gnu_", "__clz", "__popcount", "toy_port_")
# zcbor's runtime has a function for strings with an end mark; nothing of ours calls it, and the linker drops it.
ZCBOR_OWN = {"strnlen"}
# Monocypher is a library of its own, and one file calls it.
MONOCYPHER = ("crypto_", {"primitives.c.obj"})
NEVER = {
    "malloc",
    "free",
    "calloc",
    "realloc",
    "printf",
    "puts",
    "putchar",
    "snprintf",
    "exit",
    "abort",
    "__assert_func",
}


def test_c_includes_follow_the_arrows() -> None:
    assert list(arrows.c_violations(arrows.ROOT / "toy_mcu")) == []


def test_python_imports_follow_the_arrows() -> None:
    assert list(arrows.python_violations(arrows.ROOT)) == []


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("audio/a.c", '#include "link/link.h"\n', "includes link/link.h"),
        ("base/a.h", '#include "audio/vad.h"\n', "includes audio/vad.h"),
        ("wake/a.c", "#include <stdio.h>\n", "includes stdio.h"),
        ("app/a.c", '#include "pico/stdlib.h"\n', "includes pico/stdlib.h"),
        ("app/a.c", '#include "secure/keys.h"\n', "includes secure/keys.h"),
        ("link/a.c", '#include "app/toy.h"\n', "includes app/toy.h"),
        ("llm/a.c", "#ifdef __arm__\n#endif\n", "asks for __arm__"),
        ("llm/a.c", "#if defined(PICO_RP2350)\n#endif\n", "asks for PICO_RP2350"),
        ("voice/a.c", "int f(const char *t) { return (int)strlen(t); }\n", "calls strlen"),
    ],
)
def test_a_planted_include_is_seen(tmp_path: Path, file: str, text: str, expected: str) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert list(arrows.c_violations(tmp_path)) == [f"{file}: {expected}"]


def test_what_is_allowed_is_not_reported(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a.c").write_text(
        '#include "audio/vad.h"\n#include "secure/gateway.h"\n#include <string.h>\n/* #include <stdio.h> strlen( */\n',
        encoding="utf-8",
    )
    assert list(arrows.c_violations(tmp_path)) == []


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("base_station/asr/a.py", "from base_station.llm.base import Chat", "a stage imports base_station.llm.base"),
        ("base_station/link/a.py", "from base_station import turn", "a stage imports base_station.turn"),
        ("base_station/a.py", "import models.cli", "base_station imports models.cli"),
        ("base_station/a.py", "from . import b", "a relative import"),
        ("models/a.py", "from base_station import errors", "models imports base_station.errors"),
        ("base_station/events.py", "from base_station import errors", "events imports base_station.errors"),
    ],
)
def test_a_planted_import_is_seen(tmp_path: Path, file: str, text: str, expected: str) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert list(arrows.python_violations(tmp_path)) == [f"{file}:1: {expected}"]


def test_a_second_importer_of_an_engine_is_seen(tmp_path: Path) -> None:
    for name, text in (("asr/x.py", "import pocketsphinx"), ("asr/y.py", "from pocketsphinx import Decoder")):
        (tmp_path / "base_station" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "base_station" / name).write_text(text, encoding="utf-8")
    (tmp_path / "base_station" / "z.py").write_text("import base_station.asr.x", encoding="utf-8")
    assert sorted(arrows.python_violations(tmp_path)) == [
        "base_station/z.py: imports the adapter base_station.asr.x; a worker does that by name",
        "pocketsphinx of asr is imported by asr/x.py, asr/y.py",
    ]


# ---- what the core asks of the outside ------------------------------------------------------------------------------


def unresolved(archives: list[Path]) -> dict[str, set[str]]:
    """Name -> members that need it and that no archive defines."""
    done = subprocess.run(
        ["arm-none-eabi-nm", "-A", *map(str, archives)], capture_output=True, text=True, check=True
    ).stdout
    defined, needed = set(), {}  # type: ignore[var-annotated]
    for line in done.splitlines():
        where, _, rest = line.rpartition(":")
        if not rest.strip():  # an empty member
            continue
        kind, name = rest.split()[-2:]
        if kind in "Uvw":
            needed.setdefault(name, set()).add(where.rpartition(":")[2])
            assert kind == "U", f"{name} is weak: a forgotten port function must be a link error"
        else:
            defined.add(name)
    return {name: members for name, members in needed.items() if name not in defined}


def forbidden(archives: list[Path]) -> list[str]:
    lines = []
    for name, members in sorted(unresolved(archives).items()):
        of_zcbor = name in ZCBOR_OWN and all(member.startswith("zcbor_") for member in members)
        of_monocypher = name.startswith(MONOCYPHER[0]) and members <= MONOCYPHER[1]
        if not (name in MEMORY or name.startswith(HELPERS) or of_zcbor or of_monocypher):
            lines.append(f"{name} in {', '.join(sorted(members))}")
    return lines


def test_the_core_asks_for_nothing_but_its_port() -> None:
    archives = [path for room in CORE if (path := BUILD / room / f"libtoy_{room}.a").exists()]
    assert len(archives) >= 4, "build/qemu is not built (make c-qemu)"
    assert forbidden(archives) == []


@pytest.mark.parametrize("name", sorted(NEVER | {"read", "sqrt", "clock"}))
def test_a_planted_call_is_seen(tmp_path: Path, name: str) -> None:
    source = tmp_path / "planted.c"
    source.write_text(f"void {name}(int); void toy_planted(void) {{ {name}(1); }}\n", encoding="utf-8")
    flags = ["-mcpu=cortex-m33", "-mthumb", "-fno-builtin", "-w", "-c"]
    subprocess.run(["arm-none-eabi-gcc", *flags, str(source), "-o", str(tmp_path / "planted.o")], check=True)
    subprocess.run(["arm-none-eabi-ar", "rc", str(tmp_path / "l.a"), str(tmp_path / "planted.o")], check=True)
    assert forbidden([tmp_path / "l.a"]) == [f"{name} in planted.o"]

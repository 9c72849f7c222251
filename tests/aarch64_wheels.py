"""Which of the locked packages have a wheel for a 64-bit Arm board, and which are built there.

Out     Markdown for docs/SCALE.md: what has a wheel, what is built, what has neither; exit status 1 when there is
        any of the last
Run     python -m tests.aarch64_wheels [NAME ...] (asks the package index; minutes)
Source  pip download --only-binary=:all: with the platforms of glibc up to 2.36, which is Debian 12's; nothing is kept
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
PYTHONS = ("3.11", "3.13")  # Debian 12 and 13, and Raspberry Pi OS on them
GLIBCS = ("2_17", "2_24", "2_26", "2_27", "2_28", "2_31", "2_34", "2_35", "2_36")
PLATFORMS = [word for glibc in GLIBCS for word in ("--platform", f"manylinux_{glibc}_aarch64")]
PLATFORMS += ["--platform", "manylinux2014_aarch64"]  # the same as 2_17, but pip compares names
BUILT = {"llama-cpp-python": "C++, once, a quarter of an hour", "pymonocypher": "C, seconds"}


def locked() -> list[tuple[str, str, str]]:
    """(name, version, marker) of every package in the lock."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\\n]+))?", LOCK.read_text(encoding="utf-8"), re.M)
    return [(name, version, marker.strip()) for name, version, marker in found]


def wheel(name: str, version: str, python: str) -> str:
    """The file that pip would take on a board; empty when it finds none."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet", "-d", folder),
            *("--python-version", python, *PLATFORMS, "--platform", "linux_aarch64", f"{name}=={version}"),
        ]
        subprocess.run(command, capture_output=True, check=False)
        return next((file.name for file in Path(folder).iterdir()), "")


def is_pure(name: str) -> bool:
    """Whether the wheel that is installed here is one for any machine; those need not be asked for."""
    try:
        about = metadata.distribution(name).read_text("WHEEL") or ""
    except metadata.PackageNotFoundError:
        return False
    return "-none-any" in about


def fits(marker: str, python: str) -> bool:
    """Whether the lock means this package for this Python, on Linux."""
    environment = {"python_full_version": f"{python}.0", "python_version": python, "sys_platform": "linux",
                   "platform_system": "Linux", "platform_machine": "aarch64"}  # fmt: skip
    return not marker or Marker(marker).evaluate(environment)


def main(names: list[str]) -> int:
    found: dict[str, list[str]] = {"pure": [], "binary": []}
    missing = []
    for name, version, marker in locked():
        if names and name not in names:
            continue
        pythons = [python for python in PYTHONS if fits(marker, python)]
        files = {} if is_pure(name) else {python: wheel(name, version, python) for python in pythons}
        lacks = [python for python, file in files.items() if not file]
        if lacks:
            missing.append((name, version, lacks))
        elif pythons:
            found["pure" if all("none-any" in file for file in files.values()) else "binary"].append(
                f"{name} {version}"
            )
        print(".", end="", file=sys.stderr, flush=True)
    print("\n| packages | wheel for aarch64 |\n|---|---|")
    print(f"| {len(found['pure'])} packages | pure Python, any machine |")
    print(f"| {', '.join(found['binary'])} | for Python {', '.join(PYTHONS)} |")
    for name, version, lacks in missing:
        what = f"none: built on the board ({BUILT[name]})" if name in BUILT else f"none for Python {', '.join(lacks)}"
        print(f"| {name} {version} | {what} |")
    return 1 if any(name not in BUILT for name, *_ in missing) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

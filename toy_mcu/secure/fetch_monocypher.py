"""Brings Monocypher's two C files out of the pinned source package of pymonocypher: none of it lies in this tree.

In      a folder; pip of the Python that runs this, and, the first time, its package index
Out     monocypher.c and monocypher.h in the folder, exactly the bytes that this file names
Raises  SystemExit with one line when the package cannot be had or is another one
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.0.3.4"
PACKAGE_SHA256 = "5e56e3d3eb770a53e0b9f6274146663c11a11f3d0de5cd48e3be0428d1b07a4a"
FILES_SHA256 = {
    "monocypher.c": "57eb914fc88136119bd41655cccb8c250048bf54d470540625186f8ab16f64be",
    "monocypher.h": "c494da712122da7ff679fdcf318a5317e84972b6c950fe9d896212947797facd",
}


def complete(folder: Path) -> bool:
    files = {name: folder / name for name in FILES_SHA256}
    return all(
        file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == FILES_SHA256[name]
        for name, file in files.items()
    )


def download(folder: Path) -> Path:
    """The source package. pip checks its hash before it runs anything inside."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"pymonocypher=={VERSION} --hash=sha256:{PACKAGE_SHA256}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--no-binary", "pymonocypher", "--require-hashes", "--dest", str(folder), "-r", str(wanted)]
    problem = ""
    for more in (["--no-build-isolation"], []):  # pip asks a package for its metadata; setuptools may be here or not
        done = subprocess.run([*pip, *more], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return folder / f"pymonocypher-{VERSION}.tar.gz"
        problem = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit status {done.returncode}"
    raise SystemExit(f"pip could not bring the source package of pymonocypher {VERSION}: {problem}")


def main(target: Path) -> None:
    if complete(target):
        return
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(download(Path(scratch))) as package:
        for name in FILES_SHA256:
            member = package.extractfile(f"pymonocypher-{VERSION}/{name}")
            if member is None:
                raise SystemExit(f"the package holds no {name}")
            (target / name).write_bytes(member.read())
    if not complete(target):
        raise SystemExit(f"Monocypher in {target} is not the one that was checked")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: fetch_monocypher.py FOLDER")
    main(Path(sys.argv[1]))

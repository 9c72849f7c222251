"""Plants five bugs in the model loader and tokenizer, one at a time, and times how long fuzz_llm takes to find each.

In      clang with libFuzzer; run from the repository's root: `python tests/c/fuzz/llm_bugs.py [SECONDS]`
Out     a line a bug; exit 1 when one is not found in time
Raises  SystemExit when the line to break is not in the source any more
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hunt import hunt

ROOT = Path(__file__).resolve().parents[3]
BUGS = {
    "a truncated file is taken for whole": (
        "model.c", "model->size_bytes > size_bytes) {", "model->size_bytes > size_bytes + 0x7FFFFFFF) {"),
    "a tensor may lie behind the end (behind the checksum)": (
        "model.c", "!fits(model, tensor->offset_bytes, (uint64_t)toy_tensor_group_bytes(tensor) * (tensor->rows / 4u))",
        "!fits(model, tensor->offset_bytes, 0)"),
    "the rotation table's length is not checked (behind the checksum)": (
        "model.c", "!fits(model, rotation, 4u * turns)", "!fits(model, rotation, 0)"),
    "sorted ids are not checked": ("tokenizer.c", "|| t->sorted[i] >= vocab", ""),
    "the token buffer is one short": ("tokenizer.c", "*count < text_bytes + 2u", "*count < text_bytes"),
}  # fmt: skip
FLAGS = ["-std=c11", "-g", "-O1", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"]
SOURCES = [
    "attention.c",
    "llama.c",
    "model.c",
    "norm.c",
    "sampler.c",
    "story.c",
    "tables.c",
    "tiles.c",
    "tokenizer.c",
    "kernels_portable.c",
]


def build(folder: Path, name: str, good: str, bad: str) -> Path:
    room = folder / "toy_mcu" / "llm"
    shutil.copytree(
        ROOT / "toy_mcu", folder / "toy_mcu", ignore=shutil.ignore_patterns("ports", "app", "wake", "voice")
    )
    text = (room / name).read_text()
    if text.count(good) != 1:
        raise SystemExit(f"{name} has no single {good!r}: mend llm_bugs.py")
    (room / name).write_text(text.replace(good, bad))
    target = folder / "fuzz_llm"
    files = [*(room / s for s in SOURCES), folder / "toy_mcu" / "base" / "arena.c", ROOT / "tests/c/fuzz/fuzz_llm.c"]
    includes = [f"-I{folder / 'toy_mcu'}", f"-I{room / 'ops' / 'portable'}"]
    subprocess.run(["clang", *FLAGS, *includes, *map(str, files), "-o", str(target)], check=True)
    return target


def find(bug: str, seconds: int) -> float | None:
    """Seconds until the bug was found, None when it was not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target = build(folder, *BUGS[bug])
        start = time.monotonic()
        command = [
            str(target),
            "-max_len=40",
            f"-max_total_time={seconds}",
            "-use_value_profile=1",
            f"-artifact_prefix={folder}/",
            str(folder),
        ]
        (folder / "seed").write_bytes(b"\x00\x10\x00\x10")
        # The seeds only say which byte chooses what; the bugs are found by mutation.
        (folder / "seed2").write_bytes(b"\x01 the hello")
        done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace", cwd=folder)
        took = time.monotonic() - start
        return took if done.returncode != 0 and ("ERROR" in done.stderr or "runtime error" in done.stderr) else None


if __name__ == "__main__":
    sys.exit(hunt(BUGS, find))

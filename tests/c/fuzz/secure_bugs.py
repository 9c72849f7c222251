"""Plants bugs in what an attacker can reach, one at a time, and times how long the fuzz targets take to find each.

In      clang with libFuzzer; run from anywhere: `python tests/c/fuzz/secure_bugs.py [SECONDS]`; `make fuzz` has run
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

import zcbor
from hunt import hunt

ROOT = Path(__file__).resolve().parents[3]
# bug -> target, file, the good text, the bad one
BUGS = {
    "frame: DATA may be shorter than its tag": (
        "frame", "link/packet.c", "count < TOY_PACKET_HEADER_BYTES + 1u + TOY_PACKET_TAG_BYTES", "count < 4u"),
    "message: something may stand behind it": ("messages", "link/messages.c", " || used != count", ""),
    "audio: a body may be shorter than its head": (
        "messages", "link/audio_frame.c", "count <= TOY_AUDIO_FRAME_HEADER_BYTES ||", ""),
    "session: a counter is sealed twice": (
        "noise", "secure/noise_cipher.c", "counter < session->next || key == NULL", "key == NULL"),
    "session: a refused handshake sets the keys": (
        "noise", "secure/noise_cipher.c",
        "if (status == TOY_OK) {\n        set_session", "if (true) {\n        set_session"),
    "gateway: any slot is taken": (
        "gateway", "secure/gateway_serve.c", "in->slot > 1u || in->count == 0u", "in->count == 0u"),
    "gateway: any count is taken": (
        "gateway", "secure/gateway_serve.c",
        "in->count == 0u || in->count > TOY_PACKET_BODY_MAX_BYTES", "in->count == 0u"),
    "gateway: a refusal leaves what it had": (
        "gateway", "secure/gateway_serve.c", "memset(&out, 0, sizeof out); /* a refusal", "; /* a refusal"),
    "ear: nobody needs to call": ("gateway", "secure/ear.c", "if (!is_open(ear)) {", "if (false) {"),
    "ear: what is played may be longer than a frame": (
        "gateway", "secure/gateway_serve.c", "in->counter > frame_bytes - in->count", "false"),
    "pairing: a tag is good before any guess": (
        "gateway", "secure/pairing.c", "|| !is_running(pairing, input) || !pairing->answered) {", ") {"),
}  # fmt: skip
FLAGS = [
    "-std=c11",
    "-g",
    "-O1",
    "-w",
    "-fsanitize=fuzzer,address,undefined",
    "-fno-sanitize-recover=all",
    "-DZCBOR_CANONICAL",
]
FLAGS += [f"-I{Path(zcbor.__file__).parent / 'include'}"]


def sources(target: str, tree: Path) -> list[str]:
    tests = ROOT / "tests" / "c"
    secure = ["noise", "noise_cipher"]
    if target == "gateway":
        secure += ["cpace", "ear", "gateway_serve", "keys", "pairing", "sha512", "vault"]
    files = [tests / "fuzz" / f"fuzz_{target}.c"]
    if target in ("frame", "messages"):
        return [str(files[0]), *map(str, sorted((tree / "link").glob("*.c")))]
    return [*map(str, [*files, tests / "fuzz/weak_primitives.c", tests / "fake_port.c"]),
            *(str(tree / "secure" / f"{name}.c") for name in secure)]  # fmt: skip


def build(folder: Path, target: str, name: str, good: str, bad: str) -> Path:
    tree = folder / "toy_mcu"
    shutil.copytree(ROOT / "toy_mcu", tree, ignore=shutil.ignore_patterns("ports", "llm", "voice"))
    text = (tree / name).read_text()
    if text.count(good) != 1:
        raise SystemExit(f"{name} has no single {good!r}: mend secure_bugs.py")
    (tree / name).write_text(text.replace(good, bad))
    made = folder / "fuzz"
    archives = ROOT / "build" / "fuzz"
    rest = [archives / "link/libtoy_link.a", archives / "wake/libtoy_wake.a", archives / "audio/libtoy_audio.a"]
    command = ["clang", *FLAGS, f"-I{tree}", f"-I{ROOT / 'tests/c'}", f"-I{tree / 'link/generated'}"]
    command += [*sources(target, tree), *map(str, rest), str(archives / "base/libtoy_base.a"), "-o", str(made)]
    subprocess.run(command, check=True)
    return made


def find(bug: str, seconds: int) -> float | None:
    """Seconds until the bug was found, None when it was not."""
    target = BUGS[bug][0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = build(folder, *BUGS[bug])
        corpus = folder / "corpus"
        corpus.mkdir()
        maker = {"frame": ["seeds.py", target], "messages": ["seeds.py", target], "gateway": ["gateway_seeds.py"]}.get(
            target
        )
        if maker is not None:
            script = str(Path(__file__).with_name(maker[0]))
            subprocess.run([sys.executable, script, *maker[1:], str(corpus)], check=True)
        start = time.monotonic()
        command = [str(made), "-max_len=2048", f"-max_total_time={seconds}", f"-artifact_prefix={folder}/", str(corpus)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
        return time.monotonic() - start if done.returncode != 0 and "SUMMARY" in done.stderr else None


if __name__ == "__main__":
    sys.exit(hunt(BUGS, find))

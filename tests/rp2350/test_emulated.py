"""The board's own image in an emulated RP2350: boot ROM, both cores, PIO and DMA, and a turn with the base station.

Runs where RP2350JS (a built rp2350js) and PICO_SDK_PATH are set and build/rp2350-emulated is built; minutes, so `long`.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from base_station import clock
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import house
from tests.turn.test_faults import answers

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "rp2350-emulated"
STORIES = ROOT / "build" / "rp2350-stories" / "ports" / "rp2350" / "stories.uf2"
CHECKPOINT = ROOT.parent / "shared" / "data" / "tinyllamas" / "stories260K.bin"
QUESTION = 5
TOKENS = 24

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif("RP2350JS" not in os.environ, reason="RP2350JS is not set: no emulator for the board's image"),
    pytest.mark.skipif(not BUILD.exists(), reason="build/rp2350-emulated is not built (docs/EMULATION.md)"),
]


def test_a_turn_with_the_base_station(tmp_path: Path) -> None:
    async def main() -> None:
        async with house(tmp_path, scripted.ENGINES, plush=PlushOptions(build=BUILD, seed=1)) as home:
            turn = await home.ask(scripted.buzz(QUESTION, 0.8))
            sound = np.concatenate(home.studio.recording)
        assert turn.brain == "remote"
        assert turn.states == ["idle", "listening", "thinking", "speaking", "idle"]
        assert set(answers(sound)) == {QUESTION}

    clock.run_virtual(main)


def test_skipping_idle_cycles_changes_nothing() -> None:
    harness = ROOT / "tests" / "rp2350" / "emulated_same.mjs"
    image = BUILD / "ports" / "rp2350" / "plush_toy.uf2"
    command: list[str | Path] = ["node", harness, "--image", image, "--frames", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    skipped, stepped = (line.split()[1:] for line in done.stdout.splitlines())
    assert len(set(skipped)) == 3
    assert skipped == stepped


def llm_tool_without_fpu() -> Path:
    """The same C kernels and flags in QEMU."""
    folder = ROOT / "build" / "qemu-nofpu"
    chain = ROOT / "toy_mcu" / "ports" / "qemu_an505" / "toolchain.cmake"
    flags = "-mcpu=cortex-m33+nofp -march=armv8-m.main+dsp -mthumb -mfloat-abi=soft -fno-common"
    options = ["-G", "Ninja", "-DTOY_PORT=qemu_an505", "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_TOOLCHAIN_FILE={chain}"]
    options += [f"-DCMAKE_C_FLAGS={flags}", f"-DCMAKE_ASM_FLAGS={flags}"]
    subprocess.run(["cmake", "-S", ROOT / "toy_mcu", "-B", folder, *options], check=True, capture_output=True)
    subprocess.run(["ninja", "-C", folder, "llm_tool"], check=True, capture_output=True)
    return folder / "tests" / "llm_tool.elf"


def in_qemu(program: Path, model: Path, mode: str) -> str:
    words = ["llm_tool", f"model={model}", f"steps={TOKENS}", f"mode={mode}", "temperature=0", "cores=2"]
    command = ["qemu-system-arm", "-M", "mps2-an505", "-display", "none", "-monitor", "none", "-serial", "null"]
    command += [
        "-icount",
        "shift=6",
        "-semihosting-config",
        "enable=on,target=native," + ",".join(f"arg={w}" for w in words),
    ]
    done = subprocess.run([*command, "-kernel", program], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr  # which of the two semihosting takes is QEMU's business


def test_the_stories_are_those_of_qemu_in_text_and_cost(tmp_path: Path) -> None:
    if not CHECKPOINT.exists() or not STORIES.exists():
        pytest.skip("no stories260K in ../shared/data, or no build/rp2350-stories (docs/EMULATION.md)")
    from models.llama import convert

    model = tmp_path / "stories.toy"
    model.write_bytes(
        convert.convert(convert.read_source(CHECKPOINT, CHECKPOINT.with_name("tok512.bin"), None, None), "q8")
    )
    harness = ROOT / "tests" / "rp2350" / "emulated_stories.mjs"
    command: list[str | Path] = ["node", harness, "--image", STORIES, "--model", model, "--tokens", str(TOKENS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    tool = llm_tool_without_fpu()
    assert in_qemu(tool, model, "text").startswith(done.stdout)
    assert len(done.stdout) > 40
    ours = [int(count) for count in re.findall(r"instructions (\d+)", done.stderr)]
    theirs = [int(count) for count in re.findall(r"position \d+ instructions (\d+)", in_qemu(tool, model, "count"))][1:]
    assert len(ours) == TOKENS
    assert sum(ours) == pytest.approx(sum(theirs[:TOKENS]), rel=0.02)

"""The wheel holds base_station alone, with its data inside; nothing named models or protocol is ever installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_wheel_contents(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"base_station"}
    for data in ("manifest.toml", "plush.cddl", "asr/plush.lm.bin", "asr/plush.dict", "llama/plush-chat.gguf"):
        assert f"base_station/data/{data}" in names
    assert not [name for name in names if name.endswith((".c", ".h", ".pyc"))]
    assert wheel.stat().st_size < 20_000_000

"""The JSON beside each network: what it is, how it is judged, what it was made from, how well it does.

In      a network, its figures
Out     NAME.json; tests/py/test_wake_manifest.py holds blob and manifest together
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.wake import phrases
from models.wake.blob import Net

LICENCE = "MIT, as the project; trained on synthetic speech and on Speech Commands v0.02 (CC BY 4.0) and speechocean762"


def arena_bytes(net: Net) -> int:
    """What toy_net_init() takes: each piece on a multiple of eight."""
    s = net.shape
    pieces = [2 * s.outputs, 160, 3 * 20 * s.channels, 10 * s.middle, s.width, *[s.taps * s.width] * s.blocks]
    return sum(piece + -piece % 4 for piece in pieces)


def manifest(net: Net, name: str, data: dict[str, Any], scores: dict[str, Any]) -> dict[str, Any]:
    blob = net.to_bytes()
    is_phrase = net.shape.outputs == 2
    classes = ["other", name] if is_phrase else list(phrases.CLASSES)
    thresholds = [round(value / 32767, 4) for value in net.thresholds]
    return {
        "name": name,
        "file": f"{name.replace(' ', '_')}.bin",
        "sha256": hashlib.sha256(blob).hexdigest(),
        "bytes": len(blob),
        "classes": classes,
        "thresholds": dict(zip(classes[1:] if is_phrase else classes[2:], thresholds, strict=True)),
        "smooth_steps": net.smooth_steps,
        "refractory_steps": net.refractory_steps,
        "step_ms": 40,
        "hop_ms": 10,
        "window_ms": 30,
        "bands": 40,
        "shape": asdict(net.shape),
        "arena_bytes": arena_bytes(net),
        "data": data,
        "scores": scores,
        "licence": LICENCE,
    }


def write(net: Net, name: str, folder: Path, data: dict[str, Any], scores: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / name.replace(" ", "_")
    stem.with_suffix(".bin").write_bytes(net.to_bytes())
    text = json.dumps(manifest(net, name, data, scores), indent=1) + "\n"
    stem.with_suffix(".json").write_text(text, encoding="utf-8")

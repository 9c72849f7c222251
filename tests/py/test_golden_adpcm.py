"""tests/golden/adpcm.h is what its generator writes, and the phrase builder's encoder agrees with it bit for bit."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from models.voice.sound import adpcm

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def test_golden_file_and_phrase_encoder_agree() -> None:
    spec = importlib.util.spec_from_file_location("make_adpcm", GOLDEN / "make_adpcm.py")
    assert spec is not None
    assert spec.loader is not None
    make_adpcm = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_adpcm)
    assert (GOLDEN / "adpcm.h").read_text() == make_adpcm.header()
    samples = make_adpcm.signal()
    nibbles, _ = make_adpcm.encode(samples)
    packed = bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    inside = np.clip(samples, -32767, 32767)  # the builder's floats end at full scale
    assert adpcm((inside / 32767).astype(np.float32))[:200] == packed[:200]

"""The base station's check of "hey teddy": what it takes, what it refuses, and how it fails."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from base_station.errors import ModelError

pytest.importorskip("onnxruntime")
from base_station.wake.hey_teddy import WEIGHTS, HeyTeddy, classify, windows

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("PLUSH_SHARED_DATA", ROOT.parent / "shared" / "data")) / "openwakeword"
PHRASE = ROOT / "tests" / "golden" / "hey_teddy.flac"  # a voice that no training heard


@pytest.fixture(scope="module")
def check() -> HeyTeddy:
    if not FOLDER.is_dir():
        pytest.skip(f"no feature models at {FOLDER}")
    return HeyTeddy(str(FOLDER / "melspectrogram.onnx"), str(FOLDER / "embedding_model.onnx"))


def test_the_phrase_is_accepted_wherever_it_lies(check: HeyTeddy) -> None:
    pcm, _ = soundfile.read(PHRASE, dtype="int16")
    for before, after in ((0, 0), (16000, 1600), (8000, 8000)):
        heard = check.check(np.pad(pcm, (before, after)))
        assert heard.accepted, (before, after, heard.score)
        assert heard.phrase == "hey teddy"


def test_what_is_not_the_phrase_is_refused(check: HeyTeddy) -> None:
    rng = np.random.default_rng(1)
    pcm, _ = soundfile.read(PHRASE, dtype="int16")
    for sound in (
        np.zeros(32000, np.int16),
        rng.integers(-9000, 9000, 32000).astype(np.int16),
        pcm[::-1].copy(),
        np.zeros(0, np.int16),
    ):
        assert not check.check(sound).accepted


def test_a_missing_model_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent\.onnx"):
        HeyTeddy(str(tmp_path / "absent.onnx"), str(tmp_path / "absent.onnx"))


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    if not FOLDER.is_dir():
        pytest.skip(f"no feature models at {FOLDER}")
    with np.load(WEIGHTS) as stored:
        weights = {name: stored[name] for name in stored.files}
    weights["w1"] = weights["w1"][:-1]
    np.savez(tmp_path / "short.npz", **weights)
    models = (str(FOLDER / "melspectrogram.onnx"), str(FOLDER / "embedding_model.onnx"))
    with pytest.raises(ModelError, match="another shape"):
        HeyTeddy(*models, str(tmp_path / "short.npz"))


def test_every_stretch_of_a_second_and_a_half_is_judged() -> None:
    vectors = np.zeros((13, 96), np.float32)
    assert windows(vectors).shape == (5, 480)
    weights = {
        "mean": np.zeros(480), "spread": np.ones(480), "w1": np.zeros((480, 2)), "b1": np.ones(2),
        "w2": np.ones((2, 1)), "b2": np.zeros(1), "w3": np.ones((1, 1)), "b3": np.array([-2.0]),
    }  # fmt: skip
    np.testing.assert_allclose(classify(weights, windows(vectors)), 0.5)

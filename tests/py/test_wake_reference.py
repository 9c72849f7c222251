"""The compiled spotter against the NumPy reference, bit by bit: features, both networks, both gates.

The same comparison on the Cortex-M33 is tests/c/test_wake_{features,net}.c against tests/golden/wake.h.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.wake import golden, phrases, reference, tables, toolrun
from models.wake.blob import Net, NetShape, random_net
from models.wake.paths import CHECKOUT, HERE, tool

Pcm = NDArray[np.int16]


@pytest.fixture(autouse=True, scope="module")
def _built() -> None:
    try:
        tool()
    except FileNotFoundError as absent:
        pytest.skip(str(absent))


def sounds() -> list[Pcm]:
    """Everything that a microphone can give, and some that it cannot."""
    rng = np.random.default_rng(3)
    bursts = (rng.normal(size=32000) * np.repeat(10 ** rng.uniform(0, 4.4, 100), 320)).clip(-32768, 32767)
    click = np.zeros(9600, np.int16)
    click[4800] = -32768
    return [
        rng.integers(-32768, 32768, 16000).astype(np.int16),
        bursts.astype(np.int16),
        np.zeros(4800, np.int16),
        np.full(4800, -32768, np.int16),
        np.tile(np.array([32767, -32768], np.int16), 4000),
        rng.integers(-1, 2, 8000).astype(np.int16),
        click,
        np.concatenate([np.full(4800, 32767), np.zeros(4800)]).astype(np.int16),
        golden.test_sound(16000),
        np.zeros(0, np.int16),
        np.ones(159, np.int16),
    ]


def test_features_are_equal() -> None:
    for ours, pcm in zip(toolrun.features(sounds()), sounds(), strict=True):
        np.testing.assert_array_equal(ours, reference.features(pcm))


def test_scores_of_the_shipped_networks_are_equal() -> None:
    phrase, words = (Net.from_bytes((HERE / "weights" / f"{n}.bin").read_bytes()) for n in ("hey_teddy", "commands"))
    for ours, pcm in zip(toolrun.trace(sounds(), words.shape.outputs), sounds(), strict=True):
        bands = reference.features(pcm)
        theirs = np.concatenate([reference.scores(phrase, bands), reference.scores(words, bands)], axis=1)
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "shape", [NetShape(4, 4, 4, 1, 1, 2), NetShape(8, 12, 20, 3, 5, 2), NetShape(12, 8, 36, 8, 12, 2)]
)
def test_scores_of_other_shapes_are_equal(tmp_path: Path, shape: NetShape) -> None:
    path = tmp_path / "net.bin"
    for seed in range(3):
        net = random_net(shape, seed)
        path.write_bytes(net.to_bytes())
        for ours, pcm in zip(toolrun.trace(sounds(), 0, path, "none"), sounds(), strict=True):
            np.testing.assert_array_equal(ours, reference.scores(net, reference.features(pcm)))


def test_gates_fire_at_the_same_steps(tmp_path: Path) -> None:
    """Thresholds so low that random networks fire often; every event must agree."""
    rng = np.random.default_rng(9)
    long = [
        (rng.normal(size=160000) * np.repeat(10 ** rng.uniform(0, 4, 50), 3200)).clip(-32768, 32767).astype(np.int16)
    ]
    events = 0
    for seed in range(6):
        phrase, words = random_net(NetShape(4, 4, 8, 2, 3, 2), seed), random_net(NetShape(4, 4, 8, 2, 3, 18), seed)
        phrase.thresholds, words.thresholds = [16000], [2200] * 16
        phrase.refractory_steps, words.refractory_steps, words.smooth_steps = 5, 3, 2
        words.layers["last"].bias[0] += 3_000_000 * (seed % 3)  # some of them hear silence often
        paths = tmp_path / "phrase.bin", tmp_path / "words.bin"
        paths[0].write_bytes(phrase.to_bytes())
        paths[1].write_bytes(words.to_bytes())
        (heard,) = toolrun.events(long, *paths, vad=False, tail_ms=0)
        bands = reference.features(long[0])
        fired = reference.phrase_events(phrase, reference.scores(phrase, bands))
        said = reference.command_events(words, reference.scores(words, bands))
        assert [at for _, at in heard.wakes] == pytest.approx([(step + 1) * 0.04 for step, _ in fired])
        assert [(i + 2, at) for i, _, at in heard.commands] == [(o, pytest.approx((s + 1) * 0.04)) for s, o, _ in said]
        events += len(fired) + len(said)
    assert events > 20  # the comparison must have something to compare


def test_generated_files_are_up_to_date() -> None:
    assert (CHECKOUT / "toy_mcu" / "wake" / "tables.c").read_text(encoding="utf-8") == tables.c_source()
    assert (CHECKOUT / "tests" / "golden" / "wake.h").read_text(encoding="utf-8") == golden.header()


def test_intent_names_follow_the_networks_outputs() -> None:
    source = (CHECKOUT / "toy_mcu" / "wake" / "intent.c").read_text(encoding="utf-8")
    listed = source.split("names[TOY_INTENT_COUNT] = {")[1].split("}")[0]
    assert tuple(" ".join(name.split()).strip('" ') for name in listed.split(",")) == phrases.COMMANDS


def test_a_blob_survives_there_and_back() -> None:
    net = random_net(NetShape(8, 12, 20, 3, 5, 7), 1)
    again = Net.from_bytes(net.to_bytes())
    assert again.shape == net.shape
    for name, layer in net.layers.items():
        np.testing.assert_array_equal(again.layers[name].weights, layer.weights)
        np.testing.assert_array_equal(again.layers[name].bias, layer.bias)
    damaged = bytearray(net.to_bytes())
    damaged[-1] ^= 1
    with pytest.raises(ValueError, match="altered"):
        Net.from_bytes(bytes(damaged))

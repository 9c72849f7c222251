"""ADPCM: against the published algorithm, spelled out here in plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from base_station.link.adpcm import CodecState, decode, encode

_INDEX = (-1, -1, -1, -1, 2, 4, 6, 8)


def step_table() -> list[int]:
    """The 89 steps of the IMA recommendation."""
    text = (
        "7 8 9 10 11 12 13 14 16 17 19 21 23 25 28 31 34 37 41 45 50 55 60 66 73 80 88 97 107 118 130 143 157 "
        "173 190 209 230 253 279 307 337 371 408 449 494 544 598 658 724 796 876 963 1060 1166 1282 1411 1552 "
        "1707 1878 2066 2272 2499 2749 3024 3327 3660 4026 4428 4871 5358 5894 6484 7132 7845 8630 9493 10442 "
        "11487 12635 13899 15289 16818 18500 20350 22385 24623 27086 29794 32767"
    )
    return [int(number) for number in text.split()]


def reference_decode(packed: bytes, predictor: int, index: int) -> tuple[list[int], int, int]:
    steps, out = step_table(), []
    for byte in packed:
        for code in (byte & 15, byte >> 4):  # low nibble first
            step = steps[index]
            change = step >> 3
            change += (step >> 2) * (code & 1) + (step >> 1) * (code >> 1 & 1) + step * (code >> 2 & 1)
            predictor = max(-32768, min(32767, predictor - change if code & 8 else predictor + change))
            index = max(0, min(88, index + _INDEX[code & 7]))
            out.append(predictor)
    return out, predictor, index


def sound(count: int, seed: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    rng = np.random.default_rng(seed)
    wave = np.cumsum(rng.normal(0, 900, count))
    return np.clip(wave - wave.mean(), -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("seed", range(5))
def test_decodes_as_the_recommendation_says(seed: int) -> None:
    packed, after = encode(sound(3200, seed), CodecState())
    expected, predictor, index = reference_decode(packed, 0, 0)
    decoded, state = decode(packed, CodecState())
    assert decoded.tolist() == expected
    assert (state.predictor, state.step_index) == (predictor, index) == tuple(after)


def test_every_state_and_code_decodes_right() -> None:
    for index in range(89):
        for predictor in (-32768, -1, 0, 12345, 32767):
            packed = bytes(range(256))
            decoded, _ = decode(packed, CodecState(predictor, index))
            assert decoded.tolist() == reference_decode(packed, predictor, index)[0]


def test_frames_decode_alone() -> None:
    """A frame carries the state before its first sample, so a lost neighbour does not matter."""
    pcm, state = sound(3200, 9), CodecState()
    whole, _ = decode(encode(pcm, state)[0], CodecState())
    for start in range(0, 3200, 320):
        packed, after = encode(pcm[start : start + 320], state)
        alone, _ = decode(packed, state)
        assert np.array_equal(alone, whole[start : start + 320])
        state = after


def test_an_odd_count_is_refused() -> None:
    with pytest.raises(ValueError, match="two samples"):
        encode(np.zeros(3, np.int16), CodecState())

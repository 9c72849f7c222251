"""Tiny ONNX models with the inputs and outputs of the real ones: a streaming CTC recogniser and a Piper voice.

Source  inputs, outputs and metadata as sherpa-onnx (NeMo streaming CTC) and piper-tts (VITS) read them
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def _constant(name: str, value: np.ndarray) -> onnx.TensorProto:
    return numpy_helper.from_array(value, name)


def write_recogniser(folder: Path) -> Path:
    """Hears a low tone as "hello" and a high tone as "teddy": it compares the lower and the upper mel bands."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokens.txt").write_text("▁hello 0\nx 1\n▁teddy 2\n<blk> 3\n", encoding="utf-8")
    low, high = np.zeros((1, 80, 1), np.float32), np.zeros((1, 80, 1), np.float32)
    low[:, 2:20], high[:, 50:75] = 1 / 18, 1 / 25
    # (N, T/8, 2) of band means -> (N, T/8, 4) of scores; blank wins below the threshold.
    scores = np.array([[1.0, 0.0, -1.0, 0.0], [-1.0, 0.0, 1.0, 0.0]], np.float32)
    bias = np.array([0.0, -100.0, 0.0, 2.0], np.float32)
    nodes = [
        helper.make_node("Mul", ["audio_signal", "low"], ["low_bands"]),
        helper.make_node("Mul", ["audio_signal", "high"], ["high_bands"]),
        helper.make_node("ReduceSum", ["low_bands", "mel_axis"], ["low_sum"], keepdims=1),
        helper.make_node("ReduceSum", ["high_bands", "mel_axis"], ["high_sum"], keepdims=1),
        helper.make_node("Concat", ["low_sum", "high_sum"], ["bands"], axis=1),
        helper.make_node("Slice", ["bands", "first", "last", "time_axis", "step"], ["sampled"]),
        helper.make_node("Transpose", ["sampled"], ["frames"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["frames", "scores"], ["raw"]),
        helper.make_node("Add", ["raw", "bias"], ["logits"]),
        helper.make_node("LogSoftmax", ["logits"], ["logprobs"], axis=-1),
        helper.make_node("Div", ["length", "eight"], ["encoded_lengths"]),
        helper.make_node("Identity", ["cache_last_channel"], ["cache_last_channel_next"]),
        helper.make_node("Identity", ["cache_last_time"], ["cache_last_time_next"]),
        helper.make_node("Identity", ["cache_last_channel_len"], ["cache_last_channel_len_next"]),
    ]
    constants = {
        "low": low, "high": high, "scores": scores, "bias": bias, "mel_axis": np.array([1]), "time_axis": np.array([2]),
        "first": np.array([0]), "last": np.array([1 << 30]), "step": np.array([8]), "eight": np.array([8]),
    }  # fmt: skip
    cache = [("cache_last_channel", FLOAT, ["N", 1, 2, 3]), ("cache_last_time", FLOAT, ["N", 1, 3, 2]),
             ("cache_last_channel_len", INT64, ["N"])]  # fmt: skip
    inputs = [("audio_signal", FLOAT, ["N", 80, "T"]), ("length", INT64, ["N"]), *cache]
    outputs = [("logprobs", FLOAT, ["N", "S", 4]), ("encoded_lengths", INT64, ["N"]),
               *((f"{name}_next", kind, shape) for name, kind, shape in cache)]  # fmt: skip
    metadata = {
        "model_type": "EncDecCTCModel", "window_size": 32, "chunk_shift": 32, "subsampling_factor": 8, "vocab_size": 3,
        "normalize_type": "NA", "cache_last_channel_dim1": 1, "cache_last_channel_dim2": 2,
        "cache_last_channel_dim3": 3, "cache_last_time_dim1": 1, "cache_last_time_dim2": 3, "cache_last_time_dim3": 2,
    }  # fmt: skip
    _save(folder / "model.onnx", nodes, inputs, outputs, constants, metadata)
    return folder


def write_voice(path: Path, rate_hz: int = 22_050) -> Path:
    """A voice that hums 0.05 s of 220 Hz for each phoneme id; slower with a larger length scale."""
    nodes = [
        # (1, T) ids -> samples: one stretch of the hum for each id.
        helper.make_node("Cast", ["input_lengths"], ["count"], to=FLOAT),
        helper.make_node("Slice", ["scales", "one", "two", "zero"], ["length_scale"]),
        helper.make_node("Mul", ["count", "samples_each"], ["samples_plain"]),
        helper.make_node("Mul", ["samples_plain", "length_scale"], ["samples_float"]),
        helper.make_node("Cast", ["samples_float"], ["samples"], to=INT64),
        helper.make_node("Squeeze", ["samples"], ["samples_scalar"]),
        helper.make_node("Range", ["start", "samples_scalar", "by"], ["time"]),
        helper.make_node("Cast", ["time"], ["time_float"], to=FLOAT),
        helper.make_node("Mul", ["time_float", "omega"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["wave"]),
        helper.make_node("Mul", ["wave", "half"], ["quiet"]),
        helper.make_node("Unsqueeze", ["quiet", "outer"], ["output"]),
        helper.make_node("Identity", ["input"], ["unused"]),
    ]
    constants = {
        "zero": np.array([0]), "one": np.array([1]), "two": np.array([2]), "start": np.array(0), "by": np.array(1),
        "samples_each": np.array(rate_hz * 0.05, np.float32), "half": np.array(0.5, np.float32),
        "omega": np.array(2 * np.pi * 220 / rate_hz, np.float32), "outer": np.array([0, 1]),
    }  # fmt: skip
    inputs = [("input", INT64, ["B", "T"]), ("input_lengths", INT64, ["B"]), ("scales", FLOAT, [3])]
    _save(path, nodes, inputs, [("output", FLOAT, ["B", "C", "S"])], constants, {})
    phonemes = "_^$ !',-.:;?abcdefhijklmnopqrstuvwxyzæðŋɐɑɒɔəɚɛɜɡɪɹɾʃʊʌʒˈˌːθᵻ"
    description = {
        "audio": {"sample_rate": rate_hz, "quality": "medium"},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "num_symbols": 256,
        "num_speakers": 1,
        "speaker_id_map": {},
        "phoneme_type": "espeak",
        "phoneme_id_map": {phoneme: [at] for at, phoneme in enumerate(phonemes)},
    }
    Path(f"{path}.json").write_text(json.dumps(description), encoding="utf-8")
    return path


def _save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: list[tuple[str, int, list[object]]],
    outputs: list[tuple[str, int, list[object]]],
    constants: dict[str, np.ndarray],
    metadata: dict[str, object] | None = None,
) -> None:
    graph = helper.make_graph(
        nodes,
        "stand-in",
        [helper.make_tensor_value_info(*value) for value in inputs],
        [helper.make_tensor_value_info(*value) for value in outputs],
        [_constant(name, value) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {key: str(value) for key, value in (metadata or {}).items()})
    onnx.checker.check_model(model)
    onnx.save(model, path)

"""The toy's GGUF reader gives the values of the gguf package, and refuses what is damaged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest

from models.llama import bench, reference
from models.llama.convert import Source, read_source
from models.llama.formats import Shape
from models.llama.gguf_file import write_gguf
from models.llama.tokenizer import BOS
from tests.py.llm_data import SHARED
from tests.py.llm_models import checkpoint, tokenizer

TYPES = {
    name: gguf.GGMLQuantizationType[name] for name in ("F32", "F16", "Q4_0", "Q8_0", "Q2_K", "Q4_K", "Q5_K", "Q6_K")
}


@pytest.fixture(scope="module")
def tool() -> Path:
    return bench.tool("host", "gguf_tool")


def test_two_who_build_at_once_wait_for_each_other(tmp_path: Path) -> None:
    program = (
        f"from pathlib import Path; from models.llama import bench; bench.FOLDERS['host'] = Path({str(tmp_path)!r}); "
        "print(bench.tool('host', 'gguf_tool'))"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ended = [child.communicate(timeout=300) for child in both]
    assert [child.returncode for child in both] == [0, 0], ended
    assert {Path(out.strip()) for out, _ in ended} == {tmp_path / "tests" / "gguf_tool"}


def random_blocks(kind: gguf.GGMLQuantizationType, rows: int, columns: int, seed: int) -> np.ndarray:
    """Any bits are a block, except that scales must not be infinite: halves are set to sane values."""
    random = np.random.default_rng(seed)
    values, size = gguf.GGML_QUANT_SIZES[kind]
    raw = random.integers(0, 256, (rows * columns // values, size), dtype=np.uint8)
    scales = random.uniform(-2, 2, (len(raw), 2)).astype(np.float16)
    scales[0] = (6e-8, -6e-6)  # subnormal
    places = {"Q4_0": (0,), "Q8_0": (0,), "Q2_K": (80, 82), "Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,)}
    for i, at in enumerate(places[kind.name]):
        raw[:, at : at + 2] = scales[:, i : i + 1].view(np.uint8)
    return raw.reshape(rows, -1)


def test_values_equal_those_of_the_gguf_package(tool: Path, tmp_path: Path) -> None:
    path, expected = tmp_path / "all.gguf", []
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_string("general.note", "x" * 1000)
    writer.add_array("some.words", ["a", "bc", ""])
    writer.add_array("some.numbers", [1, 2, 3])
    for seed, (name, kind) in enumerate(TYPES.items()):
        if name in ("F32", "F16"):
            data = np.random.default_rng(seed).normal(size=(3, 512)).astype(np.float32 if name == "F32" else np.float16)
            writer.add_tensor(name, data)
            expected.append(data.astype(np.float32).ravel())
        else:
            raw = random_blocks(kind, 3, 512, seed)
            writer.add_tensor(name, raw, raw_dtype=kind)
            expected.append(gguf.quants.dequantize(raw, kind).ravel().astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    dumped = subprocess.run([tool, path, "dump"], check=True, capture_output=True).stdout
    values = np.split(np.frombuffer(dumped, "<f4"), len(TYPES))
    for name, ours, theirs in zip(TYPES, values, expected, strict=True):
        assert ours.tobytes() == theirs.tobytes(), name


def test_a_converted_model_is_listed_and_truncations_are_refused(tool: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.gguf"
    shape = Shape(dim=32, hidden=64, layers=1, heads=2, kv_heads=2, vocab=300, context=64)
    write_gguf(Source(checkpoint(shape), tokenizer(300), bytes(32), None), "q8", path)
    listed = subprocess.run([tool, path], check=True, capture_output=True, text=True).stdout
    assert "blk.0.ffn_down.weight" in listed
    assert "bytes a token" in listed
    data = path.read_bytes()
    for size in (0, 3, 20, 100, 1000, len(data) // 2, len(data) - 40):
        path.write_bytes(data[:size])
        assert subprocess.run([tool, path, "dump"], check=False, capture_output=True).returncode == 1


@pytest.mark.skipif(not SHARED.exists(), reason="no ../shared/data with stories260K")
@pytest.mark.parametrize("quant", ["q8", "q4"])
def test_llama_cpp_reads_a_converted_model_and_tells_the_same_story(quant: str, tmp_path: Path) -> None:
    """Tokens as ours; greedy tokens as the fp32 reference's, q8 for 32 of them, q4 at least the first few."""
    llama_cpp = pytest.importorskip("llama_cpp")
    source = read_source(SHARED / "tinyllamas" / "stories260K.bin", SHARED / "tinyllamas" / "tok512.bin")
    path = tmp_path / "stories260K.gguf"
    write_gguf(source, quant, path)
    llama = llama_cpp.Llama(str(path), n_ctx=256, n_threads=1, verbose=False)
    for text in ("Once upon a time", 'Lily  said: "Caf\u00e9!"\nThe end', "\U0001f9f8 bear"):
        assert llama.tokenize(text.encode(), add_bos=True, special=False) == source.tokenizer.encode(text)
    steps = 32 if quant == "q8" else 6
    said = []
    for token in llama.generate([BOS], temp=0.0, repeat_penalty=1.0):
        said.append(token)
        if len(said) == steps:
            break
    assert said == reference.generate(source.model, [BOS], steps)[0, 1:].tolist()
    assert "Once upon a time" in llama.detokenize(said).decode()

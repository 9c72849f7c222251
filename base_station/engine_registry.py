"""Every engine by kind and name: the one place to add one.

An engine is a class in exactly one adapter file, constructed as `Class(**options)` inside a worker process only.
A name of the form `module:Class` names an engine that is not ours.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from base_station.errors import EngineError, UsageError

KINDS = {"asr": "speech recogniser", "llm": "language model", "tts": "voice", "wake": "wake check"}


@dataclass(frozen=True)
class EngineSpec:
    """target is `module:Class`; package what pip must have installed; model the manifest's name of what to pull."""

    kind: str
    name: str
    target: str
    package: str
    model: str | None
    summary: str


_SPECS = (
    EngineSpec("asr", "duet", "base_station.asr.duet:Duet", "onnxruntime 'moonshine-voice<0.1'", None,
               "embedded; pocketsphinx for likely questions and Moonshine for open speech"),
    EngineSpec("asr", "pocketsphinx", "base_station.asr.pocketsphinx:Pocketsphinx", "pocketsphinx", None,
               "likely questions alone, not open speech of children"),
    EngineSpec("asr", "sherpa", "base_station.asr.sherpa:Sherpa", "sherpa-onnx", "zipformer-en",
               "streaming Zipformer on ONNX; understands open speech"),
    EngineSpec("llm", "plush", "base_station.llm.llama_cpp:LlamaChat", "llama-cpp-python", None,
               "embedded; the project's own small model"),
    EngineSpec("llm", "tinyllama", "base_station.llm.llama_cpp:LlamaChat", "llama-cpp-python", "tinyllama",
               "TinyLlama-1.1B-Chat on llama.cpp"),
    EngineSpec("llm", "gguf", "base_station.llm.llama_cpp:LlamaChat", "llama-cpp-python", None,
               "any GGUF file, given by its path"),
    EngineSpec("llm", "openai", "base_station.llm.openai:OpenAIChat", "httpx", None,
               "any OpenAI-compatible server, given by its URL"),
    EngineSpec("tts", "espeak", "base_station.tts.espeak:Espeak", "espeakng-loader", None,
               "embedded; espeak-ng"),
    EngineSpec("tts", "piper", "base_station.tts.piper:Piper", "piper-tts", "piper-ljspeech",
               "neural voice on ONNX"),
    EngineSpec("wake", "keyphrase", "base_station.wake.keyphrase:Keyphrase", "pocketsphinx", None,
               "embedded; pocketsphinx listening for the phrase"),
    EngineSpec("wake", "hey_teddy", "base_station.wake.hey_teddy:HeyTeddy", "onnxruntime",
               "openwakeword-features", "openWakeWord's features with the project's own classifier"),
    EngineSpec("wake", "openwakeword", "base_station.wake.openwakeword:OpenWakeWord", "openwakeword",
               "openwakeword-features", "openWakeWord's features with a classifier of its own kind, put beside them"),
)  # fmt: skip

ENGINES: dict[tuple[str, str], EngineSpec] = {(spec.kind, spec.name): spec for spec in _SPECS}


def known(kind: str) -> list[EngineSpec]:
    """The engines of a kind, in the order of the table."""
    return [spec for spec in _SPECS if spec.kind == kind]


def find_engine(kind: str, name: str) -> EngineSpec:
    """Raises UsageError naming the known engines."""
    if (spec := ENGINES.get((kind, name))) is not None:
        return spec
    if kind in KINDS and ":" in name:
        return EngineSpec(kind, name, name, name.partition(":")[0].partition(".")[0], None, "an engine from outside")
    if kind not in KINDS:
        raise UsageError(f"no such kind of engine: {kind}; known are {', '.join(KINDS)}")
    names = ", ".join(spec.name for spec in known(kind))
    raise UsageError(f"unknown {KINDS[kind]} {name!r}; known are {names}")


def load_engine(kind: str, name: str, options: dict[str, Any]) -> Any:
    """Constructs an engine: only ever called inside a worker process. Raises UsageError, ModelError, EngineError."""
    spec = find_engine(kind, name)
    module, _, made = spec.target.partition(":")
    try:
        engine_class = getattr(importlib.import_module(module), made)
    except ModuleNotFoundError as error:
        lacks = f"the {KINDS[kind]} {name!r} needs a package that is not installed ({error.name})"
        raise UsageError(f"{lacks}: pip install {spec.package}") from error
    except (ImportError, AttributeError, OSError) as error:
        raise EngineError(f"the {KINDS[kind]} {name!r} could not be loaded: {error}") from error
    return engine_class(**options)

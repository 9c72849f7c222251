"""Which engine serves each stage, and why: what was asked for, else what was downloaded, else what is embedded.

In      wanted: {asr, llm, llm_url, tts, wake} as the user gave them, any of them absent; llm_script: texts that a
        benchmark forces a GGUF model to say
Out     a Choice for each stage
Raises  UsageError, ModelError before any process starts: unknown name, file absent, cut short, not pulled yet
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from base_station.asr.packaged import moonshine_folder
from base_station.engine_registry import KINDS, find_engine
from base_station.errors import ModelError, UsageError
from base_station.llm.gguf_file import check_gguf
from base_station.manifest import Model, read_manifest

# For each kind: (engine, model in the manifest), best first.
_DOWNLOADED = {
    "asr": (("sherpa", "zipformer-en"), ("sherpa", "zipformer-en-small")),
    "llm": (("tinyllama", "tinyllama"),),
    "tts": (("piper", "piper-ljspeech"), ("piper", "piper-lessac")),
    "wake": (("hey_teddy", "openwakeword-features"), ("openwakeword", "openwakeword-features")),
}
_EMBEDDED = {"asr": "duet", "llm": "plush", "tts": "espeak", "wake": "keyphrase"}
_IMPORTS = {"sherpa": "sherpa_onnx", "piper": "piper", "openwakeword": "openwakeword", "tinyllama": "llama_cpp",
            "hey_teddy": "onnxruntime"}  # fmt: skip
_CLASSIFIER = "classifier.onnx"


@dataclass(frozen=True)
class Choice:
    """An engine, ready for `Worker(kind, name, options)`; why is for people."""

    kind: str
    name: str
    options: dict[str, Any] = field(default_factory=dict)
    why: str = ""

    @property
    def label(self) -> str:
        """The name, and the model where it tells more."""
        model = self.options.get("path") or self.options.get("url")
        return f"{self.name} ({Path(str(model)).name or model})" if model and self.name != "tinyllama" else self.name


def choose(wanted: Mapping[str, Any], kinds: tuple[str, ...] = ("asr", "llm", "tts")) -> dict[str, Choice]:
    """A wake check is only chosen where it is wanted; "" is the best there is. Raises UsageError and ModelError."""
    choices = {}
    if "wake" in wanted and "wake" not in kinds:
        kinds = (*kinds, "wake")
    for kind in kinds:
        if kind == "llm" and wanted.get("llm_url"):
            url = str(wanted["llm_url"])
            choices[kind] = Choice(kind, "openai", {"url": url}, f"the server {url} was asked for")
        elif name := wanted.get(kind):
            choices[kind] = _asked_for(kind, str(name))
        else:
            choices[kind] = _default(kind)
    if script := wanted.get("llm_script"):
        choices["llm"].options["script"] = list(script)
    return choices


def default_engines() -> dict[str, Choice]:
    """What serves each kind when nothing is asked for, the wake check included."""
    return choose({}, tuple(KINDS))


def _asked_for(kind: str, name: str) -> Choice:
    if kind == "llm" and (name.endswith(".gguf") or Path(name).exists()):
        check_gguf(name)
        return Choice(kind, "gguf", {"path": str(Path(name).resolve())}, "this file was asked for")
    model = read_manifest().get(name)
    engine = next((known for known, of in _DOWNLOADED[kind] if of == name), name)
    spec = find_engine(kind, engine)
    if engine in ("gguf", "openai"):
        hint = "--llm PATH.gguf" if engine == "gguf" else "--llm-url URL"
        raise UsageError(f"the language model {engine!r} is chosen with {hint}")
    if spec.model is None:
        return Choice(kind, engine, {}, "it was asked for")
    candidates = [of for known, of in _DOWNLOADED[kind] if known == engine and (model is None or of == name)]
    for found in (read_manifest().get(candidate) for candidate in candidates):
        if found is not None and found.installed:
            return Choice(kind, engine, _options(found, engine), f"it was asked for; {found.title}")
    raise ModelError(f"the {KINDS[kind]} {name} is not downloaded: plush models pull {candidates[0]}")


def _default(kind: str) -> Choice:
    lacking = []
    models = read_manifest()
    for engine, name in _DOWNLOADED[kind]:
        model = models.get(name)
        if model is None or not model.installed:
            continue
        if find_spec(_IMPORTS[engine]) is None:
            lacking.append(
                f"{name} is downloaded, but the package {find_engine(kind, engine).package} is not installed"
            )
            continue
        try:
            return Choice(kind, engine, _options(model, engine), f"{model.title} is downloaded")
        except ModelError as error:
            lacking.append(str(error))
    why = "; ".join(lacking) or f"nothing better is downloaded (plush models pull {_DOWNLOADED[kind][0][1]})"
    if kind == "asr" and (moonshine_folder() is None or find_spec("onnxruntime") is None):
        return Choice(kind, "pocketsphinx", {}, f"embedded; {why}; the duet needs moonshine-voice and onnxruntime")
    return Choice(kind, _EMBEDDED[kind], {}, f"embedded; {why}")


def _options(model: Model, engine: str) -> dict[str, Any]:
    if model.kind == "asr":
        return {"path": str(model.folder)}
    if model.kind == "llm":
        path = model.path(".gguf")
        check_gguf(path)
        return {"path": str(path)}
    if model.kind == "tts":
        return {"path": str(model.path(".onnx"))}
    files = {"melspectrogram": "melspectrogram.onnx", "embedding": "embedding_model.onnx"}
    features = {name: str(model.folder / file) for name, file in files.items()}
    if engine == "hey_teddy":
        return features
    classifier = model.folder / _CLASSIFIER
    if not classifier.exists():
        raise ModelError(f"{model.title} are here, but no classifier of the phrase: {classifier}")
    return {"classifier": str(classifier), **features}

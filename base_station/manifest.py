"""What can be downloaded, and what of it is here.

In      models/manifest.toml (in the checkout, or as data in the package), or $PLUSH_MANIFEST
Out     Model and ModelFile values; where a model lives: $PLUSH_HOME/models/NAME
Raises  UsageError: no such model, naming those there are; ModelError: the manifest itself is broken
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from base_station.config import CHECKOUT, PACKAGE, home
from base_station.errors import ModelError, UsageError

_HEX_DIGITS = 64


@dataclass(frozen=True)
class ModelFile:
    name: str
    url: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Model:
    name: str
    kind: str
    title: str
    licence: str
    note: str
    sources: tuple[str, ...]
    files: tuple[ModelFile, ...]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)

    @property
    def folder(self) -> Path:
        return home() / "models" / self.name

    @property
    def installed(self) -> bool:
        """All files are here and whole. Their sums were checked before they got their names; `verify` does it again."""
        return all(_size(self.folder / file.name) == file.size_bytes for file in self.files)

    def path(self, suffix: str) -> Path:
        """The file whose name ends with suffix. Raises ModelError when the manifest lists none."""
        for file in self.files:
            if file.name.endswith(suffix):
                return self.folder / file.name
        raise ModelError(f"the model {self.name} has no file {suffix}")


def manifest_path() -> Path:
    if given := os.environ.get("PLUSH_MANIFEST"):
        return Path(given)
    checkout = CHECKOUT / "models" / "manifest.toml"
    return checkout if checkout.exists() else PACKAGE / "data" / "manifest.toml"


def read_manifest(path: Path | None = None) -> dict[str, Model]:
    """All models by name, in the manifest's order. Raises ModelError."""
    path = path or manifest_path()
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
        models = [
            Model(
                name=entry["name"],
                kind=entry["kind"],
                title=entry["title"],
                licence=entry["licence"],
                note=entry.get("note", ""),
                sources=tuple(entry["sources"]),
                files=tuple(ModelFile(**file) for file in entry["file"]),
            )
            for entry in entries
        ]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ModelError(f"the list of models {path} cannot be used: {error}") from error
    for model in models:
        for file in model.files:
            if len(file.sha256) != _HEX_DIGITS or file.size_bytes <= 0 or Path(file.name).name != file.name:
                raise ModelError(f"the list of models {path} has a bad entry: {model.name}, {file.name}")
    return {model.name: model for model in models}


def find_model(name: str) -> Model:
    """Raises UsageError naming the known ones."""
    models = read_manifest()
    if name not in models:
        raise UsageError(f"no such model: {name}; known are {', '.join(models)}")
    return models[name]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1

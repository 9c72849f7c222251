"""Where the model that a package carries lies; imports no engine, so that anyone may ask.

Out     the folder of Moonshine's English model inside the package moonshine-voice, None when either is not there
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

_FILES = ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin")


def moonshine_folder() -> Path | None:
    spec = find_spec("moonshine_voice")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "assets" / "tiny-en"
    return folder if all((folder / name).is_file() for name in _FILES) else None

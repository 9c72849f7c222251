"""Which phone and which senone each frame of known speech belongs to, by pocketsphinx's own forced alignment.

In      (file, voice, text) rows, sound at 16 kHz mono; the lexicon
Out     Aligned: features float32[n][39], phone int[n], senone int[n]; what does not align is counted, not used
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import acoustic
import lexicon
import numpy as np
import pocketsphinx
import soundfile
from numpy.typing import NDArray

Row = tuple[Path, str, str]


@dataclass(frozen=True)
class Aligned:
    """One utterance, frame by frame (10 ms)."""

    voice: str
    frames: acoustic.Array
    phone: NDArray[np.int64]
    senone: NDArray[np.int64]


def align(rows: Sequence[Row], lex: lexicon.Lexicon) -> Iterator[Aligned]:
    """Aligns each row that can be aligned."""
    model = Path(pocketsphinx.get_model_path("en-us")) / "en-us"
    index = {name: number for number, name in enumerate(acoustic.phone_names(model / "mdef"))}
    rows = [row for row in rows if all(lexicon.pronounce(word, lex) for word in row[2].split())]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        words = sorted({word for row in rows for word in row[2].split()})
        dictionary, cepstra = Path(folder) / "align.dict", Path(folder) / "mfc"
        lexicon.write(dictionary, words, lex)
        cepstra.mkdir()
        decoder = pocketsphinx.Decoder(
            pocketsphinx.Config(hmm=str(model), dict=str(dictionary), lm=None, mfclogdir=str(cepstra), loglevel="FATAL")
        )
        for path, voice, text in rows:
            sound, _ = soundfile.read(path, dtype="int16")
            try:
                decoder.set_align_text(text)
                _whole(decoder, sound)
                if decoder.hyp() is None:
                    raise RuntimeError("no alignment")
                decoder.set_alignment()  # second pass: states inside the words; hyp() would crash now
                _whole(decoder, sound)
                alignment = decoder.get_alignment()
            except RuntimeError:
                alignment = None
            logged = sorted(cepstra.glob("*.mfc"))
            if alignment is None or not logged:
                failed += 1
            else:
                # The log is a big-endian count, then 13 cepstra a frame.
                values = np.frombuffer(logged[-1].read_bytes(), ">f4", offset=4).reshape(-1, acoustic.WIDTH)
                phone = np.full(len(values), -1, np.int64)
                senone = np.full(len(values), -1, np.int64)
                for word in alignment:
                    for part in word:
                        for state in part:
                            span = slice(state.start, state.start + state.duration)
                            phone[span], senone[span] = index[part.name], int(state.name)
                used = phone >= 0
                yield Aligned(voice, acoustic.features(values.astype(np.float32))[used], phone[used], senone[used])
            for file in logged:
                file.unlink()
    print(f"{len(rows)} utterances, {failed} did not align")


def _whole(decoder: pocketsphinx.Decoder, sound: NDArray[np.int16]) -> None:
    decoder.start_utt()
    decoder.process_raw(sound.tobytes(), full_utt=True)
    decoder.end_utt()

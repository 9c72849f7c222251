"""The fallback check of the wake word: pocketsphinx listening for the phrase and nothing else.

In      int16[n] at 16 kHz around the phrase
Out     score 1.0 the keyword search hears it, 0.6 the sound can be laid along the phrase, 0.0 it cannot
Raises  ModelError when the phrase has a word that the dictionary lacks
Time    0.1 s for a second of sound. Lenient on purpose, since a missed call is worse than a second look in vain: it
        stops sounds unlike the phrase, and accepts near misses such as "hey daddy"
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pocketsphinx

from base_station.errors import ModelError
from base_station.wake.base import Pcm, WakeVerdict

_KEYWORD_THRESHOLD = 1e-25
_PAD = np.zeros(4800, dtype=np.int16)  # the phrase must be followed by something to be closed


class Keyphrase:
    """phrase in lower case, words of the general English dictionary."""

    def __init__(self, phrase: str = "hey teddy") -> None:
        package = Path(pocketsphinx.get_model_path()) / "en-us"
        self._phrase = phrase
        try:
            self._decoder = pocketsphinx.Decoder(
                hmm=str(package / "en-us"),
                dict=str(package / "cmudict-en-us.dict"),
                lm=None,
                samprate=16000,
                loglevel="FATAL",
            )
            missing = [word for word in phrase.split() if self._decoder.lookup_word(word) is None]
            if missing:
                raise ModelError(f"the wake phrase has a word that the dictionary lacks: {missing[0]}")
            self._decoder.config["kws_threshold"] = _KEYWORD_THRESHOLD
            self._decoder.add_keyphrase("keyword", phrase)
            self._decoder.add_jsgf_string("aligned", f"#JSGF V1.0; grammar wake; public <phrase> = {phrase};")
        except RuntimeError as error:
            raise ModelError(f"pocketsphinx cannot listen for {phrase!r}: {error}") from error
        self.info = {"phrase": phrase, "note": "no trained wake check is installed: near misses are accepted"}

    def check(self, pcm: Pcm) -> WakeVerdict:
        score = 1.0 if self._hears("keyword", pcm) else 0.6 if self._hears("aligned", pcm) else 0.0
        return WakeVerdict(score, score > 0.5, self._phrase, "pocketsphinx keyphrase (fallback)")

    def _hears(self, search: str, pcm: Pcm) -> bool:
        self._decoder.activate_search(search)
        self._decoder.start_utt()
        self._decoder.process_raw(np.concatenate([_PAD, pcm, _PAD]).astype("<i2").tobytes(), False, True)
        self._decoder.end_utt()
        return self._decoder.hyp() is not None

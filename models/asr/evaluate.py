"""Word errors, speed and confidence of the embedded recogniser: `python models/asr/evaluate.py FOLDER/NAME.tsv`.

In      a TSV whose first field is a file (or its stem) beside it and whose last is the text; the one before it groups
Out     one JSON object: wer, wer_by_group, real_time_factor, first_finish_ms and finish_ms (from the last sample to the
        final words), and for thresholds of confidence what is asked again. `plush asr eval` measures any recogniser.
Raises  SystemExit naming a file that is not there
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import channel
import numpy as np
import pocketsphinx
import soundfile
import soxr
from numpy.typing import NDArray

DATA = Path(__file__).parent.parent.parent / "base_station/data/asr"
FRAME_SAMPLES = 320
FILLERS = ("<", "[", "+")


@dataclass(frozen=True)
class Result:
    """One file: what was said and heard."""

    group: str
    said: list[str]
    heard: list[str]
    confidence: float  # mean posterior of the heard words, 0..1
    decode_s: float
    finish_s: float
    sound_s: float

    @property
    def errors(self) -> int:
        return distance(self.said, self.heard)


def distance(said: list[str], heard: list[str]) -> int:
    """Substitutions, deletions and insertions."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, start=1):
        previous, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (word != other))
    return row[-1]


def decoder(data: Path, general: bool = False, **changes: object) -> pocketsphinx.Decoder:
    """The shipped recogniser, or the package's own general one."""
    model = Path(pocketsphinx.get_model_path("en-us"))
    settings: dict[str, object] = {"hmm": str(model / "en-us"), "loglevel": "FATAL"}
    if general:
        settings |= {"lm": str(model / "en-us.lm.bin"), "dict": str(model / "cmudict-en-us.dict")}
    else:
        files = {"lm": "plush.lm.bin", "dict": "plush.dict", "mean": "plush.means"}
        settings |= {key: str(data / name) for key, name in files.items()}
        settings |= tomllib.loads((data / "settings.toml").read_text())["decoder"]
    return pocketsphinx.Decoder(pocketsphinx.Config(**(settings | changes)))


def recognise(engine: pocketsphinx.Decoder, sound: NDArray[np.int16], group: str, text: str) -> Result:
    """Streams 20 ms frames, as the link brings them."""
    started = time.process_time()
    engine.start_utt()
    for at in range(0, len(sound), FRAME_SAMPLES):
        engine.process_raw(sound[at : at + FRAME_SAMPLES].tobytes())
    last_sample = time.process_time()
    engine.end_utt()
    hypothesis = engine.hyp()
    done = time.process_time()
    parts = [s for s in engine.seg() if not s.word.startswith(FILLERS)] if hypothesis else []
    sure = [min(1.0, part.prob) for part in parts]
    heard = [part.word.split("(")[0] for part in parts]
    return Result(
        group,
        text.lower().split(),
        heard,
        float(np.mean(sure)) if sure else 0.0,
        done - started,
        done - last_sample,
        len(sound) / 16_000,
    )


def read(table: Path, adpcm: bool) -> list[tuple[str, str, NDArray[np.int16]]]:
    rows = []
    for line in table.read_text().splitlines():
        fields = line.split("\t")
        if fields[0] == "utterance":
            continue
        named = [table.parent / f"{fields[0]}{ending}" for ending in ("", ".wav", ".flac")]
        found = [path for path in named if path.is_file()]
        if not found:
            raise SystemExit(f"{table.parent / fields[0]}: no such file")
        sound, rate_hz = soundfile.read(found[0], dtype="float32", always_2d=True)
        samples = np.clip(soxr.resample(sound.mean(1), rate_hz, 16_000) * 32768, -32768, 32767).astype(np.int16)
        samples = channel.adpcm_round_trip(samples) if adpcm else samples
        rows.append((fields[-2] if len(fields) > 2 else "all", fields[-1], samples))
    return rows


def summary(results: list[Result]) -> dict[str, object]:
    words = sum(len(r.said) for r in results)
    errors: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for r in results:
        errors[r.group][0] += r.errors
        errors[r.group][1] += len(r.said)
    rejection = {}
    bad = [r for r in results if r.errors > max(1, len(r.said) * 0.25)]
    good = [r for r in results if r.errors == 0]
    for threshold in (0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        rejection[f"{threshold:.2f}"] = {
            "of_wrong_asked_again": round(sum(r.confidence < threshold for r in bad) / max(len(bad), 1), 3),
            "of_right_asked_again": round(sum(r.confidence < threshold for r in good) / max(len(good), 1), 3),
        }
    return {
        "files": len(results),
        "wer": round(sum(r.errors for r in results) / max(words, 1), 4),
        "all_words_right": round(len(good) / len(results), 3),
        "badly_wrong": round(len(bad) / len(results), 3),
        "wer_by_group": {g: round(e / max(n, 1), 3) for g, (e, n) in sorted(errors.items())},
        "real_time_factor": round(sum(r.decode_s for r in results) / sum(r.sound_s for r in results), 3),
        "finish_ms": {
            "p50": round(1e3 * float(np.median([r.finish_s for r in results]))),
            "p95": round(1e3 * float(np.quantile([r.finish_s for r in results], 0.95))),
        },
        "confidence": rejection,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--general", action="store_true", help="the package's own language and acoustic model")
    parser.add_argument("--adpcm", action="store_true", help="through the link's codec first")
    parser.add_argument("--every", type=int, default=1, help="each n-th file only")
    parser.add_argument("--set", default="{}", help='decoder settings to change, JSON: {"lw": 9}')
    parser.add_argument("--show", action="store_true", help="print each sentence that was not wholly right")
    arguments = parser.parse_args()
    engine = decoder(arguments.data, arguments.general, **json.loads(arguments.set))
    rows = read(arguments.table, arguments.adpcm)[:: arguments.every]
    results = [recognise(engine, sound, group, text) for group, text, sound in rows]
    if arguments.show:
        for r in results:
            if r.errors:
                print(f"{r.confidence:.2f} {r.group}\n  said  {' '.join(r.said)}\n  heard {' '.join(r.heard)}")
    print(json.dumps(summary(results)))


if __name__ == "__main__":
    main()

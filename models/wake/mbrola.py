"""English in the throats of other countries: MBROLA's diphone voices, each the recorded speech of one real person.

In      English text, a voice (the folder's name under /usr/share/mbrola), tempo, pitch against the voice's own, a seed
Out     float sound and its rate; every sound's length and the melody are drawn by lot, so no two takes are alike
Raises  EngineMissing without espeak-ng, mbrola or the voice; ValueError for a text that the voice lacks the sounds for
How     espeak-ng tells the sounds of the text; each is replaced by the nearest that the voice has
Source  MBROLA (AGPL-3) and its voices, which are free to synthesise with and not ours to pass on
"""

from __future__ import annotations

import functools
import itertools
import random
import struct
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.wake.engines import EngineMissing

FOLDER = Path("/usr/share/mbrola")
# Not here: voices without an h, and those whose terms go beyond "for synthesizing speech".
VOICES = (
    "us1", "us2", "us3", "en1", "af1", "nl2", "nl3", "de1", "de2", "de3", "de5", "de6", "de7", "de8", "hu1", "pl1",
    "ro1", "sw1", "sw2", "cr1", "cz1", "cz2", "ee1", "hb1", "hb2", "in1", "in2", "ic1", "id1", "jp1", "jp2", "jp3",
    "ma1", "tl1", "tr1", "tr2", "lt1", "lt2", "ir1",
)  # fmt: skip

# What may stand for a sound of espeak-ng's American English, the nearest first.
_INSTEAD = {
    "i": "i,i:,ii,I", "I": "I,i,ii", "E": "E,e,E:,e:", "{": "{,a,E,aa,e", "A": "A,A:,a,a:,aa,O", "V": "V,a,@,A,e",
    "@": "@,E,e,a,2", "r=": "r=,@ r,e r,E r", "O": "O,o,O:,o:,A", "U": "U,u,uu,O", "u": "u,u:,uu,U",
    "EI": "EI,eI,Ei,ei,ey,E:,e j,E j,e i,E i,e I,e:,e", "AI": "AI,aI,ai,Ai,ay,a j,a i,A i,aa i,a: i,A: i",
    "OI": "OI,oI,Oi,oi,oy,o j,O j,o i,O i", "aU": "aU,au,Au,aw,a w,a u,a v,A u", "@U": "@U,oU,ou,ow,o w,o u,o,o:,O",
    "h": "h,h\\,x", "p": "p_h,ph,p", "t": "t_h,th,t", "k": "k_h,kh,k", "b": "b,p", "d": "d,D,t", "g": "g,k",
    "4": "4,d,t", "f": "f,p", "v": "v,w,f", "T": "T,s,t", "D": "D,d,z", "s": "s", "z": "z,s", "S": "S,sh,s",
    "Z": "Z,S,z,s", "tS": "tS,ch,t S,t s", "dZ": "dZ,jh,d Z,d z,t S", "m": "m", "n": "n",
    "N": "N,n g,n", "l": "l", "r": "r,R,rr,r'", "w": "w,v,u,U", "j": "j,y,i,I,i:", "l=": "@ l,e l,E l", "_": "_",
}  # fmt: skip
_UNLIKE_VOICES = {"tl1": {"T", "D", "S"}, "in1": {"T", "D"}, "in2": {"T", "D"}}  # there they mean other sounds
TRIES = 40


def _two(data: bytes, at: int) -> tuple[tuple[str, str], int]:
    """A pair of names that each end with 0. Out: also where it ends."""
    middle = data.index(b"\0", at)
    end = data.index(b"\0", middle + 1)
    left, right = data[at:middle].decode("ascii"), data[middle + 1 : end].decode("ascii")
    if not 0 < len(left) < 8 or not 0 < len(right) < 8:
        raise ValueError("no pair of sounds")
    return (left, right), end + 1


@functools.cache
def _voice(name: str) -> tuple[frozenset[tuple[str, str]], int, float]:
    """The pairs of sounds that a voice has, its rate and its own pitch in Hz: from the head of its file."""
    path = FOLDER / name / name
    if not path.is_file():
        raise EngineMissing(f"mbrola-{name}")
    data = path.read_bytes()
    rate_hz, period = struct.unpack_from("<HB", data, 23)
    at, pairs = 27, set()
    for _ in range(struct.unpack_from("<H", data, 11)[0]):
        (left, right), at = _two(data, at)
        pairs.add((left, right))
        if (left, right) == ("_", "_"):
            at += 4
            break
        at += 4
    for _ in range(2 * (struct.unpack_from("<H", data, 11)[0] - len(pairs))):  # the rest: pairs that stand for others
        try:
            pair, at = _two(data, at)
        except ValueError:
            break
        pairs.add(pair)
    return frozenset(pairs), rate_hz, rate_hz / period


@functools.cache
def _sounds(text: str) -> tuple[tuple[str, float], ...]:
    """(sound, ms) of a text as an American says it."""
    try:
        told = subprocess.run(
            ["espeak-ng", "-v", "mb-us1", "--pho", "-q", text], check=True, capture_output=True, text=True, timeout=60
        ).stdout
    except FileNotFoundError:
        raise EngineMissing("espeak-ng") from None
    found = []
    for line in told.splitlines():
        if not line.strip():
            continue
        name, length, *_ = line.split()
        plain = name.removesuffix("_h") if name.endswith("_h") else name
        found.append((plain if plain in _INSTEAD else name, float(length)))
    while found and found[-1][0] == "_":
        found.pop()
    if any(name not in _INSTEAD for name, _ in found):
        raise ValueError(f"no sound for one of {[name for name, _ in found]}")
    return tuple(found)


def in_voice(told: tuple[tuple[str, float], ...], voice: str, rng: random.Random) -> list[tuple[str, float]]:
    """The sounds of _INSTEAD with a voice's own; of several ways to say it one is drawn, the nearest ones rather."""
    pairs, _, _ = _voice(voice)
    known = {name for pair in pairs for name in pair} - _UNLIKE_VOICES.get(voice, set())
    ways = {}
    for name, _ in told:
        ways[name] = [way.split() for way in _INSTEAD[name].split(",") if all(s in known for s in way.split())]
        if not ways[name]:
            raise ValueError(f"{voice} has nothing like {name}")
    best: list[tuple[str, float]] = []
    least = len(told) // 12 + 1  # of joints may be missing: none in a phrase
    for _ in range(TRIES):
        found: list[tuple[str, float]] = [("_", 30.0)]
        for name, length in told:
            further = int(rng.expovariate(1.2)) if name[0] in "iIEaAVOUu{@" else 0  # vowels have accents
            way = ways[name][min(further, len(ways[name]) - 1)]
            found += [(sound, length / len(way)) for sound in way]
        found.append(("_", 30.0))
        missing = sum((a, b) not in pairs for (a, _), (b, _) in itertools.pairwise(found) if a != b)
        if missing < least:
            best, least = found, missing
        if least == 0:
            break
    if not best:
        raise ValueError(f"{voice} cannot join {' '.join(name for name, _ in told)}")
    return best


def speak(text: str, voice: str, rate: float, pitch: float, seed: int) -> tuple[NDArray[np.float64], int]:
    rng = random.Random(seed)
    sounds = in_voice(_sounds(text), voice, rng)
    _, rate_hz, own_hz = _voice(voice)
    rate_hz = round(rate_hz * rng.uniform(0.9, 1.15))  # a shorter or longer throat
    level, slope, wave = own_hz * pitch, rng.gauss(-0.1, 0.15), rng.uniform(0.02, 0.16)
    lines, phase = [], rng.uniform(0, 6)
    for number, (name, length) in enumerate(sounds):
        uneven = rng.lognormvariate(0, 0.28)
        share = number / len(sounds)
        hz = level * (1 + slope * (share - 0.5) + wave * float(np.sin(phase + number * rng.uniform(0.6, 1.2))))
        lines.append(f"{name} {max(20.0, length * uneven / rate):.0f} 50 {max(45.0, hz):.0f}")
    try:
        done = subprocess.run(
            ["mbrola", "-e", "-l", str(rate_hz), str(FOLDER / voice / voice), "-", "-.raw"],
            input=("\n".join(lines) + "\n").encode(), capture_output=True, timeout=60, check=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise EngineMissing("mbrola") from None
    return np.frombuffer(done.stdout, np.int16).astype(np.float64) / 32768, rate_hz

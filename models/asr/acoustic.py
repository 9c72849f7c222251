"""Files of pocketsphinx's acoustic model, and the statistics that move its Gaussians towards new voices.

Shapes  means, variances float32[42 phones][3 streams][128 Gaussians][13]; mixture weights float32[3][128][senones];
        features float32[frames][39]: cepstra, first and second differences (1s_c_d_dd), each a stream of 13
Source  MAP adaptation (Gauvain and Lee 1994); file formats as in CMU Sphinx's s3 files and sendump
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PHONES, STREAMS, GAUSSIANS, WIDTH = 42, 3, 128, 13
Array = NDArray[np.float32]


def read_gaussians(path: Path) -> Array:
    """`means` or `variances`."""
    data = path.read_bytes()
    start = data.index(b"endhdr\n") + 7
    magic, *dims = struct.unpack("<4i", data[start : start + 16])
    if magic != 0x11223344 or tuple(dims) != (PHONES, STREAMS, GAUSSIANS):
        raise ValueError(f"{path}: not a phonetically tied model of the expected shape")
    start += 16 + 4 * STREAMS + 4
    count = PHONES * STREAMS * GAUSSIANS * WIDTH
    return np.frombuffer(data, "<f4", count, start).reshape(PHONES, STREAMS, GAUSSIANS, WIDTH)


def write_gaussians(path: Path, values: Array) -> None:
    """The same form, without a checksum."""
    count = values.size
    head = struct.pack("<8i", 0x11223344, PHONES, STREAMS, GAUSSIANS, WIDTH, WIDTH, WIDTH, count)
    path.write_bytes(b"s3\nversion 1.0\nendhdr\n" + head + values.astype("<f4").tobytes())


def read_weights(path: Path) -> Array:
    """`sendump`: mixture weights as probabilities."""
    data = path.read_bytes()
    place = 0
    while (length := struct.unpack_from("<i", data, place)[0]) != 0:  # texts, each after its length
        place += 4 + length
    gaussians, senones = struct.unpack_from("<2i", data, place + 4)
    stored = np.frombuffer(data, np.uint8, STREAMS * gaussians * senones, place + 12)
    logs = stored.reshape(STREAMS, GAUSSIANS, senones).astype(np.float32) * 1024  # in units of log 1.0001
    return np.exp(-logs * np.log(1.0001)).astype(np.float32)


def phone_names(mdef: Path) -> list[str]:
    """Context-independent phones in codebook order."""
    data = mdef.read_bytes()
    start = data.index(b"END FILE FORMAT DESCRIPTION\n")
    names = data[data.index(b"+NSN+\0", start) :].split(b"\0")[:PHONES]
    return [name.decode() for name in names]


def features(cepstra: Array) -> Array:
    """Mean-normalised cepstra with differences over 2 frames either side, and their differences over 1."""
    normal = cepstra - cepstra.mean(axis=0)
    padded = np.concatenate([np.repeat(normal[:1], 3, 0), normal, np.repeat(normal[-1:], 3, 0)])
    n = len(normal)
    first = padded[5 : 5 + n] - padded[1 : 1 + n]
    second = (padded[6 : 6 + n] - padded[2 : 2 + n]) - (padded[4 : 4 + n] - padded[0:n])
    return np.concatenate([normal, first, second], axis=1)


@dataclass
class Statistics:
    """Sums over frames, for each Gaussian: how often, x and x squared."""

    count: NDArray[np.float64] = field(default_factory=lambda: np.zeros((PHONES, STREAMS, GAUSSIANS)))
    first: NDArray[np.float64] = field(default_factory=lambda: np.zeros((PHONES, STREAMS, GAUSSIANS, WIDTH)))
    second: NDArray[np.float64] = field(default_factory=lambda: np.zeros((PHONES, STREAMS, GAUSSIANS, WIDTH)))

    def add(
        self,
        frames: Array,
        phone: NDArray[np.int64],
        senone: NDArray[np.int64],
        means: Array,
        variances: Array,
        weights: Array,
        importance: float = 1.0,
    ) -> float:
        """Adds aligned frames. Returns the mean log-likelihood of a frame."""
        total = 0.0
        for p in np.unique(phone):
            rows = np.flatnonzero(phone == p)
            for s in range(STREAMS):
                x = frames[rows, s * WIDTH : (s + 1) * WIDTH]
                var = np.maximum(variances[p, s], 1e-4)
                gap = (x[:, None, :] - means[p, s][None]) ** 2 / var[None]
                log = -0.5 * (gap.sum(2) + np.log(var).sum(1)[None]) + np.log(weights[s][:, senone[rows]].T + 1e-9)
                top = log.max(1, keepdims=True)
                shared = np.exp(log - top)
                norm = shared.sum(1, keepdims=True)
                total += float((top + np.log(norm)).sum())
                shared = shared / norm * importance
                self.count[p, s] += shared.sum(0)
                self.first[p, s] += shared.T @ x
                self.second[p, s] += shared.T @ (x * x)
        return total / max(len(frames), 1)


def adapt(means: Array, statistics: Statistics, tau: float) -> Array:
    """MAP means: `tau` frames' worth of trust in the old ones."""
    old = tau * means.astype(np.float64) + statistics.first
    return np.asarray(old / (tau + statistics.count)[..., None], dtype=np.float32)

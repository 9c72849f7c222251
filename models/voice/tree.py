"""Decision trees from the letters around a letter to the phonemes that it says.

In      samples uint8[n, 8]: the letters at -4..-1 and +1..+4 (0 none, 1..26), classes int[n], weights float[n]
Out     a tree of nodes: (feature, set of letters as a 27-bit mask, yes, no) or a leaf (class)
Source  Breiman et al., "Classification and Regression Trees" (1984): splits by ordering values; grown best first
"""

import heapq
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

LETTERS = 27
CONTEXT = (-4, -3, -2, -1, 1, 2, 3, 4)


@dataclass
class Node:
    label: int
    feature: int = 0
    mask: int = 0
    children: "tuple[Node, Node] | None" = field(default=None, repr=False)  # yes, no


@dataclass(frozen=True)
class _Split:
    gain: float
    feature: int
    values: NDArray[np.int64]


class Grower:
    """The trees of all letters compete for one number of splits, so the hard letters get the most."""

    def __init__(self, most_splits: int, least_gain: float = 3.0) -> None:
        self._most_splits, self._least_gain = most_splits, least_gain
        self._queue: list[
            tuple[float, int, Node, _Split, tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.float64]]]
        ]
        self._queue, self._serial, self.splits = [], 0, 0

    def plant(self, samples: NDArray[np.uint8], classes: NDArray[np.int64], weights: NDArray[np.float64]) -> Node:
        node = Node(int(np.bincount(classes, weights).argmax()))
        split = _best_split(samples, classes, weights)
        if split is not None and split.gain > self._least_gain:
            self._serial += 1
            heapq.heappush(self._queue, (-split.gain, self._serial, node, split, (samples, classes, weights)))
        return node

    def grow(self) -> None:
        while self._queue and self.splits < self._most_splits:
            _, _, node, split, (samples, classes, weights) = heapq.heappop(self._queue)
            inside = np.isin(samples[:, split.feature], split.values)
            node.feature, node.mask = split.feature, sum(1 << int(value) for value in split.values)
            yes, no = (self.plant(samples[part], classes[part], weights[part]) for part in (inside, ~inside))
            node.children = (yes, no)
            self.splits += 1


def _best_split(samples: NDArray[np.uint8], classes: NDArray[np.int64], weights: NDArray[np.float64]) -> _Split | None:
    names, numbers = np.unique(classes, return_inverse=True)
    if len(names) < 2:
        return None
    total = np.bincount(numbers, weights)
    before, best = _entropy(total[None])[0], None
    for feature in range(len(CONTEXT)):
        flat = np.bincount(
            samples[:, feature].astype(np.int64) * len(names) + numbers, weights, minlength=LETTERS * len(names)
        )
        table = flat.reshape(LETTERS, len(names))
        sums = table.sum(axis=1)
        present = np.flatnonzero(sums)
        if len(present) < 2:
            continue
        for label in np.argsort(-total)[:2]:
            order = present[np.argsort(table[present, label] / sums[present], kind="stable")]
            left = np.cumsum(table[order], axis=0)[:-1]
            gains = before - _entropy(left) - _entropy(total - left)
            at = int(gains.argmax())
            if best is None or gains[at] > best.gain:
                best = _Split(float(gains[at]), feature, order[: at + 1])
    return best


def _entropy(counts: NDArray[Any]) -> NDArray[np.float64]:
    """In nats, times the weight; (k, classes) -> (k)."""
    sums = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(sums, 1e-9)
    return np.asarray(-(counts * np.log(np.maximum(shares, 1e-12))).sum(axis=1))


def context(spelling: str, at: int) -> list[int]:
    places = (at + offset for offset in CONTEXT)
    return [ord(spelling[place]) - 96 if 0 <= place < len(spelling) else 0 for place in places]


def look_up(node: Node, letters: list[int]) -> int:
    while node.children is not None:
        node = node.children[0 if node.mask >> letters[node.feature] & 1 else 1]
    return node.label

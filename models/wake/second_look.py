"""Runs the base station's wake check on records of sound: `second_look.py FOLDER_OF_ONNX [WEIGHTS.npz]`.

In      stdin: u32 count, int16[count] at 16 kHz, again and again
Out     stdout: a line 1 or 0 for each, accepted or not
A program of its own, because models/ and base_station/ never import each other.
"""

import runpy
import sys
from pathlib import Path

import numpy as np


def main() -> None:
    checkout = Path(__file__).resolve().parents[2]
    sys.path.insert(0, str(checkout))
    stage = runpy.run_path(str(checkout / "base_station" / "wake" / "hey_teddy.py"))
    folder = Path(sys.argv[1])
    check = stage["HeyTeddy"](
        str(folder / "melspectrogram.onnx"),
        str(folder / "embedding_model.onnx"),
        sys.argv[2] if len(sys.argv) > 2 else None,
    )
    while head := sys.stdin.buffer.read(4):
        pcm = np.frombuffer(sys.stdin.buffer.read(2 * int.from_bytes(head, "little")), "<i2")
        print(int(check.check(pcm).accepted), flush=True)


if __name__ == "__main__":
    main()

"""Waveform and spectrogram of a sentence and of a song in the toy's voice.

In      plush_say, matplotlib
Out     docs/voice-sentence.png, docs/voice-song.png
"""

import argparse
from pathlib import Path

import numpy as np

from models.voice.say import RATE_HZ, say

SENTENCE = "Once upon a time, there was a little bear."
SONG = "twinkle@C4,C4 twinkle@G4,G4 little@A4,A4 star@G4:2, how@F4 I@F4 wonder@E4,E4 what@D4 you@D4 are@C4:2."


def draw(title: str, text: str, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pcm = say(text).astype(np.float64) / 32768
    figure, (wave, picture) = pyplot.subplots(2, 1, sharex=True, figsize=(9, 4.5), height_ratios=[1, 3])
    wave.plot(np.arange(len(pcm)) / RATE_HZ, pcm, linewidth=0.3, color="black")
    wave.set_ylim(-1, 1)
    wave.set_title(title, fontsize=9)
    emphasised = np.append(pcm[0], pcm[1:] - 0.95 * pcm[:-1]) + 1e-6
    picture.specgram(emphasised, NFFT=256, noverlap=208, Fs=RATE_HZ, cmap="Greys", vmin=-110, vmax=-50)
    picture.set_ylabel("Hz")
    picture.set_xlabel("s")
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    pyplot.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[2] / "docs")
    folder = parser.parse_args().out
    folder.mkdir(exist_ok=True)
    draw(SENTENCE, SENTENCE, folder / "voice-sentence.png")
    draw("Twinkle, twinkle, little star", SONG, folder / "voice-song.png")


if __name__ == "__main__":
    main()

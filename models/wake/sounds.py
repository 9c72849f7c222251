"""Rooms, noises, music, distance and the codec: what happens to a voice before the toy hears it.

In      float sound at 16 kHz, a NumPy generator
Out     float sound, or int16 as the microphone gives it
Source  rooms: Polack's model, noise that decays exponentially; codec: IMA ADPCM through audioop
"""

from __future__ import annotations

import audioop
import functools

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Sound = NDArray[np.float64]
Rng = np.random.Generator
RATE_HZ = 16000
NOISES = ("white", "pink", "brown", "fan", "hum", "clicks", "music", "television")


def resampled(sound: Sound, ratio: float) -> Sound:
    """ratio 1.2: a fifth faster, higher and with a shorter throat."""
    count = max(2, int(len(sound) / ratio))
    return np.interp(np.arange(count) * ratio, np.arange(len(sound)), sound)


def wavering(sound: Sound, spread: float, rng: Rng) -> Sound:
    """Another melody: the pitch wanders by about that share, four times a second, and the throat a little with it."""
    knots = np.exp(rng.normal(0, spread, max(3, len(sound) // 4000 + 2)))
    pace = np.interp(np.linspace(0, len(knots) - 1, len(sound)), np.arange(len(knots)), knots)
    at = np.cumsum(pace)
    return np.interp(at[at < len(sound)], np.arange(len(sound)), sound)


def stretched(sound: Sound, ratio: float, uneven: float = 0.0, rng: Rng | None = None) -> Sound:
    """ratio 1.2: a fifth faster, with the same voice (overlapping pieces, each laid where it fits the last).
    uneven 0.2: some sounds of it longer, some shorter, by about a fifth."""
    piece, hop, reach = 480, 240, 100
    if len(sound) < 2 * (piece + reach):
        return sound
    count = int((len(sound) - piece - reach) / (hop * ratio))
    dues = np.arange(count) * hop * ratio
    if uneven > 0 and rng is not None and count > 4:
        knots = np.exp(rng.normal(0, uneven, max(3, len(sound) // 1600)))  # a sound is about 100 ms long
        pace = np.interp(np.linspace(0, len(knots) - 1, count), np.arange(len(knots)), knots)
        dues = np.cumsum(pace / pace.mean()) * hop * ratio
    window = np.hanning(piece + 1)[:piece]
    out, weight, at = np.zeros(count * hop + piece), np.zeros(count * hop + piece), 0
    for number in range(count):
        if number > 0:
            due = int(dues[number])
            first = min(max(0, due - reach), len(sound) - piece - 1)
            wanted = sound[at + hop : at + hop + piece]
            near = sound[first : min(len(sound), due + reach + len(wanted))]
            at = first + int(np.argmax(np.correlate(near, wanted, "valid")))
            at = min(at, len(sound) - piece)
        out[number * hop : number * hop + piece] += sound[at : at + piece] * window
        weight[number * hop : number * hop + piece] += window
    return out / np.maximum(weight, 0.05)


def throat(sound: Sound, ratio: float, sharp: float = 1.0, breath: float = 0.0, rng: Rng | None = None) -> Sound:
    """ratio 1.2: a throat shorter by a fifth at the same pitch (each piece's envelope of the spectrum is moved up).
    sharp: how far its peaks stand out, of the voice's own. breath 0..1: how much of it is whispered."""
    size, hop, bins = 512, 128, 257
    padded = np.pad(sound.astype(np.float32), (size, size + hop))
    window = np.hanning(size + 1)[:size].astype(np.float32)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop] * window
    spectrum = fft.rfft(pieces, axis=1)
    cepstrum = fft.irfft(np.log(np.abs(spectrum) + 1.0), axis=1)
    cepstrum[:, 30 : size - 29] = 0  # what is left knows no pitch
    envelope = fft.rfft(cepstrum, axis=1).real
    plain = envelope
    if sharp != 1:
        cepstrum[:, 4 : size - 3] *= np.float32(sharp)
        envelope = fft.rfft(cepstrum, axis=1).real
    source = np.clip(np.arange(bins) / ratio, 0, bins - 1)
    low = source.astype(int)
    share = (source - low).astype(np.float32)
    moved = envelope[:, low] * (1 - share) + envelope[:, np.minimum(low + 1, bins - 1)] * share
    spectrum = spectrum * np.exp(np.clip(moved - plain, -4, 4))
    if breath > 0 and rng is not None:
        noise = rng.normal(size=(2, *spectrum.shape)).astype(np.float32)
        share = (breath * np.minimum(1, 0.25 + np.arange(bins) / 80)).astype(np.float32)  # from 2.3 kHz on all of it
        spectrum = spectrum * (1 - share) + (noise[0] + 1j * noise[1]) * np.exp(moved) * share
    pieces = fft.irfft(spectrum, axis=1) * window
    out = np.zeros(len(padded) + size, np.float32)
    for lane in range(size // hop):  # pieces of one lane lie end to end
        rows = pieces[lane :: size // hop]
        out[lane * hop : lane * hop + rows.size] += rows.ravel()
    return np.asarray(out[size : size + len(sound)] / 1.5, np.float64)


def room(rng: Rng) -> Sound:
    """An impulse response: the direct sound, a few walls, a decaying rest."""
    decay_s = rng.uniform(0.08, 0.6)
    count = int(min(decay_s, 0.45) * RATE_HZ)
    tail = rng.normal(size=count) * np.exp(-6.9 * np.arange(count) / (decay_s * RATE_HZ))
    tail[: int(rng.uniform(0.001, 0.006) * RATE_HZ)] = 0
    for _ in range(rng.integers(2, 7)):
        tail[min(count - 1, int(rng.uniform(0.002, 0.03) * RATE_HZ))] += rng.normal() * 3
    tail *= 10 ** (-rng.uniform(-3, 14) / 20) / np.sqrt((tail**2).sum() + 1e-9)
    tail[0] += 1
    return np.asarray(tail)


def coloured(sound: Sound, response: Sound | None, rng: Rng) -> Sound:
    """The sound in a room and through a microphone with its own slope and bumps; as long as before."""
    size = fft.next_fast_len(len(sound) + (0 if response is None else len(response)) // 2, real=True)
    size += size % 2
    spectrum = fft.rfft(sound.astype(np.float32), size)
    if response is not None:
        spectrum *= fft.rfft(response.astype(np.float32), size)
    knots = rng.normal(0, 3, 7).cumsum() * 0.5
    curve = np.interp(np.linspace(0, 6, size // 2 + 1), np.arange(7), knots - knots.mean()).astype(np.float32)
    return np.asarray(fft.irfft(spectrum * np.float32(10) ** (curve / 20), size)[: len(sound)], np.float64)


def noise(kind: str, count: int, rng: Rng) -> Sound:
    """count samples of one kind of noise, about 1 in RMS."""
    match kind:
        case "music":
            made = music(count, rng)
        case "clicks":
            made = 0.02 * rng.normal(size=count)
            for at in rng.integers(0, max(1, count - 400), max(1, count // 4000)):
                made[at : at + 400] += (
                    rng.normal(size=400) * np.exp(-np.arange(400) / rng.uniform(10, 120)) * rng.uniform(0.2, 2)
                )
        case "hum":
            base = rng.choice((50, 60, 100, 120)) * rng.uniform(0.98, 1.02)
            t = np.arange(count) / RATE_HZ
            made = sum(
                np.sin(2 * np.pi * base * k * t + rng.uniform(0, 6)) / k for k in range(1, 9)
            ) + 0.1 * rng.normal(size=count)
        case _:
            slope = {"white": 0.0, "pink": 0.5, "brown": 1.0, "fan": 0.8, "television": 0.5}[kind]
            size = 1 << int(np.ceil(np.log2(max(count, 2))))
            spectrum = (
                np.fft.rfft(rng.normal(size=size)) / np.maximum(np.arange(size // 2 + 1), size * 60 / RATE_HZ) ** slope
            )
            made = np.fft.irfft(spectrum, size)[:count]
            if kind == "fan":
                made *= 1 + 0.4 * np.sin(2 * np.pi * rng.uniform(2, 30) * np.arange(count) / RATE_HZ)
    return np.asarray(made / (np.sqrt(np.mean(made**2)) + 1e-9))


def music(count: int, rng: Rng) -> Sound:
    """Plucked chords, a tune and a drum, in a key drawn by lot."""
    made = np.zeros(count)
    beat = int(rng.uniform(0.18, 0.5) * RATE_HZ)
    scale = np.array([0, 2, 4, 5, 7, 9, 11]) + rng.integers(-5, 6)
    bright = rng.uniform(0.3, 0.9)
    for number, at in enumerate(range(0, count, beat)):
        length = min(int(rng.uniform(1, 4) * beat), count - at)
        t = np.arange(length) / RATE_HZ
        notes = rng.choice(scale, rng.integers(1, 4)) + 12 * rng.integers(-1, 3)
        for note in notes:
            hz = 261.6 * 2 ** (note / 12) * rng.uniform(0.997, 1.003)
            bend = 1 + 0.004 * np.sin(2 * np.pi * rng.uniform(4, 7) * t)
            for k in range(1, 7):
                if hz * k < 7800:
                    made[at : at + length] += (
                        bright**k * np.sin(2 * np.pi * hz * k * t * bend) * np.exp(-t * rng.uniform(1, 6))
                    )
        if number % 2 == 0:
            drum = min(2000, count - at)
            made[at : at + drum] += (
                rng.uniform(0, 1.5) * rng.normal(size=drum) * np.exp(-np.arange(drum) / rng.uniform(60, 500))
            )
    return made


@functools.cache
def room_bank(seed: int, count: int = 400) -> list[Sound]:
    rng = np.random.default_rng(seed)
    return [room(rng) for _ in range(count)]


@functools.cache
def noise_bank(seed: int, each: int = 6, seconds: int = 20) -> dict[str, list[Sound]]:
    """Some of every kind, made once: cutting a piece out is quicker than making one."""
    rng = np.random.default_rng(seed)
    return {kind: [noise(kind, seconds * RATE_HZ, rng) for _ in range(each)] for kind in NOISES if kind != "television"}


def cut(sound: Sound, count: int, rng: Rng) -> Sound:
    """A stretch of count samples from anywhere in it, going round at the end."""
    start = int(rng.integers(0, len(sound)))
    return np.take(sound, np.arange(start, start + count), mode="wrap")


def level(sound: Sound) -> float:
    """RMS of the louder parts, so that pauses do not count."""
    frames = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    power = (frames**2).mean(1) if len(frames) else np.zeros(1)
    loud = power[power >= power.max() * 0.01]
    return float(np.sqrt(loud.mean()) + 1e-9)


def mixed(voice: Sound, other: Sound, snr_db: float) -> Sound:
    """voice with other under it at that ratio of levels."""
    return voice + other * (level(voice) / (np.sqrt(np.mean(other**2)) + 1e-9) * 10 ** (-snr_db / 20))


def codec(pcm: NDArray[np.int16]) -> NDArray[np.int16]:
    """There and back through IMA ADPCM."""
    packed, _ = audioop.lin2adpcm(pcm.tobytes(), 2, None)
    return np.frombuffer(audioop.adpcm2lin(packed, 2, None)[0], np.int16)


def to_pcm(sound: Sound, peak_dbfs: float) -> NDArray[np.int16]:
    """Scaled to a peak (above 0 clips) and rounded."""
    peak = np.abs(sound).max() + 1e-9
    return np.clip(np.round(sound * (32767 / peak * 10 ** (peak_dbfs / 20))), -32768, 32767).astype(np.int16)

"""The toy's voice as the host speaks it: pronunciation against CMUdict, sound, the program's limits."""

from pathlib import Path

import numpy as np
import pytest

from models.voice import say
from models.voice.cmudict import pronunciations, story_folder, story_words


@pytest.fixture(autouse=True)
def built() -> None:
    try:
        say.program()
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def known() -> dict[str, list[tuple[str, ...]]]:
    pytest.importorskip("pocketsphinx")
    return pronunciations()


def agreement(counts: dict[str, int], known: dict[str, list[tuple[str, ...]]]) -> float:
    words = sorted(word for word in counts if word in known)
    right = {word for word, said in zip(words, say.phones(words), strict=True) if said in known[word]}
    return sum(counts[word] for word in right) / sum(counts[word] for word in words)


def test_running_words_of_stories_are_said_as_cmudict_says_them(known: dict[str, list[tuple[str, ...]]]) -> None:
    stories = story_folder() / "tinystories_val.txt"
    if not stories.exists():
        pytest.skip("no stories: set PLUSH_SHARED_DATA")
    share = agreement(story_words([stories.read_text(encoding="utf-8")]), known)
    print(f"running words as in CMUdict: {share:.2%}")
    assert share >= 0.97


def test_words_outside_of_the_stories_are_mostly_right(known: dict[str, list[tuple[str, ...]]]) -> None:
    words = ["umbrella", "notebook", "keyboard", "planet", "station", "hopeful", "teacher", "lantern"]
    assert agreement(dict.fromkeys(words, 1), known) >= 0.6


def test_speech_has_sound_and_silence_and_keeps_its_limit() -> None:
    pcm = say.say("Hello, my friend. I am a bear!").astype(np.int32)
    assert 1.0 < len(pcm) / say.RATE_HZ < 5.0
    assert 5000 < np.abs(pcm).max() <= 23000  # TOY_VOICE_PEAK
    assert np.abs(pcm[-1600:]).max() < 50


def test_a_song_has_the_pitches_of_its_notes() -> None:
    pcm = say.say("la@C4:4 la@G4:4").astype(np.float64)
    for from_s, hz in ((0.6, 261.6), (2.3, 392.0)):
        part = pcm[int(from_s * say.RATE_HZ) :][:8000]
        match = np.correlate(part, part, "full")[len(part) - 1 :]
        lag = 30 + int(np.argmax(match[30:90]))
        assert say.RATE_HZ / lag == pytest.approx(hz, rel=0.03)


def test_the_same_text_gives_the_same_samples() -> None:
    assert np.array_equal(say.say("A small red ball."), say.say("A small red ball."))


def test_a_wav_is_written(tmp_path: Path) -> None:
    say.write_wav(tmp_path / "speech.wav", say.say("Hello."))
    assert (tmp_path / "speech.wav").stat().st_size > 16000


def test_a_setting_out_of_range_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="out of range"):
        say.say("Hello.", "--pitch", "20")

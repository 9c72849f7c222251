"""The toy's voice as the host speaks it: pronunciation against CMUdict, sound, the program's limits."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.voice import build_dictionary, loudness, say, timeline
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


LOUD = (
    "Wow! She sees the sea! Ow, awe, ah, shush, choo choo!",
    "Once upon a time, there was a little bear. He was very happy!",
    "NO! NO! NO! Go away, you big bad wolf!",
    "twinkle@C4,C4 twinkle@G4,G4 little@A4,A4 star@G4:2",
    "ah@C5:4 ee@G5:4 oh@C6:4",
)


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("--pitch", "300"),
        ("--size", "130", "--lively", "200"),
        ("--speed", "60"),
        ("--pitch", "500", "--size", "150"),
    ],
)
def test_loudness_stays_within_the_limits_for_children(settings: tuple[str, ...]) -> None:
    for text in LOUD:
        heard = loudness.measure(say.say(text, *settings))
        print(heard)
        assert heard.within


def test_a_sine_of_full_scale_has_the_loudness_that_the_standard_says() -> None:
    sine = np.sin(2 * np.pi * 997 * np.arange(3 * say.RATE_HZ) / say.RATE_HZ)
    heard = loudness.measure(np.asarray(32767 * sine, dtype=np.int16))
    assert heard.lufs == pytest.approx(-3.01, abs=0.1)
    assert heard.loudest_dbfs == pytest.approx(-3.01, abs=0.05)
    assert not heard.within


def test_a_long_word_of_the_model_is_waited_for_and_a_buffer_hides_it() -> None:
    """The timeline's arithmetic: 8 tokens a second, one sentence far longer than the one before it."""
    told = [timeline.Sentence(4, 2000), timeline.Sentence(4, 1000), timeline.Sentence(40, 9000)]
    pace = timeline.steady_pace(8)
    assert timeline.gaps_ms(told, pace, ahead=1) == [0, pytest.approx(500 + 500 + 5000 - 3000)]
    assert max(timeline.gaps_ms(told, pace, ahead=1, opening_ms=4000)) == 0
    slow = [timeline.Sentence(8, 1000)] * 4
    assert timeline.gaps_ms(slow, pace, ahead=1)[1:] == [0, 0]


def test_stories_have_no_gap_at_the_predicted_speeds() -> None:
    folder = story_folder()
    tokenizers = (folder.parent / "tinyllamas" / "tok512.bin", folder.parent / "tinyllamas" / "tokenizer.bin")
    if not all(path.exists() for path in (folder / "tinystories_val.txt", *tokenizers)):
        pytest.skip("no stories: set PLUSH_SHARED_DATA")
    texts = timeline.stories(folder / "tinystories_val.txt", 10)
    opening_ms = 1000 * len(say.say(timeline.OPENING)) / say.RATE_HZ
    for path, size, pace in (
        (tokenizers[0], 512, timeline.predicted_pace),
        (tokenizers[1], 32000, timeline.steady_pace(8)),
    ):
        told = [timeline.measure(text, timeline.read_tokenizer(path, size)) for text in texts]
        assert timeline.worst(told, pace, 1, opening_ms)[0] <= timeline.MOST_GAP_MS


def plush(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("plush")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_plush_say_writes_what_was_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "speech.wav"
    done = plush("say", "Hello, little bear!", "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["port"] == "host"
    assert out.stat().st_size == 44 + 2 * round(report["seconds"] * say.RATE_HZ)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Hello", "--port", "moon"), "host or qemu"),
        (("...",), "no word"),
        (("Hello", "--pitch", "20"), "pitch"),
        (("Hello", "--out", "/nowhere/speech.wav"), "/nowhere/speech.wav"),
    ],
)
def test_plush_say_refuses_in_one_line(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    given = arguments if "--out" in arguments else (*arguments, "--out", str(tmp_path / "speech.wav"))
    done = plush("say", *given)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.long
def test_rules_say_left_out_words_by_frequency(known: dict[str, list[tuple[str, ...]]]) -> None:
    if not story_folder().exists():
        pytest.skip("no stories: set PLUSH_SHARED_DATA")
    texts = (path.read_text(encoding="utf-8") for path in sorted(story_folder().glob("*.txt")))
    assert build_dictionary.held_out(known, story_words(texts), 16000, 25000, seed=1) >= 0.60

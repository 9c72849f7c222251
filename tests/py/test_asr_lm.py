"""The embedded recogniser's shipped language model, dictionary and means, and the scripts that make them."""

from __future__ import annotations

import math
import sys
import tomllib
from pathlib import Path

import numpy as np
import pocketsphinx
import pytest

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT / "base_station/data/asr"
sys.path.insert(0, str(ROOT / "models/asr"))

import acoustic  # noqa: E402
import channel  # noqa: E402
import evaluate  # noqa: E402
import grammar  # noqa: E402
import lexicon  # noqa: E402
import ngram  # noqa: E402


@pytest.fixture(scope="module")
def shipped() -> pocketsphinx.NGramModel:
    return pocketsphinx.NGramModel(pocketsphinx.Config(), pocketsphinx.LogMath(), str(DATA / "plush.lm.bin"))


def log_per_word(model: pocketsphinx.NGramModel, text: str) -> float:
    words = ["<s>", *text.split(), "</s>"]
    logs = [model.prob(words[max(0, i - 2) : i + 1][::-1]) for i in range(1, len(words))]
    return math.log(1.0001) * sum(logs) / len(logs)


def test_shipped_files_are_small_enough() -> None:
    total = sum(path.stat().st_size for path in DATA.iterdir())
    assert total <= 5_100_000


def test_dictionary_speaks_only_known_phones() -> None:
    phones = set(acoustic.phone_names(Path(pocketsphinx.get_model_path("en-us")) / "en-us" / "mdef"))
    for line in (DATA / "plush.dict").read_text().splitlines():
        word, *sounds = line.split()
        assert sounds, word
        assert set(sounds) <= phones, word


def test_model_prefers_a_child_s_question_to_the_same_words_shuffled(shipped: pocketsphinx.NGramModel) -> None:
    for right, wrong in (
        ("why do cats purr at night", "night do purr why at cats"),
        ("can you tell me a story", "story me can tell a you"),
        ("how far away is the sun", "sun the away how is far"),
    ):
        assert log_per_word(shipped, right) > log_per_word(shipped, wrong) + 1.0


def test_model_keeps_perplexity_on_the_test_list(shipped: pocketsphinx.NGramModel) -> None:
    lines = (ROOT / "models/asr/sentences/test.txt").read_text().splitlines()
    known = set(line.split()[0] for line in (DATA / "plush.dict").read_text().splitlines())
    inside = [line for line in lines if set(line.split()) <= known]
    assert len(inside) >= 0.97 * len(lines)
    total = sum(log_per_word(shipped, line) * (len(line.split()) + 1) for line in inside)
    words = sum(len(line.split()) + 1 for line in inside)
    assert math.exp(-total / words) < 75


def test_tuning_and_test_sentences_do_not_overlap() -> None:
    folder = ROOT / "models/asr/sentences"
    tuning, test = ((folder / name).read_text().splitlines() for name in ("tuning.txt", "test.txt"))
    assert len(set(test)) >= 300
    assert not set(tuning) & set(test)


def test_patterns_are_deterministic_and_speakable() -> None:
    first = [" ".join(words) for words in grammar.load(ROOT / "models/asr/patterns").sentences(3000)]
    again = [" ".join(words) for words in grammar.load(ROOT / "models/asr/patterns").sentences(3000)]
    assert first == again
    assert len(set(first)) > 2000
    lex = lexicon.load(ROOT / "models/asr/pronunciations.txt")
    mute = {word for line in first for word in line.split() if not lexicon.pronounce(word, lex)}
    assert not mute


def test_patterns_are_wider_than_tens_of_thousands() -> None:
    lines = {" ".join(words) for words in grammar.load(ROOT / "models/asr/patterns").sentences(60_000)}
    assert len(lines) > 40_000


def test_a_broken_pattern_names_its_place() -> None:
    for text in ("why (is|are the sky", "what is {nosuch}", "go ] home"):
        with pytest.raises(grammar.PatternError, match="here"):
            grammar.parse(text, {"animal"}, "here")


def test_smoothed_and_pruned_probabilities_sum_to_one() -> None:
    rng = np.random.default_rng(1)
    sentences = [list(rng.integers(2, 12, rng.integers(2, 7))) for _ in range(200)]
    two, three = ngram.count(ngram.encode(sentences))
    model = ngram.KneserNey(12, two, three, 0.75, 0.85)
    pruned = ngram.pruned(model, two[0], three[0], 250)
    assert 0 < len(pruned.keys3) < len(three[0])
    for old, new in ((2, 3), (5, 11), (0, 4)):
        ends = np.arange(1, 12)
        keys = (((np.int64(old) << ngram.BITS) | np.int64(new)) << ngram.BITS) | ends
        assert model.trigrams(keys).sum() == pytest.approx(1.0, abs=0.01)
        assert pruned.trigrams(keys).sum() == pytest.approx(1.0, abs=0.02)


def test_map_adaptation_moves_only_what_was_heard() -> None:
    means = np.zeros((acoustic.PHONES, acoustic.STREAMS, acoustic.GAUSSIANS, acoustic.WIDTH), np.float32)
    sums = acoustic.Statistics()
    sums.count[3, 0, 5], sums.first[3, 0, 5] = 10.0, 20.0
    moved = acoustic.adapt(means, sums, 10.0)
    assert moved[3, 0, 5] == pytest.approx(1.0)
    assert np.count_nonzero(moved) == acoustic.WIDTH


def test_shipped_means_belong_to_the_installed_model() -> None:
    model = Path(pocketsphinx.get_model_path("en-us")) / "en-us"
    shift = np.abs(acoustic.read_gaussians(DATA / "plush.means") - acoustic.read_gaussians(model / "means"))
    assert 0.01 < shift.mean() < 3.0


def test_recogniser_hears_a_voice_it_was_not_adapted_to(tmp_path: Path) -> None:
    speech = pytest.importorskip("make_test_speech")
    said = ["why do cats sleep so much", "can you tell me a story about a dragon", "what do penguins eat"]
    engine = evaluate.decoder(DATA)
    errors = words = 0
    for number, text in enumerate(said):
        try:
            speech.speak("espeak:en-us+f3", text, tmp_path / "raw.wav")
        except SystemExit as missing:
            pytest.skip(str(missing))
        speech.finish(tmp_path / "raw.wav", tmp_path / "said.wav", number)
        ((_, _, sound),) = evaluate.read(_table(tmp_path, text), adpcm=True)
        result = evaluate.recognise(engine, sound, "f3", text)
        assert 0.0 < result.confidence <= 1.0
        errors, words = errors + result.errors, words + len(result.said)
    assert errors / words <= 0.2


def _table(folder: Path, text: str) -> Path:
    table = folder / "said.tsv"
    table.write_text(f"said.wav\tvoice\t{text}\n")
    return table


def test_word_distance() -> None:
    assert evaluate.distance(["a", "b", "c"], ["a", "c"]) == 1
    assert evaluate.distance(["a", "b"], ["x", "a", "b", "y"]) == 2
    assert evaluate.distance([], ["a"]) == 1


def test_adpcm_round_trip_follows_speech_like_sound() -> None:
    tone = (8000 * np.sin(np.arange(3200) * 2 * np.pi * 440 / 16_000)).astype(np.int16)
    back = channel.adpcm_round_trip(tone)
    assert np.std(back[400:].astype(float) - tone[400:]) < 0.05 * np.std(tone)


def test_settings_name_real_decoder_keys() -> None:
    settings = tomllib.loads((DATA / "settings.toml").read_text())
    config = pocketsphinx.Config(**settings["decoder"])
    assert config["lw"] == settings["decoder"]["lw"]
    assert 0.0 < settings["reject"]["word_confidence_below"] < 1.0

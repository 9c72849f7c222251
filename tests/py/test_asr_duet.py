"""The parts of the embedded recogniser, and the whole in its worker process."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from base_station import engine_defaults
from base_station.asr.base import Heard, Pcm, Word
from base_station.asr.beam import Candidate, plain
from base_station.asr.duet import Duet, cased, spans_of
from base_station.asr.evaluate import count_errors, normalise
from base_station.asr.hints import respell
from base_station.asr.moonshine import Moonshine
from base_station.asr.pieces import BEGIN, END, MARK, Pieces
from base_station.asr.pocketsphinx import Trigrams, settings
from base_station.asr.quiet import Quiet
from base_station.asr.weigh import Considered, Scales, judge, word_probabilities
from base_station.engines import RemoteRecogniser, VisitorVoice
from base_station.errors import ModelError
from base_station.worker import Worker

SCALES = Scales(language=0.5, word=0.0, stranger=2.0, lead=4.0, doubt=-4.0, bias=-2.2, sure_from=0.5)
QUESTIONS = ("Why do elephants have such big ears?", "Can you tell me a story about a dragon?")
ROOM = np.random.default_rng(0).normal(0, 8, 6400).astype(np.int16)


def tokens(*pieces: str) -> Pieces:
    marks = [b"<unk>", b"<s>", b"</s>", *(bytes([n]) for n in range(256))]
    return Pieces([*marks, *(piece.encode() for piece in pieces)])


def test_pieces_merge_in_the_order_in_which_they_were_learnt() -> None:
    known = tokens(MARK, "a", "b", "c", "bc", "ab", MARK + "a")
    assert [known.texts[n] for n in known.ids("abc")] == [MARK + "a", "bc"], "bc was learnt before ab"
    assert known.text([BEGIN, *known.ids("abc a"), END]) == "abc a"
    assert known.text(known.ids("Zoë")) == "Zoë", "what no piece covers is spelled in bytes"


def test_a_cut_tokenizer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.bin"
    long = bytes([130, 1]) + b"x" * 130
    path.write_bytes(bytes([1]) + b"a" + long)
    assert Pieces.read(path).pieces == (b"a", b"x" * 130)
    for cut in (3, 20):
        path.write_bytes((bytes([1]) + b"a" + long)[:cut])
        with pytest.raises(ValueError, match="cut short"):
            Pieces.read(path)


def test_quiet_counts_from_the_last_voice_only() -> None:
    voice = (np.sin(np.arange(8000) * 0.3) * 6000).astype(np.int16)
    quiet = Quiet()
    quiet.add(ROOM)
    assert quiet.quiet_ms == 0, "nobody has spoken yet"
    quiet.add(voice)
    assert quiet.quiet_ms == 0
    for start in range(0, 3200, 100):  # any stretch will do
        quiet.add(ROOM[start : start + 100])
    assert quiet.quiet_ms == 200
    assert quiet.add(np.concatenate([voice, ROOM]))
    assert quiet.quiet_ms == 400, "one stretch may hold a voice and the quiet after it"
    assert not quiet.add(ROOM)


class Flat:
    """A language model without opinions."""

    def word(self, word: str, before: tuple[str, ...]) -> float:
        return -1.0


def candidate(text: str, log: float) -> Candidate:
    return Candidate(text, (300, END), (log, 0.0))


def test_what_both_recognisers_thought_of_wins_unless_the_other_is_clearly_better() -> None:
    near = Considered((candidate("a bear", -3.0), candidate("a pear", -2.0)), frozenset({"a bear"}), "a bear")
    far = replace(near, candidates=(candidate("a bear", -7.0), candidate("a pear", -2.0)))
    for considered, text in ((near, "a bear"), (far, "a pear")):
        judgement = judge(considered, Flat(), SCALES)
        assert judgement is not None
        assert judgement.candidate.text == text
    assert judge(Considered((), frozenset(), ""), Flat(), SCALES) is None


def test_confidence_falls_with_rivals_and_with_disagreement_where_the_network_doubts() -> None:
    def confidence(considered: Considered, sure: bool = True) -> float:
        judgement = judge(considered, Flat(), SCALES)
        assert judgement is not None
        assert judgement.sure == sure
        return judgement.confidence

    clear = Considered((candidate("a bear", -0.1),), frozenset({"a bear"}), "a bear")
    rival = replace(clear, candidates=(*clear.candidates, candidate("a pair", 1.8)))
    faint = replace(clear, candidates=(candidate("a bear", -6.0),))
    assert confidence(rival, sure=False) < confidence(clear)
    assert confidence(faint) == confidence(clear), "both took the same words"
    assert confidence(clear) - 0.1 < confidence(replace(clear, quick="the hair")) < confidence(clear)
    assert confidence(replace(faint, quick="the hair"), sure=False) < 0.2


def test_words_get_the_probability_of_their_least_likely_piece() -> None:
    known = tokens(MARK + "Hel", "lo", ",", MARK + "pop-up", ".")
    hel, lo, comma, pop_up, stop = range(259, 264)
    found = Candidate("hello pop up", (hel, lo, comma, pop_up, stop, END), (-0.1, -0.7, -9.0, -0.2, -9.0, -9.0))
    assert (
        [word for word, _ in word_probabilities(found, known)]
        == ["hello", "pop", "up"]
        == plain("Hello, pop-up.").split()
    )
    assert [round(float(np.log(p)), 2) for _, p in word_probabilities(found, known)] == [-0.7, -0.2, -0.2]


def test_words_that_only_one_recogniser_heard_share_the_time_between() -> None:
    timed = (Word("why", 1.0, 100, 300), Word("sky", 1.0, 700, 900))
    assert spans_of(["why", "is", "the", "sky", "blue"], timed, 1000) == [
        (100, 300), (300, 500), (500, 700), (700, 900), (900, 900),
    ]  # fmt: skip
    assert spans_of(["hello"], (), 800) == [(0, 800)]
    assert cased("is teddy here", {"teddy": "Teddy"}) == "Is Teddy here"


def test_names_that_are_hinted_are_likely_anywhere() -> None:
    language = Trigrams()
    before = language.word("zebulon", ("is", "name"))
    language.expect(["Zebulon"])
    assert language.word("zebulon", ("is", "name")) > before + 5
    assert language.word("is", ("name", "my")) > language.word("elephant", ("name", "my"))


def test_a_name_that_is_expected_is_spelled_as_it_is_written() -> None:
    def heard(text: str, confidence: float = 0.5) -> str:
        words = [Word(word, confidence, 0, 100) for word in text.split()]
        return " ".join(word.text for word in respell(words, ("rosie", "mila", "zoe", "christoph")))

    assert heard("hello rosy and meela") == "hello rosie and mila"
    assert heard("kristof is here") == "christoph is here"
    assert heard("hello rosy", confidence=0.95) == "hello rosy", "what was heard surely stays"
    assert heard("i see the rice and a mouse") == "i see the rice and a mouse", "one consonant is no likeness"


def test_without_moonshine_the_default_is_pocketsphinx_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path))
    monkeypatch.setattr(engine_defaults, "moonshine_folder", lambda: None)
    choice = engine_defaults.choose({}, ("asr",))["asr"]
    assert choice.name == "pocketsphinx"
    assert "moonshine-voice" in choice.why
    with pytest.raises(ModelError, match="cannot be used as Moonshine"):
        Moonshine(tmp_path)


def test_every_weight_is_in_the_settings() -> None:
    assert Scales(**settings("duet")).sure_from > 0.0


@pytest.fixture(scope="module")
def results() -> SimpleNamespace:
    """The real thing, in its worker, on the embedded voice."""

    async def main() -> SimpleNamespace:
        voice = VisitorVoice(Worker("tts", "espeak", {"voice": "en-us", "pitch": 50, "words_per_minute": 150}))
        ears = RemoteRecogniser(Worker("asr", "duet"))
        await asyncio.gather(voice.worker.start(), ears.worker.start())
        heard = [await listen(ears, await spoken(voice, question)) for question in QUESTIONS]
        noise = np.random.default_rng(1).normal(0, 1500, 24_000).astype(np.int16)
        halting = np.concatenate([await spoken(voice, part) for part in ("tell me a story", "about a cat")])
        sleepy = await spoken(voice, "rosie wants to sleep now")
        told = SimpleNamespace(
            heard=heard,
            halting=[await listen(ears, halting, step) for step in (320, 8000)],
            name=await listen(ears, sleepy, hints=("Rosie",)),
            noise=await listen(ears, noise),
            nothing=await listen(ears, ROOM[:0]),
        )
        await asyncio.gather(voice.worker.stop(), ears.worker.stop())
        return told

    return asyncio.run(main())


def test_clear_questions_are_understood_and_believed(results: SimpleNamespace) -> None:
    for question, (heard, _) in zip(QUESTIONS, results.heard, strict=True):
        assert count_errors(normalise(question), normalise(heard.text)) <= 1
        assert heard.text == " ".join(word.text for word in heard.words)
        times = [at for word in heard.words for at in (word.start_ms, word.end_ms)]
        assert times == sorted(times)
    assert any(heard.sure for heard, _ in results.heard)


def test_the_words_are_settled_in_the_first_quiet_moment(results: SimpleNamespace) -> None:
    for heard, partials in results.heard:
        assert len(partials) >= 2, "words come while the sound does"
        assert partials[-1] == heard.text, "what was begun on the last partial words need not be taken back"


def test_a_pause_inside_a_sentence_loses_nothing(results: SimpleNamespace) -> None:
    for heard, _ in results.halting:
        assert count_errors(["tell", "me", "a", "story", "about", "a", "cat"], heard.text.split()) <= 1


def test_a_hinted_name_is_heard(results: SimpleNamespace) -> None:
    assert results.name[0].text.split()[0] == "rosie"


def test_noise_is_not_answered(results: SimpleNamespace) -> None:
    noise, _ = results.noise
    assert not (noise.text and noise.sure)
    assert results.nothing[0] == Heard("", (), 0.0)


async def spoken(voice: VisitorVoice, text: str) -> Pcm:
    chunks = [chunk async for chunk in voice.say(text)]
    return np.concatenate([ROOM, *chunks, ROOM, ROOM])


async def listen(
    ears: RemoteRecogniser, pcm: Pcm, step: int = 320, hints: tuple[str, ...] = ()
) -> tuple[Heard, list[str]]:
    partials: list[str] = []
    ears.begin(hints, on_partial=partials.append)
    for start in range(0, len(pcm), step):
        ears.feed(pcm[start : start + step])
    return await ears.finish(), partials


def test_a_twin_hears_for_itself() -> None:
    first = Duet()
    twin = first.twin()
    first.begin(())
    twin.begin(("rosie",))
    first.feed(ROOM)
    assert twin.finish() == Heard("", (), 0.0)
    assert first._net is twin._net

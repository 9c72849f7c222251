"""The real recognisers, voices and wake checks, in their worker processes."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from base_station import audio
from base_station.asr.base import Heard
from base_station.asr.evaluate import count_errors, normalise
from base_station.asr.pocketsphinx import DATA, Pocketsphinx, choose
from base_station.engines import RemoteRecogniser, RemoteWakeCheck, VisitorVoice
from base_station.errors import EngineError, ModelError
from base_station.tts.base import sentences
from base_station.worker import Worker
from tests.py.stand_ins import write_recogniser, write_voice
from tests.py.tiny_gguf import shared

QUESTIONS = ("What is your name?", "Can you tell me a story about a dragon?", "Why is the sky blue?", "I love you.")
PLAIN_VOICE = {"voice": "en-us", "pitch": 50, "liveliness": 50, "words_per_minute": 150}
ROOM = np.zeros(4800, np.int16)


async def spoken(voice: VisitorVoice, text: str) -> np.ndarray:
    return np.concatenate([chunk async for chunk in voice.say(text)])


async def heard(recogniser: RemoteRecogniser, pcm: np.ndarray) -> tuple[Heard, list[str]]:
    partials: list[str] = []
    recogniser.begin(on_partial=partials.append)
    for start in range(0, len(pcm), 320):
        recogniser.feed(pcm[start : start + 320])
        await asyncio.sleep(0)
    return await recogniser.finish(), partials


def test_the_embedded_voice_is_understood_by_the_embedded_recogniser() -> None:
    async def main() -> None:
        voice, recogniser = (
            VisitorVoice(Worker("tts", "espeak", PLAIN_VOICE)),
            RemoteRecogniser(Worker("asr", "pocketsphinx")),
        )
        await asyncio.gather(voice.worker.start(), recogniser.worker.start())
        errors = words = 0
        for question in QUESTIONS:
            pcm = np.concatenate([ROOM, await spoken(voice, question), ROOM])
            result, partials = await heard(recogniser, pcm)
            said = normalise(question)
            errors, words = errors + count_errors(said, normalise(result.text)), words + len(said)
            assert partials, "partial texts come while the sound does"
            assert result.text == " ".join(word.text for word in result.words)
            assert all(0.0 <= word.confidence <= 1.0 for word in result.words)
            times = [time_ms for word in result.words for time_ms in (word.start_ms, word.end_ms)]
            assert times == sorted(times)
            assert times[-1] <= len(pcm) / 16 + 50
        if "general" not in recogniser.worker.info["language_model"]:
            assert errors / words <= 0.25, f"{errors} errors in {words} words"
        # The next utterance owes nothing to one that was left unfinished, and silence has no words.
        recogniser.begin()
        recogniser.feed(np.full(3200, 1000, np.int16))
        result, _ = await heard(recogniser, np.zeros(8000, np.int16))
        assert len(result.words) <= 1
        recogniser.begin()
        assert (await recogniser.finish()).text == ""
        await asyncio.gather(voice.worker.stop(), recogniser.worker.stop())

    asyncio.run(main())


def test_the_embedded_voice_streams_and_stops_on_command() -> None:
    async def main() -> None:
        voice = VisitorVoice(Worker("tts", "espeak"))
        await voice.worker.start()
        pcm = await spoken(voice, "Hello, I am your teddy. Shall I tell you a story?")
        assert 2.0 < len(pcm) / 16_000 < 6.0
        assert 3000 < np.abs(pcm).max() <= 32_767
        assert audio.last_voiced_sample(pcm) > len(pcm) * 0.8
        speech = voice.say("One two three four five six seven eight nine ten. " * 400)
        first = await anext(speech)
        assert 0 < len(first) <= 1600
        speech.close()
        started_s = time.monotonic()
        assert [chunk async for chunk in speech] == []
        assert len(await spoken(voice, "Yes.")) > 1600
        assert time.monotonic() - started_s < 1.0
        assert [len(chunk) async for chunk in voice.say(" ?! ")] == []
        await voice.worker.stop()

    asyncio.run(main())


def test_piper_with_a_stand_in_voice(tmp_path: Path) -> None:
    path = write_voice(tmp_path / "hum.onnx")

    async def seconds(options: dict[str, Any]) -> float:
        voice = VisitorVoice(Worker("tts", "piper", {"path": str(path), **options}))
        pcm = await spoken(voice, "Hello there. How are you?")
        await voice.worker.stop()
        spectrum = np.abs(np.fft.rfft(pcm[:8000].astype(float)))
        assert abs(np.argmax(spectrum) * 2.0 - 220.0) <= 2.0, "22,050 Hz became 16,000 Hz at the same pitch"
        return len(pcm) / 16_000

    async def main() -> None:
        plain, slow = await asyncio.gather(seconds({}), seconds({"slowness": 2.0}))
        assert 1.0 < plain < 5.0
        assert slow == pytest.approx(2 * plain - 0.125, abs=0.02)
        Path(f"{path}.json").unlink()
        with pytest.raises(ModelError, match="no such file"):
            await Worker("tts", "piper", {"path": str(path)}).start()
        path.write_bytes(path.read_bytes()[:500])
        Path(f"{path}.json").write_text("{}", encoding="utf-8")
        with pytest.raises(ModelError, match=r"hum\.onnx"):
            await Worker("tts", "piper", {"path": str(path)}).start()

    asyncio.run(main())


def test_sherpa_with_a_stand_in_model(tmp_path: Path) -> None:
    folder = write_recogniser(tmp_path / "model")
    at_s = np.arange(6400) / 16_000
    low, high = ((np.sin(2 * np.pi * hz * at_s) * 12_000).astype(np.int16) for hz in (300, 4000))
    pcm = np.concatenate([ROOM, low, ROOM, high, ROOM])

    async def main() -> None:
        recogniser = RemoteRecogniser(Worker("asr", "sherpa", {"path": str(folder)}))
        for _ in range(2):
            result, partials = await heard(recogniser, pcm)
            assert result.text == "hello teddy"
            assert partials == ["hello", "hello teddy"]
            assert abs(result.words[0].start_ms - 300) < 150
            assert abs(result.words[1].start_ms - 1000) < 150
        await recogniser.worker.stop()
        for wrong in (tmp_path / "absent", tmp_path):
            with pytest.raises(ModelError, match=r"no such folder|holds no streaming recogniser"):
                await Worker("asr", "sherpa", {"path": str(wrong)}).start()
        (folder / "model.onnx").write_bytes(b"nonsense")
        with pytest.raises((EngineError, ModelError)):
            await Worker("asr", "sherpa", {"path": str(folder)}).start()

    asyncio.run(main())


def test_the_trained_wake_check_knows_its_phrase() -> None:
    options = {
        "classifier": str(shared("openwakeword/hey_jarvis_v0.1.onnx")),
        "melspectrogram": str(shared("openwakeword/melspectrogram.onnx")),
        "embedding": str(shared("openwakeword/embedding_model.onnx")),
    }

    async def main() -> None:
        voice = VisitorVoice(Worker("tts", "espeak", PLAIN_VOICE))
        check = RemoteWakeCheck(Worker("wake", "openwakeword", options), timeout_s=10.0)
        yes = await check.check(await spoken(voice, "hey jarvis"))
        no = await check.check(await spoken(voice, "tell me a story"))
        again = await check.check(await spoken(voice, "hey jarvis"))
        assert (yes.accepted, no.accepted, again.accepted) == (True, False, True), (yes, no, again)
        assert yes.how == "openWakeWord"
        await asyncio.gather(voice.worker.stop(), check.worker.stop())
        with pytest.raises(ModelError, match="no such file"):
            await Worker("wake", "openwakeword", {**options, "classifier": "/nowhere.onnx"}).start()

    asyncio.run(main())


def test_the_fallback_wake_check_says_that_it_is_one() -> None:
    async def main() -> None:
        voice = VisitorVoice(Worker("tts", "espeak", PLAIN_VOICE))
        check = RemoteWakeCheck(Worker("wake", "keyphrase"), timeout_s=10.0)
        yes = await check.check(await spoken(voice, "hey teddy"))
        no = await check.check(await spoken(voice, "what is the weather like tomorrow morning"))
        assert (yes.accepted, no.accepted) == (True, False), (yes, no)
        assert "fallback" in yes.how
        assert "near misses" in check.worker.info["note"]
        await asyncio.gather(voice.worker.stop(), check.worker.stop())
        with pytest.raises(ModelError, match="xyzzy"):
            await Worker("wake", "keyphrase", {"phrase": "hey xyzzy"}).start()

    asyncio.run(main())


def test_hints_choose_among_alternatives_and_never_invent() -> None:
    assert choose(["hello rosy", "hello rosie", "hello rose"], ["rosie"]) == "hello rosie"
    assert choose(["hello rosy", "hello rose"], ["rosie"]) == "hello rosy"


def test_the_decoder_hears_with_the_adapted_means() -> None:
    decoder = Pocketsphinx()._decoder
    assert decoder.config["mean"] == str(DATA / "plush.means")
    assert decoder.config["cmninit"] == "51.76,-4.20,-0.31,1.37,-2.46,-2.06,-2.54,-3.04,-2.60,-1.68,-0.67,0.0,0.20"


def test_sentences_end_where_a_voice_may_breathe() -> None:
    assert sentences('He said "Go!" And then? Well... 3.5 metres.') == [
        'He said "Go!"',
        "And then?",
        "Well...",
        "3.5 metres.",
    ]
    assert sentences(" ... ") == []

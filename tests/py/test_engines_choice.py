"""Which engine serves, and why; and what the evaluation of recognisers counts."""

# ruff: noqa: SIM905

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest

from base_station import asr_command, audio
from base_station.asr.evaluate import count_errors, find_sound, normalise, number_in_words, read_rows
from base_station.engine_defaults import choose
from base_station.engine_registry import ENGINES, KINDS, find_engine, known
from base_station.errors import ModelError, UsageError
from base_station.tts.espeak import Espeak
from tests.py.tiny_gguf import write_tiny_gguf


@pytest.fixture(autouse=True)
def empty_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def install(home: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch, name: str, files: dict[str, bytes]) -> None:
    """Puts a model into the home as if pulled, with a manifest that lists it."""
    folder = home / "models" / name
    folder.mkdir(parents=True)
    entry = f'[[model]]\nname = "{name}"\nkind = "{"llm" if name == "tinyllama" else "asr"}"\ntitle = "T"\n'
    entry += 'licence = "L"\nsources = ["a", "b"]\n'
    for file, data in files.items():
        (folder / file).write_bytes(data)
        entry += f'[[model.file]]\nname = "{file}"\nurl = "http://x/{file}"\nsize_bytes = {len(data)}\n'
        entry += f'sha256 = "{"0" * 64}"\n'
    manifest.write_text(entry, encoding="utf-8")
    monkeypatch.setenv("PLUSH_MANIFEST", str(manifest))


def test_without_downloads_the_embedded_engines_serve_and_say_so() -> None:
    chosen = choose({}, tuple(KINDS))
    assert {kind: choice.name for kind, choice in chosen.items()} == {
        "asr": "duet", "llm": "plush", "tts": "espeak", "wake": "keyphrase",
    }  # fmt: skip
    assert all("embedded" in choice.why for choice in chosen.values())


def test_what_was_pulled_is_the_default(empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = write_tiny_gguf(tmp_path / "t.gguf").read_bytes()
    install(empty_home, tmp_path / "m.toml", monkeypatch, "tinyllama", {"t.gguf": tiny})
    choice = choose({})["llm"]
    assert (choice.name, choice.options["path"]) == ("tinyllama", str(empty_home / "models" / "tinyllama" / "t.gguf"))
    assert "downloaded" in choice.why
    # A file that became shorter is not used, and the embedded engine says nothing better is there.
    (empty_home / "models" / "tinyllama" / "t.gguf").write_bytes(tiny[:1000])
    assert choose({})["llm"].name == "plush"
    with pytest.raises(ModelError, match="plush models pull tinyllama"):
        choose({"llm": "tinyllama"})


def test_a_pulled_recogniser_serves(empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(empty_home, tmp_path / "m.toml", monkeypatch, "zipformer-en", {"tokens.txt": b"x"})
    for wanted in ({}, {"asr": "sherpa"}, {"asr": "zipformer-en"}):
        choice = choose(wanted, ("asr",))["asr"]
        assert (choice.name, choice.options) == ("sherpa", {"path": str(empty_home / "models" / "zipformer-en")})


def test_what_is_asked_for_is_taken_or_refused_in_one_line(tmp_path: Path) -> None:
    tiny = write_tiny_gguf(tmp_path / "t.gguf")
    assert choose({"llm": str(tiny)})["llm"].options == {"path": str(tiny)}
    assert choose({"llm_url": "http://here:1"})["llm"].options == {"url": "http://here:1"}
    assert choose({"asr": "pocketsphinx", "tts": "espeak"})["tts"].why == "it was asked for"
    (tmp_path / "cut.gguf").write_bytes(tiny.read_bytes()[:5000])
    for wanted, says in (
        ({"asr": "ears"}, "unknown speech recogniser 'ears'; known are duet, pocketsphinx, sherpa"),
        ({"tts": "mouth"}, "unknown voice 'mouth'; known are espeak, piper"),
        ({"llm": "brain"}, "unknown language model 'brain'; known are plush, tinyllama, gguf, openai"),
        ({"llm": str(tmp_path / "absent.gguf")}, "no such file"),
        ({"llm": str(tmp_path / "cut.gguf")}, "cut short"),
        ({"llm": "openai"}, "--llm-url URL"),
        ({"tts": "piper"}, "plush models pull piper-ljspeech"),
    ):
        with pytest.raises(UsageError, match=says) as caught:
            choose(wanted)
        assert "\n" not in str(caught.value)


def test_the_registry_is_whole() -> None:
    assert {spec.kind for spec in ENGINES.values()} == set(KINDS)
    for kind in KINDS:
        for spec in known(kind):
            module = Path(__file__).parents[2] / (spec.target.partition(":")[0].replace(".", "/") + ".py")
            assert f"class {spec.target.partition(':')[2]}" in module.read_text(encoding="utf-8")
    assert find_engine("tts", "their_module:Voice").package == "their_module"
    with pytest.raises(UsageError, match="no such kind"):
        find_engine("nose", "x")


def test_normalisation_and_word_errors() -> None:
    assert normalise("What's 21 + 2,300?  It’s OK, Mr. Bear-man!") == (
        "what's twenty one two thousand three hundred it's okay mister bear man".split()
    )
    assert number_in_words(999_999) == "nine hundred ninety nine thousand nine hundred ninety nine"
    assert number_in_words(1_000_001) == "one zero zero zero zero zero one"
    assert normalise("'quoted' ... ''") == ["quoted"]
    said = "the cat sat on the mat".split()
    assert count_errors(said, said) == 0
    assert count_errors(said, "the cat sat on mat".split()) == 1
    assert count_errors(said, "a cat sat on the the mat".split()) == 2
    assert count_errors(said, []) == 6
    assert count_errors([], said) == 6


def test_tables_of_several_forms(tmp_path: Path) -> None:
    for name in ("a.wav", "b.flac"):
        audio.save(tmp_path / name, np.zeros(1600, np.int16))
    table = tmp_path / "t.tsv"
    table.write_text("file\tspeaker\tage\ttext\na\ts1\t7\tHello.\n\nb.flac\ts2\t8\tBye.\n", encoding="utf-8")
    for by, groups in ((None, ["s1", "s2"]), ("age", ["7", "8"]), ("3", ["7", "8"])):
        rows = read_rows(table, by)
        assert [(row.path.name, row.text, row.group) for row in rows] == [
            ("a.wav", "Hello.", groups[0]),
            ("b.flac", "Bye.", groups[1]),
        ]
    for by in ("shoe size", "1x", "4", "0"):
        with pytest.raises(UsageError, match=rf"no column '{by}' to group by; there are: speaker, age"):
            read_rows(table, by)
    (tmp_path / "anna-007.wav").touch()
    table.write_text("a\tHello.\nanna-007\tBye.\n", encoding="utf-8")
    assert [row.group for row in read_rows(table)] == ["a", "anna"], "the file's name without its number"
    assert find_sound(tmp_path, "c") is None
    for text, says in {"a\tx\nnope\ty\n": "line 2: no sound file nope", "\n": "no line with a sound file"}.items():
        table.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=says):
            read_rows(table)
    with pytest.raises(UsageError, match="cannot be read"):
        read_rows(tmp_path / "absent.tsv")


def test_evaluation_of_the_embedded_recogniser(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    voice = Espeak(voice="en-us", pitch=50, liveliness=50, words_per_minute=150)
    questions = {"name": "What is your name?", "old": "How old are you?"}
    for stem, text in questions.items():
        sound = np.concatenate([np.zeros(3200, np.int16), *voice.speak(text, lambda: False), np.zeros(4800, np.int16)])
        audio.save(tmp_path / f"{stem}.wav", sound)
    table = tmp_path / "t.tsv"
    table.write_text("".join(f"{stem}\t{text}\n" for stem, text in questions.items()), encoding="utf-8")
    asr_command.main(table, "pocketsphinx", as_json=True)
    summary = json.loads(capsys.readouterr().out)
    assert summary["files"] == 2
    assert summary["words"] == 8
    assert summary["wer"] <= 0.5
    assert summary["wer"] == round(summary["errors"] / 8, 4)
    assert 0.0 < summary["rtf"] < 5.0
    assert [row["said"] for row in summary["rows"]] == list(questions.values())
    assert asyncio.run(asr_command.evaluate(table, None))[0].row.path.name == "name.wav"
    asr_command.main(table)
    assert "word errors" in capsys.readouterr().out

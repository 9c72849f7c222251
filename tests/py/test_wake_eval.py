"""The measuring itself: counts, tables, latency, the coach's choice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer
from numpy.typing import NDArray
from typer.testing import CliRunner

from models.wake import cli, coach, corpus, evaluate, manifest, phrases, real, toolrun
from models.wake.blob import Net
from models.wake.evaluate import figures, verdict
from models.wake.paths import HERE, tool
from models.wake.toolrun import Heard

Pcm = NDArray[np.int16]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def _built() -> None:
    try:
        tool()
    except FileNotFoundError as absent:
        pytest.skip(str(absent))


def test_accuracy_counts_files_and_recall_words() -> None:
    found = figures({"yes": {"yes": 3, "no": 1}, "unknown": {"unknown": 1}})
    assert (found.files, found.accuracy, found.recall) == (5, 0.8, {"yes": 0.75, "unknown": 1.0})
    assert found.benchmark_accuracy is None


def test_the_benchmark_leaves_other_words_out() -> None:
    table: dict[str, dict[str, int]] = {word: {word: 1} for word in real.BENCHMARK}
    table["bye"] = {"unknown": 12}
    assert figures(table).benchmark_accuracy == 1.0
    assert figures(table).accuracy == 0.5


def test_a_verdict_prefers_what_fired() -> None:
    quiet = {output: (0.1, 0.0) for output in range(18)}
    assert verdict(Heard(best={**quiet, 0: (0.99, 0.5)})) == "silence"
    assert verdict(Heard(best={**quiet, evaluate.SPEECH: (0.97, 0.5)})) == "unknown"
    assert verdict(Heard(best=quiet, commands=[(0, 0.6, 1.0), (2, 0.9, 2.0)])) == "stop"


def test_latency_is_told_in_three_figures() -> None:
    assert evaluate._latency([100, 200, 400]) == {"median_ms": 200, "p95_ms": 380, "within_300_ms": 0.6667}
    assert evaluate._latency([]) == {}


@pytest.mark.usefixtures("_built")
def test_the_end_of_a_phrase_is_found_by_its_energy(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pcm = (rng.normal(0, 5, 32000) + np.pad(rng.normal(0, 3000, 8000), (8000, 16000))).astype(np.int16)
    assert evaluate.phrase_end_s(pcm) == pytest.approx(1.0, abs=0.03)
    folder = tmp_path / "positives"
    folder.mkdir()
    soundfile.write(folder / "a.wav", pcm, 16000, subtype="PCM_16")
    found = evaluate.wake(folder, folder)
    assert (found.positives, found.recall, found.false_accepts) == (1, 0.0, 0)
    assert found.negative_hours == pytest.approx(2 / 3600, abs=1e-3)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no sound files"):
        evaluate.sound_files(tmp_path)


def test_the_coach_lowers_the_threshold_only_where_that_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes = [np.full(1600, number, np.int16) for number in range(20)]
    scores = {number: 0.5 for number in range(20)}

    def peaks(sounds: list[Pcm], model: Path | None) -> list[float]:
        return [scores[int(pcm[0])] if pcm[0] < 20 else noise for pcm in sounds]

    monkeypatch.setattr(coach, "peaks", peaks)
    monkeypatch.setattr(coach, "_negatives", lambda folder: [np.full(16000, 99, np.int16)] * 8)
    source = tmp_path / "net.bin"
    net = Net.from_bytes((HERE / "weights" / "hey_teddy.bin").read_bytes())
    net.thresholds = [round(0.8 * 32767)]
    source.write_bytes(net.to_bytes())
    noise = 0.2
    found = coach.coach(takes, None, tmp_path / "out.bin", source)
    assert found["kept"]
    assert found["before"]["misses"] == 10
    assert found["after"]["misses"] == 0
    assert Net.from_bytes((tmp_path / "out.bin").read_bytes()).thresholds[0] < 0.5 * 32767 + 1
    noise = 0.6  # now the lower threshold would wake at the noise
    (tmp_path / "out.bin").unlink()
    assert not coach.coach(takes, None, tmp_path / "out.bin", source)["kept"]
    assert not (tmp_path / "out.bin").exists()


def test_the_coach_needs_some_takes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least four"):
        coach.coach([np.zeros(16000, np.int16)] * 3, None, tmp_path / "out.bin")


@pytest.mark.parametrize("name", ["hey_teddy", "commands"])
def test_manifest_and_network_say_the_same(name: str) -> None:
    blob = (HERE / "weights" / f"{name}.bin").read_bytes()
    stored = json.loads((HERE / "weights" / f"{name}.json").read_text(encoding="utf-8"))
    made = manifest.manifest(Net.from_bytes(blob), stored["name"], stored["data"], stored["scores"])
    assert stored == made


def test_near_misses_never_hold_the_phrase() -> None:
    for phrase in ("hey teddy", "hey bruno", "hello little bear"):
        assert phrase not in phrases.near_misses(phrase)
        assert len(phrases.near_misses(phrase)) >= 30


@pytest.mark.parametrize("engine", corpus.ENGINES)
def test_voices_stay_in_one_split(engine: str) -> None:
    splits = [set(corpus.voices(engine, split)) for split in ("train", "tune", "test")]
    if engine == "kokoro":  # mixtures by lot, each seed's own
        splits = [splits[0], splits[2]]
    assert len(set().union(*splits)) == sum(map(len, splits))


def test_speakers_stay_on_one_side() -> None:
    try:
        train = {speaker for _, speaker, _ in real.commands("train")}
        test = {speaker for _, speaker, _ in real.commands("test")}
    except FileNotFoundError as absent:
        pytest.skip(str(absent))
    assert not train & test
    assert len(test) / len(train | test) == pytest.approx(1 / 3, abs=0.06)


@pytest.mark.usefixtures("_built")
def test_the_commands_print_json(tmp_path: Path) -> None:
    (tmp_path / "words" / "zebra").mkdir(parents=True)
    (tmp_path / "words" / "silence").mkdir()
    for word in ("zebra", "silence"):
        soundfile.write(tmp_path / "words" / word / "a.wav", np.zeros(16000, np.int16), 16000, subtype="PCM_16")
    found = json.loads(_invoke(cli.commands, "eval", str(tmp_path / "words"), "--json"))
    assert found["confusion"] == {"silence": {"silence": 1}, "unknown": {"silence": 1}}
    assert found["accuracy"] == 0.5
    scored = json.loads(_invoke(cli.wake, "score", str(tmp_path / "words" / "zebra" / "a.wav"), "--json"))
    assert scored[0]["fired"] == []
    folder = str(tmp_path / "words")
    measured = json.loads(_invoke(cli.wake, "eval", "--positives", folder, "--negatives", folder, "--json"))
    assert (measured["recall"], measured["false_accepts"]) == (0.0, 0)


@pytest.mark.usefixtures("_built")
def test_the_phrase_wakes_soon_after_its_end(tmp_path: Path) -> None:
    phrase, _ = soundfile.read(ROOT / "tests" / "golden" / "hey_teddy.flac", dtype="int16")
    rng = np.random.default_rng(4)
    pcm = np.pad(phrase, (24000, 16000)) + rng.normal(0, 12, len(phrase) + 40000).astype(np.int16)
    for gain in (1.0, 0.1):
        (heard,) = toolrun.events([(pcm * gain).astype(np.int16)], hear=1)
        assert len(heard.wakes) == 1
        end_s = evaluate.phrase_end_s(pcm)
        assert end_s - 0.2 <= heard.wakes[0][1] <= end_s + 0.3


def _invoke(app: typer.Typer, *arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_without_a_microphone_the_coach_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    sounddevice = pytest.importorskip("sounddevice")
    monkeypatch.setattr(sounddevice, "query_devices", lambda **_: (_ for _ in ()).throw(ValueError("no input device")))
    with pytest.raises(RuntimeError, match="no microphone"):
        coach.record(20)

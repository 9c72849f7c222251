"""Downloads from a local server: whole, resumed, interrupted, of wrong size or sum; the manifest; the commands."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from base_station import download, manifest, models
from base_station.errors import ModelError, UsageError
from base_station.manifest import ModelFile, read_manifest
from tests.py.http_here import Silent, serving

DATA = np.random.default_rng(3).integers(0, 256, 1_000_000, dtype=np.uint8).tobytes()
SUM = hashlib.sha256(DATA).hexdigest()


class Server(Silent):
    """The path says what goes wrong: /cut/N closes after N bytes each time, /wrong, /short, /long, /noranges, /busy."""

    protocol_version = "HTTP/1.1"
    ranges: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        kind, _, amount = self.path.strip("/").partition("/")
        wanted = self.headers.get("Range", "")
        self.ranges.append(wanted)
        if kind == "absent" or (kind == "busy" and len(self.ranges) == 1):
            self._head(404 if kind == "absent" else 503, 0)
            return
        if kind == "moved":
            self.send_response(302)
            self.send_header("Location", "/whole")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        data = {"wrong": b"x" + DATA[1:], "short": DATA[:-1], "long": DATA + b"x"}.get(kind, DATA)
        start = int(wanted[6:-1]) if wanted and kind != "noranges" else 0
        self._head(206 if start else 200, len(data) - start, chunked=kind == "endless")
        if kind == "endless":
            for _ in range(5):
                self.wfile.write(b"40000\r\n" + DATA[:0x40000] + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
            return
        end = min(start + int(amount), len(data)) if kind == "cut" else len(data)
        self.wfile.write(data[start:end])
        self.close_connection = True

    def _head(self, status: int, length: int, chunked: bool = False) -> None:
        self.send_response(status)
        self.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(length))))
        self.end_headers()


@pytest.fixture
def url() -> Iterator[str]:
    Server.ranges.clear()
    with serving(Server) as url:
        yield url


def pinned(url: str, sha256: str = SUM) -> ModelFile:
    return ModelFile("model.bin", url, len(DATA), sha256)


def fetch(file: ModelFile, folder: Path) -> list[int]:
    seen: list[int] = []
    path = download.fetch(file, folder, seen.append, pause_s=0.0)
    assert path.read_bytes() == DATA
    assert not path.with_name("model.bin.part").exists()
    return seen


@pytest.mark.parametrize("kind", ["whole", "moved", "busy", "noranges"])
def test_a_whole_file(url: str, tmp_path: Path, kind: str) -> None:
    seen = fetch(pinned(f"{url}/{kind}"), tmp_path / "new" / "folder")
    assert seen[-1] == len(DATA)
    assert seen == sorted(seen)


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(DATA)
    assert fetch(pinned("http://127.0.0.1:9/nobody"), tmp_path) == [len(DATA)]


def test_an_interrupted_download_goes_on_by_itself_and_is_not_repeated(url: str, tmp_path: Path) -> None:
    fetch(pinned(f"{url}/cut/300000"), tmp_path)
    assert Server.ranges == ["", "bytes=300000-", "bytes=600000-", "bytes=900000-"]


def test_a_download_that_stays_interrupted_goes_on_with_the_next_command(url: str, tmp_path: Path) -> None:
    file = pinned(f"{url}/cut/50000")
    with pytest.raises(ModelError, match=r"interrupted at 200,000 of 1,000,000 bytes.*goes on from there"):
        fetch(file, tmp_path)
    assert (tmp_path / "model.bin.part").stat().st_size == 200_000
    assert not (tmp_path / "model.bin").exists()
    Server.ranges.clear()
    fetch(pinned(f"{url}/whole"), tmp_path)
    assert Server.ranges == ["bytes=200000-"]


def test_a_server_without_ranges_begins_again(url: str, tmp_path: Path) -> None:
    (tmp_path / "model.bin.part").write_bytes(DATA[:1000])
    fetch(pinned(f"{url}/noranges"), tmp_path)


def test_a_damaged_part_is_found_out_and_thrown_away(url: str, tmp_path: Path) -> None:
    (tmp_path / "model.bin.part").write_bytes(b"y" * 1000)
    with pytest.raises(ModelError, match="not the file that was pinned"):
        fetch(pinned(f"{url}/whole"), tmp_path)
    fetch(pinned(f"{url}/whole"), tmp_path)
    (tmp_path / "model.bin").unlink()
    (tmp_path / "model.bin.part").write_bytes(DATA + b"more")
    fetch(pinned(f"{url}/whole"), tmp_path)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("wrong", "not the file that was pinned"),
        ("short", "another size than it must: 999,999 bytes"),
        ("long", "another size than it must: 1,000,001 bytes"),
        ("endless", "longer than its 1,000,000 bytes"),
        ("absent", "answered 404"),
    ],
)
def test_what_is_not_the_pinned_file_is_not_used(url: str, tmp_path: Path, kind: str, says: str) -> None:
    with pytest.raises(ModelError, match=says) as caught:
        fetch(pinned(f"{url}/{kind}"), tmp_path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "model.bin").exists()


def test_nobody_there_and_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="interrupted at 0 of"):
        fetch(pinned("http://127.0.0.1:9/nobody"), tmp_path)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 10})())
    with pytest.raises(ModelError, match="needs 1,000,000 bytes more"):
        fetch(pinned("http://127.0.0.1:9/nobody"), tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ModelError, match="cannot be stored"):
        fetch(pinned("http://127.0.0.1:9/nobody"), tmp_path / "file" / "folder")


def test_the_shipped_manifest_pins_everything() -> None:
    listed = read_manifest()
    assert {"tinyllama", "piper-ljspeech", "zipformer-en", "openwakeword-features"} <= set(listed)
    for model in listed.values():
        assert len(model.sources) >= 2
        assert model.licence
        assert model.kind in ("llm", "tts", "asr", "wake", "toy")
        for file in model.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert file.url.startswith("https://")
            assert "/main/" not in file.url, "a branch moves"
            assert file.url.endswith(file.name)
    assert listed["tinyllama"].size_bytes == 668_788_096


def test_a_broken_manifest_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    for text in ("not toml [", "[[model]]\nname = 'x'\n", ""):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ModelError, match="cannot be used"):
            read_manifest(path)
    good = manifest.manifest_path().read_text(encoding="utf-8")
    for old, new in (("size_bytes = 4972", "size_bytes = 0"), ('name = "tok512.bin"', 'name = "../tok512.bin"')):
        path.write_text(good.replace(old, new), encoding="utf-8")
        with pytest.raises(ModelError, match="bad entry"):
            read_manifest(path)


@pytest.fixture
def commands(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a manifest of one good model and one whose file is another."""
    entries = [
        f'[[model]]\nname = "{name}"\nkind = "toy"\ntitle = "A {name} model"\nlicence = "MIT"\nsources = ["a", "b"]\n'
        f'[[model.file]]\nname = "{name}.bin"\nurl = "{url}/{path}/"\nsize_bytes = {len(DATA)}\nsha256 = "{SUM}"\n'
        for name, path in (("good", "whole"), ("bad", "wrong"))
    ]
    (tmp_path / "m.toml").write_text("".join(entries), encoding="utf-8")
    monkeypatch.setenv("PLUSH_MANIFEST", str(tmp_path / "m.toml"))
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "models"


def run(*words: str) -> Any:
    return CliRunner().invoke(models.app, list(words))


def test_list_pull_verify(commands: Path) -> None:
    assert json.loads(run("list", "--json").output)["models"][0]["installed"] is False
    assert run("verify").output == "nothing is downloaded\n"
    pulled = run("pull", "good")
    assert pulled.exit_code == 0, pulled.output
    assert "1.0 MB, licence MIT" in pulled.output
    assert "100%" in pulled.output
    assert json.loads(run("list", "--json").output)["models"][0]["installed"] is True
    assert "yes" in run("list").output
    assert run("verify").output == "good: good\n"
    damaged = bytearray(DATA)
    damaged[500_000] ^= 1
    (commands / "good" / "good.bin").write_bytes(damaged)
    failed = run("verify", "good")
    assert isinstance(failed.exception, ModelError)
    assert "not the pinned file" in str(failed.exception)
    (commands / "good" / "good.bin").write_bytes(DATA[:7])
    assert "7 bytes instead of 1,000,000" in str(run("verify", "good").exception)
    assert "missing" in str(run("verify", "bad").exception)


def test_pull_refuses_the_unknown_and_the_wrong(commands: Path) -> None:
    unknown = run("pull", "good", "nonsense").exception
    assert isinstance(unknown, UsageError)
    assert str(unknown) == "no such model: nonsense; known are good, bad"
    assert not commands.exists(), "nothing is fetched when a name is wrong"
    wrong = run("pull", "bad").exception
    assert isinstance(wrong, ModelError)
    assert "not the file that was pinned" in str(wrong)
    assert not (commands / "bad" / "bad.bin").exists()

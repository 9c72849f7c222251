"""`plush serve` as systemd would run it: a toy comes, is renamed, talks, goes and comes back; SIGTERM ends it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from base_station import config, virtual
from base_station.dialogue.child import Child, Children
from base_station.errors import UsageError
from base_station.link.keys import KeyStore
from base_station.serve import Plan, filled_in, read_plan
from base_station.studio import Question, Studio
from base_station.tasks import cancel
from base_station.virtual import PlushOptions, VirtualPlush
from tests.turn import scripted
from tests.turn.house import BUILD

ROOT = Path(__file__).resolve().parents[2]
ENGINES = [word for kind, name in scripted.ENGINES.items() for word in (f"--{kind}", name)]
PLUSH = [sys.executable, "-m", "base_station.cli"]
SERVE = [*PLUSH, "serve"]
PATIENCE_S = 60.0  # for a busy machine; nothing here waits for it to run out


@contextlib.asynccontextmanager
async def living_plush() -> AsyncIterator[tuple[VirtualPlush, Studio]]:
    async with await virtual.start(PlushOptions(build=BUILD, seed=1)) as plush:
        studio = Studio(plush)
        life = asyncio.ensure_future(studio.run())
        yield plush, studio
        await cancel(life)


async def until(lines: asyncio.StreamReader, text: str) -> list[str]:
    """Reads the service's lines up to one with this text."""
    seen = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while line := (await lines.readline()).decode():
                seen.append(line)
                if text in line:
                    return seen
    raise AssertionError(f"no line with {text!r} in {seen}")


def test_a_toy_comes_talks_goes_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUSH_HOME", str(tmp_path))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(tmp_path / "notify"))
        told.settimeout(PATIENCE_S)
        asyncio.run(_live(told))


async def _live(told: socket.socket) -> None:
    async with living_plush() as (plush, studio):
        KeyStore().add("Teddy", plush.options.key, plush.link_url)
        KeyStore().add("Bruno", bytes(32), "/dev/no-such-device")  # is waited for, and harms nobody
        Children(config.home() / "children").save(Child("Anna", toy="Teddy"))
        service = await asyncio.create_subprocess_exec(*SERVE, *ENGINES, cwd=ROOT, stdout=subprocess.PIPE)
        try:
            await _an_evening(service, plush, studio, told)
        finally:
            if service.returncode is None:
                service.kill()
                await service.wait()


async def _an_evening(
    service: asyncio.subprocess.Process, plush: VirtualPlush, studio: Studio, told: socket.socket
) -> None:
    assert service.stdout is not None
    await until(service.stdout, "ready")
    assert (await asyncio.to_thread(told.recv, 100)) == b"READY=1"
    await until(service.stdout, "Teddy is here")
    rename = await asyncio.create_subprocess_exec(*PLUSH, "toys", "rename", "Teddy", "Berta", cwd=ROOT)
    assert await rename.wait() == 0
    assert Children(config.home() / "children").load("Anna").toy == "Berta"
    sound = scripted.buzz(3, 0.6)
    studio.ask(Question(sound, len(sound)))
    turn = (await until(service.stdout, "Berta, turn"))[-1]
    assert turn.endswith(": done\n")
    await plush.control("link off")
    await until(service.stdout, "away")
    await plush.control("link on")
    await until(service.stdout, "Berta is here")
    second = await asyncio.create_subprocess_exec(*SERVE, cwd=ROOT, stderr=subprocess.PIPE)
    _, complaint = await second.communicate()
    assert second.returncode == 2
    assert complaint.count(b"\n") == 1
    assert b"runs already and serves" in complaint
    service.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE_S):
        assert await service.wait() == 0
    while (await asyncio.to_thread(told.recv, 100)) != b"STOPPING=1":
        pass


def test_the_plan_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "serve.toml"
    assert read_plan(path) == Plan()
    path.write_text('links = ["/dev/ttyACM0", "tcp://10.0.0.7:4711"]\nllm_url = "http://10.0.0.2:8080"\n')
    assert read_plan(path) == Plan(("/dev/ttyACM0", "tcp://10.0.0.7:4711"), {"llm_url": "http://10.0.0.2:8080"})
    for wrong in ("links = 3", "llm = 3", "voice = 'x'", "links = ["):
        path.write_text(wrong)
        with pytest.raises(UsageError, match=r"serve\.toml"):
            read_plan(path)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here to judge the unit")
def test_systemd_takes_the_unit_and_finds_it_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUSH_HOME", "/var/lib/plush")
    unit = tmp_path / "plush.service"
    unit.write_text(filled_in("plush.service"))
    assert "@PYTHON@" not in unit.read_text()
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "plush.service:" not in done.stderr.replace("User=root", ""), done.stderr
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=35", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-300:]


def test_the_udev_rule_names_what_the_firmware_says() -> None:
    rule = filled_in("70-plush.rules")
    descriptors = (ROOT / "toy_mcu/ports/rp2350/usb_descriptors.c").read_text()
    assert '"Talking plush"' in descriptors
    assert 'ATTRS{manufacturer}=="Talking plush"' in rule
    assert "0x2E8A" in descriptors
    assert 'ATTRS{idVendor}=="2e8a"' in rule

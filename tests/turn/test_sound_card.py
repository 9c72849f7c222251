"""A conversation through PortAudio, as `make talk` holds it with a sound card: PulseAudio stands for one.

In real time. The question is played into the sink whose monitor is the microphone; the other one's monitor is recorded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from base_station.config import SAMPLE_RATE_HZ
from base_station.tts.espeak import Espeak
from tests.turn.test_wake_word import PHRASE, trimmed

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]

PLUGIN = "libasound_module_pcm_pulse.so"
ALSA = """</usr/share/alsa/alsa.conf>
pcm_type.pulse {{ lib "{plugin}" }}
pcm.!default {{ type pulse hint {{ show on description "pulse" }} }}
"""


@pytest.fixture
def card(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Out: an environment in which PortAudio's default devices are the two sinks."""
    plugins = [*Path("/usr/lib").glob(f"*/alsa-lib/{PLUGIN}"), *Path("/usr/lib/alsa-lib").glob(PLUGIN)]
    plugins += [Path(given)] if (given := os.environ.get("ALSA_PULSE_PLUGIN")) else []
    if not plugins or any(shutil.which(name) is None for name in ("pulseaudio", "pactl", "paplay", "parec")):
        pytest.skip("needs pulseaudio, pulseaudio-utils and libasound2-plugins")
    own = tmp_path / "pulse"
    own.mkdir()
    (own / "alsa.conf").write_text(ALSA.format(plugin=plugins[-1]), encoding="ascii")
    paths = {"PULSE_RUNTIME_PATH": str(own), "PULSE_STATE_PATH": str(own), "ALSA_CONFIG_PATH": str(own / "alsa.conf")}
    environment = os.environ | paths | {"HOME": str(own), "PLUSH_HOME": str(tmp_path / "home")}
    sinks = [f"--load=module-null-sink sink_name={name} rate=16000 channels=1" for name in ("mouth", "room")]
    server = subprocess.Popen(
        ["pulseaudio", "--daemonize=no", "--exit-idle-time=-1", "-n", "--load=module-native-protocol-unix", *sinks],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        for words in (["set-default-sink", "mouth"], ["set-default-source", "room.monitor"]):
            until = time.monotonic() + 20
            while subprocess.run(["pactl", *words], env=environment, check=False, capture_output=True).returncode:
                assert server.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
        yield environment
    finally:
        server.terminate()
        server.wait(10)


def test_talk_hears_the_microphone_and_speaks(card: dict[str, str], tmp_path: Path) -> None:
    question = np.concatenate([*Espeak().speak("why is the sky blue", lambda: False)])
    soundfile.write(tmp_path / "question.wav", np.concatenate([PHRASE, trimmed(question)]), SAMPLE_RATE_HZ)
    recording = (tmp_path / "heard.raw").open("wb")
    recorder = subprocess.Popen(
        ["parec", "-d", "mouth.monitor", "--rate=16000", "--channels=1", "--format=s16le"], env=card, stdout=recording
    )
    command = [sys.executable, "-u", "-c", "from base_station.cli import main; main()"]
    plush = subprocess.Popen([*command, "talk"], env=card, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert plush.stdout is not None
    lines: list[str] = []
    try:
        for line in plush.stdout:
            lines.append(line)
            if "link up" in line:
                time.sleep(2)
                subprocess.run(["paplay", "-d", "room", tmp_path / "question.wav"], env=card, check=True)
            if "playback_done" in line:
                break
    finally:
        for process in (plush, recorder):
            process.terminate()
            process.wait(20)
        subprocess.run([*command, "daemon", "stop"], env=card, check=True)
    shown = "".join(lines)
    assert "why is the sky blue" in shown, shown
    heard = np.fromfile(tmp_path / "heard.raw", dtype="<i2")
    assert np.count_nonzero(np.abs(heard.astype(np.int32)) > 1000) > 16_000, "the speaker stayed silent"

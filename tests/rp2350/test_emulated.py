"""The board's own image in an emulated RP2350: boot ROM, both cores, PIO and DMA, and a turn with the base station.

Runs where RP2350JS (a built rp2350js) and PICO_SDK_PATH are set and build/rp2350-emulated is built; minutes, so `long`.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from base_station import clock
from base_station.virtual import PlushOptions
from tests.turn import scripted
from tests.turn.house import house
from tests.turn.test_faults import answers

BUILD = Path(__file__).resolve().parents[2] / "build" / "rp2350-emulated"
QUESTION = 5

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif("RP2350JS" not in os.environ, reason="RP2350JS is not set: no emulator for the board's image"),
]


def test_a_turn_with_the_base_station(tmp_path: Path) -> None:
    async def main() -> None:
        async with house(tmp_path, scripted.ENGINES, plush=PlushOptions(build=BUILD, seed=1)) as home:
            turn = await home.ask(scripted.buzz(QUESTION, 0.8))
            sound = np.concatenate(home.studio.recording)
        assert turn.brain == "remote"
        assert turn.states == ["idle", "listening", "thinking", "speaking", "idle"]
        assert set(answers(sound)) == {QUESTION}

    clock.run_virtual(main)

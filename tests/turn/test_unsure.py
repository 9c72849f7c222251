"""What was not understood is asked again and never answered."""

from __future__ import annotations

from pathlib import Path

from base_station import clock
from base_station.dialogue.phrases import Phrases
from base_station.turn_report import TurnReport
from tests.turn import scripted
from tests.turn.house import house


def test_the_plush_asks_again_and_the_language_model_is_not_asked(tmp_path: Path) -> None:
    async def main() -> list[TurnReport]:
        engines = {**scripted.ENGINES, "asr": "tests.turn.scripted:UnsureEars"}
        async with house(tmp_path, engines) as home:
            return [await home.ask(scripted.buzz(k, 0.8)) for k in (3, 5)]

    for turn, k in zip(clock.run_virtual(main), (3, 5), strict=True):
        assert turn.heard == f"question {k}", "the transcript shows what was heard all the same"
        assert turn.said == Phrases()["not_understood"]
        assert turn.states[-1] == "idle"

"""How late a page shows what happens: every event of a few turns, from the event's own time to the painted frame.

Out     for each kind of event how many, the median and the worst lag; exit status 1 when any took more than 200 ms
Run     python -m tests.console_live [TURNS] (part of `make bench`)
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from tests.turn import console_browser as home

MOST_MS = 200.0
_WAIT_MS = 60_000
_QUESTIONS = ("why is the sky blue", "what do elephants eat", "how far is the moon", "what is your name")


def main(turns: int) -> None:
    expect.set_options(timeout=_WAIT_MS)
    with tempfile.TemporaryDirectory(prefix="plush-") as folder:
        seen = lags_of(Path(folder), turns)
    kinds: dict[str, list[float]] = {}
    for kind, lag_ms in seen:
        kinds.setdefault(kind, []).append(lag_ms)
    for kind, each in sorted(kinds.items()):
        print(f"{kind:<16} {len(each):>5} events, median {statistics.median(each):6.1f} ms, worst {max(each):6.1f} ms")
    late = [each for _, each in seen if each > MOST_MS]
    print(f"{len(seen)} events of {turns} turns, {len(late)} later than {MOST_MS:.0f} ms")
    if late or not seen:
        sys.exit(1)


def lags_of(folder: Path, turns: int) -> list[tuple[str, float]]:
    with home.console(folder) as address, home.chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(_WAIT_MS)
        lags = home.painted(page)
        page.goto(address)
        page.get_by_role("button", name="Start a virtual plush").click()
        card = page.locator("article.toy")
        for number in range(turns + 1):
            expect(card).to_have_attribute("data-state", "idle")
            if number == 1:
                lags()  # the first turn warms the engines up
            card.get_by_label("What to say").fill(_QUESTIONS[number % len(_QUESTIONS)])
            card.get_by_role("button", name="Say").click()
            expect(page.locator("ol.turns li")).to_have_count(number + 1)
        return lags()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

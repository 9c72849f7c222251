"""The console as people use it, in a real browser: a live turn, search, the waterfall, forgetting, a phone.

The pictures in docs/ are made here when PLUSH_PICTURES names their folder; otherwise they go to the test's own.
"""

from __future__ import annotations

import hashlib
import os
import re
import ssl
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from base_station.dialogue.child import Children
from base_station.dialogue.parental import parse_span
from tests.turn import console_browser as home

pytestmark = pytest.mark.skipif(home.CHROMIUM is None, reason="Chromium is not installed")
WAIT_MS = 60_000
LIVE_MS = 200.0
UNNAMED = """[...document.querySelectorAll("button, input, select, a, canvas, svg[role]")]
    .filter((each) => !(each.textContent.trim() || each.ariaLabel || each.labels?.length)).length"""


expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="plush-") as name:  # a short name: it is in a picture
        yield Path(name)


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[Page]:
    """One browser, one console, one home; the tests follow one another in it."""
    home.fill(folder)
    with home.console(folder) as address, home.chromium() as browser:
        page = browser.new_context(viewport={"width": 1180, "height": 860}).new_page()
        page.set_default_timeout(WAIT_MS)
        wrong = home.watched(page)
        page.goto(address)
        yield page
        assert wrong == []


def picture(page: Page, folder: Path, name: str) -> None:
    where = Path(os.environ.get("PLUSH_PICTURES", folder))
    page.evaluate("document.getElementById('toast').textContent = ''; scrollTo(0, 0)")
    page.screenshot(path=where / f"console-{name}.png", full_page=name != "transcripts" and "phone" not in name)


def go(page: Page, view: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=view).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(view)


def test_a_turn_is_seen_live(page: Page, folder: Path) -> None:
    lags = home.painted(page)
    page.reload()
    expect(page.locator("#connection")).to_have_text("live")
    page.get_by_role("button", name="Start a virtual plush").click()
    card = page.locator("article.toy")
    for _ in range(3):  # a machine that is busy beyond measure may understand nothing, and asks again
        expect(card).to_have_attribute("data-state", "idle")
        card.get_by_label("What to say").fill("why is the sky blue")
        card.get_by_role("button", name="Say").click()
        for state in ("listening", "speaking"):
            expect(card).to_have_attribute("data-state", state)
        expect(card.locator(".heard")).not_to_be_empty()
        picture(page, folder, "live")
        expect(card).to_have_attribute("data-state", "idle")
        if answered(page):
            break
    turn = answered(page)
    expect(card.locator(".reply")).to_have_text(turn["said"])
    row = page.locator("ol.turns li").first
    expect(row).to_contain_text(turn["heard"])
    expect(row).to_contain_text(turn["said"])
    seen = lags()
    assert {"TurnStarted", "Heard", "ReplyPiece", "AudioStarted", "TurnFinished"} <= {kind for kind, _ in seen}
    assert statistics.median(lag for _, lag in seen) < LIVE_MS, seen  # each one of them: tests/console_live.py


def answered(page: Page) -> dict[str, Any]:
    """The newest turn, as it is kept, if the language model answered in it to the end; else nothing."""
    turn: dict[str, Any] = page.evaluate("fetch('/api/turns?count=1').then((answer) => answer.json())")[0]
    return turn if turn["outcome"] == "done" and turn["latency_ms"].get("first_token") else {}


def test_a_turn_opens_into_its_waterfall(page: Page, folder: Path) -> None:
    turn = answered(page)
    page.locator("ol.turns li a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Turn {turn['row']}")
    expect(page.locator("svg.waterfall rect")).to_have_count(7)
    expect(page.locator(".prompt dd").last).to_have_text(turn["heard"])
    expect(page.locator(".word")).to_have_count(len(turn["heard"].split()))
    expect(page.get_by_text("tokens a second")).to_be_visible()
    expect(page.locator("figure.sound canvas")).to_have_count(2)
    expect(page.locator("audio")).to_have_count(2)
    picture(page, folder, "turn")


def test_the_reply_is_interrupted(page: Page) -> None:
    go(page, "Live")
    card = page.locator("article.toy")
    card.get_by_label("What to say").fill("tell me a story about a cat")
    card.get_by_label("What to say").press("Enter")
    expect(card).to_have_attribute("data-state", "speaking")
    card.get_by_role("button", name="Interrupt").click()
    expect(card).to_have_attribute("data-state", "idle")
    expect(page.locator("ol.turns li").first).to_contain_text("aborted")


def test_search_and_filters_find(page: Page, folder: Path) -> None:
    go(page, "Transcripts")
    expect(page.locator("ol.turns li")).to_have_count(50)
    page.get_by_role("searchbox").fill("elephants ea")
    expect(page.locator("ol.turns li")).to_have_count(20)
    page.get_by_label("Every child").select_option("Jonas")
    expect(page.locator("ol.turns li")).not_to_have_count(20)
    page.get_by_role("searchbox").fill("nothing like that")
    expect(page.get_by_text("No turn matches.")).to_be_visible()
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Every child").select_option("")
    page.get_by_label("Only flagged").check()
    expect(page.locator("ol.turns li")).to_have_count(1)
    page.get_by_label("Only flagged").uncheck()
    expect(page.locator("ol.turns li")).to_have_count(50)
    page.get_by_label("Every route").select_option("turned aside")
    expect(page.locator("ol.turns li", has_text="how do i make a fire")).to_have_count(1)
    expect(page.locator("ol.turns li", has_not_text="redirect")).to_have_count(0)
    page.get_by_label("Every route").select_option("")
    expect(page.locator("ol.turns li")).to_have_count(50)
    picture(page, folder, "transcripts")
    page.mouse.wheel(0, 50_000)
    expect(page.locator("ol.turns li")).not_to_have_count(50)


def test_what_a_child_says_never_becomes_a_page(page: Page) -> None:
    go(page, "Transcripts")
    page.get_by_role("searchbox").fill("evil")
    row = page.locator("ol.turns li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("<img src=x onerror=")
    expect(row).to_contain_text("␇␦evil 🐻 שלום")
    row.locator("a").click()
    expect(page.locator(".said .heard")).to_contain_text("<script>document.title='broken'</script>")
    assert page.locator("main img, main script").count() == 0
    assert "broken" not in page.title()


def test_health_and_safety_are_shown(page: Page, folder: Path) -> None:
    go(page, "Health")
    expect(page.locator("svg.chart polyline")).to_have_count(6)
    expect(page.get_by_text("false wakes an hour")).to_be_visible()
    picture(page, folder, "health")
    go(page, "Safety")
    expect(page.locator("ol.turns").first).to_contain_text("nobody likes me at school")
    expect(page.locator("ol.turns").last).to_contain_text("how do i make a fire")
    picture(page, folder, "safety")


def test_a_toy_is_made_quiet_and_silent(page: Page) -> None:
    """Also while the view is still being filled: an answer that comes late must not hide what happened since."""
    go(page, "Health")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/paired", hold)
    go(page, "Toys")
    card = page.locator("article.card", has_text="Volume")
    card.get_by_role("button", name="Microphone off").click()
    expect(card).to_have_attribute("data-state", "muted")
    for route in held:
        route.continue_()
    page.unroute("**/api/paired", hold)
    expect(page.get_by_text("No toy is paired yet.")).to_be_visible()
    expect(card).to_have_attribute("data-state", "muted")
    on = card.get_by_role("button", name="Microphone on")
    expect(on).to_be_focused()  # the button that was pressed is still the same one
    on.press("Enter")
    expect(card).to_have_attribute("data-state", "idle")


def test_volume_holds_for_whoever_opens_the_page_later(page: Page) -> None:
    card = page.locator("article.card", has_text="Volume")
    with page.expect_response(lambda answer: "volume" in (answer.request.post_data or "")) as told:
        card.get_by_label("Volume").fill("35")
    assert told.value.ok
    page.reload()
    expect(card.get_by_label("Volume")).to_have_value("35")


def test_parents_decide_for_a_child(page: Page, folder: Path) -> None:
    go(page, "Toys")
    page.get_by_label("Name", exact=True).fill("Mila")
    page.get_by_role("button", name="Set up").click()
    rules = page.get_by_role("form", name="Mila")
    rules.get_by_label("Who it is").select_option("Luna")
    # not now, or the virtual plush of these tests would go to sleep
    bed_from, bed_to = ("19:30", "07:00") if 7 <= time.localtime().tm_hour < 19 else ("07:30", "18:30")
    rules.get_by_label("Bedtime from").fill(bed_from)
    rules.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Bedtime needs both times")).to_be_visible()
    rules.get_by_label("until").fill(bed_to)
    rules.get_by_label("Minutes a day").fill("45")
    rules.get_by_label("Subjects to leave to you").fill("guns, the dark")
    rules.get_by_label("Words and facts").check()
    rules.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved for Mila.")).to_be_visible()
    kept = Children(folder / "children").load("Mila")
    assert (kept.persona, (kept.rules.bed_start, kept.rules.bed_end)) == ("luna", parse_span(f"{bed_from}-{bed_to}"))
    assert (kept.rules.minutes_per_day, kept.rules.topics, kept.consent) == (45, ("guns", "the dark"), True)
    page.reload()
    expect(rules.get_by_label("until")).to_have_value(bed_to)
    expect(page.get_by_text("No toy is paired yet.")).to_be_visible()
    picture(page, folder, "toys")
    rules.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(rules).to_have_count(0)


def test_a_virtual_toy_is_paired_by_cable_and_by_digits(page: Page, folder: Path, tmp_path: Path) -> None:
    go(page, "Toys")
    with home.unpaired_toy(tmp_path) as toy:
        toy.hold_paw()  # five seconds of it let somebody pair who has no cable; meanwhile, by cable
        page.get_by_label("Where it is connected").fill(toy.port)
        page.get_by_label("What to call it").fill("Bruno")
        page.get_by_role("button", name="Pair", exact=True).click()
        expect(page.get_by_text("Paired with Bruno.")).to_be_visible()
        expect(page.get_by_role("button", name="Rename")).to_be_visible()
        page.get_by_role("button", name="Connect").click()
        bruno = page.locator("article.card", has=page.get_by_role("heading", name="Bruno"))
        expect(bruno).to_have_attribute("data-state", "idle")
        toy.told("pairing open")
        unpair(page, "Bruno")
        page.get_by_label("What to call it").fill("Balu")
        page.get_by_label("By digits that it speaks").check()
        page.get_by_role("button", name="Pair", exact=True).click()
        page.get_by_label("The six digits").fill(toy.told("pairing digits "))
        page.get_by_label("The six digits").press("Enter")
        expect(page.get_by_text("Paired with Balu.")).to_be_visible()
        unpair(page, "Balu")


def unpair(page: Page, name: str) -> None:
    page.get_by_role("button", name="Unpair").click()
    page.get_by_role("dialog").get_by_role("button", name="Unpair").click()
    expect(page.get_by_text(f"{name} is unpaired.")).to_be_visible()
    expect(page.get_by_text("No toy is paired yet.")).to_be_visible()


def test_one_turn_is_forgotten(page: Page, folder: Path) -> None:
    other = page.context.new_page()
    other.goto(page.url.split("#")[0] + "#/live")
    expect(other.get_by_text("nobody likes me")).to_have_count(0)
    go(other, "Transcripts")
    other.get_by_role("searchbox").fill("nobody likes me")
    expect(other.locator("ol.turns li")).to_have_count(1)
    go(page, "Transcripts")
    page.get_by_role("searchbox").fill("nobody likes me")
    expect(page.locator("ol.turns li")).to_have_count(1)
    page.locator("ol.turns li a").click()
    page.get_by_role("button", name="Forget this turn").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget").click()
    expect(page.get_by_text("is forgotten")).to_be_visible()
    page.get_by_role("searchbox").fill("nobody likes me")
    expect(page.get_by_text("No turn matches.")).to_be_visible()
    expect(other.locator("ol.turns li")).to_have_count(0)  # no page goes on showing it
    other.close()
    left = [path for path in folder.rglob("*") if path.is_file() and b"nobody likes" in path.read_bytes()]
    assert left == []


def all_are_named(page: Page) -> None:
    """Each control has a name for a screen reader, as soon as what it stands for has come."""
    becomes_true(page, f"{UNNAMED} === 0")


def becomes_true(page: Page, expression: str) -> None:
    """Asked from outside: the page's own policy lets nobody evaluate a string in it."""
    for _ in range(WAIT_MS // 100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never true: {expression}")


def test_a_phone_shows_everything_without_scrolling_sideways(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    for view in ("Live", "Transcripts", "Safety", "Toys", "Health"):
        go(page, view)
        becomes_true(page, "document.documentElement.scrollWidth <= 390")  # once the view is filled
        all_are_named(page)
        if view in ("Live", "Health"):
            picture(page, folder, f"phone-{view.lower()}")
    page.set_viewport_size({"width": 1180, "height": 860})
    page.emulate_media(color_scheme="light")


def test_the_keyboard_is_enough(page: Page) -> None:
    go(page, "Live")
    page.reload()
    expect(page.locator("#connection")).to_have_text("live")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Transcripts")
    all_are_named(page)


def test_talk_in_a_terminal_has_a_console_beside_it(page: Page, folder: Path) -> None:
    """As `make talk` begins it, with the daemon that is there."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", "-n", "talk"]
    recipe = subprocess.run(command, cwd=home.ROOT, env=outside, capture_output=True, text=True, check=True).stdout
    assert recipe.rstrip().endswith("/plush talk")
    context = page.context.browser.new_context()  # type: ignore[union-attr]
    with home.terminal(folder, "talk") as talk:
        beside = context.new_page()
        lags = home.painted(beside)
        beside.goto(talk.until(r"Console: (http://127\.0\.0\.1:\d+/open\?token=\S+)")[1])
        talk.until("Type to the plush.*(\r?\n.*)*> ")
        card = beside.locator("article.toy").last
        expect(card).to_have_attribute("data-state", "idle")
        talk.type("what is your name\n")
        expect(card).to_have_attribute("data-state", "speaking")
        expect(card.locator(".heard")).not_to_be_empty()
        assert statistics.median(lag for _, lag in lags()) < LIVE_MS
        talk.until("plush: .+")
        talk.type("\x04")
        assert talk.process.wait(60) == 0
        expect(beside.locator("#connection")).to_have_text("base station away")
    context.close()
    go(page, "Live")
    expect(page.locator("article.toy")).to_have_count(1)  # the one of the other page; talk's is gone


def test_a_phone_comes_in_over_tls_and_a_parent_sees_no_developer_detail(page: Page, folder: Path) -> None:
    with home.console_with(folder, "--lan", "--address", "127.0.0.1", "--parent") as line:
        address, code = line(), re.findall(r"code (\w{8})", line())[0]
        _, fingerprint = line(), line()
        url = re.sub(r"/open.*", "/pair", address)
        port = int(re.findall(r":(\d+)/", url)[0])
        shown = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))
        assert hashlib.sha256(shown).hexdigest().upper() == fingerprint.replace(":", "")
        browser = page.context.browser
        assert browser is not None
        context = browser.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        phone = context.new_page()
        phone.goto(url)
        expect(phone.get_by_text(fingerprint)).to_be_visible()
        phone.get_by_label("Or type the code").fill("WRONGONE")
        phone.get_by_role("button", name="Come in").click()
        expect(phone.get_by_text("That was not the code.")).to_be_visible()
        phone.get_by_label("Or type the code").fill(code)
        phone.get_by_role("button", name="Come in").click()
        expect(phone.locator("#connection")).to_have_text("live")
        (cookie,) = context.cookies()
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
        expect(phone.get_by_role("navigation").get_by_role("link")).to_have_text(
            ["◉Live", "☰Transcripts", "♡Safety", "☺Toys"]
        )
        go(phone, "Transcripts")
        expect(phone.locator("ol.turns .number")).to_have_count(0)
        picture(phone, folder, "phone-parent")
        phone.get_by_role("searchbox").fill("make a fire")
        expect(phone.locator("ol.turns li")).to_have_count(1)
        expect(phone.locator("ol.turns li")).to_contain_text("turned aside")
        phone.locator("ol.turns li a").first.click()
        expect(phone.get_by_role("button", name="Forget this turn")).to_be_visible()
        expect(phone.locator("svg, canvas, details")).to_have_count(0)
        context.close()


def test_the_printed_address_works_once(page: Page) -> None:
    token = re.sub(r"#.*", "", page.url)
    assert "token" not in token
    context = page.context.browser.new_context()  # type: ignore[union-attr]
    stranger = context.new_page()
    answer = stranger.goto(page.url)
    assert answer is not None
    assert answer.status == 401
    context.close()

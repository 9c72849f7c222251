"""Who gets in: every route, every way of not being allowed; and nothing that anybody sends breaks the server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from base_station.console.guard import OPEN_PATHS
from base_station.console.sessions import Scope, Sessions
from tests.py.console_house import HOST, ORIGIN, WORD, House, console

FORBIDDEN = {401, 403}
STRANGERS = ("no token", "wrong token", "another child's token", "foreign Origin", "foreign Host")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLUSH_HOME", str(tmp_path_factory.mktemp("home")))
        with console(tmp_path_factory.mktemp("console")) as made:
            yield made


def routes(house: House) -> list[tuple[str, str]]:
    """Every (method, path) of the application, with ida's turn where a row is asked for."""
    found = []
    for route in house.app.routes:
        if isinstance(route, Route):
            path = route.path.replace("{row}", "1").replace("{way}", "heard").replace("{form}", "jsonl")
            found += [(method, path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


def test_every_route_is_tried(house: House) -> None:
    assert len(routes(house)) > 20
    assert ("DELETE", "/api/turns/1") in routes(house)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_gets_nothing_from_any_route(house: House, stranger: str) -> None:
    good = house.cookie(Scope())
    for method, route in routes(house):
        path, cookie, headers = route, good, {}
        if stranger == "no token":
            cookie = ""
        elif stranger == "wrong token":
            cookie = "x" * len(good)
        elif stranger == "another child's token":
            if not path.startswith("/api/") or path == "/api/me":
                continue  # the page itself is the same for everybody
            cookie = house.cookie(Scope("parent", "ben"))
            path = "/api/turns?child=ida" if route == "/api/turns" else route
        elif stranger == "foreign Origin":
            headers = {"origin": "https://evil.example"}
        else:
            headers = {"host": "evil.example:8765"}
        if path in OPEN_PATHS and stranger not in ("foreign Origin", "foreign Host"):
            path = f"{route}?token=wrong"
        answer = house.ask(method, path, cookie=cookie, headers=headers)
        assert answer.status_code in FORBIDDEN, (method, path, answer.status_code)
        assert WORD not in answer.text
    assert house.ask("GET", "/api/turns/1", cookie=good).status_code == 200, "and nothing was erased"


@pytest.mark.parametrize("origin", ["null", "http://localhost:8765.evil.example", "https://127.0.0.1:8765", ""])
def test_only_our_own_page_may_change_anything(house: House, origin: str) -> None:
    cookie = house.cookie(Scope())
    answer = house.ask("POST", "/api/forget", cookie=cookie, headers={"origin": origin}, json={"everything": True})
    assert answer.status_code == 403
    assert house.ask("GET", "/api/turns", cookie=cookie).json() != []


def test_a_child_sees_its_own_turns(house: House) -> None:
    cookie = house.cookie(Scope("parent", "ben"))
    own = house.ask("GET", "/api/turns?child=ben", cookie=cookie).json()
    assert [turn["row"] for turn in own] == [2]
    assert house.ask("GET", "/api/turns", cookie=cookie).status_code == 403
    assert "link" not in own[0]


def test_a_parent_sees_no_developer_detail(house: House) -> None:
    cookie = house.cookie(Scope("parent"))
    assert house.ask("GET", "/api/turns/1", cookie=cookie).json()["events"] == []
    assert house.ask("GET", "/api/health", cookie=cookie).status_code == 403
    assert house.ask("GET", "/api/turns/1", cookie=house.cookie(Scope())).json()["events"] != []


@pytest.mark.parametrize(
    ("headers", "cookie"),
    [
        ({}, ""),
        ({"host": "evil.example"}, "good"),
        ({"origin": "http://evil.example"}, "good"),
        ({"origin": ""}, "good"),
        ({}, "child"),
    ],
)
def test_a_stranger_hears_no_events(house: House, headers: dict[str, str], cookie: str) -> None:
    scopes = {"good": Scope(), "child": Scope("parent", "ben")}
    sent: list[dict[str, Any]] = []
    given = {"host": HOST, "origin": ORIGIN, **headers}
    if cookie:
        given["cookie"] = f"plush={house.cookie(scopes[cookie])}"

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "websocket", "path": "/events", "raw_path": b"/events", "root_path": "", "query_string": b"",
        "scheme": "ws", "subprotocols": [], "headers": [(k.encode(), v.encode()) for k, v in given.items() if v],
    }  # fmt: skip
    house.runner.run(house.app(scope, receive, send))
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_every_answer_keeps_the_page_to_itself(house: House) -> None:
    for path in ("/", "/static/app.js", "/api/turns", "/nothing", "/pair"):
        headers = house.ask("GET", path, cookie=house.cookie(Scope())).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self' ")
        assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_a_token_works_once_and_for_an_hour() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    first, second = sessions.token(Scope()), sessions.token(Scope())
    assert sessions.of(sessions.redeem(first)) == Scope()
    assert sessions.redeem(first) is None
    now[0] = 3601.0
    assert sessions.redeem(second) is None


def test_the_code_for_a_phone_ends_after_five_wrong_tries_or_one_right_one() -> None:
    sessions = Sessions()
    code = sessions.pairing_code(Scope(), "AB:CD")
    assert sessions.of(sessions.pair(f" {code[:4]}-{code[4:].lower()} ")) == Scope()
    assert sessions.pair(code) is None
    code = sessions.pairing_code(Scope(), "AB:CD")
    assert [sessions.pair("WRONGONE") for _ in range(5)] == [None] * 5
    assert sessions.pair(code) is None


SKIPPED = {"/api/toys/virtual", "/api/pair"}  # they start a process, open a device
ODD = (
    st.text(max_size=12)
    | st.integers().map(str)
    | st.sampled_from(["\0", "\udcff", "9" * 30, "١٢", "-1", "1e9", "../.."])
)
ODD_PART = ODD.map(lambda text: quote(text.encode("utf-8", "surrogatepass"), safe=""))
NAMES = st.sampled_from(["text", "toy", "child", "brain", "route", "flagged", "before", "count", "token", "x"])
FIELDS = st.sampled_from(["child", "toy", "everything", "name", "value", "link", "text", "url", "new_name", "digits"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
)
BODIES = st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode())
HEADERS = st.dictionaries(
    st.sampled_from(["content-length", "content-type", "cookie", "x-odd"]), st.sampled_from(["-1", "5", "a=b; =", "²"])
)


VALUES = (
    st.text(max_size=8) | st.integers() | st.booleans() | st.sampled_from(["never", "19:30-7:00", "teddy", "ida", 1])
)


def fields_of(house: House, path: str) -> list[str]:
    """The fields of a route, as its own complaint about a wrong one lists them."""
    answer = house.ask("POST", path, cookie=house.cookie(Scope()), json={"?": 1})
    found = re.search(r"an object of ([\w, ]+)", answer.text)
    return found[1].split(", ") if found else []


@pytest.fixture(scope="module")
def fields(house: House) -> dict[str, list[str]]:
    return {path: fields_of(house, path) for method, path in routes(house) if method == "POST" and path not in SKIPPED}


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_nothing_that_is_sent_breaks_the_server(
    house: House, fields: dict[str, list[str]], data: st.DataObject
) -> None:
    send_anything(house, fields, data)


@pytest.mark.long
@settings(max_examples=5000, deadline=None)
@given(data=st.data())
def test_nothing_of_five_thousand_things_breaks_the_server(
    house: House, fields: dict[str, list[str]], data: st.DataObject
) -> None:
    send_anything(house, fields, data)


def test_a_fuzzer_that_knows_the_fields(fields: dict[str, list[str]]) -> None:
    assert "bedtime" in fields["/api/family"]
    assert "everything" in fields["/api/forget"]


def send_anything(house: House, fields: dict[str, list[str]], data: st.DataObject) -> None:
    cookie = house.cookie(data.draw(st.sampled_from([Scope(), Scope("parent"), Scope("parent", "ida")])))
    method = data.draw(st.sampled_from(["GET", "POST", "DELETE", "PUT", "OPTIONS", "HEAD"]))
    known = [path for _, path in routes(house) if path not in SKIPPED]
    path = data.draw(st.sampled_from(known) | ODD_PART.map(lambda part: f"/api/turns/{part}"))
    query = "&".join(data.draw(st.lists(st.builds("{}={}".format, NAMES, ODD_PART), max_size=4)))
    headers = {name: value.encode().decode("latin-1") for name, value in data.draw(HEADERS).items()}
    body = data.draw(BODIES)
    if method == "POST" and fields.get(path) and data.draw(st.booleans()):
        body = json.dumps(data.draw(st.dictionaries(st.sampled_from(fields[path]), VALUES))).encode()
    answer = house.ask(method, f"{path}?{query}", cookie=cookie, content=body, headers=headers)
    assert answer.status_code < 500, (method, path, query, answer.text)


def test_a_body_that_is_too_long_is_refused(house: House) -> None:
    answer = house.ask("POST", "/api/keeping", cookie=house.cookie(Scope()), content=b"x" * 70_000)
    assert answer.status_code == 413

"""Every route of the console and every press, and exactly who may; held against the real tables, so none is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firmware.vault.roles import DOCTOR, ROLES, SUPERVISOR, TECHNICIAN
from tests.console.conftest import PIN, with_stick
from tests.portable.tiny_counter import PATIENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.console.conftest import Served
    from tests.console.raw_http import Browser, Reply
    from tests.portable.doubles import MemoryBoard

OTHER_PIN = "847362"
NOBODY = "nobody"
ALL = (NOBODY, *ROLES)
TREATS = (DOCTOR, SUPERVISOR)
# Who may press what (docs/operators.md). `sign-in` judges by the PIN, and `setup` is open once: see their own tests.
PRESSES = {
    "setup": ALL,
    "sign-in": ALL,
    "sign-out": ROLES,
    "visit/identity-number": TREATS,
    "visit/scan": TREATS,
    "visit/diagnosis": TREATS,
    "visit/lines": TREATS,
    "visit/self-pay": TREATS,
    "visit/finding": TREATS,
    "visit/price": TREATS,
    "visit/settle": TREATS,
    "visit/ask-again": TREATS,
    "visit/receipt": TREATS,
    "visit/cancel": TREATS,
    "visit/set-aside": TREATS,
    "visit/resume": TREATS,
    "visit/finish": TREATS,
    "notice/dismiss": TREATS,
    "outbox/retry": TREATS,
    "outbox/release": (SUPERVISOR,),
    "outbox/export": ROLES,
    "outbox/import": ROLES,
    "vault/rotate": (SUPERVISOR, TECHNICIAN),
    "operators/create": (SUPERVISOR,),
    "operators/reset": (SUPERVISOR, TECHNICIAN),
    "day-end/start": TREATS,
    "day-end/cancel": TREATS,
    "day-end/ask": TREATS,
    "day-end/note": TREATS,
    "day-end/reverse": (SUPERVISOR,),
    "day-end/print": TREATS,
    "catalogues/update": ROLES,
    "catalogues/stop": ROLES,
}
# Who may look at what, by the route's pattern. What `state` and `events` show to whom has tests of its own.
PAGES = {
    "/": ALL,
    "/static/<path:path>": ALL,
    "/api/state": ALL,
    "/api/events": ALL,
    "/api/diagnoses": TREATS,
    "/api/drugs": TREATS,
    "/api/visit/receipt.html": TREATS,
    "/api/visit/photo": TREATS,
    "/api/outbox/held": TREATS,
    "/api/day-end": TREATS,
    "/api/report": ROLES,
    "/api/catalogue": ROLES,
    "/api/catalogues": ROLES,
}
GUARDED_PAGES = {path: who for path, who in PAGES.items() if who != ALL}
GUARDED_PRESSES = {name: who for name, who in PRESSES.items() if who != ALL}


@pytest.fixture
def furnish() -> Callable[[MemoryBoard], None]:
    return with_stick


async def screen_of(served: Served, who: str) -> Browser:
    """A screen at which somebody with this role has just signed in, or nobody."""
    chief = await served.signed_in()
    browser = served.browser()
    if who == SUPERVISOR:
        return chief
    if who != NOBODY:
        created = await chief.post("/api/operators/create", {"name": "李护士", "pin": OTHER_PIN, "role": who})
        assert created.status == 200
        assert (await browser.post("/api/sign-in", {"operator": "2", "pin": OTHER_PIN})).status == 200
    return browser


def turned_away(reply: Reply, who: str) -> bool:
    """Whether the answer is that this one may not; checks that it says so in the right way."""
    if reply.status not in (401, 403):
        return False
    assert (reply.status, reply.code) == (
        (401, "operator.sign_in_first") if who == NOBODY else (403, "operator.not_allowed")
    )
    return True


def written(served: Served) -> Any:
    return served.terminal.vault.journal_head(), served.board.store.commits


def test_the_tables_above_are_the_programs_own(served: Served) -> None:
    presses = served.terminal.presses
    known = [*presses._doors, "sign-out", *presses._visits, *presses.back_office.actions]
    assert sorted(known) == sorted(PRESSES)
    routes = [(methods, pattern.url_pattern) for methods, pattern, *_ in served.terminal.console.app.url_map]
    assert all(len(methods) == 1 for methods, _ in routes)
    assert sorted(path for [method], path in routes if method == "GET") == sorted(PAGES)
    assert [route for route in routes if route[0] != ["GET"]] == [(["POST"], "/api/<path:name>")]


@pytest.mark.parametrize("who", ALL)
async def test_who_may_press_what(served: Served, who: str) -> None:
    browser = await screen_of(served, who)
    for name, allowed in GUARDED_PRESSES.items():
        if who in allowed:
            continue
        before = written(served)
        assert turned_away(await browser.post(f"/api/{name}", {}), who), name
        await served.quiet()
        assert written(served) == before, f"{name} was refused, and something was written"
    for name, allowed in reversed(GUARDED_PRESSES.items()):  # the sign-out last
        if who in allowed:
            assert not turned_away(await browser.post(f"/api/{name}", {}), who), name


@pytest.mark.parametrize("who", ALL)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_who_may_look_at_what(served: Served, who: str, method: str) -> None:
    browser = await screen_of(served, who)
    for path, allowed in GUARDED_PAGES.items():
        reply = await browser.raw(f"{method} {path} HTTP/1.0\nHost: 127.0.0.1\nCookie: {browser.cookie}")
        assert (reply.status in (401, 403)) == (who not in allowed), path
        assert method == "HEAD" or turned_away(reply, who) == (who not in allowed), path


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_other_methods_do_nothing(served: Served, method: str) -> None:
    browser = await screen_of(served, SUPERVISOR)
    before = written(served)
    for path in ["/", *GUARDED_PAGES, *[f"/api/{name}" for name in PRESSES]]:
        head = f"{method} {path} HTTP/1.0\nHost: 127.0.0.1\nCookie: {browser.cookie}\nContent-Type: application/json"
        reply = await browser.raw(f"{head}\nContent-Length: 2", b"{}")
        assert method == "OPTIONS" or reply.status == 405, path
        assert b"{" not in reply.body or reply.status != 200, path
    assert written(served) == before


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:8600", "null", "//", "http://127.0.0.1.evil.example"]
)
async def test_no_press_from_another_page_even_with_the_cookie(served: Served, origin: str) -> None:
    browser = await screen_of(served, SUPERVISOR)
    before = written(served)
    for name in PRESSES:
        head = f"POST /api/{name} HTTP/1.0\nHost: 127.0.0.1\nOrigin: {origin}\nCookie: {browser.cookie}"
        reply = await browser.raw(f"{head}\nContent-Type: application/json\nContent-Length: 2", b"{}")
        assert (reply.status, reply.code) == (403, "request.malformed"), name
    assert written(served) == before
    assert (await browser.post("/api/notice/dismiss")).status == 200  # the session has not ended, either


async def test_a_token_that_somebody_brings_along_is_not_taken_over(served: Served) -> None:
    chief = await screen_of(served, SUPERVISOR)
    victim = served.browser()
    victim.cookie = planted = "session=" + "ab" * 24
    await victim.post("/api/sign-in", {"operator": "1", "pin": PIN})
    assert victim.cookie not in (planted, chief.cookie)
    thief = served.browser()
    thief.cookie = planted
    assert turned_away(await thief.post("/api/notice/dismiss"), NOBODY)


@pytest.mark.parametrize("who", ALL)
async def test_what_the_state_shows_to_whom(served: Served, who: str) -> None:
    browser = await screen_of(served, who)
    doctor = served.browser()
    await doctor.post("/api/sign-in", {"operator": "1", "pin": PIN})
    await doctor.post("/api/visit/identity-number", {"number": PATIENT})
    await served.quiet()
    served.terminal.desk.tell("error", "trace.other_drug", {"drug": "阿司匹林肠溶片"})
    reply = await browser.get("/api/state")
    state = reply.json()
    treats = who in TREATS
    assert [state[name] is not None for name in ("visit", "notice", "day_end")] == [treats] * 3
    assert (state["operator"] is not None) == (who != NOBODY)
    assert ("测试甲" in reply.body.decode("unicode-escape")) == treats
    assert state["outbox"]["waiting"] == 0  # what is not sent is always on the screen, whoever looks

"""The receipt as a page for the office printer, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware.documents import STYLE_SOURCE
from hal.ports import NOT_PRINTED, PrintResult
from tests.console.raw_http import Browser
from tests.portable.tiny_counter import PATIENT, box

if TYPE_CHECKING:
    from tests.console.conftest import Served

PAGE = "/api/visit/receipt.html"


async def press(served: Served, browser: Browser, name: str, **body: object) -> int:
    record = served.terminal.desk.record()
    version = {} if record is None else {"version": record["version"]}
    reply = await browser.post(f"/api/{name}", {**version, **body})
    await served.quiet()
    return reply.status


async def failed_receipt(served: Served) -> Browser:
    """A settled visit whose receipt did not come out."""
    served.board.printer.results = [PrintResult(NOT_PRINTED, "printer.silent")]
    browser = await served.signed_in()
    await press(served, browser, "visit/identity-number", number=PATIENT)
    await press(served, browser, "visit/diagnosis", code="J00.x00")
    await press(served, browser, "visit/lines", lines=[{"drug": "aspirin", "quantity": 1}])
    await served.terminal.desk.scanned(box(1))
    await served.quiet()
    state = (await browser.get("/api/state")).json()
    await press(served, browser, "visit/settle", own_fen=state["visit"]["preview"]["own_fen"])
    visit = (await browser.get("/api/state")).json()["visit"]
    assert (visit["step"], visit["receipt"]["state"]) == ("receipt", "failed")
    assert "office" in visit["actions"]
    return browser


async def test_one_press_one_page(served: Served) -> None:
    browser = await failed_receipt(served)
    assert (await browser.get(PAGE)).code == "visit.not_now"
    assert await press(served, browser, "visit/receipt", answer="office") == 200
    reply = await browser.get(PAGE)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = reply.body.decode()
    assert page.startswith("<!DOCTYPE html>")
    assert "测试甲" in page
    assert "重打" not in page
    assert reply.headers["cache-control"] == "no-store"
    assert await press(served, browser, "visit/receipt", answer="came_out") == 200
    refused = await browser.get(PAGE)
    assert (refused.status, refused.code) == (409, "visit.not_now")
    receipt = (await browser.get("/api/state")).json()["visit"]["receipt"]
    assert (receipt["state"], receipt["copies"]) == ("printed", 1)


async def test_the_policy_allows_its_style_and_nothing_else(served: Served) -> None:
    browser = await failed_receipt(served)
    await press(served, browser, "visit/receipt", answer="office")
    headers = (await browser.get(PAGE)).headers
    assert [part.strip() for part in headers["content-security-policy"].split(";")] == [
        "default-src 'none'",
        f"style-src {STYLE_SOURCE}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self' http://127.0.0.1:8600",
    ]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


async def test_strangers_and_a_free_screen_get_nothing(served: Served) -> None:
    browser = await failed_receipt(served)
    await press(served, browser, "visit/receipt", answer="office")
    stranger = await served.browser().get(PAGE)
    assert (stranger.status, stranger.code) == (401, "operator.sign_in_first")
    assert "测试甲" not in stranger.body.decode("unicode-escape")
    assert await press(served, browser, "visit/set-aside") == 200
    reply = await browser.get(PAGE)
    assert (reply.status, reply.code) == (404, "visit.unknown")


async def test_an_outdated_screen_prints_nothing(served: Served) -> None:
    browser = await failed_receipt(served)
    assert (await browser.post("/api/visit/receipt", {"version": 1, "answer": "office"})).code == "visit.moved_on"
    assert (await browser.get(PAGE)).code == "visit.not_now"

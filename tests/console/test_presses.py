"""The presses of docs/console-api.md, each over real HTTP down to the rooms below."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.console.conftest import PIN
from tests.portable.tiny_counter import PATIENT, box

if TYPE_CHECKING:
    from tests.console.conftest import Served
    from tests.console.raw_http import Browser


async def state(browser: Browser) -> Any:
    return (await browser.get("/api/state")).json()


async def pressed(served: Served, browser: Browser, name: str, **body: Any) -> None:
    """A press that is taken, and all that follows from it."""
    reply = await browser.post(f"/api/{name}", body)
    assert (reply.status, reply.json()) == (200, {"ok": True})
    await served.quiet()


async def version(browser: Browser) -> int:
    return int((await state(browser))["visit"]["version"])


async def test_a_whole_visit(served: Served) -> None:
    browser = await served.signed_in()
    await pressed(served, browser, "visit/identity-number", number=PATIENT.lower())
    visit = (await state(browser))["visit"]
    assert visit["step"] == "diagnose"
    assert visit["patient"] == {
        "name": "测试甲",
        "sex": "female",
        "age": 76,
        "identity_number": "110105********002X",
        "insurance": "390",
        "insured": "yes",
        "balance_fen": 0,
        "credential": "identity_number",
        "card_expired": False,
        "photo": False,
    }
    await pressed(served, browser, "visit/diagnosis", version=visit["version"], code="J00.x00")
    lines = [{"drug": "aspirin", "quantity": 2}]
    await pressed(served, browser, "visit/lines", version=await version(browser), lines=lines)
    shown = await state(browser)
    assert shown["visit"]["estimate"] == {"total_fen": 2520, "fund_fen": 2142, "own_fen": 378, "verified": False}
    assert shown["visit"]["actions"] == ["scan", "self_pay", "lines", "diagnosis", "set_aside", "cancel"]
    assert served.board.scanner.switched == [True]
    for number in (1, 2):
        await served.terminal.desk.scanned(box(number))
    await served.quiet()
    visit = (await state(browser))["visit"]
    assert (visit["step"], visit["lines"][0]["codes"]) == ("confirm", ["…0001", "…0002"])
    assert served.board.scanner.switched == [True, False]
    await pressed(served, browser, "visit/settle", version=visit["version"], own_fen=378)
    shown = await state(browser)
    assert (shown["visit"]["step"], shown["visit"]["receipt"]["state"]) == ("done", "printed")
    assert shown["visit"]["settlement"]["own_fen"] == 378
    assert (shown["outbox"]["waiting"], shown["outbox"]["amount_fen"]) == (1, 2520)
    await pressed(served, browser, "visit/receipt", version=shown["visit"]["version"], answer="reprint")
    assert (await state(browser))["visit"]["receipt"]["copies"] == 2
    await pressed(served, browser, "visit/finish")
    assert (await state(browser))["visit"] is None


async def test_set_aside_and_back(served: Served) -> None:
    browser = await served.signed_in()
    await pressed(served, browser, "visit/identity-number", number=PATIENT)
    await pressed(served, browser, "visit/set-aside")
    shown = await state(browser)
    assert shown["visit"] is None
    kept = shown["kept"]
    assert [(row["id"], row["patient"], row["step"]) for row in kept] == [("000001", "测试甲", "diagnose")]
    await pressed(served, browser, "visit/resume", id="000001")
    await pressed(served, browser, "visit/cancel", version=await version(browser))
    assert (await state(browser))["visit"]["step"] == "cancelled"


async def test_the_light(served: Served) -> None:
    browser = await served.signed_in()
    await pressed(served, browser, "visit/scan", on=True)
    assert (await state(browser))["devices"]["scanner"]["armed"] is True
    await pressed(served, browser, "visit/scan", on=False)
    assert served.board.scanner.switched == [True, False]


async def test_the_notice(served: Served) -> None:
    browser = await served.signed_in()
    served.terminal.desk.tell("error", "trace.unknown_drug")
    assert (await state(browser))["notice"]["code"] == "trace.unknown_drug"
    await pressed(served, browser, "notice/dismiss")
    assert (await state(browser))["notice"] is None


async def test_a_press_on_an_outdated_screen(served: Served) -> None:
    browser = await served.signed_in()
    await pressed(served, browser, "visit/identity-number", number=PATIENT)
    seen = await version(browser)
    reply = await browser.post("/api/visit/diagnosis", {"version": seen - 1, "code": "J00.x00"})
    assert (reply.status, reply.code) == (409, "visit.moved_on")
    assert await version(browser) == seen


async def test_refusals_of_the_rooms(served: Served) -> None:
    browser = await served.signed_in()
    reply = await browser.post("/api/visit/identity-number", {"number": "110105194912310021"})
    assert reply.status == 422
    assert (await browser.post("/api/visit/price", {"version": 1})).status == 404
    assert (await browser.post("/api/visit/finish")).status == 409
    assert (await browser.post("/api/visit/resume", {"id": "000009"})).status == 404


async def test_signing_in_and_out(served: Served) -> None:
    stranger = served.browser()
    assert (await state(stranger))["setup"] is True
    weak = await stranger.post("/api/setup", {"name": "韦医生", "pin": "123456"})
    assert (weak.status, weak.code) == (422, "operator.weak_pin")
    browser = await served.signed_in()
    again = await stranger.post("/api/setup", {"name": "另一个", "pin": PIN})
    assert (again.status, again.code) == (401, "operator.sign_in_first")
    wrong = await stranger.post("/api/sign-in", {"operator": "1", "pin": "111112"})
    assert (wrong.status, wrong.json()) == (401, {"error": {"code": "operator.wrong_pin", "params": {"left": 4}}})
    await pressed(served, browser, "sign-out")
    assert (await browser.post("/api/notice/dismiss")).status == 401
    assert served.terminal.desk.operator is None
    await pressed(served, browser, "sign-in", operator="1", pin=PIN)
    assert (await state(browser))["operator"]["name"] == "韦医生"


async def test_a_card_that_waited_for_the_sign_in(served: Served) -> None:
    browser = await served.signed_in()
    await pressed(served, browser, "sign-out")
    assert (await browser.post("/api/visit/identity-number", {"number": PATIENT})).status == 401
    await pressed(served, browser, "sign-in", operator="1", pin=PIN)
    assert (await state(browser))["visit"] is None


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("sign-in", {"operator": 1, "pin": PIN}),
        ("sign-in", {"operator": "1"}),
        ("sign-in", {"operator": "1" * 65, "pin": PIN}),
        ("visit/identity-number", {"number": ["1"]}),
        ("visit/diagnosis", {"version": 1, "code": None}),
        ("visit/lines", {"version": 1}),
        ("visit/lines", {"version": 1, "lines": {}}),
        ("visit/lines", {"version": 1, "lines": ["aspirin"]}),
        ("visit/lines", {"version": 1, "lines": [{"drug": "aspirin", "quantity": "2"}]}),
        ("visit/lines", {"version": 1, "lines": [{"drug": "aspirin", "quantity": True}]}),
        ("visit/settle", {"version": 1, "own_fen": 3.78}),
        ("visit/receipt", {"version": 1, "answer": 1}),
        ("visit/resume", {}),
    ],
)
async def test_bodies_of_the_wrong_shape(served: Served, name: str, body: dict[str, Any]) -> None:
    browser = await served.signed_in()
    reply = await browser.post(f"/api/{name}", body)
    assert (reply.status, reply.code) == (400, "request.malformed")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["J00.x00"]),
        ("gm", ["J00.x00"]),
        ("GXY", ["I10.x00"]),
        ("i10", ["I10.x00"]),
        ("%E6%84%9F%E5%86%92", ["J00.x00"]),
    ],
)
async def test_finding_diagnoses(served: Served, query: str, found: list[str]) -> None:
    browser = await served.signed_in()
    assert [row["code"] for row in (await browser.get(f"/api/diagnoses?q={query}")).json()] == found


async def test_finding_drugs(served: Served) -> None:
    browser = await served.signed_in()
    assert (await browser.get("/api/drugs?q=asp")).json() == [
        {
            "id": "aspirin",
            "name": "阿司匹林肠溶片",
            "specification": "30片",
            "unit": "盒",
            "price_fen": 1260,
            "on_hand": 43,
        }
    ]
    assert len((await browser.get("/api/drugs")).json()) == 2


async def test_two_screens_set_up_at_once_make_one_operator(served: Served) -> None:
    body = {"name": "韦医生", "pin": PIN}
    replies = await asyncio.gather(*[served.browser().post("/api/setup", body) for _ in range(3)])
    assert sorted(reply.status for reply in replies) == [200, 401, 401]
    assert len((await state(served.browser()))["operators"]) == 1


async def test_half_a_character_is_no_text(served: Served) -> None:
    reply = await served.browser().post("/api/sign-in", {"operator": "\ud800", "pin": PIN})
    assert (reply.status, reply.code) == (400, "request.malformed")

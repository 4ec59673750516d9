"""What is pressed away from the patient, over real HTTP: who may, and what comes of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from firmware.insurance import SALE, sale
from firmware.vault import Batch
from firmware.vault.roles import DOCTOR, SUPERVISOR, TECHNICIAN
from tests.console.conftest import PIN, with_stick
from tests.console.raw_http import Events
from tests.portable.doubles import pulse
from tests.portable.sample_profiles import clinic
from tests.portable.test_uploads import BILL, line
from tests.portable.tiny_counter import PATIENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.console.conftest import Served
    from tests.console.raw_http import Browser
    from tests.portable.doubles import MemoryBoard

OTHER_PIN = "847362"
LOCK_MINUTES = clinic()["lock_minutes"]
SENTENCE = "目录编码不存在"


@pytest.fixture
def furnish() -> Callable[[MemoryBoard], None]:
    return with_stick


async def state(browser: Browser) -> Any:
    return (await browser.get("/api/state")).json()


async def taken(browser: Browser, press: str, /, **body: Any) -> Any:
    """What a press that is taken answers."""
    reply = await browser.post(f"/api/{press}", body)
    assert reply.status == 200, reply.body
    return reply.json()


async def somebody(served: Served, chief: Browser, role: str) -> Browser:
    """A screen at which somebody with `role` has just signed in."""
    if role == SUPERVISOR:
        return chief
    await taken(chief, "operators/create", name=f"{role} 甲", pin=OTHER_PIN, role=role)
    browser = served.browser()
    operator = (await state(browser))["operators"][-1]["id"]
    await taken(browser, "sign-in", operator=operator, pin=OTHER_PIN)
    return browser


async def refused_sale(served: Served, visit: str = "000001") -> str:
    """The id of a sale that the platform has refused."""
    terminal = served.terminal
    batch = Batch("test.sale", visit)
    row = {**line(), "row_number": f"20260921a1b2{visit}-1-1"}
    terminal.outbox.enqueue(batch, visit, row["row_number"], SALE, sale(clinic(), BILL, row), 1260)
    await terminal.vault.commit(batch)
    served.platform.faults.append((SALE, SENTENCE))
    await terminal.outbox.deliver(pulse)
    return str((await terminal.outbox.held())[-1]["id"])


async def test_a_technician_sees_no_patient(served: Served) -> None:
    doctor = await served.signed_in()
    technician = await somebody(served, doctor, TECHNICIAN)
    await taken(doctor, "visit/identity-number", number=PATIENT)
    await served.quiet()
    served.terminal.desk.tell("error", "trace.other_drug", {"drug": "阿司匹林肠溶片"})
    assert (await state(doctor))["visit"]["patient"]["name"] == "测试甲"
    await taken(doctor, "visit/set-aside")
    assert len((await state(doctor))["kept"]) == 1
    shown = await state(technician)
    assert (shown["visit"], shown["kept"], shown["notice"], shown["busy"]) == (None, [], None, "")
    assert shown["outbox"]["waiting"] == 0
    assert shown["operator"]["rights"] == ["carry", "report", "rotate", "reset_pin"]
    assert "测试甲" not in str(shown)


async def test_while_only_a_technician_is_there_nobody_is_served(served: Served) -> None:
    chief = await served.signed_in()
    technician = await somebody(served, chief, TECHNICIAN)
    assert served.terminal.desk.operator == {"id": "1", "name": "韦医生", "role": SUPERVISOR}
    await taken(chief, "sign-out")
    assert served.terminal.desk.operator is None  # cards and codes wait for a doctor
    await taken(technician, "sign-out")
    await taken(technician, "sign-in", operator="2", pin=OTHER_PIN)
    assert served.terminal.desk.operator is None


async def test_refused_messages(served: Served) -> None:
    browser = await served.signed_in()
    first, second = await refused_sale(served), await refused_sale(served, "000002")
    page = (await browser.get("/api/outbox/held")).json()
    assert [row["id"] for row in page["messages"]] == [first, second]
    row = page["messages"][0]
    assert (row["visit"], row["infno"], row["refusal"], row["amount_fen"]) == ("000001", "3505", SENTENCE, 1260)
    assert page["more"] is False
    after = (await browser.get(f"/api/outbox/held?after={first}")).json()
    assert [row["id"] for row in after["messages"]] == [second]
    await taken(browser, "outbox/retry", id=first)
    await taken(browser, "outbox/release", id=second, reason=" 已在医保网上补录 ")
    assert (await browser.get("/api/outbox/held")).json() == {"messages": [], "more": False}
    assert (await state(browser))["outbox"]["waiting"] == 1
    kept = await served.terminal.vault.get("outbox.done", second)
    assert kept is not None
    assert (kept["reason"], kept["operator"]) == ("已在医保网上补录", "1")


async def test_refused_messages_in_pages(served: Served) -> None:
    browser = await served.signed_in()
    ids = [await refused_sale(served, f"{number:06}") for number in range(1, 23)]
    page = (await browser.get("/api/outbox/held")).json()
    assert ([row["id"] for row in page["messages"]], page["more"]) == (ids[:20], True)
    rest = (await browser.get(f"/api/outbox/held?after={ids[19]}")).json()
    assert ([row["id"] for row in rest["messages"]], rest["more"]) == (ids[20:], False)


async def test_presses_on_a_message_that_is_not_held(served: Served) -> None:
    browser = await served.signed_in()
    held = await refused_sale(served)
    for name, body, code in (
        ("retry", {"id": "000009.0000000001"}, "outbox.not_held"),
        ("release", {"id": "000009.0000000001", "reason": "重复"}, "outbox.not_held"),
        ("release", {"id": held, "reason": "  "}, "outbox.no_reason"),
        ("release", {"id": held}, "request.malformed"),
        ("release", {"id": held, "reason": "长" * 65}, "request.malformed"),
        ("retry", {"id": 1}, "request.malformed"),
    ):
        assert (await browser.post(f"/api/outbox/{name}", body)).code == code
    assert (await browser.get("/api/outbox/held?after=" + "x" * 65)).code == "request.malformed"
    assert (await state(browser))["outbox"]["quarantined"] == 1


async def test_out_and_in_by_stick(served: Served) -> None:
    browser = await served.signed_in()
    stick, office = served.board.stick, served.board.parcels
    assert (await browser.post("/api/outbox/export")).code == "parcel.nothing"
    await refused_sale(served)
    assert (await taken(browser, "outbox/export")) == {"ok": True, "parcels": 1, "messages": 1}
    [key] = [message["key"] for message in office.read(stick.files["cyt-00000001.cyp"])["messages"]]
    results = [{"key": key, "outcome": "acknowledged", "sentence": ""}]
    stick.files["cyt-00000001.cya"] = office.answer({"parcel": 1, "results": results})
    answer = await taken(browser, "outbox/import")
    assert answer == {"ok": True, "parcels": 1, "acknowledged": 1, "refused": 0}
    assert (await state(browser))["outbox"]["quarantined"] == 0
    stick.gone = True
    for name in ("export", "import"):
        reply = await browser.post(f"/api/outbox/{name}")
        assert (reply.status, reply.code) == (422, "stick.missing")
    assert (await browser.get("/api/report")).json()["stick"] == "missing"


async def test_the_report(served: Served) -> None:
    browser = await served.signed_in()
    await refused_sale(served)
    report = (await browser.get("/api/report")).json()
    sequence, link = served.terminal.vault.journal_head()
    assert report["journal"] == {"first": 1, "sequence": sequence, "link": link}
    assert (report["unsent"], report["held"], report["stick"], report["rotating"]) == (0, 1, "ready", False)
    assert report["records"]["outbox.held"] == 1
    assert report["key_store"] == {"level": 0, "kind": "file"}
    assert report["key_versions"]["data"] == [1]


async def test_new_keys(served: Served) -> None:
    browser = await served.signed_in()
    await taken(browser, "vault/rotate")
    report = (await browser.get("/api/report")).json()
    assert (report["rotating"], report["key_versions"]["data"]) == (True, [1, 2])
    while await served.terminal.rotation.step():
        pass
    report = (await browser.get("/api/report")).json()
    assert (report["rotating"], report["key_versions"]["data"]) == (False, [2])


async def test_a_new_pin_ends_the_sessions_of_its_owner_and_of_nobody_else(served: Served) -> None:
    chief = await served.signed_in()
    doctor = await somebody(served, chief, DOCTOR)
    assert served.terminal.desk.operator == {"id": "2", "name": "doctor 甲", "role": DOCTOR}
    await taken(chief, "operators/reset", operator="2", pin="736251")
    assert (await doctor.post("/api/notice/dismiss")).status == 401
    assert served.terminal.desk.operator == {"id": "1", "name": "韦医生", "role": SUPERVISOR}
    assert (await doctor.post("/api/sign-in", {"operator": "2", "pin": OTHER_PIN})).code == "operator.wrong_pin"
    await taken(doctor, "sign-in", operator="2", pin="736251")
    await taken(chief, "operators/reset", operator="1", pin=OTHER_PIN)
    await taken(chief, "notice/dismiss")  # who changes the own PIN goes on


async def test_a_new_pin_of_ones_own_ends_the_other_sessions(served: Served) -> None:
    chief, stolen = await served.signed_in(), served.browser()
    await taken(stolen, "sign-in", operator="1", pin=PIN)
    await taken(chief, "operators/reset", operator="1", pin=OTHER_PIN)
    assert (await stolen.post("/api/notice/dismiss")).status == 401
    await taken(chief, "notice/dismiss")


@pytest.mark.parametrize("role", [DOCTOR, TECHNICIAN])
async def test_who_signs_in_at_a_screen_takes_the_place_of_who_was_there(served: Served, role: str) -> None:
    screen = await served.signed_in()
    await somebody(served, screen, role)
    served.terminal.presses.sessions.close_all_of("2")
    before = screen.cookie
    assert (await screen.post("/api/sign-in", {"operator": "2", "pin": PIN})).code == "operator.wrong_pin"
    await taken(screen, "notice/dismiss")  # a wrong PIN ends nobody's session
    await taken(screen, "sign-in", operator="2", pin=OTHER_PIN)
    assert screen.cookie != before
    assert served.terminal.desk.operator == (
        {"id": "2", "name": "doctor 甲", "role": DOCTOR} if role == DOCTOR else None
    )
    await taken(screen, "sign-out")
    assert served.terminal.desk.operator is None  # nobody sits there: no card is looked up for who sat there before
    screen.cookie = before
    assert (await screen.post("/api/notice/dismiss")).status == 401


async def test_every_page_of_a_session_that_ends_goes_blank_at_once(served: Served) -> None:
    chief = await served.signed_in()
    doctor = await somebody(served, chief, DOCTOR)
    left_open, _ = await Events.open(chief)
    assert (await left_open.next())["operator"]["id"] == "1"
    await taken(chief, "sign-out")  # the doctor goes on serving: nothing else on the screen has changed
    assert (await left_open.next())["operator"] is None
    left_open.close()
    assert (await state(doctor))["operator"]["id"] == "2"


async def test_operators_that_cannot_be(served: Served) -> None:
    chief = await served.signed_in()
    for body, code in (
        ({"name": "李护士", "pin": "123456", "role": DOCTOR}, "operator.weak_pin"),
        ({"name": "李护士", "pin": PIN, "role": "owner"}, "operator.unknown"),
        ({"name": " ", "pin": PIN, "role": DOCTOR}, "operator.unknown"),
        ({"name": "李护士", "pin": PIN}, "request.malformed"),
    ):
        assert (await chief.post("/api/operators/create", body)).code == code
    assert (await chief.post("/api/operators/reset", {"operator": "2", "pin": PIN})).code == "operator.unknown"
    assert len((await state(chief))["operators"]) == 1


async def test_a_lock_out_is_told_to_every_screen(served: Served) -> None:
    chief = await served.signed_in()
    await somebody(served, chief, DOCTOR)
    other = served.browser()
    for _ in range(5):
        reply = await other.post("/api/sign-in", {"operator": "2", "pin": PIN})
    assert (reply.status, reply.json()["error"]) == (401, {"code": "operator.locked", "params": {"seconds": 60}})
    assert [operator["locked_s"] for operator in (await state(other))["operators"]] == [0, 60]


def pass_by(served: Served, minutes: int) -> None:
    """Nobody presses anything for so long."""
    for session in served.terminal.presses.sessions._sessions:
        session.used_ms -= minutes * 60_000


async def looked_after(served: Served) -> None:
    """The task that looks for screens nobody touches has had its turn."""
    watch = asyncio.create_task(served.terminal.presses.watch_sessions(pulse))
    await asyncio.sleep(0)
    watch.cancel()


async def test_a_screen_that_nobody_touches_is_locked(served: Served) -> None:
    idle, busy = await served.signed_in(), served.browser()
    await taken(busy, "sign-in", operator="1", pin=PIN)
    pass_by(served, LOCK_MINUTES)
    await taken(busy, "notice/dismiss")
    await state(idle)  # looking is no press
    await looked_after(served)
    assert (await idle.post("/api/notice/dismiss")).status == 401
    await taken(busy, "notice/dismiss")
    assert served.terminal.desk.operator is not None
    pass_by(served, LOCK_MINUTES)
    await looked_after(served)
    assert served.terminal.desk.operator is None
    assert (await state(busy))["operator"] is None


async def test_every_press_begins_the_wait_anew(served: Served) -> None:
    browser = await served.signed_in()
    for _ in range(3):
        pass_by(served, LOCK_MINUTES - 1)
        await looked_after(served)
        await taken(browser, "notice/dismiss")


async def test_a_locked_screen_hides_the_patient_and_keeps_the_visit(served: Served) -> None:
    browser = await served.signed_in()
    await taken(browser, "visit/identity-number", number=PATIENT)
    await served.quiet()
    visit = (await state(browser))["visit"]
    events, _ = await Events.open(browser)
    assert (await events.next())["visit"]["patient"]["name"] == "测试甲"
    pass_by(served, LOCK_MINUTES)
    await looked_after(served)
    locked = await events.next()  # at once, without a press
    assert (locked["operator"], locked["visit"], locked["kept"], locked["notice"]) == (None, None, [], None)
    events.close()
    assert (await browser.post("/api/visit/cancel", {"version": visit["version"]})).status == 401
    await taken(browser, "sign-in", operator="1", pin=PIN)
    again = (await state(browser))["visit"]
    assert (again["id"], again["step"], again["version"]) == (visit["id"], "diagnose", visit["version"])


async def test_twenty_screens_that_guess_at_once_have_five_tries_between_them(served: Served) -> None:
    await served.signed_in()
    compared: list[bytes] = []
    stretch = served.board.pin_hash.stretch

    def counted(secret: bytes, salt: bytes) -> bytes:
        compared.append(secret)
        return stretch(secret, salt)

    served.board.pin_hash.stretch = counted  # type: ignore[method-assign]
    guesses = [{"operator": "1", "pin": f"{number:06}"} for number in range(283727, 283746)]
    guesses.append({"operator": "1", "pin": PIN})  # also the right one, once it comes too late
    replies = await asyncio.gather(*[served.browser().post("/api/sign-in", body) for body in guesses])
    assert len(compared) == 5
    codes = [reply.code if reply.status == 401 else "" for reply in replies]
    assert (codes.count("operator.wrong_pin"), codes.count("operator.locked")) == (4, 16)

"""The page of the day end: what it asks for, what it says, and that every button can be reached."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.written_states import KIOSK, PHONE, READY, RIGHTS, Screen, state

DAY = "2026-09-21"
MSGID = "H99999900001202609211200009999"
SUMS = {"count": 12, "refunds": 1, "total_fen": 123456, "fund_fen": 100000, "account_fen": 3456, "cash_fen": 20000}
AMOUNTS = {"total_fen": 990, "fund_fen": 800, "account_fen": 0}


def difference(kind: str, **changes: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": f"20260921-20260921.{kind}", "kind": kind, "state": "", "refund": False}
    shown |= {"msgid": MSGID, "settlement": "00125241", "visit": "0012", "words": "", "answer": "", "reason": ""}
    return shown | {"here": AMOUNTS, "there": None, "actions": ["note"]} | changes


def view(**changes: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {"begin": DAY, "end": DAY, "today": DAY, "sums": SUMS, "state": "none", "step": ""}
    shown |= {"progress": {"done": 0, "of": 0}, "trouble": None, "verdict": "", "stale": False, "groups": []}
    shown |= {"words": [], "differences": [], "more": 0, "finished_at": 0, "head": None, "signed_out": "", "slip": None}
    return shown | {"waits_for": "", "unsent": 0, "held": 0} | changes


def done(verdict: str, *differences: dict[str, Any], **changes: Any) -> dict[str, Any]:
    slip = {"state": "none", "copies": 0, "action": ""}
    return view(state="done", verdict=verdict, differences=list(differences), slip=slip, **changes)


def between_patients(reminder: str = "", rights: list[str] | None = None) -> dict[str, Any]:
    shown = state(READY, {"state": "none"}, [], visit=None)
    shown["operator"] = {**shown["operator"], "rights": rights or [*RIGHTS, "day_end", "reverse"]}
    shown["day_end"] = {"serial": 1, "running": False, "reminder": reminder}
    return shown


@pytest.fixture
def screen(browser: Browser) -> Screen:
    return Screen(browser.new_page(viewport=KIOSK))


def press(screen: Screen, action: str) -> None:
    screen.page.locator(f'[data-action="{action}"]').first.click()


def opened(screen: Screen, shown: dict[str, Any], **changes: Any) -> None:
    screen.answers["api/day-end"] = shown
    screen.show(between_patients(**changes))
    press(screen, "day-end")
    expect(screen.page.locator('[data-step="day_end"] .day-end')).to_be_visible()  # what was asked for is there


def test_one_clear_next_step_and_large_figures(screen: Screen) -> None:
    opened(screen, view())
    page = screen.page
    for name, figure in (("count", "12"), ("total_fen", "¥1234.56"), ("fund_fen", "¥1000.00"), ("cash_fen", "¥200.00")):
        expect(page.locator(f'[data-amount="{name}"]')).to_have_text(figure)
    expect(page.locator('[data-verdict="none"]')).to_contain_text("还没有对账")
    expect(page.locator("footer .primary")).to_have_count(1)
    press(screen, "day-end-start")
    expect(page.locator('[data-action="day-end-start"]')).to_be_enabled()
    assert screen.pressed == [("api/day-end/start", {"begin": DAY, "end": DAY, "details": False})]


def test_while_it_runs_it_can_be_stopped(screen: Screen) -> None:
    opened(screen, view(state="running", step="totals", progress={"done": 1, "of": 4}))
    verdict = screen.page.locator('[data-verdict="running"]')
    expect(verdict).to_contain_text("正在对总数")
    expect(verdict.locator("progress")).to_have_attribute("value", "1")
    with screen.page.expect_response("**/api/day-end/cancel"):
        press(screen, "day-end-cancel")
    assert [path for path, _ in screen.pressed] == ["api/day-end/cancel"]


def test_without_a_network_it_says_so(screen: Screen) -> None:
    opened(screen, view(state="running", step="totals", waits_for="insurance.not_connected"))
    expect(screen.page.locator('[data-verdict="running"]')).to_contain_text("连不上医保平台")


def test_a_day_that_agrees_is_green_and_printed(screen: Screen) -> None:
    opened(screen, done("equal"))
    expect(screen.page.locator(".day-verdict.good h2")).to_have_text("账对上了")
    press(screen, "day-end-print")
    expect(screen.page.locator('[data-action="day-end-print"]')).to_be_enabled()
    press(screen, "day-end-details")
    expect(screen.page.locator('[data-action="day-end-details"]')).to_be_enabled()
    assert screen.pressed == [
        ("api/day-end/print", {"begin": DAY, "end": DAY}),
        ("api/day-end/start", {"begin": DAY, "end": DAY, "details": True}),
    ]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (done("unexplained", words=["差 0.01"]), "差 0.01"),
        (done("not_compared"), "没有和医保对"),
        (done("equal", stale=True), "又有新的单"),
        (view(state="stopped", trouble={"code": "insurance.bad_result", "params": {"line": 3}}), "没有改动任何东西"),
        (view(state="stopped"), "接着对"),
    ],
)
def test_what_is_not_green_says_what_to_do(screen: Screen, shown: dict[str, Any], words: str) -> None:
    opened(screen, shown)
    expect(screen.page.locator(".day-verdict")).to_contain_text(words)
    expect(screen.page.locator(".day-verdict.good")).to_have_count(0)


def test_each_difference_has_its_key(screen: Screen) -> None:
    here = difference("here", actions=["ask", "note"])
    there = difference("there", here=None, there=AMOUNTS, visit="", settlement="", actions=["reverse", "note"])
    other = difference("amounts", there={**AMOUNTS, "fund_fen": 700})
    opened(screen, done("unequal", here, there, other))
    page = screen.page
    expect(page.locator(".day-verdict.bad h2")).to_have_text("有 3 笔对不上")
    expect(page.locator(f'[data-difference="{other["id"]}"]')).to_contain_text("基金 本机 ¥8.00 医保 ¥7.00")
    expect(page.locator(f'[data-difference="{there["id"]}"]')).to_contain_text(MSGID)
    press(screen, f"ask:{here['id']}")
    expect(page.locator(f'[data-action="reverse:{there["id"]}"]')).to_be_enabled()
    press(screen, f"reverse:{there['id']}")
    expect(page.locator(".sheet")).to_contain_text("如果是别的电脑收的，不要冲正")
    press(screen, "reverse-no")
    press(screen, f"reverse:{there['id']}")
    press(screen, "reverse-yes")
    expect(page.locator(f'[data-action="note:{other["id"]}"]')).to_be_enabled()
    press(screen, f"note:{other['id']}")
    press(screen, "reason:office")
    expect(page.locator(".sheet")).to_have_count(0)
    assert screen.pressed == [
        ("api/day-end/ask", {"id": here["id"]}),
        ("api/day-end/reverse", {"id": there["id"]}),
        ("api/day-end/note", {"id": other["id"], "reason": "已交乡镇医保窗口办"}),
    ]


def test_a_doctor_does_not_reverse(screen: Screen) -> None:
    there = difference("there", here=None, there=AMOUNTS, actions=["reverse", "note"])
    opened(screen, done("unequal", there), rights=["visit", "day_end"])
    expect(screen.page.locator(f'[data-action="reverse:{there["id"]}"]')).to_have_count(0)
    expect(screen.page.locator("[data-difference]")).to_contain_text("要冲正请主管来")


@pytest.mark.parametrize(
    ("state_of_it", "answer", "words"),
    [
        ("reversing", "", "确认中"),
        ("missing", "FSI-未查询到结算信息", "医保平台说：「FSI-未查询到结算信息」"),
        ("refused", "day_end.own_bill", "这一笔是本机收的"),
        ("noted", "", "已备注：卫生院收的"),
        ("", "day_end.still_settling", "还有收费没查清"),
    ],
)
def test_what_became_of_a_difference(screen: Screen, state_of_it: str, answer: str, words: str) -> None:
    opened(screen, done("unequal", difference("there", state=state_of_it, answer=answer, reason="卫生院收的")))
    expect(screen.page.locator("[data-difference]")).to_contain_text(words)


def test_other_days_and_months(screen: Screen) -> None:
    opened(screen, view(today="2026-03-01", begin="2026-03-01", end="2026-03-01"))
    for name, begin, end in (
        ("yesterday", "2026-02-28", "2026-02-28"),
        ("month", "2026-03-01", "2026-03-01"),
        ("last_month", "2026-02-01", "2026-02-28"),
    ):
        with screen.page.expect_request(f"**/api/day-end?begin={begin}&end={end}"):
            press(screen, f"range:{name}")


def test_a_day_that_was_forgotten(screen: Screen) -> None:
    screen.answers["api/day-end"] = view(begin="2026-09-20", end="2026-09-20")
    screen.show(between_patients(reminder="2026-09-20"))
    expect(screen.page.locator('[data-reminder="2026-09-20"]')).to_contain_text("还没有对账")
    press(screen, "page:day_end")
    expect(screen.page.locator(".day-days")).to_have_text("2026-09-20")


def test_who_may_not_sees_no_way_there(screen: Screen) -> None:
    screen.show(between_patients(rights=["visit"]))
    expect(screen.page.locator('[data-action="day-end"]')).to_have_count(0)


@pytest.mark.parametrize("action", ["back", "day-end-start", "day-end-print", "range:last_month"])
def test_every_button_is_in_reach(screen: Screen, action: str) -> None:
    for size in (KIOSK, PHONE):
        screen.page.set_viewport_size(size)
        opened(screen, done("unequal", difference("there")))
        expect(screen.page.locator(f'[data-action="{action}"]')).to_be_in_viewport(ratio=1)


def test_what_there_is_to_do_is_seen_without_scrolling(screen: Screen) -> None:
    for size in (KIOSK, PHONE):
        screen.page.set_viewport_size(size)
        shown = difference("here", actions=["ask", "note"])
        opened(screen, done("unequal", difference("other_day", actions=[]), shown))
        expect(screen.page.locator(".day-verdict h2")).to_have_text("有 1 笔对不上")
        expect(screen.page.locator(f'[data-action="ask:{shown["id"]}"]')).to_be_in_viewport(ratio=1)
        assert not screen.clipped(f"ask:{shown['id']}")


@pytest.mark.parametrize(
    ("shown", "main"),
    [
        (view(), "day-end-start"),
        (view(state="running", step="totals"), "back"),
        (done("equal"), "back"),
        (done("equal", stale=True), "day-end-start"),
        (done("unexplained"), "day-end-start"),
        (done("unequal", difference("there", actions=["reverse", "note"])), ""),
        (view(not_kept=True, kept_from="2026-09-22"), "back"),
    ],
)
def test_the_main_key_is_the_next_step(screen: Screen, shown: dict[str, Any], main: str) -> None:
    opened(screen, shown)
    names = screen.page.locator("footer .primary").evaluate_all("all => all.map((one) => one.dataset.action)")
    assert names == ([main] if main else [])
    expect(screen.page.locator("main .held-message .primary")).to_have_count(0)  # nobody is led to a reversal


def test_days_before_the_ledger_cannot_be_compared(screen: Screen) -> None:
    opened(screen, view(not_kept=True, kept_from="2026-09-22"))
    expect(screen.page.locator(".day-verdict")).to_contain_text("本机从 2026-09-22 起才记对账的账")
    expect(screen.page.locator('[data-action="day-end-start"]')).to_have_count(0)


def test_long_numbers_and_words_stay_inside_on_a_phone(screen: Screen) -> None:
    screen.page.set_viewport_size(PHONE)
    there = difference("there", here=None, there=AMOUNTS, visit="", settlement="", actions=["reverse", "note"])
    opened(screen, done("unexplained", words=["总金额差 0.01，请核对后重新上传明细"]))
    expect(screen.page.locator(".day-verdict")).to_contain_text("总金额差 0.01")
    box = screen.page.locator(".day-verdict h2").bounding_box()
    assert box is not None
    assert box["width"] > PHONE["width"] / 2
    opened(screen, done("unequal", there, words=["总金额差 0.01"]))
    expect(screen.page.locator(".day-verdict")).not_to_contain_text("总金额差")
    press(screen, f"reverse:{there['id']}")
    assert screen.page.locator(".sheet").evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")

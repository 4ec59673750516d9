"""The screens of findings, differences and refunds, for states written by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.written_states import KIOSK, PHONE, READY, Screen, state

Json = dict[str, Any]
EDITABLE = ["finding", "self_pay", "lines", "set_aside", "cancel"]
PREVIEW = {"total_fen": 3900, "fund_fen": 3198, "own_fen": 702, "account_fen": 0, "cash_fen": 702}
DANSHEN = {"drug": "danshen", "name": "丹参注射液"}


def finding(severity: int, **changes: Any) -> Json:
    return {
        "key": f"key{severity}",
        "origin": "during",
        "kind": "platform",
        "rule": "限儿童用药",
        "severity": severity,
        "sentence": "该药品限儿童使用，患者年龄 76 岁，请核实后再开。",
        "basis": "《国家基本医疗保险药品目录》限定支付范围",
        "verified": True,
        "blocks": False,
        "drugs": [{"drug": "syrup", "name": "小儿止咳糖浆"}],
        "fen": 1430,
        "params": {},
        "answer": "",
        **changes,
    }


def confirming(findings: list[Json], **changes: Any) -> Json:
    shown = state(READY, {"state": "none"}, ["settle", *EDITABLE] if not findings else EDITABLE)
    review = {"findings": findings, "due": [each["key"] for each in findings], "not_audited": ""}
    shown["visit"].update(step="confirm", preview=PREVIEW, settlement=None, review=review)
    shown["visit"].update(changes)
    return shown


@pytest.fixture
def screen(browser: Browser) -> Screen:
    return Screen(browser.new_page(viewport=KIOSK))


def actions(screen: Screen) -> list[str]:
    buttons = screen.page.locator("main [data-action], footer [data-action]")
    names: list[str] = buttons.evaluate_all("all => all.map((one) => one.dataset.action)")
    return names


def test_a_doubtful_one_takes_one_key(screen: Screen) -> None:
    screen.pause()
    screen.show(confirming([finding(2), finding(3)]))
    page = screen.page
    expect(page.locator("h1")).to_have_text("小儿止咳糖浆：限儿童用药")
    expect(page.locator(".severity")).to_have_text("很可疑")
    expect(page.locator(".review-head")).to_contain_text("医保平台提醒")
    expect(page.locator("main")).to_contain_text("后面还有 1 条")
    assert actions(screen) == ["cancel", "set-aside", "edit-lines", "answer:known"]
    page.clock.run_for(600)
    page.locator('[data-action="answer:known"]').click()
    expect(page.locator('[data-action="answer:known"]')).to_be_disabled()  # until the terminal has said what is next
    body = {"version": 5, "key": "key2", "reason": "known", "text": ""}
    assert screen.pressed == [("api/visit/finding", body)]


def test_one_that_is_certain_takes_a_reason(screen: Screen) -> None:
    screen.show(confirming([finding(1)]))
    page = screen.page
    assert "answer:known" not in actions(screen)
    assert "settle" not in actions(screen)
    expect(page.locator("footer .primary")).to_have_text("改药")
    for size in (KIOSK, PHONE):
        page.set_viewport_size(size)
        for name in ("needed", "checked", "agreed"):
            expect(page.locator(f'[data-action="answer:{name}"]')).to_be_in_viewport()
            assert not screen.clipped(f"answer:{name}")
    page.locator('[data-action="reason"]').fill("牧区太远，先给药")
    page.locator('[data-action="answer:other"]').click()
    body = {"version": 5, "key": "key1", "reason": "other", "text": "牧区太远，先给药"}
    assert screen.pressed == [("api/visit/finding", body)]


def test_what_the_fund_never_pays_here_is_taken_off_or_paid_by_the_patient(screen: Screen) -> None:
    level = finding(1, kind="level", origin="local", blocks=True, verified=False, drugs=[DANSHEN])
    level["sentence"] = "医保限二级及以上医疗机构使用，村卫生室不能报销"
    screen.show(confirming([level]))
    page = screen.page
    expect(page.locator("h1")).to_have_text("丹参注射液：村卫生室不能报销")
    expect(page.locator("main")).to_contain_text("未核实")
    assert not [action for action in actions(screen) if action.startswith("answer:")]
    page.locator('[data-action="self-pay:danshen"]').click()
    assert screen.pressed == [("api/visit/self-pay", {"version": 5, "drug": "danshen", "self_pay": True})]


def test_a_second_tap_of_the_screen_before_answers_nothing(screen: Screen) -> None:
    screen.pause()
    screen.show(confirming([finding(3)]))
    known = screen.page.locator('[data-action="answer:known"]')
    expect(known).to_be_disabled()
    screen.page.clock.run_for(600)
    expect(known).to_be_enabled()


def test_an_audit_that_did_not_answer_holds_nobody_up(screen: Screen) -> None:
    review = {"findings": [], "due": [], "not_audited": "insurance.no_answer"}
    screen.show(confirming([], review=review))
    expect(screen.page.locator(".not-audited")).to_have_text("审核服务没有应答，可以继续结算。")
    expect(screen.page.locator('[data-action="settle"]')).to_be_enabled()


def test_differences_are_explained_behind_one_key(screen: Screen) -> None:
    comparison = {
        "verified": False,
        "fields": [{"field": "fund_fen", "expected_fen": 3315, "actual_fen": 3198}],
        "causes": [
            {"cause": "deductible", "params": {"fen": 137, "left_fen": 0}},
            {"cause": "ceiling", "params": {"fen": 0}},
            {"cause": "rate", "params": {"percent": "70", "expected": "57.5"}},
        ],
    }
    screen.show(confirming([], comparison=comparison))
    page = screen.page
    assert not screen.clipped("compare")
    page.locator('[data-action="compare"]').click()
    sheet = page.locator(".sheet")
    expect(sheet).to_contain_text("这次有 ¥1.37 算在起付线里，由病人自己付；今年起付线还剩 ¥0.00。")
    expect(sheet).to_contain_text("年度限额已用完，医保这次不付。")
    expect(sheet).to_contain_text("平台按 70% 报，本机按 57.5% 算。")
    expect(sheet).to_contain_text("医保付：平台 ¥31.98，本机 ¥33.15")
    expect(sheet).to_contain_text("本机测算未核实")


def test_a_refund_says_what_goes_back_in_cash(screen: Screen) -> None:
    refund = {"number": "S2", "cash_fen": 702, "agree": True, "booked_fen": 702}
    shown = confirming([], step="cancelled", refund=refund, actions=["reprint", "finish"])
    shown["visit"]["receipt"]["state"] = "printed"
    screen.show(shown)
    page = screen.page
    expect(page.locator(".give-back")).to_have_text("请退给病人现金 ¥7.02")
    expect(page.locator("main")).to_contain_text("请病人签字")
    refund.update(agree=False, booked_fen=602)
    screen.show(shown)
    expect(page.locator('[data-refund="differs"]')).to_have_text(re.compile("¥6.02，和收的不一样"))
    assert "finish" in actions(screen)

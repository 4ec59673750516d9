"""The screen for states that a counter gets into rarely: its files as they are, and a state written by hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.written_states import KIOSK, PHONE, READY, Screen, state

TROUBLES = {
    "printer.paper_out": "缺纸了",
    "printer.cover_open": "打印机盖子开着",
    "printer.cutter": "切刀卡住了",
    "printer.overheated": "打印头太热了",
    "printer.error": "打印机有毛病",
    "printer.offline": "打印机没联机",
    "printer.silent": "打印机没有反应",
}


FAILED = ["print", "office", "without_paper", "set_aside", "cancel"]
UNSURE = ["came_out", "reprint", "office", "set_aside", "cancel"]


@pytest.fixture
def screen(browser: Browser) -> Screen:
    page = browser.new_page(viewport=KIOSK)
    return Screen(page)


def test_every_trouble_of_the_printer_is_named_once_with_what_to_do(screen: Screen) -> None:
    page = screen.page
    for code, title in TROUBLES.items():
        page.set_viewport_size(KIOSK)
        kind = "silent" if code == "printer.silent" else "fault"
        notice = {"kind": "error", "code": code, "params": {}}
        screen.show(state({"state": kind, "code": code}, {"state": "failed"}, FAILED, notice=notice))
        expect(page.locator("h1")).to_have_text(title)
        expect(page.locator(".advice")).to_have_text(re.compile("请.+请按“打小票”。"))
        expect(page.locator("main")).to_contain_text("不要重新收费")
        expect(page.locator(".notice")).to_have_count(0)  # not said twice
        expect(page.locator('[data-action="device:printer"].bad')).to_be_visible()
        assert not screen.clipped("office"), code
        page.set_viewport_size(PHONE)
        expect(page.locator('[data-action="print"]')).to_be_in_viewport()


def test_while_it_waits_for_the_doctor_nothing_is_to_be_pressed(screen: Screen) -> None:
    for code, title in TROUBLES.items():
        shown = state({"state": "fault", "code": code}, {"state": "printing"}, ["set_aside", "cancel"], busy="print")
        screen.show(shown)
        expect(screen.page.locator("h1")).to_have_text(title)
        expect(screen.page.locator(".advice")).to_contain_text("看屏幕上写的下一步")
        buttons = screen.page.locator("footer [data-action]")
        assert buttons.evaluate_all("all => all.map((one) => one.dataset.action)") == ["set-aside"]


def test_a_trouble_of_one_receipt(screen: Screen) -> None:
    for code, title in (("printer.bad_job", "这张小票打不了"), ("printer.busy", "打印机还在忙")):
        notice = {"kind": "error", "code": code, "params": {}}
        screen.show(state(READY, {"state": "failed"}, FAILED, notice=notice))
        expect(screen.page.locator("h1")).to_have_text(title)
        expect(screen.page.locator(".advice")).not_to_contain_text("好了以后")


def test_a_printer_that_works_again(screen: Screen) -> None:
    notice = {"kind": "error", "code": "printer.paper_out", "params": {}}
    screen.show(state(READY, {"state": "failed"}, FAILED, notice=notice))
    expect(screen.page.locator("h1")).to_have_text("小票没打出来")  # what was wrong is not said as if it still were
    expect(screen.page.locator('[data-action="device:printer"]')).to_have_count(0)


def test_low_paper_is_a_remark_and_no_trouble(screen: Screen) -> None:
    printer = {"state": "ready", "code": "printer.paper_low"}
    screen.show(state(printer, {"state": "printing"}, ["set_aside"], busy="print"))
    page = screen.page
    expect(page.locator("h1")).to_contain_text("正在打小票")
    chip = page.locator('[data-action="device:printer"].warn')
    expect(chip).to_have_text("打印机：纸快没了")
    chip.click()
    expect(page.locator(".sheet")).to_contain_text("请准备一卷新纸")


def test_the_reader_of_social_cards_has_a_chip_where_there_is_one(screen: Screen) -> None:
    shown = state(READY, {"state": "failed"}, FAILED)
    screen.show(shown)
    expect(screen.page.locator('[data-action="device:social_card_reader"]')).to_have_count(0)
    shown["devices"]["social_card_reader"] = {"state": "silent", "code": "social_reader.silent"}
    screen.show(shown)
    chip = screen.page.locator('[data-action="device:social_card_reader"].bad')
    expect(chip).to_have_text("社保卡读卡器：没反应")
    chip.click()
    expect(screen.page.locator(".sheet")).to_contain_text("社保卡读卡器没有反应")


def test_a_wrong_clock_has_a_chip_that_says_by_how_much(screen: Screen) -> None:
    chip = screen.page.locator('[data-action="clock"].warn')
    for off_s, words in ((7200, "慢了约 2 小时"), (-721, "快了约 12 分钟")):
        screen.show(state(READY, {"state": "failed"}, FAILED, clock={"off_s": off_s}))
        expect(chip).to_have_text("本机时间不准")
        chip.click()
        expect(screen.page.locator(".sheet")).to_contain_text(words)
        expect(screen.page.locator(".sheet")).to_contain_text("请打维修电话校时")
    screen.show(state(READY, {"state": "failed"}, FAILED, clock={"off_s": 0}))
    expect(chip).to_have_count(0)


def test_trouble_with_the_platform_leaves_the_buttons_in_sight(screen: Screen) -> None:
    time = {"time": "2026-11-22 17:20"}
    page = screen.page
    for code, params, words in (
        ("certificate_expired", time, "本机现在是 2026-11-22 17:20"),
        ("certificate_not_yet", time, "多半是本机时间慢了"),
        ("certificate_untrusted", time, "不要换别的网络去试"),
        ("certificate_other_name", time, "连上的是别的地方"),
        ("own_certificate", time, "不认本机的证书"),
        ("hung_up", {}, "一接通就断开了"),
        (
            "maintenance",
            {"platform": "系统升级维护中，预计今日24:00恢复。"},
            "医保平台说：「系统升级维护中，预计今日24:00恢复。」",
        ),
        ("clock_refused", {"platform": "签名时间戳超时!", **time}, "请打维修电话校时"),
    ):
        notice = {"kind": "warning", "code": f"insurance.{code}", "params": params}
        shown = state(READY, {"state": "none"}, ["price", "lines", "set_aside", "cancel"], notice=notice)
        shown["visit"] |= {"step": "price", "settlement": None}
        screen.show(shown)
        expect(page.locator(".notice")).to_contain_text(words)
        expect(page.locator(".notice")).not_to_contain_text("{")
        for viewport in (KIOSK, PHONE):
            page.set_viewport_size(viewport)
            for action in ("price", "set-aside", "dismiss"):
                expect(page.locator(f'[data-action="{action}"]')).to_be_in_viewport()
        page.set_viewport_size(KIOSK)


def test_the_question_about_the_receipt_printer(screen: Screen) -> None:
    screen.show(state({"state": "silent", "code": "printer.silent"}, {"state": "unsure"}, UNSURE))
    page = screen.page
    expect(page.locator("h1")).to_have_text("小票出来了吗？")
    expect(page.locator(".advice")).to_contain_text("线有没有插紧")
    expect(page.locator('[data-action="office"]')).to_have_text("没有，用办公打印机打印")
    assert not screen.clipped("office")


def test_the_question_about_the_office_printer(screen: Screen) -> None:
    fault = {"state": "fault", "code": "printer.cutter"}
    screen.show(state(fault, {"state": "unsure", "office": True}, UNSURE))
    page = screen.page
    expect(page.locator("h1")).to_have_text("办公打印机打出来了吗？")
    expect(page.locator(".advice")).to_have_count(0)  # the other printer's trouble is not the question now
    for action in ("came-out", "office", "reprint"):
        expect(page.locator(f'[data-action="{action}"]')).to_be_in_viewport()

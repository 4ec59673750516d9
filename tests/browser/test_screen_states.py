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

"""The screen for states that a counter gets into rarely: its files as they are, and a state written by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

CONSOLE = Path(__file__).parents[2] / "firmware" / "console" / "static"
ORIGIN = "http://terminal.local/"
KIOSK: ViewportSize = {"width": 1024, "height": 600}
PHONE: ViewportSize = {"width": 390, "height": 844}
READY = {"state": "ready", "code": ""}
TROUBLES = {
    "printer.paper_out": "缺纸了",
    "printer.cover_open": "打印机盖子开着",
    "printer.cutter": "切刀卡住了",
    "printer.overheated": "打印头太热了",
    "printer.error": "打印机有毛病",
    "printer.offline": "打印机没联机",
    "printer.silent": "打印机没有反应",
}


def state(printer: dict[str, str], receipt: dict[str, Any], actions: list[str], **changes: Any) -> dict[str, Any]:
    """A settled visit whose receipt is as `receipt` says."""
    amounts = {"total_fen": 3900, "fund_fen": 3198, "own_fen": 702, "account_fen": 0, "cash_fen": 702}
    visit = {
        "id": "000012",
        "number": "0012",
        "version": 5,
        "step": "receipt",
        "patient": {
            "name": "张三",
            "sex": "male",
            "age": 76,
            "identity_number": "110105********002X",
            "insurance": "390",
            "insured": "yes",
            "balance_fen": 0,
            "credential": "identity_card",
            "card_expired": False,
        },
        "diagnosis": {"code": "J00.x00", "name": "急性鼻咽炎[感冒]"},
        "lines": [],
        "estimate": None,
        "preview": None,
        "settlement": {**amounts, "number": "S1", "settled_at": 1790000000},
        "receipt": {"copies": 0, "action": "1-1", "office": False, **receipt},
        "uploads": {"waiting": 1, "quarantined": 0},
        "actions": actions,
    }
    return {
        "serial": 17,
        "setup": False,
        "operators": [{"id": "1", "name": "韦医生"}],
        "operator": {"id": "1", "name": "韦医生"},
        "clinic": {"name": "测试村卫生室", "code": "H99999900001", "verified": False},
        "devices": {"card_reader": READY, "scanner": {**READY, "armed": False}, "printer": printer},
        "network": {"state": "online"},
        "outbox": {"waiting": 1, "oldest_s": 40, "amount_fen": 2520, "quarantined": 0},
        "busy": "",
        "notice": None,
        "visit": visit,
        "kept": [],
        **changes,
    }


FAILED = ["print", "office", "without_paper", "set_aside", "cancel"]
UNSURE = ["came_out", "reprint", "office", "set_aside", "cancel"]


# A stream of events that stays open: what a test answers over HTTP would end, and count as a line that was lost.
OPEN_STREAM = """
window.EventSource = class extends EventTarget {
  constructor() {
    super();
    const tell = (data) => this.dispatchEvent(Object.assign(new Event("state"), { data }));
    fetch("api/state").then((answer) => answer.text()).then(tell);
  }
  close() {}
};
"""


class Screen:
    """A page of the console to which a test sends states."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._state: dict[str, Any] = {}
        page.add_init_script(OPEN_STREAM)
        page.route(ORIGIN + "**", self._answer)

    def show(self, shown: dict[str, Any]) -> None:
        self._state = shown
        self.page.goto(ORIGIN)
        expect(self.page.locator("main.screen")).to_be_visible()

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path == "api/state":
            route.fulfill(json=self._state)
        elif path == "":
            route.fulfill(path=CONSOLE / "index.html")
        else:
            route.fulfill(path=CONSOLE / path.removeprefix("static/"))

    def clipped(self, action: str) -> bool:
        """Whether a button of the screen is (partly) behind the buttons at its foot."""
        button = self.page.locator(f'[data-action="{action}"]').bounding_box()
        foot = self.page.locator("footer.buttons").bounding_box()
        assert button is not None
        assert foot is not None
        return button["y"] + button["height"] > foot["y"]


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

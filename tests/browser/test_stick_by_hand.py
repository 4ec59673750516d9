"""The stick by hand in a real browser: out of the terminal, to the office, back again; on a kiosk and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.test_by_hand import hands, press, set_up, step, up_to_price
from tests.browser.written_states import KIOSK, PHONE

if TYPE_CHECKING:
    from simulator.launch import Counter


def close_sheet(page: Page, *words: str) -> None:
    sheet = page.locator(".sheet")
    for word in words:
        expect(sheet).to_contain_text(word)
    sheet.get_by_text("知道了").click()


def fits(page: Page) -> bool:
    """Whether nothing is beyond the right edge, and the words of every button are on one line."""
    wide = page.locator(".column").evaluate("column => column.scrollWidth > column.clientWidth")
    texts = page.locator("footer.buttons .button").evaluate_all(
        "buttons => buttons.map(button => { const range = document.createRange(); range.selectNodeContents(button);"
        " return new Set([...range.getClientRects()].map(rect => Math.round(rect.top))).size; })"
    )
    return not wide and texts == [1] * len(texts)


@pytest.mark.parametrize("size", [KIOSK, PHONE], ids=["kiosk", "phone"])
def test_what_waits_is_carried_to_the_office(
    counter: Counter, browser: Browser, bench: Page, size: ViewportSize
) -> None:
    page = browser.new_page(viewport=size)
    page.goto(counter.terminal_url)
    set_up(page)
    counter.bench("fault platform.out_of_service 3505")
    up_to_price(counter, page)
    press(page, "settle")
    step(page, "done")
    press(page, "finish")
    step(page, "welcome")

    press(page, "terminal")
    expect(page.locator('[data-fact="stick"]')).to_contain_text("没有插U盘")
    expect(page.locator('[data-figure="device"]')).to_contain_text(" ")
    assert fits(page)
    press(page, "export")
    expect(page.locator(".notice")).to_contain_text("没有插U盘。请插好U盘")
    hands(bench, "stick in").click()
    press(page, "export")
    close_sheet(page, "写好了：2 条，1 个文件", "交给乡镇医保窗口")
    expect(page.locator(".notice")).to_have_count(0)
    expect(page.locator('[data-action="outbox"]')).to_contain_text("未上传 2 条")

    hands(bench, "stick out").click()
    expect(bench.locator(".stick")).to_contain_text("U盘在手里，1 个文件")
    counter.bench("fault platform.refuse 3505 该追溯码已被使用")
    hands(bench, "office takes in").click()
    expect(bench.locator(".stick")).to_contain_text("办好 1 条，退回 1 条")
    hands(bench, "stick in").click()
    press(page, "import")
    close_sheet(page, "读好了：1 个回执", "传完的 1 条", "退回的 1 条", "看退回的")
    press(page, "import")
    close_sheet(page, "没有新的回执")
    expect(page.locator('[data-fact="unsent"]')).to_contain_text("除了退回的，都已经上传")
    assert fits(page)

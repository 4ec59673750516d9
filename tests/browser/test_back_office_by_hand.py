"""Away from the patient, by hand in a real browser: a refused message, the terminal itself, a second operator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_by_hand import press, set_up, step, type_pin, up_to_price
from tests.browser.written_states import KIOSK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.launch import Counter

SENTENCE = "该追溯码已被使用"
WRONG_PIN = "111112"


@pytest.fixture
def page(counter: Counter, browser: Browser) -> Iterator[Page]:
    """The terminal's own screen, set up; afterwards no script may have failed."""
    page = browser.new_page(viewport=KIOSK)
    flaws: list[str] = []
    page.on("pageerror", lambda error: flaws.append(str(error)))
    page.goto(counter.terminal_url)
    set_up(page)
    yield page
    assert flaws == []


def test_a_refused_upload_is_seen_and_sent_again(counter: Counter, page: Page) -> None:
    up_to_price(counter, page)
    counter.bench(f"fault platform.refuse 3505 {SENTENCE}")
    press(page, "settle")
    step(page, "done")
    chip = page.locator('[data-action="outbox"].bad')
    expect(chip).to_contain_text("退回 1")
    press(page, "finish")
    step(page, "welcome")
    chip.click()
    press(page, "page:held")
    message = page.locator("[data-held]")
    expect(message).to_have_count(1)
    expect(message).to_contain_text(f"医保平台说：「{SENTENCE}」")
    expect(message).to_contain_text(re.compile("0001 号.*销售 第 1 行 ¥25.20"))
    message.locator('[data-action^="retry:"]').click()
    expect(page.locator("h1")).to_have_text("待上传：退回的 0 条")
    expect(page.locator("main")).to_contain_text("没有被退回的")
    expect(page.locator('[data-action="outbox"]')).not_to_contain_text("退回")  # it waits with the others again


def test_the_terminal_tells_of_itself_and_takes_new_keys(page: Page) -> None:
    press(page, "terminal")
    expect(page.locator('[data-fact="level"]')).to_contain_text("0 级 密钥和数据在同一张存储卡上")
    expect(page.locator('[data-figure="link"]')).to_have_text(re.compile("^[0-9a-f]{4}( [0-9a-f]{4}){3}$"))
    keys = page.locator('[data-fact="keys"]')
    expect(keys).to_contain_text("密钥第 1 版")
    press(page, "rotate")
    press(page, "rotate-yes")
    expect(keys).to_contain_text("密钥第 2 版")
    expect(page.locator('[data-figure="rotating"]')).to_have_count(0)
    press(page, "back")
    step(page, "welcome")


def test_a_second_operator_who_forgets_the_pin(page: Page) -> None:
    press(page, "terminal")
    press(page, "page:operators")
    press(page, "add")
    page.locator('[data-action="name"]').fill("李护士")
    press(page, "next")
    press(page, "role:doctor")
    type_pin(page)
    press(page, "next")
    type_pin(page)
    press(page, "create")
    expect(page.locator("[data-done]")).to_have_text("李护士可以用了。")
    press(page, "sign-out")
    press(page, "sign-out-yes")
    step(page, "sign-in")
    press(page, "operator:2")
    for _ in range(5):
        for digit in WRONG_PIN:
            press(page, f"key:{digit}")
        expect(page.locator('[data-action="sign-in"]')).to_be_enabled()
        press(page, "sign-in")
        expect(page.locator(".mark.filled")).to_have_count(0)
    expect(page.locator("[data-locked]")).to_contain_text("密码错得太多")
    press(page, "other-operator")
    press(page, "operator:1")
    type_pin(page)
    press(page, "sign-in")
    step(page, "welcome")
    press(page, "terminal")
    press(page, "page:operators")
    expect(page.locator('[data-operator="2"]')).to_contain_text("还要等")

"""The receipt on the office printer: the browser that shows the screen prints it, once for each press."""

import re

from playwright.sync_api import Browser, Page, expect

from simulator.launch import Counter
from tests.browser.conftest import note_in
from tests.browser.test_by_hand import prescribe, press, set_up, step

# Chromium without a window has no printer: what would be printed is noted instead, in every frame.
NOTE_PRINTS = """
window.print = () => {
  const top = window.top;
  (top.printed ??= []).push(document.body.innerText);
};
"""

RESUME_THE_OTHER = """
async () => {
  const state = await (await fetch("api/state")).json();
  const headers = { "Content-Type": "application/json" };
  await fetch("api/visit/resume", { method: "POST", headers, body: JSON.stringify({ id: state.kept[0].id }) });
}
"""


def failed_receipt(counter: Counter, page: Page) -> None:
    """A patient who has paid, and a printer without paper."""
    set_up(page)
    counter.bench("card lay zhang-san")
    prescribe(page)
    for box in ("aspirin-1", "aspirin-2", "smectite-1"):
        counter.scan(box)
    step(page, "confirm")
    counter.bench("paper left 0")
    expect(page.locator('[data-action="device:printer"]')).to_contain_text("缺纸")
    press(page, "settle")
    step(page, "receipt")
    expect(page.locator("h1")).to_have_text("缺纸了")


def printed(page: Page, count: int) -> list[str]:
    page.wait_for_function("count => (window.printed ?? []).length >= count", arg=count)
    texts: list[str] = page.evaluate("window.printed")
    assert len(texts) == count
    return texts


def test_the_browser_prints_what_the_receipt_printer_could_not(counter: Counter, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1024, "height": 600})
    flaws: list[str] = []
    page.on("pageerror", lambda error: flaws.append(str(error)))
    page.on("console", note_in(flaws))
    page.add_init_script(NOTE_PRINTS)
    page.goto(counter.terminal_url)
    failed_receipt(counter, page)

    press(page, "office")
    expect(page.locator("h1")).to_contain_text("办公打印机")
    receipt = printed(page, 1)[0]
    assert "张三" in receipt
    assert re.search(r"个人负担\s+7\.02", receipt)
    assert "重打" not in receipt
    page.emulate_media(media="print")  # a browser that prints the whole window finds the receipt alone in it
    expect(page.locator("#desk")).to_be_hidden()
    expect(page.locator("iframe.paper")).to_be_visible()
    page.emulate_media(media="screen")

    press(page, "office")
    assert "重打" in printed(page, 2)[1]
    expect(page.locator('[data-action="came-out"]')).to_be_enabled()
    press(page, "came-out")
    step(page, "done")
    expect(page.locator("iframe.paper")).to_have_count(0)  # nobody prints this patient's receipt by accident
    assert counter.paper_text() == ""
    assert flaws == []


def test_the_page_of_one_patient_goes_when_another_comes_to_the_screen(counter: Counter, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1024, "height": 600})
    page.add_init_script(NOTE_PRINTS)
    page.goto(counter.terminal_url)
    failed_receipt(counter, page)
    press(page, "set-aside")
    counter.bench("card remove")
    counter.bench("card lay li-fang")
    step(page, "diagnose")
    press(page, "diagnosis:J00.x00")
    step(page, "prescribe")
    press(page, "drug:smectite")
    press(page, "lines")
    step(page, "dispense")
    counter.scan("smectite-2")
    step(page, "confirm")
    press(page, "settle")
    step(page, "receipt")
    press(page, "office")
    assert len(printed(page, 1)) == 1
    expect(page.locator("iframe.paper")).to_have_count(1)

    # From another screen, in one step: this one never sees an empty counter between the two.
    page.evaluate(RESUME_THE_OTHER)
    expect(page.locator("h1")).to_have_text("缺纸了")
    expect(page.locator("iframe.paper")).to_have_count(0)

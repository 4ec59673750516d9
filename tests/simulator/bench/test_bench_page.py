"""The page in a real browser, with real hands on it."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from simulator.faults import FAULTS
from tests.simulator.bench.bench_counter import BenchCounter

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE_MS = 120_000  # a net for what does not come at all
STATIC = Path(__file__).parents[3] / "simulator" / "bench" / "static"

expect.set_options(timeout=PATIENCE_MS)
pytestmark = pytest.mark.asyncio(loop_scope="module")
# CI always has a browser: there, a missing one fails the tests instead of skipping them.
needs_browser = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI"),
    reason="no /usr/bin/chromium: the page was NOT tested (sudo apt install chromium)",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments, timeout=PATIENCE_MS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(counter: BenchCounter, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    flaws: list[str] = []
    page.on("pageerror", lambda error: flaws.append(str(error)))
    await page.goto(counter.bench.url)
    await expect(page.locator(".people li")).to_have_count(8)
    yield page
    await context.close()
    assert flaws == []


def _do(page: Page, line: str) -> Locator:
    return page.locator(f'[data-do="{line}"]')


@needs_browser
async def test_a_card_is_laid_down_and_taken_away_by_clicks(counter: BenchCounter, page: Page) -> None:
    await _do(page, "card lay zhang-san").click()
    await expect(page.locator(".antenna")).to_contain_text("张三")
    assert counter.world.card_holder == "zhang-san"

    await _do(page, "card remove").click()
    await expect(_do(page, "card lay zhang-san")).to_be_visible()
    assert counter.world.card_holder is None


@needs_browser
async def test_a_card_can_be_dragged_to_the_reader(counter: BenchCounter, page: Page) -> None:
    await _do(page, "card lay li-fang").drag_to(page.locator(".reader"))

    await expect(page.locator(".antenna")).to_contain_text("李芳")
    assert counter.world.card_holder == "li-fang"


@needs_browser
async def test_the_next_box_comes_to_the_front_after_a_scan(counter: BenchCounter, page: Page) -> None:
    await _do(page, "scan aspirin-1").click()

    await expect(page.locator(".stack").first.locator(".box")).to_have_attribute("data-do", "scan aspirin-2")
    assert counter.world.state()["scanner"]["last"]["code"] == "81000170622758698313"
    await _do(page, "scan aspirin-3").click()
    await expect(page.locator(".stack").first.locator(".box")).to_have_attribute("data-do", "scan aspirin-1")


@needs_browser
async def test_every_box_and_every_phone_can_be_scanned(counter: BenchCounter, page: Page) -> None:
    for box in counter.world.boxes:
        await expect(_do(page, f"scan {box}")).to_have_count(1)
    for person in counter.world.people.values():
        await expect(_do(page, f"scan qr {person.id}")).to_have_count(1 if person.qr else 0)


@needs_browser
async def test_the_cable_and_the_printer_can_be_handled(counter: BenchCounter, page: Page) -> None:
    await _do(page, "cable out").click()
    await expect(_do(page, "cable in")).to_be_visible()
    assert not counter.world.network.plugged

    for line in ("paper left 20", "cover open", "cover close", "printer power off", "printer power on", "paper load"):
        await _do(page, line).click()
    await expect(_do(page, "cover open")).to_be_visible()


@needs_browser
async def test_what_comes_out_brings_a_new_picture_of_the_paper(counter: BenchCounter, page: Page) -> None:
    await expect(page.locator(".paper-way img")).to_be_hidden()

    counter.world.printer.receive(b"receipt\n")

    await expect(page.locator(".paper-way img")).to_be_visible()
    await expect(page.locator(".paper-way img")).to_have_attribute("src", "api/paper.svg?pieces=1")
    counter.world.printer.receive(b"\x1dV\x01")
    await expect(page.locator(".paper-way img")).to_have_attribute("src", "api/paper.svg?pieces=2")


@needs_browser
async def test_trouble_is_made_and_mended_in_the_drawer(counter: BenchCounter, page: Page) -> None:
    await page.locator("#trouble-button").click()
    await page.locator('[data-owner="network"] summary').click()
    await _do(page, "fault network.cut_after").click()
    await expect(page.locator("#trouble-button")).to_have_text("麻烦 · 1")
    assert counter.platform.active_faults() == ["network.cut_after 2207"]

    await _do(page, "fault clear network.cut_after").click()
    await expect(page.locator("#trouble-button")).to_have_text("制造麻烦")
    await page.keyboard.press("Escape")
    await expect(page.locator("#trouble")).to_be_hidden()


@needs_browser
async def test_a_fault_of_a_device_is_set_with_its_argument(counter: BenchCounter, page: Page) -> None:
    await page.locator("#trouble-button").click()
    group = page.locator('[data-owner="reader"]')
    await expect(group.locator("li")).to_have_count(sum(name.startswith("reader.") for name in FAULTS))
    late = group.locator("li").filter(has_text="reader.late")
    await late.locator("input").fill("1500")
    await late.locator("button").click()
    await expect(group.locator("li").first).to_contain_text("reader.late")
    assert counter.world.reader.faults.number("late") == 1500
    await page.locator('[data-owner="scanner"] summary').click()
    await expect(page.locator('[data-owner="scanner"]')).not_to_contain_text("scanner.alt_codes")


@needs_browser
async def test_the_four_documents_and_the_kind_of_scanner_can_be_told_apart(counter: BenchCounter, page: Page) -> None:
    for person, words in (("li-si", "港澳台居住证"), ("smith", "永久居留 2017"), ("smith-2023", "永久居留 2023")):
        await expect(_do(page, f"card lay {person}")).to_contain_text(words)
    await _do(page, "card lay smith-2023").click()
    await expect(page.locator(".antenna")).to_contain_text("永久居留 2023")
    assert counter.world.card_holder == "smith-2023"
    await expect(page.locator(".scanner h2")).to_contain_text("GM65")


@needs_browser
async def test_a_phone_in_front_of_the_scanner_is_said_to_be_whose_it_is(counter: BenchCounter, page: Page) -> None:
    counter.world.scanner.receive(bytes.fromhex("7E0008010000D5ABCD"))  # command mode: its light is off
    await _do(page, "scan qr li-fang").click()
    await expect(page.locator(".scanner .held")).to_have_text("李芳的医保码")
    await _do(page, "scanner take-away").click()
    await expect(page.locator("#toast")).to_have_text("还没读到就拿开了。")


@needs_browser
async def test_what_cannot_be_done_is_said(counter: BenchCounter, page: Page) -> None:
    await counter.do("reader unplug")
    await page.evaluate("""async () => {
        const button = document.querySelector('[data-do="card lay zhang-san"]');
        button.click(); button.click();
    }""")

    await expect(page.locator("#toast")).to_contain_text("读卡器上已经有一张证件")


@needs_browser
async def test_the_whole_page_speaks_english_after_one_click(page: Page) -> None:
    await page.locator("#language-button").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator(".reader h2")).to_contain_text("Card reader")

    await page.reload()
    await expect(page.locator(".reader h2")).to_contain_text("Card reader")


@needs_browser
@pytest.mark.parametrize("width", [1440, 1100])
async def test_nothing_sticks_out_sideways(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})

    assert await page.evaluate("document.documentElement.scrollWidth") == width


@needs_browser
async def test_code_128_patterns_are_what_the_standard_says(page: Page) -> None:
    """Six elements of eleven modules, an even number of them black; the check is the weighted sum mod 103."""
    values = await page.evaluate("import('/js/symbols.js').then((symbols) => symbols.code128Values('123456'))")
    assert values == [105, 12, 34, 56, (105 + 12 + 2 * 34 + 3 * 56) % 103]
    odd = await page.evaluate("import('/js/symbols.js').then((symbols) => symbols.code128Values('12345'))")
    assert odd == [105, 12, 34, 100, ord("5") - 32, (105 + 12 + 2 * 34 + 3 * 100 + 4 * 21) % 103]

    table = re.search(
        r"const PATTERNS = \((.*?)\)\.split", (STATIC / "js" / "symbols.js").read_text("utf-8"), re.DOTALL
    )
    assert table is not None
    patterns = re.findall(r"\d{6}", table[1])
    assert len(patterns) == len(set(patterns)) == 106
    assert all(sum(map(int, pattern)) == 11 for pattern in patterns)
    assert all(sum(map(int, pattern[::2])) % 2 == 0 for pattern in patterns)

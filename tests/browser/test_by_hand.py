"""A whole visit by hand in a real browser: clicks on the bench page and on the terminal's own screen inside it.

`make pictures` keeps the pictures that the README shows.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from simulator.launch import Counter

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PIN = "283746"


def press(screen: FrameLocator | Page, action: str) -> None:
    screen.locator(f'[data-action="{action}"]').first.click()


def hands(bench: Page, line: str) -> Locator:
    return bench.locator(f'[data-do="{line}"]').first


def scan_by_hand(counter: Counter, bench: Page, box: str) -> None:
    """Hold a box up when the light is on: the hand of the page is less patient than a busy terminal."""
    counter.wait_bench(
        lambda world: world["scanner"]["lit"] and not world["scanner"]["window"], "the light of the scanner"
    )
    hands(bench, f"scan {box}").click()
    expect(hands(bench, f"scan {box}")).to_be_enabled()


def step(screen: FrameLocator | Page, name: str) -> None:
    expect(screen.locator(f'[data-step="{name}"]').first).to_be_visible()


def type_pin(screen: FrameLocator | Page) -> None:
    for digit in PIN:
        press(screen, f"key:{digit}")


def set_up(screen: FrameLocator | Page) -> None:
    """The first start: a name, and a PIN twice."""
    step(screen, "setup")
    screen.locator('[data-action="name"]').fill("韦医生")
    press(screen, "next")
    type_pin(screen)
    press(screen, "next")
    type_pin(screen)
    press(screen, "setup")
    step(screen, "welcome")


def prescribe(screen: FrameLocator | Page) -> None:
    step(screen, "diagnose")
    press(screen, "diagnosis:J00.x00")
    step(screen, "prescribe")
    press(screen, "drug:aspirin")
    press(screen, "quantity-plus:aspirin")
    press(screen, "drug:smectite")
    press(screen, "lines")
    step(screen, "dispense")


def up_to_price(counter: Counter, page: Page) -> None:
    """A visit of li-fang up to its price, three boxes scanned."""
    counter.bench("card lay li-fang")
    prescribe(page)
    for box in ("aspirin-1", "aspirin-2", "smectite-1"):
        counter.scan(box)
    step(page, "confirm")


def picture(page: Page, name: str) -> None:
    if os.environ.get("PICTURES"):
        IMAGES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=IMAGES / f"{name}.png")


def test_serve_a_patient(counter: Counter, bench: Page) -> None:
    screen = bench.frame_locator("iframe")
    set_up(screen)

    hands(bench, "card lay zhang-san").click()
    step(screen, "diagnose")
    expect(screen.get_by_text("张三").first).to_be_visible()
    expect(screen.get_by_text("城乡居民").first).to_be_visible()
    prescribe(screen)

    for box in ("aspirin-1", "aspirin-2", "smectite-1"):
        scan_by_hand(counter, bench, box)
    step(screen, "confirm")
    expect(screen.locator('[data-amount="total"]').first).to_contain_text("39.00")
    expect(screen.locator('[data-amount="fund"]').first).to_contain_text("31.98")
    expect(screen.locator('[data-amount="own"]').first).to_contain_text("7.02")

    press(screen, "settle")
    step(screen, "done")
    counter.wait_bench(lambda world: "个人负担" in counter.paper_text(), "the receipt")
    expect(screen.locator('[data-action="outbox"]')).to_contain_text("未上传 0")
    assert len(counter.settlements()) == 1
    picture(bench, "bench")


def test_the_cable_is_pulled_while_settling(counter: Counter, bench: Page) -> None:
    screen = bench.frame_locator("iframe")
    set_up(screen)
    hands(bench, "card lay zhang-san").click()
    prescribe(screen)
    for box in ("aspirin-1", "aspirin-2", "smectite-1"):
        scan_by_hand(counter, bench, box)
    step(screen, "confirm")
    counter.bench("fault network.cut_after 2207")
    press(screen, "settle")
    step(screen, "settling")
    hands(bench, "cable in").click()
    step(screen, "done")
    assert len(counter.settlements()) == 1


@pytest.mark.parametrize(("name", "width", "height"), [("kiosk", 1024, 600), ("phone", 390, 844)])
def test_the_terminals_own_screen(counter: Counter, browser: Browser, name: str, width: int, height: int) -> None:
    """Chinese by default, English at one press, and the main button in sight on both sizes."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(counter.terminal_url)
    set_up(page)
    expect(page.locator("body")).to_contain_text("身份证")
    counter.bench("card lay li-fang")
    prescribe(page)
    counter.scan("aspirin-1")
    if name == "phone":
        picture(page, "phone-dispense")
    counter.scan("aspirin-2")
    counter.scan("smectite-1")
    step(page, "confirm")
    settle = page.locator('[data-action="settle"]').first
    box = settle.bounding_box()
    assert box is not None
    assert box["height"] >= 64
    assert box["y"] + box["height"] <= height, "the main button is out of sight"
    if name == "kiosk":
        expect(settle).to_be_enabled()  # a moment later than it is shown: a press meant for the page before is none
        picture(page, "kiosk-confirm")
    press(page, "language")
    expect(page.locator("body")).to_contain_text("Settle")

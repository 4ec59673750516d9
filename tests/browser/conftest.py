"""A real browser: the system's Chromium. CI always has it; elsewhere a missing one is said, not hidden."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from simulator.launch import Counter

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DESK: ViewportSize = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium without a window, one for all tests of a file: to start it takes longer than most of them."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium")
        pytest.skip("no /usr/bin/chromium: the pages were NOT tested (sudo apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Chromium with nothing open; what a test opens, with its cookies and its storage, goes with the test."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A counter with its bench page, both programs real."""
    with Counter(tmp_path, headless=False) as counter:
        yield counter


@pytest.fixture
def bench(counter: Counter, browser: Browser) -> Iterator[Page]:
    """The bench page; afterwards no script may have failed, and the content policy may have refused nothing."""
    page = browser.new_page(viewport=DESK)
    flaws: list[str] = []
    page.on("pageerror", lambda error: flaws.append(str(error)))
    page.on("console", lambda message: flaws.append(message.text))
    page.goto(counter.bench_url)
    yield page
    assert [flaw for flaw in flaws if "Failed to load resource" not in flaw] == []  # a refused press says 4xx

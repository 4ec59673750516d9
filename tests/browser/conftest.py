"""A real browser: the system's Chromium. CI always has it; elsewhere a missing one is said, not hidden."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from simulator.launch import Counter
from tests.counter.conftest import PATIENCE_MS as PLATFORM_MS

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DESK: ViewportSize = {"width": 1440, "height": 900}
PATIENCE_MS = 120_000  # a net for what does not come at all: a busy machine needs many times the seconds of an idle one
TOO_LATE = "signal timed out"

expect.set_options(timeout=PATIENCE_MS)


def note_in(flaws: list[str]) -> Callable[[ConsoleMessage], None]:
    """Notes what a page says aloud, as a content policy does that refuses; that a busy terminal was late is no flaw."""

    def note(message: ConsoleMessage) -> None:
        if not message.text.endswith(TOO_LATE):
            flaws.append(message.text)

    return note


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium without a window, one for all tests of a file: to start it takes longer than most of them."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium")
        pytest.skip("no /usr/bin/chromium: the pages were NOT tested (sudo apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium with nothing open; what a test opens, with its cookies and its storage, goes with the test."""
    new_page = chromium.new_page

    def patient_page(**options: Any) -> Page:
        page = new_page(**options)
        page.set_default_timeout(PATIENCE_MS)
        return page

    monkeypatch.setattr(chromium, "new_page", patient_page)
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A counter with its bench page, both programs real."""
    with Counter(tmp_path, headless=False, patience_ms=PLATFORM_MS) as counter:
        yield counter


@pytest.fixture
def bench(counter: Counter, browser: Browser) -> Iterator[Page]:
    """The bench page; afterwards no script may have failed, and the content policy may have refused nothing."""
    page = browser.new_page(viewport=DESK)
    flaws: list[str] = []
    page.on("pageerror", lambda error: flaws.append(str(error)))
    page.on("console", note_in(flaws))
    page.goto(counter.bench_url)
    yield page
    assert [flaw for flaw in flaws if "Failed to load resource" not in flaw] == []  # a refused press says 4xx

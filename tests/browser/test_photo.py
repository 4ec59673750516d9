"""The photo on the card, from the reader's bytes to the screen: beside the patient's name, and nowhere on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from simulator.derived_board import derived_board
from simulator.launch import Counter
from tests.browser import face_decoder
from tests.browser.test_by_hand import picture, press, set_up, step
from tests.counter.conftest import PATIENCE_MS
from tests.torture.canary_search import files_below, found_in_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PHOTO = "img.patient-photo"


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """A counter whose terminal has a decoder."""

    def with_decoder(*values: object, **named: object) -> str:
        text = derived_board(*values, **named)  # type: ignore[arg-type]
        decoder = f'photo_decoder = "{face_decoder.__name__}:decode"'
        return text.replace("[card_reader]", f"[card_reader]\n{decoder}", 1)

    monkeypatch.setattr("simulator.launch.derived_board", with_decoder)
    with Counter(tmp_path, patience_ms=PATIENCE_MS) as counter:
        yield counter


def shown(page: Page) -> Locator:
    """The photo, when the browser has really drawn it."""
    photo = page.locator(PHOTO)
    expect(photo).to_be_visible()
    photo.evaluate("image => image.decode()")
    size = photo.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert size == [face_decoder.WIDTH, face_decoder.HEIGHT]
    return photo


def traces_of_the_photo(counter: Counter) -> set[str]:
    """Names of the terminal's files in which the card's block or a row of the picture can be found."""
    block = face_decoder.BLOCK.ljust(1024, b"\0")
    face = face_decoder.decode(block)
    assert face_decoder.SKIN * 8 in face
    parts = [face_decoder.BLOCK, face[:54], face_decoder.SKIN * 8, face_decoder.SHIRT * 8, face_decoder.WALL * 8]
    parts += [face_decoder.BLOCK.decode("latin-1").encode(), b"\\x00\\xff\\x85"]
    written = [*files_below(counter.state_dir), counter.terminal_log]
    assert any(path.name == "vault.db" for path in written), "nothing was searched"
    return {found.partition(":")[0] for found in found_in_files(written, parts)}


def test_beside_the_name_for_as_long_as_the_patient_is_there(counter: Counter, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1024, "height": 600})
    page.goto(counter.terminal_url)
    set_up(page)
    counter.bench("card lay zhang-san")
    step(page, "diagnose")
    first = shown(page).get_attribute("src")
    assert traces_of_the_photo(counter) == set()
    picture(page, "kiosk-photo")

    counter.bench("card remove")
    press(page, "set-aside")
    expect(page.locator(PHOTO)).to_have_count(0)
    step(page, "welcome")
    counter.bench("card lay li-fang")
    step(page, "diagnose")
    assert shown(page).get_attribute("src") != first  # no browser may show the last patient's

    answer = page.request.get(f"{counter.terminal_url}{first}")
    assert (answer.status, answer.json()["error"]["code"]) == (404, "visit.unknown")
    counter.stop_terminal()
    assert traces_of_the_photo(counter) == set()
    (counter.state_dir / "leak").write_bytes(face_decoder.decode(face_decoder.BLOCK.ljust(1024, b"\0"))[1000:9000])
    assert traces_of_the_photo(counter) == {"leak"}  # the search can find one

"""The photo on the patient's card, over real HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hal.ports import CardRead
from tests.portable import cards
from tests.portable.doubles import pulse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.console.conftest import Served
    from tests.console.raw_http import Browser

BMP = b"BM" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
def photo_decoder() -> Callable[[bytes], Awaitable[bytes]]:
    """Takes every block for a picture."""

    async def decode(block: bytes) -> bytes:
        return block

    return decode


@pytest.fixture
async def decoded(served: Served) -> AsyncIterator[Served]:
    """A terminal that decodes."""
    task = asyncio.create_task(served.terminal.photo.run(pulse))
    yield served
    task.cancel()


async def lay(served: Served, text: bytes, photo: bytes) -> str:
    """A card is laid down; the address of its photo."""
    await served.terminal.desk.card(text)
    served.terminal.photo.laid(CardRead(text, photo))
    await served.quiet()
    record = served.terminal.desk.record()
    assert record is not None
    return f"/api/visit/photo?visit={record['id']}"


async def has_photo(browser: Browser) -> bool:
    state = (await browser.get("/api/state")).json()
    return bool(state["visit"]["patient"]["photo"])


@pytest.mark.parametrize(("picture", "kind"), [(BMP, "image/bmp"), (PNG, "image/png")])
async def test_the_picture_as_it_is(decoded: Served, picture: bytes, kind: str) -> None:
    browser = await decoded.signed_in()
    address = await lay(decoded, cards.CITIZEN, picture)
    assert await has_photo(browser)
    reply = await browser.get(address)
    assert (reply.status, reply.body) == (200, picture)
    assert reply.headers["content-type"] == kind
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_only_for_who_is_signed_in(decoded: Served) -> None:
    browser = await decoded.signed_in()
    address = await lay(decoded, cards.CITIZEN, BMP)
    stranger = await decoded.browser().get(address)
    assert (stranger.status, stranger.code) == (401, "operator.sign_in_first")
    await browser.post("/api/sign-out")
    assert (await browser.get(address)).status == 401
    await browser.post("/api/sign-in", {"operator": "1", "pin": "283746"})
    assert (await browser.get(address)).status == 404  # forgotten; the visit is still there
    assert not await has_photo(browser)


async def test_only_of_the_visit_on_the_screen(decoded: Served) -> None:
    browser = await decoded.signed_in()
    nobody = await browser.get("/api/visit/photo?visit=000001")
    assert (nobody.status, nobody.code) == (404, "visit.unknown")
    first = await lay(decoded, cards.CITIZEN, BMP)
    assert (await browser.get("/api/visit/photo")).code == "visit.unknown"
    await browser.post("/api/visit/set-aside")
    assert (await browser.get(first)).code == "visit.unknown"
    second = await lay(decoded, cards.HMT_PERMIT, PNG)
    assert (await browser.get(first)).code == "visit.unknown"
    assert (await browser.get(second)).body == PNG


async def test_before_it_is_decoded(served: Served) -> None:
    browser = await served.signed_in()
    address = await lay(served, cards.CITIZEN, BMP)
    assert not await has_photo(browser)
    reply = await browser.get(address)
    assert (reply.status, reply.code) == (404, "visit.unknown")

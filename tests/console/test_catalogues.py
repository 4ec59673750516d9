"""The catalogues over real HTTP: searching, choosing, bringing one up to date."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from firmware.insurance import Refused
from hal.errors import StoreError
from tests.portable.catalogue_files import NAME, FilePlatform, built, platform_line
from tests.portable.doubles import pulse
from tests.portable.tiny_counter import PATIENT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.console.conftest import Served
    from tests.console.raw_http import Browser

TABLE = "# source: 测试\n# verified: no\ncode\tname\nA01.000x005+J17.0*\t伤寒并发肺炎\nJ00.x00\t急性鼻咽炎［感冒］\n"
ROWS = [platform_line("J00.x00", "感冒新名"), platform_line("K29.500", "慢性胃炎")]


class SlowPlatform(FilePlatform):
    """Waits before it answers until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__([("V1", ROWS)])
        self.goes_on = asyncio.Event()

    async def ask(self, kind: str, version: str) -> Any:
        await self.goes_on.wait()
        return await super().ask(kind, version)


@pytest.fixture
async def platform(served: Served) -> AsyncIterator[SlowPlatform]:
    """The catalogues of the served terminal get theirs here."""
    platform = SlowPlatform()
    served.terminal.catalogues._source = platform  # type: ignore[assignment]
    task = asyncio.create_task(served.terminal.catalogues.run(pulse))
    yield platform
    task.cancel()


async def of(browser: Browser, kind: str) -> Any:
    """The status of one kind."""
    status = (await browser.get("/api/catalogues")).json()
    return next(row for row in status["catalogues"] if row["kind"] == kind)


async def until_done(served: Served) -> None:
    """Until no update is under way."""
    for _ in range(300):
        await asyncio.sleep(0)
    assert not served.terminal.catalogues.status()[0]["update"]


async def codes(browser: Browser, path: str) -> list[str]:
    return [row["code"] for row in (await browser.get(path)).json()]


async def test_before_there_is_one_the_village_diagnoses_are_searched(served: Served) -> None:
    browser = await served.signed_in()
    assert (await browser.get("/api/diagnoses?q=gxy")).json() == [
        {"code": "I10.x00", "name": "特发性高血压", "unverified": True}
    ]
    assert await codes(browser, "/api/catalogue?kind=diagnoses&q=gxy") == ["I10.x00"]
    assert await codes(browser, "/api/catalogue?kind=drugs&q=a") == []
    assert await codes(browser, "/api/catalogue?q=a") == []
    assert (await of(browser, "diagnoses"))["rows"] == 0


async def test_a_shipped_table_is_taken_in_at_the_first_start(served: Served) -> None:
    browser = await served.signed_in()
    served.board.files.kept["diagnoses.tsv"] = TABLE.encode()
    await served.terminal.catalogues.take_shipped()
    assert await of(browser, "diagnoses") == {
        "kind": "diagnoses",
        "rows": 2,
        "version": "",
        "day": "2026-09-21",
        "verified": False,
        "source": "测试",
        "error": None,
        "update": None,
    }
    assert await codes(browser, "/api/diagnoses?q=") == ["J00.x00"]  # the common one
    assert await codes(browser, "/api/diagnoses?q=shbffy") == ["A01.000x005+J17.0*"]


async def test_an_update_from_the_page(served: Served, platform: SlowPlatform) -> None:
    browser = await served.signed_in()
    assert (await browser.post("/api/catalogues/update", {"kind": "diagnoses"})).json() == {"ok": True}
    again = await browser.post("/api/catalogues/update", {"kind": "drugs"})
    assert (again.status, again.code) == (409, "catalogue.busy")
    assert (await of(browser, "diagnoses"))["update"]["step"] in {"waiting", "asking"}
    platform.goes_on.set()
    await until_done(served)
    status = await of(browser, "diagnoses")
    assert (status["rows"], status["version"], status["verified"], status["error"]) == (2, "V1", True, None)
    assert (await browser.get("/api/diagnoses?q=感冒".replace("感冒", "%E6%84%9F%E5%86%92"))).json() == [
        {"code": "J00.x00", "name": "感冒新名", "unverified": False}
    ]


async def test_called_off(served: Served, platform: SlowPlatform) -> None:
    browser = await served.signed_in()
    await browser.post("/api/catalogues/update", {"kind": "diagnoses"})
    for _ in range(20):
        await asyncio.sleep(0)
    assert served.terminal.catalogues.update is not None
    assert (await browser.post("/api/catalogues/stop", {"kind": "diagnoses"})).status == 200
    platform.goes_on.set()
    await until_done(served)
    status = await of(browser, "diagnoses")
    assert (status["rows"], status["error"]) == (0, {"code": "catalogue.called_off", "params": {}})


async def test_a_kind_that_there_is_not(served: Served) -> None:
    browser = await served.signed_in()
    reply = await browser.post("/api/catalogues/update", {"kind": "x"})
    assert (reply.status, reply.code) == (404, "catalogue.unknown")


async def test_what_is_chosen_comes_first_afterwards(served: Served) -> None:
    await built([("I10.x00x002", "高血压"), ("I10.x00x008", "良性高血压")], served.board.files)
    await served.terminal.catalogues.load()
    browser = await served.signed_in()
    assert await codes(browser, "/api/diagnoses?q=gxy") == ["I10.x00x002", "I10.x00x008"]
    await browser.post("/api/visit/identity-number", {"number": PATIENT})
    await served.quiet()
    version = (await browser.get("/api/state")).json()["visit"]["version"]
    reply = await browser.post("/api/visit/diagnosis", {"version": version, "code": "I10.x00x008"})
    assert reply.status == 200
    assert await codes(browser, "/api/diagnoses?q=gxy") == ["I10.x00x008", "I10.x00x002"]
    assert await codes(browser, "/api/diagnoses?q=") == ["I10.x00x008"]


async def test_a_damaged_one_is_not_used_and_said(served: Served) -> None:
    await built([("I10.x00x002", "高血压")], served.board.files)
    kept = served.board.files.kept
    kept[NAME] = kept[NAME].replace("高血压".encode(), "高血脂".encode())
    await served.terminal.catalogues.load()
    browser = await served.signed_in()
    status = await of(browser, "diagnoses")
    assert (status["rows"], status["error"]) == (0, {"code": "catalogue.damaged", "params": {}})
    assert await codes(browser, "/api/diagnoses?q=i10") == ["I10.x00"]  # of the village


async def test_what_the_platform_said_is_shown(served: Served, platform: SlowPlatform) -> None:
    browser = await served.signed_in()
    platform.refusal = Refused("insurance.refused", "1307", {"platform": "版本号不正确", "infno": "1307"})
    platform.goes_on.set()
    await browser.post("/api/catalogues/update", {"kind": "diagnoses"})
    await until_done(served)
    error = (await of(browser, "diagnoses"))["error"]
    assert error == {"code": "insurance.refused", "params": {"platform": "版本号不正确", "infno": "1307"}}


async def test_a_disk_that_cannot_be_read_stops_nobody(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_name: str) -> None:
        raise StoreError("files.failed", "Input/output error")

    monkeypatch.setattr(served.board.files, "open", broken)
    await served.terminal.catalogues.load()
    await served.terminal.catalogues.take_others()
    browser = await served.signed_in()
    assert (await of(browser, "drugs"))["error"] == {"code": "files.failed", "params": {}}
    assert await codes(browser, "/api/diagnoses?q=i10") == ["I10.x00"]

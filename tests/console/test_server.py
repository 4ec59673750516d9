"""The console over real HTTP: what a stranger, a hostile page or a torn request gets."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from firmware.console import server as console_server
from firmware.errors import TerminalError
from tests.console.raw_http import Browser, Events
from tests.portable.tiny_counter import PATIENT

if TYPE_CHECKING:
    from tests.console.conftest import Served


def hardened(headers: dict[str, str]) -> bool:
    policy = headers["content-security-policy"]
    return (
        "default-src 'self'" in policy
        and "object-src 'none'" in policy
        and policy.endswith("frame-ancestors http://127.0.0.1:8600")
        and "unsafe" not in policy
        and headers["x-content-type-options"] == "nosniff"
        and headers["referrer-policy"] == "no-referrer"
    )


@pytest.mark.parametrize("path", ["/", "/static/js/app.js", "/static/style/base.css", "/static/locale/zh-CN.json"])
async def test_static_files(served: Served, path: str) -> None:
    reply = await served.browser().get(path)
    assert reply.status == 200
    assert reply.body
    assert reply.headers["content-type"].endswith("charset=utf-8")
    assert reply.headers["cache-control"] == "no-cache"
    assert hardened(reply.headers)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/js/../../server.py",
        "/static/%2e%2e/server.py",
        "/static/..%2fserver.py",
        "/static/js/..\\..\\server.py",
        "/static//etc/passwd",
        "/static//etc/hosts.json",
        "/static/js/app.js%00.html",
        "/static/js",
        "/static/",
        "/static/nothing.js",
        "/static/index.html/",
        "/static/app.py",
        "/static/js/%E5%8C%BB.js",
        "/nothing",
    ],
)
async def test_nothing_else_on_the_disk(served: Served, path: str) -> None:
    reply = await served.browser().get(path)
    assert reply.status == 404
    assert b"import" not in reply.body
    assert b"root:" not in reply.body
    assert hardened(reply.headers)


async def test_without_frame_ancestors_nobody_may_frame_it() -> None:
    assert console_server._content_policy([]).endswith("frame-ancestors 'none'")


async def test_a_stranger_sees_the_doors_only(served: Served) -> None:
    doctor = await served.signed_in()
    await doctor.post("/api/visit/identity-number", {"number": PATIENT})
    await served.quiet()
    assert (await doctor.get("/api/state")).json()["visit"]["patient"]["name"] == "测试甲"
    reply = await served.browser().get("/api/state")
    state = reply.json()
    assert reply.headers["cache-control"] == "no-store"
    assert hardened(reply.headers)
    assert (state["visit"], state["operator"], state["kept"], state["notice"]) == (None, None, [], None)
    known = {"id": "1", "name": "韦医生", "role": "supervisor", "locked_s": 0, "new_pin": False}
    assert (state["setup"], state["operators"], state["outbox"]) == (False, [known], served.terminal.outbox.summary())
    assert "测试甲" not in reply.body.decode("unicode-escape")


async def test_the_cookie(served: Served) -> None:
    browser = served.browser()
    reply = await browser.post("/api/setup", {"name": "韦医生", "pin": "283746"})
    value, *attributes = [part.strip() for part in reply.headers["set-cookie"].split(";")]
    assert len(value) == len("session=") + 48
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Strict"]
    assert "set-cookie" not in (await browser.post("/api/notice/dismiss")).headers


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "text/json", "x"]
)
async def test_another_content_type_presses_nothing(served: Served, content_type: str | None) -> None:
    browser = await served.signed_in()
    reply = await browser.post("/api/visit/identity-number", {"number": PATIENT}, content_type)
    assert (reply.status, reply.code) == (400, "request.malformed")
    await served.quiet()
    assert served.terminal.desk.record() is None


async def test_a_content_type_with_a_charset(served: Served) -> None:
    browser = await served.signed_in()
    assert (await browser.post("/api/notice/dismiss", {}, "application/json; charset=utf-8")).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"1.5",
        b"\xff\xfe",
        b"[" * 8000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b'{"version":' + b"9" * 5000 + b"}",
        b'{"version":NaN}',
        b'{"version":1.5}',
        b'{"version":"1"}',
        b'{"version":true}',
        b'{"version":null}',
    ],
)
async def test_bodies_that_are_none(served: Served, body: bytes) -> None:
    browser = await served.signed_in()
    reply = await browser.post("/api/visit/cancel", body)
    assert (reply.status, reply.code) == (400, "request.malformed")
    assert hardened(reply.headers)


async def test_a_body_too_large_is_not_read(served: Served) -> None:
    browser = await served.signed_in()
    reply = await browser.post("/api/notice/dismiss", b" " * 20000)
    assert reply.status == 413
    assert (await browser.post("/api/notice/dismiss")).status == 200


@pytest.mark.parametrize(
    "head",
    [
        "GET / HTTP/1.0\nCookie: session",
        "GET /api/state HTTP/1.0\nCookie: session=\xff\xfe; session=x",
        "GET /api/state HTTP/1.0\nCookie: ;;=;session==",
        "GET /api/state HTTP/1.0\nno colon",
        "GET /api/drugs?q=%ff%ed%a0%80 HTTP/1.0\nHost: x",
        "DELETE /api/state HTTP/1.0\nHost: x",
        "POST /api/sign-in HTTP/1.0\nContent-Type: application/json\nContent-Length: -5",
        "POST /api/sign-in HTTP/1.0\nContent-Type: application/json\nContent-Length: many",
        "GET /" + "a" * 4000 + " HTTP/1.0",
        "nonsense",
    ],
)
async def test_torn_and_hostile_requests_do_no_harm(served: Served, head: str) -> None:
    browser = await served.signed_in()
    try:
        reply = await browser.raw(head)
    except (ConnectionError, IndexError):
        pass  # hung up on, without an answer
    else:
        assert reply.status < 500
    assert (await browser.get("/api/state")).status == 200


async def test_an_unknown_press(served: Served) -> None:
    browser = await served.signed_in()
    for name in ("visit/burn", "state", "visit", "x" * 200):
        reply = await browser.post(f"/api/{name}")
        assert (reply.status, reply.code) == (404, "request.malformed")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("operator.wrong_pin", 401),
        ("operator.locked", 401),
        ("visit.moved_on", 409),
        ("visit.not_now", 409),
        ("visit.busy", 409),
        ("visit.another_open", 409),
        ("visit.unknown", 404),
        ("vault.full", 503),
        ("operator.weak_pin", 422),
        ("trace.unknown_drug", 422),
        ("visit.no_lines", 422),
    ],
)
async def test_the_status_of_each_error(served: Served, code: str, status: int, monkeypatch: Any) -> None:
    browser = await served.signed_in()

    async def refuse() -> None:
        raise TerminalError(code, "cause for the log", {"drug": "阿莫西林片"})

    monkeypatch.setattr(served.terminal.desk, "set_aside", refuse)
    reply = await browser.post("/api/visit/set-aside")
    assert (reply.status, reply.json()) == (status, {"error": {"code": code, "params": {"drug": "阿莫西林片"}}})


async def test_a_fault_of_ours_tells_nothing(served: Served, monkeypatch: Any, caplog: Any) -> None:
    browser = await served.signed_in()

    async def fail() -> None:
        raise KeyError("韦测试甲")

    monkeypatch.setattr(served.terminal.desk, "set_aside", fail)
    reply = await browser.post("/api/visit/set-aside")
    assert (reply.status, reply.code) == (500, "terminal.unexpected")
    assert hardened(reply.headers)
    assert "console.failed KeyError" in caplog.text
    assert "韦测试甲" not in caplog.text + json.dumps(reply.json(), ensure_ascii=False)


async def test_events_come_at_once_and_after_every_change(served: Served) -> None:
    browser = await served.signed_in()
    events, headers = await Events.open(browser)
    assert headers["content-type"] == "text/event-stream"
    assert headers["cache-control"] == "no-store"
    assert hardened(headers)
    first = await events.next()
    assert first["operator"]["name"] == "韦医生"
    served.terminal.desk.tell("info", "terminal.restarted")
    second = await events.next()
    assert second["serial"] > first["serial"]
    assert second["notice"] == {"kind": "info", "code": "terminal.restarted", "params": {}}
    events.close()


async def test_events_of_a_stranger_show_no_patient(served: Served) -> None:
    doctor = await served.signed_in()
    events, _ = await Events.open(served.browser())
    assert (await events.next())["visit"] is None
    await doctor.post("/api/visit/identity-number", {"number": PATIENT})
    await served.quiet()
    assert (await events.next())["visit"] is None
    events.close()


async def test_events_end_with_the_session(served: Served) -> None:
    doctor = await served.signed_in()
    events, _ = await Events.open(doctor)
    assert (await events.next())["operator"] is not None
    await doctor.post("/api/sign-out")
    assert (await events.next())["operator"] is None
    events.close()


async def test_two_screens_see_the_same(served: Served) -> None:
    kiosk = await served.signed_in()
    phone = served.browser()
    assert (await phone.post("/api/sign-in", {"operator": "1", "pin": "283746"})).status == 200
    streams = [(await Events.open(browser))[0] for browser in (kiosk, phone)]
    for events in streams:
        await events.next()
    served.terminal.desk.tell("info", "terminal.restarted")
    seen = [await events.next() for events in streams]
    assert seen[0] == seen[1]
    for events in streams:
        events.close()


async def test_sessions_are_few(served: Served) -> None:
    first = await served.signed_in()
    others: list[Browser] = []
    for _ in range(8):
        others.append(served.browser())
        await others[-1].post("/api/sign-in", {"operator": "1", "pin": "283746"})
    assert (await first.post("/api/notice/dismiss")).status == 401
    assert (await others[0].post("/api/notice/dismiss")).status == 200


async def test_streams_are_few_and_an_ended_one_makes_room(served: Served) -> None:
    browser = await served.signed_in()
    streams = [(await Events.open(browser))[0] for _ in range(16)]
    for events in streams:
        await events.next()
    assert (await browser.get("/api/events")).status == 503
    for events in streams:
        events.close()
    while served.terminal.console.streams:  # the server notices when it writes to one that has gone
        served.terminal.desk.changed()
        await asyncio.sleep(0)
    last, _ = await Events.open(browser)
    await last.next()
    last.close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8601", 200),
        ("192.168.1.20:8601", 200),
        ("[::1]:8601", 200),
        ("localhost", 200),
        ("cunyitong.local:8601", 200),
        ("evil.example", 403),
        ("dead.cafe", 403),
        ("evil.example:8601", 403),
        ("127.0.0.1.evil.example", 403),
        ("", 403),
    ],
)
async def test_a_page_from_outside_cannot_make_its_name_point_here(served: Served, host: str, status: int) -> None:
    reply = await served.browser().raw(f"GET /api/state HTTP/1.0\nHost: {host}")
    assert reply.status == status


async def test_a_press_from_another_page_is_refused(served: Served) -> None:
    head = (
        "POST /api/setup HTTP/1.0\nHost: 127.0.0.1:8601\nOrigin: {}\nContent-Type: application/json\nContent-Length: 2"
    )
    browser = served.browser()
    assert (await browser.raw(head.format("http://evil.example"), b"{}")).status == 403
    assert (await browser.raw(head.format("http://127.0.0.1:8600"), b"{}")).status == 403
    assert (await browser.raw(head.format("http://127.0.0.1:8601"), b"{}")).status == 400

import asyncio
import json
from typing import Any

import pytest

from simulator.http_events import EventStream, Refused, ask
from tests.simulator.bench.bench_counter import BenchCounter

pytestmark = pytest.mark.asyncio(loop_scope="module")

JSON = {"Content_Type": "application/json"}
LAY = json.dumps({"line": "card lay zhang-san"})


async def test_state_shows_counter_platform_and_terminal(counter: BenchCounter) -> None:
    state = await counter.state()

    assert state["reader"] == {"card": None, "plugged": True}
    assert state["network"] == {"cable": "in"}
    assert state["platform"] == {"settlements": 0, "messages": []}
    assert state["terminal_url"] == "http://127.0.0.1:1/"
    assert state["terminal"] == {"running": None, "log": ""}


async def test_people_are_shown_with_their_birth_date_masked(counter: BenchCounter) -> None:
    people = {person["id"]: person for person in (await counter.state())["people"]}

    assert people["zhang-san"]["name"] == "张三"
    assert people["zhang-san"]["number"] == "110105********002X"


async def test_doing_something_changes_the_world(counter: BenchCounter) -> None:
    assert await counter.do("card lay zhang-san") == (200, {"ok": True})
    assert (await counter.state())["reader"]["card"] == "zhang-san"


async def test_what_cannot_be_done_is_said_in_a_sentence(counter: BenchCounter) -> None:
    status, answer = await counter.do("card remove")

    assert status == 422
    assert answer == {"error": "No card lies on the reader.", "key": "no-card-lies"}


@pytest.mark.parametrize("body", ["", "no json", "[]", "{}", '{"line": 7}', json.dumps({"line": "x" * 401})])
async def test_a_body_that_is_no_line_is_refused(counter: BenchCounter, body: str) -> None:
    status, _ = await counter.request("POST", "/api/do", body, **JSON)

    assert status == 400


async def test_post_must_be_json(counter: BenchCounter) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
        assert (await counter.request("POST", "/api/do", LAY, Content_Type=kind))[0] == 415
    assert (await counter.request("POST", "/api/do", LAY))[0] == 415
    assert (await counter.state())["reader"]["card"] is None


async def test_another_page_cannot_act_here(counter: BenchCounter) -> None:
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", counter.bench.url + "x"):
        assert (await counter.request("POST", "/api/do", LAY, **JSON, Origin=origin))[0] == 403
    assert (await counter.state())["reader"]["card"] is None

    own = counter.bench.url.rstrip("/")
    assert (await counter.request("POST", "/api/do", LAY, **JSON, Origin=own))[0] == 200


async def test_another_name_for_this_address_is_refused(counter: BenchCounter) -> None:
    """A page whose name is made to point at this computer must not read the state either."""
    assert (await counter.request("GET", "/api/state", Host="evil.example"))[0] == 403


async def test_events_begin_with_the_state_and_follow_every_change(counter: BenchCounter) -> None:
    events = await asyncio.to_thread(EventStream, counter.bench.url + "api/events")
    first = await asyncio.to_thread(events.latest)
    assert first["network"]["cable"] == "in"

    seen = asyncio.to_thread(events.wait, lambda state: state["network"]["cable"] == "out", "the cable out", 60)
    await counter.do("cable out")
    assert (await seen)["network"]["cable"] == "out"

    seen = asyncio.to_thread(events.wait, lambda state: state["network"]["cable"] == "in", "the cable in", 60)
    counter.world.network.plug()  # not by the bench's own hand
    await seen
    events.close()


async def test_many_changes_at_once_are_one_event(counter: BenchCounter) -> None:
    events = await asyncio.to_thread(EventStream, counter.bench.url + "api/events")
    await asyncio.to_thread(events.latest)
    states: list[dict[str, Any]] = []

    def last_one(state: dict[str, Any]) -> bool:
        states.append(state)
        return bool(state["printer"]["lines"] == 50)

    seen = asyncio.to_thread(events.wait, last_one, "fifty lines", 60)
    counter.world.printer.receive(b"receipt\n" * 50)
    await seen
    events.close()
    assert len(states) <= 3


async def test_paper_as_text_and_as_picture(counter: BenchCounter) -> None:
    counter.world.printer.receive("张三 12.60\n".encode("gbk"))

    status, text = await counter.request("GET", "/api/paper.txt")
    assert (status, text.decode().split()[-1]) == (200, "12.60")
    status, picture = await counter.request("GET", "/api/paper.svg?pieces=1")
    assert status == 200
    assert b"<svg" in picture


async def test_messages_are_shown_in_brief_and_kept_in_full(counter: BenchCounter) -> None:
    body = json.dumps({"msgid": "x", "input": {"data": {"certno": "11010519491231002X"}}}).encode()
    await counter.platform.handle("/fsi/api/fsiPsnInfoService/queryPsnInfo", {}, body)

    shown = (await counter.state())["platform"]["messages"]
    assert [(message["n"], message["ok"]) for message in shown] == [(1, False)]
    assert shown[0]["error"]
    assert "11010519491231002X" not in json.dumps(shown)
    full = json.loads((await counter.request("GET", "/api/platform/messages"))[1])
    assert full == counter.platform.messages
    assert json.loads((await counter.request("GET", "/api/platform/settlements"))[1]) == []


async def test_the_page_is_told_when_the_terminal_ends(counter: BenchCounter) -> None:
    body = json.dumps({"running": False, "log": "terminal.log"})
    assert (await counter.request("POST", "/api/terminal", body, **JSON))[0] == 200

    assert (await counter.state())["terminal"] == {"running": False, "log": "terminal.log"}


async def test_without_a_page_there_is_only_the_api(headless: BenchCounter) -> None:
    assert (await headless.request("GET", "/"))[0] == 404
    assert (await headless.request("GET", "/api/state"))[0] == 200


async def test_nothing_but_the_page_can_be_fetched(counter: BenchCounter) -> None:
    for path in ("/../server.py", "/%2e%2e/server.py", "/js/../../server.py", "/server.py", "//etc/passwd"):
        assert (await counter.request("GET", path))[0] == 404


async def test_refusals_reach_the_client_with_their_sentence(counter: BenchCounter) -> None:
    with pytest.raises(Refused) as refused:
        await asyncio.to_thread(ask, counter.bench.url + "api/do", {"line": "juggle"})

    assert refused.value.status == 422
    assert "juggle" in refused.value.code

"""How fast a backlog drains, beside a bare loop that posts the same bodies over one kept connection, one after the
other. `python -m tools.bench.backlog`.

What the outbox does beyond posting: it reads each message and its state from the disk and unseals them, marks waves of
them as sent and later as acknowledged (two sealed, journalled, synced commits for a wave), gives each a number and a
signature, checks the fields, reads the answers, and keeps four requests under way. The bare loop does `http.client`
with bodies and headers made beforehand, and looks at the status only.
"""

import asyncio
import http.client
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tools.bench.measurement import Measurement, rounded, table
from tools.bench.processes import Program
from tools.bench.simulated import Simulator
from tools.bench.terminal import ROWS, Post, Terminal, platform_in

MESSAGES = 10_000
_FEW = 2_000  # when it is one measurement among many
_ROUNDS = 20  # short ones, side by side, so that whatever else the machine does hits both
_FAR_MS = 5  # what a message takes there and back in the same city, before anybody has looked at it
_PRESSES = 200
_PRESS_EVERY_S = 0.02
_AIM = "aim: at least 0.8"
_BILL: dict[str, Any] = {
    "registration": "300178725",
    "settlement": "400125241",
    "at_s": 1790000000,
    "person": {
        "number": "9" * 26,
        "name": "张三",
        "identity_number": "11010519491231002X",
        "identity_kind": "01",
        "region": "999901",
    },
}


Move = Callable[[Post], Post]


@dataclass(frozen=True)
class Lap:
    """Messages per second, and microseconds of this process's CPU for each, of the outbox and of the bare loop."""

    own: float
    bare: float
    own_us: float
    bare_us: float


def measure(messages: int = _FEW, presses: int = _PRESSES) -> list[Measurement]:
    """Messages per second of both, and the median of the ratios: at the simulated platform, at a server that is as far
    away as a platform is, and at one that does nothing; and what a look-up takes while a backlog drains."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:  # /tmp may be no disk at all
        folder = Path(name)
        return [
            *_at_platform(folder, messages, presses),
            *_at_server(folder / "far", messages // 4, _FAR_MS, f"server that answers after {_FAR_MS} ms"),
            *_at_server(folder / "near", messages, 0, "server that says yes at once"),
        ]


def _at_platform(folder: Path, messages: int, presses: int) -> list[Measurement]:
    """At two simulated platforms in processes of their own, in the same state: one books the outbox's sales, one the
    same sales of the bare loop."""
    with ExitStack() as stack:
        own, bare = [stack.enter_context(platform_in(folder / name, "--no-line-rate")) for name in ("own", "bare")]
        return asyncio.run(_platform_rows(own, bare, messages, presses))


async def _platform_rows(at: Simulator, bare: Simulator, messages: int, presses: int) -> list[Measurement]:
    other = await Terminal.at(bare)
    try:
        there = await other.settled_visit(await other.look_up())
    finally:
        await other.close()
    own = await Terminal.at(at)
    try:
        here = await own.settled_visit(await own.look_up())

        def moved(post: Post) -> Post:
            """The same sale on the other platform's books, which has other numbers of the same length."""
            url, headers, body = post
            for name in ("registration", "settlement"):
                body = body.replace(here[name].encode(), there[name].encode())
            return url.replace(at.platform_url, bare.platform_url), headers, body

        rows = _beside(await _alternate(own, here, messages, moved), "simulated platform")
        return rows + await _press_rows(own, here, messages, presses)
    finally:
        await own.close()


def _at_server(folder: Path, messages: int, answer_ms: int, what: str) -> list[Measurement]:
    simulator = platform_in(folder)  # it does not run: the server has its port

    async def rows() -> list[Measurement]:
        terminal = await Terminal.at(simulator)
        try:
            return _beside(await _alternate(terminal, _BILL, messages, lambda post: post), what)
        finally:
            await terminal.close()

    with Program("tools.bench.upload_server", f"{simulator.platform_port}", f"{answer_ms}"):
        return asyncio.run(rows())


def _beside(laps: list[Lap], what: str) -> list[Measurement]:
    middle = {
        name: statistics.median(getattr(lap, name) for lap in laps) for name in ("own", "bare", "own_us", "bare_us")
    }
    ratio = statistics.median(lap.own / lap.bare for lap in laps)
    beside = f"a bare loop of http.client, same bodies, one at a time: {middle['bare']:.0f}/s"
    busy = f"the bare loop: {middle['bare_us']:.0f} us; with fewer than two idle cores this is what counts"
    name = f"backlog delivered, {what}"
    return [
        Measurement(name, rounded(middle["own"]), "/s", beside),
        Measurement(f"{name}, ratio", rounded(ratio), "x", f"the bare loop = 1; {_AIM}"),
        Measurement(f"{name}, CPU for a message", rounded(middle["own_us"]), "us", busy),
    ]


async def _alternate(terminal: Terminal, visit: dict[str, Any], messages: int, moved: Move) -> list[Lap]:
    """Rounds of the outbox, each with the bare loop after it."""
    laps = []
    rounds = min(_ROUNDS, messages // ROWS)
    count = messages // rounds // ROWS * ROWS
    for _ in range(rounds):
        await terminal.sell(visit, count)
        terminal.http.posts.clear()
        began, busy = time.perf_counter(), time.process_time()
        await _drain(terminal)
        drained, busy_drained = time.perf_counter() - began, time.process_time() - busy
        uploads = [moved(post) for post in terminal.http.posts if b'"infno":"3505"' in post[2]]
        began, busy = time.perf_counter(), time.process_time()
        _post_all(uploads)
        posted, busy_posted = time.perf_counter() - began, time.process_time() - busy
        laps.append(Lap(count / drained, count / posted, busy_drained / count * 1e6, busy_posted / count * 1e6))
    return laps


async def _drain(terminal: Terminal) -> None:
    outbox = terminal.outbox()
    await outbox.load()
    if not await outbox.deliver(_pulse) or outbox.summary()["waiting"] or outbox.summary()["quarantined"]:
        raise ChildProcessError("not everything was delivered")


async def _press_rows(terminal: Terminal, visit: dict[str, Any], messages: int, presses: int) -> list[Measurement]:
    """What a look-up (1101) takes while nothing else goes on, and while a backlog drains beside it."""
    alone = [await _press(terminal) for _ in range(presses)]
    beside: list[float] = []
    while len(beside) < presses:
        await terminal.sell(visit, messages)
        terminal.http.posts.clear()  # what nobody needs must not fill the memory that is looked through for garbage
        draining = asyncio.create_task(_drain(terminal))
        while not draining.done():
            beside.append(await _press(terminal))
        await draining
    return [
        Measurement(f"look-up while a backlog drains, {name}", rounded(during), "ms", f"alone: {before:.2g} ms")
        for name, during, before in (
            ("median", statistics.median(beside), statistics.median(alone)),
            ("99th of 100", statistics.quantiles(beside, n=100)[-1], statistics.quantiles(alone, n=100)[-1]),
        )
    ]


async def _press(terminal: Terminal) -> float:
    """Milliseconds of one look-up, after the pause in which the doctor does something else."""
    await asyncio.sleep(_PRESS_EVERY_S)
    began = time.perf_counter()
    await terminal.look_up()
    return (time.perf_counter() - began) * 1000


def _post_all(posts: list[Post]) -> None:
    """A plain loop over one connection."""
    connection = http.client.HTTPConnection(urlsplit(posts[0][0]).netloc)
    for url, headers, body in posts:
        connection.request("POST", url, body, headers)
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read():
            raise ConnectionError("the server says no")
    connection.close()


def _pulse() -> None:
    """Nobody watches."""


if __name__ == "__main__":
    sys.stdout.write(table(measure(MESSAGES)) + "\n")

"""The cable and the platform's server, over real TCP sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from simulator.network import Cable, PlatformServer
from simulator.platform import MAX_BODY
from tests.simulator.platform.counter import LI_FANG, PATHS, ZHANG_SAN, Counter

BY_CARD = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": ZHANG_SAN[1], "begntime": ""}}


class Line:
    """One connection of a client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    @asynccontextmanager
    async def to(cls, server: PlatformServer) -> AsyncIterator["Line"]:
        """Connect, and disconnect at the end."""
        line = cls(*await asyncio.open_connection("127.0.0.1", server.port))
        try:
            yield line
        finally:
            line.writer.transport.abort()
            await _turns()

    def send(self, counter: Counter, infno: str, content: dict[str, Any], msgid: str = "") -> None:
        """Post one transaction."""
        body = json.dumps(counter.envelope(infno, content, msgid)).encode()
        headers = counter.headers() | {"host": "localhost", "content-length": str(len(body))}
        lines = [f"POST /fsi/api/{PATHS[infno]} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = next(line for line in head.split("\r\n") if line.startswith("content-length"))
        return int(head.split(" ")[1]), await self.reader.readexactly(int(length.split(":")[1]))

    async def rest(self) -> bytes:
        """What came until the end of the connection; b"" for a reset."""
        try:
            async with asyncio.timeout(60):  # a silence that does not end fails the test
                return await self.reader.read()
        except ConnectionError:
            return b""


@asynccontextmanager
async def serving(counter: Counter, cable: Cable) -> AsyncIterator[PlatformServer]:
    """A server on any port, closed at the end."""
    server = PlatformServer(counter.platform, cable)
    await server.start()
    try:
        yield server
    finally:
        await server.close()


def counter_with_fees() -> tuple[Counter, dict[str, Any]]:
    """A counter with a visit ready to settle, and the bill."""
    counter = Counter()
    counter.sign_in()
    mdtrt_id = counter.visit(LI_FANG)
    return counter, counter.bill(LI_FANG, mdtrt_id, counter.charge(LI_FANG, mdtrt_id), "1")


async def refused(server: PlatformServer) -> bool:
    """Whether a new connection is refused."""
    try:
        async with Line.to(server):
            return False
    except ConnectionRefusedError:
        return True


async def _turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_one_connection_serves_many_requests() -> None:
    counter, bill = counter_with_fees()

    async def visit() -> None:
        async with serving(counter, Cable()) as server, Line.to(server) as line:
            line.send(counter, "1101", BY_CARD)
            line.send(counter, "2207", bill)  # does not wait for the first answer
            answers = [await line.answer(), await line.answer()]
            assert [status for status, _ in answers] == [200, 200]
            assert json.loads(answers[0][1])["output"]["baseinfo"]["psn_name"] == "张三"
            assert json.loads(answers[1][1])["infcode"] == 0

    asyncio.run(visit())


@pytest.mark.parametrize(("name", "done"), [("network.cut_before", 0), ("network.cut_after", 1)])
def test_a_cut_line_leaves_the_outcome_open_until_2601_has_asked(name: str, done: int) -> None:
    counter, bill = counter_with_fees()

    async def cut() -> None:
        cable, pulled, msgid = Cable(), asyncio.Event(), counter.msgid()
        cable.on_change(pulled.set)
        async with serving(counter, cable) as server:
            counter.platform.fault(name, "2207")
            async with Line.to(server) as line:
                line.send(counter, "2207", bill, msgid)
                await pulled.wait()
                assert not cable.plugged
                assert len(counter.platform.effective_settlements()) == done
                end = asyncio.ensure_future(line.rest())
                await _turns()
                assert not end.done()  # silent: no answer, and no end either
                assert await refused(server)
                cable.plug()
                assert await end == b""
            async with Line.to(server) as line:
                line.send(counter, "2601", counter.lost(msgid, LI_FANG))
                assert (json.loads((await line.answer())[1])["infcode"] == 0) is (done == 1)
                assert counter.platform.effective_settlements() == []

    asyncio.run(cut())


def test_what_is_sent_into_a_pulled_cable_is_not_worked_on() -> None:
    counter, bill = counter_with_fees()

    async def pulled() -> None:
        cable = Cable()
        async with serving(counter, cable) as server, Line.to(server) as line:
            line.send(counter, "1101", BY_CARD)
            await line.answer()
            before = len(counter.platform.messages)
            cable.pull()
            line.send(counter, "2207", bill)
            await line.writer.drain()
            await _turns()
            cable.plug()
            assert await line.rest() == b""
            assert len(counter.platform.messages) == before
            assert counter.platform.effective_settlements() == []

    asyncio.run(pulled())


def test_the_port_stays_the_same_however_often_the_cable_moves() -> None:
    counter, _ = counter_with_fees()

    async def moving() -> None:
        cable = Cable()
        cable.pull()
        async with serving(counter, cable) as server:
            port = server.port
            assert await refused(server)
            for moves in (1, 2, 3, 5):
                for _ in range(moves):
                    cable.plug()
                    cable.pull()
                await server.ready()
                assert await refused(server)
                cable.plug()
                async with Line.to(server) as line:
                    line.send(counter, "1101", BY_CARD)
                    assert (await line.answer())[0] == 200
                assert server.port == port
                cable.pull()

    asyncio.run(moving())


BAD_REQUESTS = [
    (b"GET /fsi/api/ HTTP/1.1\r\n\r\n", 405),
    (b"POST / HTTP/2\r\n\r\n", 400),
    (b"nonsense\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nno colon\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\na: 1\r\nA: 2\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\n\r\n", 411),
    (b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n\r\n", 411),
    (b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % (MAX_BODY + 1), 413),
    (b"POST / HTTP/1.1\r\ncontent-length: " + b"9" * 5000 + b"\r\n\r\n", 413),
    (b"POST / HTTP/1.1\r\nx: " + b"y" * 40_000 + b"\r\n\r\n", 431),
    (b"POST / HTTP/1.0\r\ncontent-length: 0\r\n\r\n", 401),
    (b"POST / HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", 401),
]


@pytest.mark.parametrize(("sent", "status"), BAD_REQUESTS, ids=range(len(BAD_REQUESTS)))
def test_what_is_not_a_good_request_is_answered_and_ended(sent: bytes, status: int) -> None:
    counter, _ = counter_with_fees()

    async def bad() -> None:
        async with serving(counter, Cable()) as server, Line.to(server) as line:
            line.writer.write(sent)
            assert (await line.answer())[0] == status
            assert await line.rest() == b""

    asyncio.run(bad())


def test_a_client_that_leaves_in_the_middle_harms_nobody() -> None:
    counter, _ = counter_with_fees()

    async def leaving() -> None:
        async with serving(counter, Cable()) as server:
            async with Line.to(server) as line:
                line.writer.write(b"POST / HTTP/1.1\r\ncontent-length: 100\r\n\r\nhalf")
            async with Line.to(server) as line:
                line.send(counter, "1101", BY_CARD)
                assert (await line.answer())[0] == 200

    asyncio.run(leaving())

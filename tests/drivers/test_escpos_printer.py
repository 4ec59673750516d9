"""The session with the receipt printer, against a scripted printer on virtual time."""

from __future__ import annotations

import asyncio

import pytest

from hal.drivers.escpos_line import STILL_POLL_MS
from hal.ports import PrintLine
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.paper_printer import JOB, WHOLE, action, job_bytes, make, told


def test_a_job_is_printed_and_proven() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            assert told(await session.print(JOB, action())) == ("printed", "")
            assert printer.printed == WHOLE
            assert "第39行".encode("gb18030") in WHOLE
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_before_it_runs_nothing_is_printed() -> None:
    async def scene() -> None:
        _, _, session = make()
        assert told(await session.print(JOB, action())) == ("not_printed", "printer.silent")

    virtual_time.run(scene())


@pytest.mark.parametrize("trouble", ["paper_out", "cover_open"])
def test_trouble_before_the_job(trouble: str) -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.paper = trouble != "paper_out"
        printer.cover_open = trouble == "cover_open"
        async with Desk(session) as desk:
            await desk.wait(3)
            assert told(await session.print(JOB, action())) == ("not_printed", f"printer.{trouble}")
            assert job_bytes(wire) == b""
            printer.load()
            await desk.wait(STILL_POLL_MS / 1000 + 1)
            assert desk.states() == [f"fault printer.{trouble}", "ready"]
            assert told(await session.print(JOB, action())) == ("printed", "")

    virtual_time.run(scene())


def test_trouble_since_the_last_poll() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1.5)
            printer.paper = False
            assert told(await session.print(JOB, action())) == ("not_printed", "printer.paper_out")
            assert job_bytes(wire) == b""

    virtual_time.run(scene())


def test_silence_after_bytes_were_sent() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.ends_after = 100
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(5)
            printer.silent = True
            await desk.wait(8)
            assert not result.done()
            assert told(await result) == ("not_sure", "printer.silent")
            assert desk.states()[-1] == "silent printer.silent"

    virtual_time.run(scene())


def test_a_port_that_closes_in_the_middle() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.line_s = 0.06
        async with Desk(session) as desk:
            await desk.wait(1)
            first = asyncio.create_task(session.print(JOB, action()))
            second = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(0.4)
            wire.unplug()
            assert told(await first) == ("not_sure", "printer.silent")
            assert told(await second) == ("not_printed", "printer.silent")
            assert told(await session.print(JOB, action())) == ("not_printed", "printer.silent")
            wire.plug()
            await desk.wait(8)
            assert desk.states() == ["ready", "silent printer.silent", "ready"]
            assert told(await session.print(JOB, action())) == ("printed", "")

    virtual_time.run(scene())


def test_a_silent_printer_is_told_once_and_asked_for_ever() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.silent = True
        async with Desk(session) as desk:
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(600)
            assert told(await result) == ("not_printed", "printer.silent")
            assert job_bytes(wire) == b""
            printer.silent = False
            await desk.wait(8)
            assert desk.states() == ["silent printer.silent", "ready"]

    virtual_time.run(scene())


def test_one_lost_answer_is_no_news() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1.5)
            printer.silent = True
            await desk.wait(1.2)
            printer.silent = False
            await desk.wait(5)
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_a_job_that_cannot_be_printed() -> None:
    async def scene() -> None:
        wire, _, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            assert told(await session.print([PrintLine("x", scale=9)], action())) == ("not_printed", "printer.bad_job")
            assert job_bytes(wire) == b""

    virtual_time.run(scene())


def test_a_job_that_nobody_waits_for_any_more_is_not_begun() -> None:
    async def scene() -> None:
        wire, _, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            job = asyncio.create_task(session.print(JOB, action()))
            await asyncio.sleep(0)
            job.cancel()
            await desk.wait(5)
            assert job.cancelled()
            assert job_bytes(wire) == b""

    virtual_time.run(scene())


def test_jobs_wait_their_turn_and_too_many_are_refused() -> None:
    async def scene() -> None:
        _, _, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            results = await asyncio.gather(*[session.print([PrintLine(str(number))], action()) for number in range(6)])
            outcomes = [told(result) for result in results]
            assert outcomes == [("printed", "")] * 4 + [("not_printed", "printer.busy")] * 2

    virtual_time.run(scene())


def test_stopping_the_session_answers_whoever_waits() -> None:
    async def scene() -> None:
        _, printer, session = make()
        task = asyncio.create_task(session.run(lambda: None))
        await asyncio.sleep(1)
        printer.ends_after = 100
        first = asyncio.create_task(session.print(JOB, action()))
        second = asyncio.create_task(session.print(JOB, action()))
        await asyncio.sleep(10)
        task.cancel()
        assert told(await first) == ("not_sure", "printer.silent")
        assert told(await second) == ("not_printed", "printer.silent")

    virtual_time.run(scene())

"""The session with the receipt printer, against a scripted printer on virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from hal.drivers.escpos import PACE_BYTES, EscposPrinter
from hal.ports import PrintCut, PrintFeed, PrintLine, PrintQr, PrintResult
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.wire import Wire

PROOF_REQUEST = b"\x1dr\x01"
JOB: list[PrintLine | PrintQr | PrintFeed | PrintCut] = [PrintLine(f"第{number}行 line") for number in range(20)]
JOB.append(PrintCut())


class Paper:
    """A printer that prints as soon as it can, and answers GS r in its turn."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.paper = True
        self.cover_open = False
        self.silent = False
        self.proves = True
        self.forgets = False  # loses what it had when the paper ended
        self.ends_after: int | None = None  # bytes of the next job until the paper ends
        self.late_s = 0.05  # from GS r to its answer
        self.waiting = b""
        self.printed = b""

    def heard(self, data: bytes) -> None:
        """Answer a real-time request, or take a part of a job."""
        if self.silent:
            return
        if data[:2] == b"\x10\x04":
            self.wire.say(bytes([self._status(data[2])]), after_s=0.01)
            return
        assert len(data) <= PACE_BYTES
        self.waiting += data
        self.work()

    def load(self) -> None:
        """The doctor puts in paper and closes the cover."""
        self.paper, self.cover_open = True, False
        if self.forgets:
            self.waiting = b""
        self.work()

    def work(self) -> None:
        """Print what is waiting, as far as paper goes."""
        if self.ends_after is not None and len(self.waiting) >= self.ends_after:
            self.printed += self.waiting[: self.ends_after]
            self.waiting = self.waiting[self.ends_after :]
            self.ends_after, self.paper = None, False
        if not self.paper or self.cover_open:
            return
        done, self.waiting = self.waiting, b""
        for _ in range(done.count(PROOF_REQUEST)):
            if self.proves:
                self.wire.say(b"\x00", after_s=self.late_s)
        self.printed += done.replace(PROOF_REQUEST, b"")

    def _status(self, kind: int) -> int:
        offline = not self.paper or self.cover_open
        return {
            1: 0x1A if offline else 0x12,
            2: 0x12 | (0x04 if self.cover_open else 0) | (0 if self.paper else 0x20),
            3: 0x12,
            4: 0x12 if self.paper else 0x72,
        }[kind]


def make() -> tuple[Wire, Paper, EscposPrinter]:
    """A wire with a printer at its end, and the session."""
    wire = Wire()
    printer = Paper(wire)
    wire.device = printer
    return wire, printer, EscposPrinter(wire, 32)


def job_bytes(wire: Wire) -> bytes:
    """All that was written except status requests."""
    return b"".join(data for _, data in wire.written if data[:2] != b"\x10\x04")


def told(result: PrintResult) -> tuple[str, str]:
    """Outcome and code."""
    return result.outcome, result.code


def test_a_job_is_printed_and_proven() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            assert told(await session.print(JOB)) == ("printed", "")
            assert printer.printed.startswith(b"\x1b@")
            assert "第19行".encode("gb18030") in printer.printed
            assert printer.printed.endswith(b"\x1dVB\x00")
            assert desk.states() == ["ready"]
            times = [at for at, data in wire.written if data[:1] not in (b"\x10", b"\x1d") or len(data) > 3]
            assert len(times) > 2
            assert all(later - earlier >= 0.1 for earlier, later in pairwise(times))

    virtual_time.run(scene())


def test_before_it_runs_nothing_is_printed() -> None:
    async def scene() -> None:
        _, _, session = make()
        assert told(await session.print(JOB)) == ("not_printed", "printer.silent")

    virtual_time.run(scene())


@pytest.mark.parametrize("trouble", ["paper_out", "cover_open"])
def test_trouble_before_the_job(trouble: str) -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.paper = trouble != "paper_out"
        printer.cover_open = trouble == "cover_open"
        async with Desk(session) as desk:
            await desk.wait(3)
            assert told(await session.print(JOB)) == ("not_printed", f"printer.{trouble}")
            assert job_bytes(wire) == b""
            printer.load()
            await desk.wait(2)
            assert desk.states() == [f"fault printer.{trouble}", "ready"]
            assert told(await session.print(JOB)) == ("printed", "")

    virtual_time.run(scene())


def test_trouble_since_the_last_poll() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1.5)
            printer.paper = False
            assert told(await session.print(JOB)) == ("not_printed", "printer.paper_out")
            assert job_bytes(wire) == b""

    virtual_time.run(scene())


def test_paper_that_ends_in_the_middle_is_waited_out() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.ends_after = 100
            result = asyncio.create_task(session.print(JOB))
            await desk.wait(3600)
            assert not result.done()
            assert desk.states() == ["ready", "fault printer.paper_out"]
            printer.load()
            assert told(await result) == ("printed", "")
            assert desk.states() == ["ready", "fault printer.paper_out", "ready"]

    virtual_time.run(scene())


def test_a_printer_that_forgot_the_rest_is_not_believed() -> None:
    async def scene() -> None:
        _, printer, session = make()
        printer.forgets = True
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.ends_after = 100
            result = asyncio.create_task(session.print(JOB))
            await desk.wait(30)
            printer.load()
            assert told(await result) == ("not_sure", "printer.no_proof")

    virtual_time.run(scene())


def test_no_proof_although_all_is_well() -> None:
    async def scene() -> None:
        _, printer, session = make()
        printer.proves = False
        async with Desk(session) as desk:
            await desk.wait(1)
            start = asyncio.get_running_loop().time()
            assert told(await session.print([PrintLine("x")])) == ("not_sure", "printer.no_proof")
            assert 5 <= asyncio.get_running_loop().time() - start <= 8

    virtual_time.run(scene())


def test_the_late_proof_of_one_job_does_not_prove_the_next() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.late_s = 8.5
            assert told(await session.print([PrintLine("one")])) == ("not_sure", "printer.no_proof")
            printer.proves = False
            assert told(await session.print([PrintLine("two")])) == ("not_sure", "printer.no_proof")
            printer.proves, printer.late_s = True, 0.05
            assert told(await session.print([PrintLine("three")])) == ("printed", "")

    virtual_time.run(scene())


def test_silence_after_bytes_were_sent() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.ends_after = 100
            result = asyncio.create_task(session.print(JOB))
            await desk.wait(5)
            printer.silent = True
            await desk.wait(8)
            assert not result.done()
            assert told(await result) == ("not_sure", "printer.silent")
            assert desk.states()[-1] == "silent printer.silent"

    virtual_time.run(scene())


def test_a_printer_that_loses_power_with_a_crackle_is_not_believed() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.proves = False
            result = asyncio.create_task(session.print([PrintLine("x")]))
            await desk.wait(1)
            printer.silent = True
            wire.say(b"\x00")
            assert told(await result) == ("not_sure", "printer.silent")

    virtual_time.run(scene())


def test_a_port_that_closes_in_the_middle() -> None:
    async def scene() -> None:
        wire, _, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            first = asyncio.create_task(session.print(JOB))
            second = asyncio.create_task(session.print(JOB))
            await desk.wait(0.4)
            wire.unplug()
            assert told(await first) == ("not_sure", "printer.silent")
            assert told(await second) == ("not_printed", "printer.silent")
            assert told(await session.print(JOB)) == ("not_printed", "printer.silent")
            wire.plug()
            await desk.wait(8)
            assert desk.states() == ["ready", "silent printer.silent", "ready"]
            assert told(await session.print(JOB)) == ("printed", "")

    virtual_time.run(scene())


def test_a_silent_printer_is_told_once_and_asked_for_ever() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.silent = True
        async with Desk(session) as desk:
            result = asyncio.create_task(session.print(JOB))
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
            assert told(await session.print([PrintLine("x", scale=9)])) == ("not_printed", "printer.bad_job")
            assert job_bytes(wire) == b""

    virtual_time.run(scene())


def test_a_job_that_nobody_waits_for_any_more_is_not_begun() -> None:
    async def scene() -> None:
        wire, _, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            job = asyncio.create_task(session.print(JOB))
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
            results = await asyncio.gather(*[session.print([PrintLine(str(number))]) for number in range(6)])
            outcomes = [told(result) for result in results]
            assert outcomes == [("printed", "")] * 4 + [("not_printed", "printer.busy")] * 2

    virtual_time.run(scene())


def test_stopping_the_session_answers_whoever_waits() -> None:
    async def scene() -> None:
        _, printer, session = make()
        task = asyncio.create_task(session.run(lambda: None))
        await asyncio.sleep(1)
        printer.ends_after = 100
        first = asyncio.create_task(session.print(JOB))
        second = asyncio.create_task(session.print(JOB))
        await asyncio.sleep(10)
        task.cancel()
        assert told(await first) == ("not_sure", "printer.silent")
        assert told(await second) == ("not_printed", "printer.silent")

    virtual_time.run(scene())

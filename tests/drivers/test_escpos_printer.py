"""The session with the receipt printer, against a scripted printer on virtual time."""

from __future__ import annotations

import asyncio

import pytest

from hal.drivers import escpos_codec as codec
from hal.drivers.escpos import PACE_BYTES, EscposPrinter
from hal.ports import PrintCut, PrintFeed, PrintLine, PrintQr, PrintResult
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.wire import Wire

PROOF_REQUEST = b"\x1dr\x01"
JOB: list[PrintLine | PrintQr | PrintFeed | PrintCut] = [PrintLine(f"第{number}行 line") for number in range(40)]
JOB.append(PrintCut())
WHOLE = b"".join(codec.encode_job(JOB))

AT_THE_END = "when the paper ends"
AT_LOADING = "when new paper is put in"


class Paper:
    """A printer that prints as soon as it can, and answers GS r in its turn."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.paper = True
        self.cover_open = False
        self.silent = False
        self.proves = True
        self.forgets = ""  # `AT_THE_END` or `AT_LOADING`: when it loses what it has and has not printed
        self.forgot = False  # lines, or at least a request for proof
        self.ends_after: int | None = None  # bytes printed until the paper ends
        self.late_s = 0.05  # from GS r to its answer
        self.line_s = 0.0  # that a line takes to print
        self.waiting = b""
        self.printed = b""
        self.moving = False

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
        if self.forgets == AT_LOADING and not self.paper:
            self._forget()
        self.paper, self.cover_open = True, False
        self.work()

    def work(self) -> None:
        """Print what is waiting, a line at a time, as far as paper goes."""
        while self.waiting and self.paper and not self.cover_open and not self.moving:
            if self.waiting.startswith(PROOF_REQUEST):
                self.waiting = self.waiting[len(PROOF_REQUEST) :]
                if self.proves:
                    self.wire.say(b"\x00", after_s=self.late_s)
            else:
                self._print_line()

    def _print_line(self) -> None:
        ends = [at for at in (self.waiting.find(b"\n") + 1, self.waiting.find(PROOF_REQUEST)) if at > 0]
        size = min(ends, default=len(self.waiting))
        if self.ends_after is not None and len(self.printed) + size >= self.ends_after:
            size = self.ends_after - len(self.printed)
            self.ends_after, self.paper = None, False
        self.printed += self.waiting[:size]
        self.waiting = self.waiting[size:]
        if not self.paper and self.forgets == AT_THE_END:
            self._forget()
        if self.line_s:
            self.moving = True
            asyncio.get_running_loop().call_later(self.line_s, self._moved)

    def _moved(self) -> None:
        self.moving = False
        self.work()

    def _forget(self) -> None:
        self.forgot = self.forgot or bool(self.waiting)
        self.waiting = b""

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
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            assert told(await session.print(JOB)) == ("printed", "")
            assert printer.printed == WHOLE
            assert "第39行".encode("gb18030") in WHOLE
            assert desk.states() == ["ready"]

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


def test_a_port_that_closes_in_the_middle() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.line_s = 0.06
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

"""What the session does about each trouble of a printer: the scripted printer on virtual time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hal.drivers import escpos_codec as codec
from hal.drivers.escpos import FLUSH_BYTES, STUCK_RETRY_MS, EscposPrinter
from hal.linux.qr import qr_rows
from hal.ports import UNKNOWN, PrintLine, PrintQr
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.paper_printer import JOB, PROFILE, WHOLE, Paper, action, job_bytes, make, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.ports import Facts


def fact(facts: Facts, what: str) -> str:
    """The value of one fact."""
    return dict(facts)[what]


def _open(printer: Paper) -> None:
    printer.cover_open = True


def _hot(printer: Paper) -> None:
    printer.hot = True


def _out(printer: Paper) -> None:
    printer.paper = False


TROUBLES: list[tuple[str, Callable[[Paper], None], Callable[[Paper], None]]] = [
    ("cover_open", _open, Paper.load),
    ("paper_out", _out, Paper.load),
    ("overheated", _hot, Paper.cool),
]


@pytest.mark.parametrize(("code", "begins", "ends"), TROUBLES)
def test_trouble_in_the_middle_is_named_and_waited_out(
    code: str, begins: Callable[[Paper], None], ends: Callable[[Paper], None]
) -> None:
    async def scene() -> None:
        _, printer, session = make()
        printer.line_s = 0.06
        async with Desk(session) as desk:
            await desk.wait(1)
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(1)
            begins(printer)
            await desk.wait(600)
            assert not result.done()
            assert desk.states() == ["ready", f"fault printer.{code}"]
            ends(printer)
            assert told(await result) == ("printed", "")
            assert printer.printed == WHOLE
            assert desk.states()[2:] == ["ready"]

    virtual_time.run(scene())


@pytest.mark.parametrize(("code", "begins", "ends"), TROUBLES)
def test_trouble_before_the_job_sends_nothing(
    code: str, begins: Callable[[Paper], None], ends: Callable[[Paper], None]
) -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            begins(printer)
            await desk.wait(3)
            one = action()
            assert told(await session.print(JOB, one)) == ("not_printed", f"printer.{code}")
            assert job_bytes(wire) == b""
            ends(printer)
            await desk.wait(2)
            assert told(await session.print(JOB, one)) == ("printed", "")  # nothing of it was ever sent

    virtual_time.run(scene())


def test_a_stuck_cutter_is_told_to_try_again_until_it_is_free() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.cutter_sticks = 3
            assert told(await session.print(JOB, action())) == ("printed", "")
            assert printer.printed == WHOLE
            assert desk.states() == ["ready", "fault printer.cutter", "ready"]
            gaps = [later - one for one, later in zip(printer.retries, printer.retries[1:], strict=False)]
            assert len(printer.retries) == 3
            assert min(gaps) >= STUCK_RETRY_MS / 1000
            await desk.wait(60)
            assert len(printer.retries) == 3

    virtual_time.run(scene())


def test_an_error_that_needs_a_repair_is_not_retried() -> None:
    async def scene() -> None:
        _, printer, session = make()
        printer.broken = True
        async with Desk(session) as desk:
            await desk.wait(60)
            assert desk.states() == ["fault printer.error"]
            assert printer.retries == []

    virtual_time.run(scene())


def test_paper_near_its_end_is_no_trouble() -> None:
    async def scene() -> None:
        _, printer, session = make()
        printer.near_end = True
        async with Desk(session) as desk:
            await desk.wait(2)
            assert told(await session.print(JOB, action())) == ("printed", "")
            assert desk.states() == ["ready printer.paper_low"]
            assert fact(session.facts(), "paper near its end") == "yes"

    virtual_time.run(scene())


def test_a_printer_that_was_switched_off_and_on_is_not_believed() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.line_s = 0.06
        async with Desk(session) as desk:
            await desk.wait(1)
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(0.5)
            printer.switch_off_and_on()
            printer.silent = True
            await desk.wait(1.5)
            sent = job_bytes(wire)
            printer.silent = False
            assert told(await result) == ("not_sure", "printer.no_proof")
            assert job_bytes(wire) == sent
            assert told(await session.print(JOB, action())) == ("printed", "")
            assert printer.printed.endswith(WHOLE)

    virtual_time.run(scene())


def test_a_printer_without_paper_that_stays_online_proves_nothing() -> None:
    async def scene() -> None:
        _, printer, session = make()
        printer.online_without_paper = True
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.ends_after = 300
            assert told(await session.print(JOB, action())) == ("not_sure", "printer.paper_out")

    virtual_time.run(scene())


@pytest.mark.parametrize("hungry", [1, 2, 189, 1000, FLUSH_BYTES - 500])
def test_a_printer_that_waits_for_the_rest_of_a_picture_is_brought_back(hungry: int) -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.hungry = hungry
        async with Desk(session) as desk:
            await desk.wait(0.1)
            assert told(await session.print(JOB, action())) == ("printed", "")
            assert printer.printed.endswith(WHOLE)
            wire.unplug()
            await desk.wait(1)
            printer.hungry = hungry
            wire.plug()
            await desk.wait(12)
            assert told(await session.print(JOB, action())) == ("printed", "")
            assert printer.printed.count(WHOLE) == 2

    virtual_time.run(scene())


def test_a_healthy_printer_gets_no_filling_and_a_dumb_one_not_for_ever() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(5)
            assert not any(data.startswith(b"\x00") for _, data in wire.written)
            wire.unplug()
            await desk.wait(1)
            wire.plug()
            printer.proves = False
            await desk.wait(60)
            filling = sum(len(data.rstrip(b"\x1dr\x01")) for _, data in wire.written if data.startswith(b"\x00"))
            assert filling == FLUSH_BYTES

    virtual_time.run(scene())


# ---- profiles


def test_a_mute_printer_gets_the_job_at_its_own_pace_and_is_never_believed() -> None:
    async def scene() -> None:
        wire, printer, session = make(answers=False, bytes_s=900)
        printer.silent = True
        async with Desk(session) as desk:
            await desk.wait(3)
            assert desk.states() == ["ready"]
            wire.written.clear()
            start = asyncio.get_running_loop().time()
            assert told(await session.print(JOB, action())) == ("not_sure", "printer.no_proof")
            taken = asyncio.get_running_loop().time() - start
            assert taken == pytest.approx(len(WHOLE) / 900, rel=0.05)
            assert b"".join(data for _, data in wire.written) == WHOLE
            assert {value for what, value in session.facts() if what != "profile"} == {UNKNOWN, "none"}
            wire.unplug()
            await desk.wait(2)
            assert desk.states() == ["ready", "silent printer.silent"]

    virtual_time.run(scene())


def test_a_plain_printer_gets_pictures_of_qr_codes_and_no_cut() -> None:
    async def scene() -> None:
        wire, printer, _ = make()
        profile = {**PROFILE, "code_set": "gbk", "qr": "image", "cutter": False, "bytes_s": 900}
        session = EscposPrinter(wire, profile, 11520, qr_rows)
        job = [PrintLine("\u3400"), PrintQr("20260101-0007|1"), *JOB]
        async with Desk(session) as desk:
            await desk.wait(1)
            assert told(await session.print(job, action())) == ("printed", "")
            assert printer.printed == b"".join(codec.encode_job(job, profile, qr_rows))
            assert b"\x1dv0\x03" in printer.printed
            assert b"\x1dV" not in printer.printed
            assert b"\xa1\xfe\n" in printer.printed

    virtual_time.run(scene())


# ---- how quick, and what it asks


def test_a_job_leaves_at_once() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.status_s = 0.005
        async with Desk(session) as desk:
            for pause in (1.0, 1.37, 2.03):
                await desk.wait(pause)
                wire.written.clear()
                start = asyncio.get_running_loop().time()
                assert told(await session.print(JOB, action())) == ("printed", "")
                question, job = wire.written[0], wire.written[1]
                assert question[1] == b"\x10\x04\x01"
                assert job[1].startswith(WHOLE[:9])
                assert question[0] - start < 0.001
                assert job[0] - start < 0.01

    virtual_time.run(scene())


def test_a_question_that_is_never_answered_is_not_asked_for_ever() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.ignores = (3, 4)
        async with Desk(session) as desk:
            await desk.wait(20)
            wire.written.clear()
            await desk.wait(20)
            asked = {data[2] for _, data in wire.written}
            assert asked == {1, 2}
            assert desk.states() == ["ready"]
            assert fact(session.facts(), "cutter error") == UNKNOWN
            assert told(await session.print(JOB, action())) == ("printed", "")

    virtual_time.run(scene())


def test_unasked_status_makes_it_look_at_once() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(5.5)
            printer.cover_open = True
            wire.say(b"\x38\x00\x00\x0f")
            await desk.wait(0.3)
            assert desk.states() == ["ready", "fault printer.cover_open"]

    virtual_time.run(scene())


def test_facts() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        assert set(dict(session.facts()[4:]).values()) == {UNKNOWN}
        async with Desk(session) as desk:
            await desk.wait(2)
            assert session.facts()[:4] == [
                ("profile", "58 mm"),
                ("maker", "_MAKER"),
                ("model", "_MAKER"),
                ("proof of print", "GS r"),
            ]
            assert {value for _, value in session.facts()[4:]} == {"no"}
            printer.hot = True
            await desk.wait(2)
            assert fact(session.facts(), "offline") == "yes"
            wire.unplug()
            await desk.wait(2)
            assert set(dict(session.facts()[4:]).values()) == {UNKNOWN}

    virtual_time.run(scene())


def test_few_questions_are_asked_of_a_printer_that_stands_still() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.ends_after = 300
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(10)
            wire.written.clear()
            await desk.wait(600)
            assert sum(len(data) for _, data in wire.written) < 800  # they all stay in its buffer
            printer.cover_open = True
            await desk.wait(6)
            assert session.status.code == "printer.cover_open"
            printer.cover_open = False
            await desk.wait(6)
            assert session.status.code == "printer.paper_out"
            before = asyncio.get_running_loop().time()
            printer.load()
            assert told(await result) == ("printed", "")
            assert asyncio.get_running_loop().time() - before < 3
            assert session.status.state == "ready"

    virtual_time.run(scene())


@pytest.mark.parametrize("answers", [True, False])
def test_a_line_that_takes_long_does_not_stop_the_pulse(answers: bool) -> None:
    async def scene() -> None:
        _, printer, session = make(answers=answers, bytes_s=200)
        printer.status_s = 0.9
        async with Desk(session) as desk:
            await desk.wait(5)
            result = await session.print([PrintLine("x" * 5000)], action())
            assert result.outcome == ("printed" if answers else "not_sure")

    virtual_time.run(scene())


def test_an_answer_that_was_lost_is_asked_for_again_although_the_printer_stands_still() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1.5)
            printer.cutter_sticks, printer.ignores = 1, (3,)
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(5)
            printer.ignores = ()
            async with asyncio.timeout(30):
                assert told(await result) == ("printed", "")

    virtual_time.run(scene())


def test_another_error_is_noticed_although_the_printer_stays_offline() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.hot = True
            await desk.wait(20)
            printer.hot, printer.jammed = False, True
            await desk.wait(6)
            assert desk.states() == ["ready", "fault printer.overheated", "fault printer.cutter"]

    virtual_time.run(scene())

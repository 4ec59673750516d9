"""A job has a name: what proves it by that name, and that it is begun once. The scripted printer on virtual time."""

from __future__ import annotations

import asyncio

import pytest

from hal.ports import PrintCut, PrintLine
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.paper_printer import CUT, JOB, NAMED_REQUEST, WHOLE, action, make, told

# ---- process id


def test_the_process_id_proves_the_job() -> None:
    async def scene() -> None:
        wire, printer, session = make(process_id=True)
        printer.names = True
        async with Desk(session) as desk:
            await desk.wait(1)
            assert told(await session.print(JOB, action())) == ("printed", "")
            assert printer.printed == WHOLE
            names = [data[-4:] for _, data in wire.written if NAMED_REQUEST in data]
            assert len(names) == 1
            assert all(0x20 <= byte <= 0x7E for byte in names[0])
            assert told(await session.print(JOB, action())) == ("printed", "")

    virtual_time.run(scene())


@pytest.mark.parametrize("stray", [b"\x00", b"\x37\x22abcd\x00", b"\x37\x22\x00", b"\x37\x21abcd\x00"])
def test_neither_another_name_nor_gs_r_proves_a_job_with_a_process_id(stray: bytes) -> None:
    async def scene() -> None:
        wire, printer, session = make(process_id=True)
        async with Desk(session) as desk:
            await desk.wait(1)
            result = asyncio.create_task(session.print([PrintLine("x")], action()))
            await desk.wait(1)
            for _ in range(5):
                wire.say(stray)
            assert told(await result) == ("not_sure", "printer.no_proof")
            assert printer.printed.endswith(b"x\n")

    virtual_time.run(scene())


def test_a_process_id_that_overtakes_a_missing_proof_is_not_enough() -> None:
    async def scene() -> None:
        _, printer, session = make(process_id=True)
        printer.names = True
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.proves = False
            assert told(await session.print(JOB, action())) == ("not_sure", "printer.no_proof")

    virtual_time.run(scene())


# ---- actions


def test_an_action_is_begun_once() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            one = action()
            results = await asyncio.gather(session.print(JOB, one), session.print(JOB, one))
            assert [told(result) for result in results] == [("printed", ""), ("not_sure", "printer.same_action")]
            assert told(await session.print(JOB, one)) == ("not_sure", "printer.same_action")
            assert printer.printed == WHOLE
            assert told(await session.print(JOB, "")) == ("not_printed", "printer.bad_job")
            assert told(await session.print(JOB, "x" * 41)) == ("not_printed", "printer.bad_job")

    virtual_time.run(scene())


def test_an_action_whose_answer_was_lost_after_the_cut_is_not_printed_again() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            one = action()
            printer.late_s = 30  # it is all on paper long before its answers come
            result = asyncio.create_task(session.print([PrintLine("x"), PrintCut()], one))
            await desk.wait(0.5)
            assert printer.printed.endswith(b"x\n" + CUT)
            wire.unplug()
            assert told(await result) == ("not_sure", "printer.silent")
            assert told(await session.print(JOB, one)) == ("not_sure", "printer.same_action")
            wire.plug()
            await desk.wait(10)
            assert told(await session.print(JOB, one)) == ("not_sure", "printer.same_action")
            assert printer.printed.count(CUT) == 1

    virtual_time.run(scene())

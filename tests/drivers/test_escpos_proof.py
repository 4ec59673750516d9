"""What the session makes of proofs that come, come late, or do not come: the scripted printer on virtual time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.drivers import escpos_codec as codec
from hal.drivers.escpos_delivery import AHEAD_BYTES
from hal.ports import PrintFeed, PrintLine, PrintQr
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.paper_printer import (
    AT_LOADING,
    AT_THE_END,
    JOB,
    PROFILE,
    PROOF_REQUEST,
    WHOLE,
    Paper,
    action,
    job_bytes,
    make,
    told,
)


def test_a_quick_printer_is_not_held_up() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.late_s = 0.001
            start = asyncio.get_running_loop().time()
            assert told(await session.print(JOB, action())) == ("printed", "")
            assert asyncio.get_running_loop().time() - start < 0.3

    virtual_time.run(scene())


def test_little_is_sent_ahead_of_the_paper() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.ends_after = 0
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(600)
            assert AHEAD_BYTES / 2 <= len(job_bytes(wire)) <= AHEAD_BYTES
            printer.load()
            assert told(await result) == ("printed", "")
            assert printer.printed == WHOLE

    virtual_time.run(scene())


LONG_JOB = [PrintLine("before"), PrintQr("x" * 1000), PrintFeed(29), PrintLine("r\x01"), PrintLine("", bold=True), *JOB]


def test_no_proof_is_asked_for_inside_an_element() -> None:
    async def scene() -> None:
        wire, _, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            assert told(await session.print(LONG_JOB, action())) == ("printed", "")
            sent = job_bytes(wire)
            for piece in codec.encode_job(LONG_JOB, PROFILE):
                assert sent.startswith(piece)
                sent = sent[len(piece) :].removeprefix(PROOF_REQUEST)
            assert sent == b""
            assert job_bytes(wire).endswith(PROOF_REQUEST)

    virtual_time.run(scene())


def test_paper_that_ends_in_the_middle_is_waited_out() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.ends_after = 300
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(3600)
            assert not result.done()
            assert desk.states() == ["ready", "fault printer.paper_out"]
            printer.load()
            assert told(await result) == ("printed", "")
            assert desk.states() == ["ready", "fault printer.paper_out", "ready"]
            assert printer.printed == WHOLE

    virtual_time.run(scene())


@pytest.mark.parametrize("forgets", [AT_THE_END, AT_LOADING])
def test_a_printer_that_forgot_the_rest_is_not_believed_and_gets_nothing_more(forgets: str) -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.forgets = forgets
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.ends_after = 300
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(30)
            sent = job_bytes(wire)
            printer.load()
            assert told(await result) == ("not_sure", "printer.no_proof")
            assert job_bytes(wire) == sent
            assert told(await session.print(JOB, action())) == ("printed", "")
            assert printer.printed.endswith(WHOLE)

    virtual_time.run(scene())


async def interrupted(position: int, load_s: float, **traits: Any) -> tuple[Paper, str, bytes]:
    """The printer, the outcome, and what was sent after loading, of a job in which the paper ends at `position`."""
    wire, printer, session = make()
    async with Desk(session) as desk:
        await desk.wait(1)
        vars(printer).update(traits)
        printer.ends_after = position
        result = asyncio.create_task(session.print(JOB, action()))
        await desk.wait(load_s)
        before = len(job_bytes(wire))
        printer.load()
        return printer, (await result).outcome, job_bytes(wire)[before:]


POSITION = st.integers(0, len(WHOLE) + 1)
LOADED_AFTER_S = st.floats(20, 100)


@settings(max_examples=150, deadline=None)
@given(
    POSITION,
    LOADED_AFTER_S,
    st.sampled_from(["", AT_THE_END, AT_LOADING]),
    st.booleans(),
    st.floats(0, 12),
    st.sampled_from([0.0, 0.06]),
)
def test_printed_means_all_of_it_exactly_once(
    position: int, load_s: float, forgets: str, proves: bool, late_s: float, line_s: float
) -> None:
    printer, outcome, later = virtual_time.run(
        interrupted(position, load_s, forgets=forgets, proves=proves, late_s=late_s, line_s=line_s)
    )
    if outcome == "printed":
        assert printer.printed == WHOLE
        assert proves
    if printer.forgot:
        assert outcome == "not_sure"
        assert later == b""


@settings(max_examples=60, deadline=None)
@given(POSITION, LOADED_AFTER_S, st.floats(0, 2), st.sampled_from([0.0, 0.06]))
def test_a_printer_that_goes_on_by_itself_prints_it_all(
    position: int, load_s: float, late_s: float, line_s: float
) -> None:
    printer, outcome, _ = virtual_time.run(interrupted(position, load_s, late_s=late_s, line_s=line_s))
    assert outcome == "printed"
    assert printer.printed == WHOLE


@pytest.mark.parametrize("forgets", [AT_THE_END, AT_LOADING])
def test_wherever_the_paper_ends_nothing_is_sent_after_a_gap(forgets: str) -> None:
    for position in range(len(WHOLE) + 2):
        printer, outcome, later = virtual_time.run(interrupted(position, 5, forgets=forgets))
        assert outcome == ("not_sure" if printer.forgot else "printed")
        assert not printer.forgot or later == b""
        assert WHOLE.startswith(printer.printed) or forgets == AT_THE_END  # then it keeps what was under way


def test_a_printer_that_never_answers_gs_r_gets_the_whole_receipt() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.proves = False
        async with Desk(session) as desk:
            await desk.wait(10)  # it was asked for one in vain, and got what would end a picture
            for _ in range(2):
                printer.printed = b""
                wire.written.clear()
                assert told(await session.print(JOB, action())) == ("not_sure", "printer.no_proof")
                assert printer.printed == WHOLE
            times = [at for at, data in wire.written if len(data) > len(PROOF_REQUEST)]
            assert 0.9 <= (times[-1] - times[0]) / (len(WHOLE) / PROFILE["bytes_s"]) < 3

    virtual_time.run(scene())


@pytest.mark.parametrize("position", [100, 300])  # before and after it is known that it does not answer
def test_a_printer_that_never_answers_gs_r_gets_nothing_more_after_trouble(position: int) -> None:
    printer, outcome, later = virtual_time.run(interrupted(position, 60, proves=False))
    assert (outcome, later) == ("not_sure", b"")
    assert printer.printed != WHOLE


def test_no_proof_although_all_is_well() -> None:
    async def scene() -> None:
        _, printer, session = make()
        printer.proves = False
        async with Desk(session) as desk:
            await desk.wait(10)
            start = asyncio.get_running_loop().time()
            assert told(await session.print([PrintLine("x")], action())) == ("not_sure", "printer.no_proof")
            assert 5 <= asyncio.get_running_loop().time() - start <= 8

    virtual_time.run(scene())


def test_late_proofs_of_one_job_that_trickle_in_do_not_prove_the_next() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.proves = False
        async with Desk(session) as desk:
            await desk.wait(1)
            assert told(await session.print(JOB, action())) == ("not_sure", "printer.no_proof")
            for late_s in (1.0, 2.5, 4.0):
                wire.say(b"\x00", after_s=late_s)
            assert told(await session.print([PrintLine("two")], action())) == ("not_sure", "printer.no_proof")

    virtual_time.run(scene())


def test_a_printer_that_stops_answering_for_no_known_reason_gets_nothing_more() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        printer.line_s = 0.06
        async with Desk(session) as desk:
            await desk.wait(1)
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(1)
            printer.proves = False
            await desk.wait(2)
            sent = job_bytes(wire)
            assert told(await result) == ("not_sure", "printer.no_proof")
            assert job_bytes(wire) == sent
            assert len(sent) < len(WHOLE)

    virtual_time.run(scene())


def test_nothing_is_sent_while_the_cover_is_open() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.late_s = 1.05  # the proofs of all that was sent come just after the cover was seen open
            result = asyncio.create_task(session.print(JOB, action()))
            await desk.wait(0.5)
            printer.cover_open = True
            sent = job_bytes(wire)
            await desk.wait(60)
            assert job_bytes(wire) == sent
            printer.load()
            assert told(await result) == ("printed", "")
            assert printer.printed == WHOLE

    virtual_time.run(scene())


def test_the_late_proof_of_one_job_does_not_prove_the_next() -> None:
    async def scene() -> None:
        _, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.late_s = 8.5
            assert told(await session.print([PrintLine("one")], action())) == ("not_sure", "printer.no_proof")
            printer.proves = False
            assert told(await session.print([PrintLine("two")], action())) == ("not_sure", "printer.no_proof")
            printer.proves, printer.late_s = True, 0.05
            assert told(await session.print([PrintLine("three")], action())) == ("printed", "")

    virtual_time.run(scene())


def test_a_printer_that_loses_power_with_a_crackle_is_not_believed() -> None:
    async def scene() -> None:
        wire, printer, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            printer.proves = False
            result = asyncio.create_task(session.print([PrintLine("x")], action()))
            await desk.wait(1)
            printer.silent = True
            wire.say(b"\x00")
            assert told(await result) == ("not_sure", "printer.silent")

    virtual_time.run(scene())

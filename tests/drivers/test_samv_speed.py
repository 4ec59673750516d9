"""Finding a reader that talks at another speed, on virtual time."""

from __future__ import annotations

from itertools import pairwise

import pytest

from hal.ports import CardRead
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.samv_reader import BAUDS, NUMBER, PRINTED_NUMBER, frame, make


def test_the_facts_of_a_reader() -> None:
    async def scene() -> None:
        _, reader, session = make()
        assert dict(session.facts())["module status"] == "unknown"
        async with Desk(session) as desk:
            await desk.wait(1)
            assert session.facts() == [
                ("SAM number", PRINTED_NUMBER),
                ("speed", "115200 bit/s"),
                ("module status", "ok (00 00 90)"),
            ]
            reader.silent = True
            await desk.wait(5)
            assert dict(session.facts())["module status"] == "unknown"

    virtual_time.run(scene())


@pytest.mark.parametrize("answer", [None, frame(0x21), frame(0x90, bytes(15))])
def test_a_module_that_does_not_tell_its_number_works(answer: bytes | None) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[NUMBER] = [answer]
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(2)
            assert dict(session.facts())["SAM number"] == "unknown"
            assert len(desk.of(CardRead)) == 1

    virtual_time.run(scene())


@pytest.mark.parametrize("wanted", BAUDS)
@pytest.mark.parametrize("found", BAUDS)
def test_a_reader_at_another_speed_is_brought_to_the_wanted_one(wanted: int, found: int) -> None:
    async def scene() -> None:
        wire, reader, session = make(wanted)
        reader.baud = found
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(3)
            assert (wire.baud, reader.baud) == (wanted, wanted)
            assert dict(session.facts())["speed"] == f"{wanted} bit/s"
            assert len(desk.of(CardRead)) == 1
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_a_reader_that_refuses_the_change_is_used_at_its_own_speed() -> None:
    async def scene() -> None:
        wire, reader, session = make(115200)
        reader.baud, reader.changes_baud = 9600, False
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(5)
            assert wire.baud == 9600
            assert dict(session.facts())["speed"] == "9600 bit/s, will not change to 115200"
            assert len(desk.of(CardRead)) == 1
            reader.silent = True  # switched off, and on again: asked at its own speed first
            await desk.wait(20)
            reader.silent = False
            await desk.wait(8)
            assert desk.states() == ["ready", "silent reader.silent", "ready"]
            assert wire.baud == 9600

    virtual_time.run(scene())


@pytest.mark.parametrize("consents", [True, False])
def test_a_reader_that_consents_and_does_not_change(consents: bool) -> None:
    async def scene() -> None:
        wire, reader, session = make(115200)
        reader.baud, reader.changes_baud = 19200, False
        reader.spoil[0x60, 0] = [frame(0x90) if consents else None] * 9
        async with Desk(session) as desk:
            await desk.wait(5)
            assert wire.baud == 19200
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_a_reader_that_is_lost_while_it_changes_is_found_again() -> None:
    async def scene() -> None:
        wire, reader, session = make(115200)
        reader.baud = 19200
        async with Desk(session) as desk:
            while reader.baud != 115200:
                await desk.wait(0.01)
            reader.silent = True
            await desk.wait(10)
            assert desk.states() == ["silent reader.silent"]
            reader.silent = False
            await desk.wait(8)
            assert (desk.states()[1:], wire.baud) == (["ready"], 115200)

    virtual_time.run(scene())


def test_a_port_without_a_speed_is_not_probed() -> None:
    async def scene() -> None:
        wire, reader, session = make(0)
        reader.silent = True
        async with Desk(session) as desk:
            await desk.wait(30)
            assert wire.baud == 0
            reader.silent = False
            await desk.wait(8)
            assert dict(session.facts())["speed"] == "that of the port"

    virtual_time.run(scene())


def test_a_reader_that_was_only_off_is_back_as_soon_as_one_without_a_speed() -> None:
    def longest_way_back(baud: int) -> float:
        slowest = 0.0
        for tenth in range(0, 90, 3):

            async def scene(off_s: float) -> float:
                _, reader, session = make(baud)
                reader.silent = True
                reader.baud = baud
                async with Desk(session) as desk:
                    await desk.wait(off_s)
                    reader.silent = False
                    waited = 0.0
                    while session.status.state != "ready":
                        await desk.wait(0.05)
                        waited += 0.05
                return waited

            slowest = max(slowest, virtual_time.run(scene(60 + tenth / 10)))
        return slowest

    assert longest_way_back(115200) <= longest_way_back(0) + 0.1
    assert longest_way_back(9600) <= 6


def test_every_wrong_speed_is_tried_within_a_third_of_a_second_each() -> None:
    async def scene() -> None:
        wire, reader, session = make(115200)
        reader.silent = True
        async with Desk(session) as desk:
            await desk.wait(2.6)
            assert desk.states() == ["silent reader.silent"]
            times = [at for at, _ in wire.written][:8]
            assert max(later - earlier for earlier, later in pairwise(times)) <= 0.301
            assert wire.baud == 115200

    virtual_time.run(scene())

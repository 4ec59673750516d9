"""The session with the scan module, against a scripted module on virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from hal.ports import CodeScanned
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.gm65_module import codes, make, reply


def test_armed_until_disarmed() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            for number in range(5):
                await desk.wait(0.5)
                module.read(b"8100017%013d" % number)
            await desk.wait(0.5)
            assert codes(desk) == [b"8100017%013d" % number for number in range(5)]
            assert module.lit
            session.arm(False)
            await desk.wait(0.3)
            assert not module.lit
            triggers = len(module.triggers)
            await desk.wait(60)
            assert len(module.triggers) == triggers
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_triggers_again_after_the_modules_own_read_time() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(60)
            gaps = [later - earlier for earlier, later in pairwise(module.triggers)]
            assert len(gaps) > 8
            assert min(gaps) >= 5.0
            module.read(b"at last")
            await desk.wait(1)
            assert codes(desk) == [b"at last"]

    virtual_time.run(scene())


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64])
def test_bursts_are_neither_lost_nor_merged(piece: int) -> None:
    async def scene() -> None:
        wire, module, session = make()
        wire.piece = piece
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            module.read(b"01\x1d21A\r02\r03")
            wire.say(b"04\r", after_s=0.01)
            await desk.wait(2)
            assert codes(desk) == [b"01\x1d21A", b"02", b"03", b"04"]

    virtual_time.run(scene())


def test_a_code_that_comes_together_with_the_ack() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            module.acks = [reply(b"\x00") + b"123\r", reply(b"\x00") + b"456\r"]
            session.arm(True)
            await desk.wait(1)
            assert codes(desk) == [b"123", b"456"]
            assert module.lit

    virtual_time.run(scene())


@pytest.mark.parametrize("kept", range(7))
def test_a_torn_ack_never_becomes_part_of_a_code(kept: int) -> None:
    async def scene() -> None:
        _, module, session = make()
        ack = reply(b"\x00")
        async with Desk(session) as desk:
            await desk.wait(1)
            module.acks = [ack[7 - kept :] + b"123\r"]
            session.arm(True)
            await desk.wait(4)
            assert codes(desk) == []
            module.read(b"456")
            await desk.wait(1)
            assert codes(desk) == [b"456"]

    virtual_time.run(scene())


def test_a_code_without_its_end_is_dropped_and_scanning_goes_on() -> None:
    async def scene() -> None:
        wire, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            wire.say(b"81000171234")
            await desk.wait(8)
            module.read(b"81000171234567890123")
            await desk.wait(1)
            assert codes(desk) == [b"81000171234567890123"]

    virtual_time.run(scene())


def test_a_code_that_nobody_asked_for_is_dropped() -> None:
    async def scene() -> None:
        wire, _, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            wire.say(b"123\r")
            await desk.wait(1)
            assert codes(desk) == []

    virtual_time.run(scene())


def test_silence_is_told_once_and_the_module_set_up_anew() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.silent = True
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(600)
            assert desk.states() == ["silent scanner.silent"]
            module.silent = False
            await desk.wait(8)
            assert desk.states() == ["silent scanner.silent", "ready"]
            module.read(b"123")
            await desk.wait(1)
            assert codes(desk) == [b"123"]

    virtual_time.run(scene())


def test_an_unplugged_module() -> None:
    async def scene() -> None:
        wire, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(2)
            wire.unplug()
            await desk.wait(60)
            wire.plug()
            await desk.wait(8)
            assert desk.states() == ["ready", "silent scanner.silent", "ready"]
            module.read(b"123")
            await desk.wait(1)
            assert codes(desk) == [b"123"]

    virtual_time.run(scene())


def test_the_light_goes_out_while_nobody_takes_the_codes() -> None:
    async def scene() -> None:
        _, module, session = make()
        task = asyncio.create_task(session.run(lambda: None))
        session.arm(True)
        await asyncio.sleep(1)
        sent = 0
        while module.lit:
            module.read(b"%d" % sent)
            sent += 1
            await asyncio.sleep(0.5)
        assert sent < 40
        taken = [await session.next_event() for _ in range(len(session._events))]
        assert [int(event.data) for event in taken if isinstance(event, CodeScanned)] == list(range(sent))
        await asyncio.sleep(1)
        assert module.lit
        task.cancel()

    virtual_time.run(scene())


def test_arming_takes_effect_at_once() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            await desk.wait(2)
            session.arm(True)
            await desk.wait(0.001)
            assert module.lit
            await desk.wait(1)
            session.arm(False)
            await desk.wait(0.001)
            assert not module.lit

    virtual_time.run(scene())


def test_three_codes_in_a_second() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            for code in (b"81000171234567890121", b"81000171234567890122", b"81000171234567890123"):
                module.read(code)
                await desk.wait(0.3)
            assert codes(desk) == [b"8100017123456789012%d" % number for number in (1, 2, 3)]
            assert not any(event.repeat for event in desk.of(CodeScanned))

    virtual_time.run(scene())


def test_the_same_code_again_is_a_repeat_until_two_seconds_have_passed() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            for code, pause in ((b"A", 1.5), (b"A", 1.5), (b"B", 1), (b"A", 2.5), (b"A", 0)):
                module.read(code)
                await desk.wait(pause + 0.1)
            assert [event.repeat for event in desk.of(CodeScanned)] == [False, True, False, False, False]

    virtual_time.run(scene())


def test_continuous_mode_only_while_armed() -> None:
    async def scene() -> None:
        _, module, session = make(continuous=True)
        async with Desk(session) as desk:
            await desk.wait(1)
            assert module.mode == 1
            session.arm(True)
            await desk.wait(0.5)
            assert module.mode == 2
            assert (module.zones[0x0005], module.zones[0x0013]) == (2, 0x81)
            for number in range(40):
                module.read(b"%d" % number)
                await desk.wait(0.33)
            assert module.mode == 2
            session.arm(False)
            await desk.wait(0.5)
            assert (module.mode, module.lit) == (1, False)
            assert codes(desk) == [b"%d" % number for number in range(40)]
            assert not module.triggers

    virtual_time.run(scene())


@pytest.mark.parametrize("stuck", [{0x0000: 0xD6}, {0x0000: 0xD5, 0x0002: 1}])
def test_a_light_that_stayed_on_goes_out_at_the_start(stuck: dict[int, int]) -> None:
    async def scene() -> None:
        _, module, session = make()
        module.zones.update(stuck)
        assert module.lit
        async with Desk(session) as desk:
            await desk.wait(1)
            assert not module.lit
            module.zones.update(stuck)
            await desk.wait(6)
            assert not module.lit
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_a_code_that_nobody_asked_for_puts_the_light_out_at_once() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            module.zones[0x0000] = 0xD6
            module.read(b"123")
            await desk.wait(0.3)
            assert not module.lit
            assert codes(desk) == []

    virtual_time.run(scene())


def test_a_code_that_came_while_the_program_was_busy_elsewhere_is_whole() -> None:
    async def scene() -> None:
        wire, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            assert module.lit
            wire.say(b"81000171234")
            await desk.wait(0.01)
            wire.say(b"567890123\r", after_s=0.3)
            virtual_time.stall(2)
            await desk.wait(1)
            assert codes(desk) == [b"81000171234567890123"]

    virtual_time.run(scene())


def test_the_end_of_a_code_is_no_code() -> None:
    async def scene() -> None:
        wire, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            answer, module._say = module._say, lambda data: None  # type: ignore[method-assign]
            wire.say(b"8100017000000000000\r")  # it is triggered again, and that is not answered
            for byte in b"81000171234567890123\r":  # a slow line, just when the patience for the answer ends
                wire.say(bytes([byte]), after_s=0.99)
                await desk.wait(0.001)
            await desk.wait(0.5)
            module._say = answer  # type: ignore[method-assign]
            await desk.wait(5)
            assert set(codes(desk)) <= {b"8100017000000000000", b"81000171234567890123"}

    virtual_time.run(scene())


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("continuous", [False, True])
def test_no_light_is_left_on_when_the_program_ends(continuous: bool, silent: bool) -> None:
    async def scene() -> None:
        wire, module, session = make(continuous=continuous)
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(2)
            assert module.lit
            module.silent = silent
            before = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - before < 1
        assert module.lit == silent
        assert not wire.open_now

    virtual_time.run(scene())

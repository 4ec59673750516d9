"""The session with the packet-speaking scan module, against a scripted module on virtual time."""

from __future__ import annotations

import asyncio

import pytest

from hal.drivers.gm67 import Gm67Scanner
from hal.ports import CodeScanned
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.gm67_module import Gm67, packet
from tests.drivers.wire import Wire


def make() -> tuple[Wire, Gm67, Gm67Scanner]:
    """A wire with a module at its end, and the session."""
    wire = Wire()
    module = Gm67(wire)
    wire.device = module
    return wire, module, Gm67Scanner(wire, 115200)


def codes(desk: Desk) -> list[bytes]:
    """The codes that were told."""
    return [event.data for event in desk.of(CodeScanned)]


def test_set_up() -> None:
    async def scene() -> None:
        wire, module, session = make()
        module.lit = True
        async with Desk(session) as desk:
            await desk.wait(1)
            assert desk.states() == ["ready"]
            assert module.parameters == {0x8A: 8, 0x88: 50, 0xEE: 1, 0xEB: 0}
            assert not module.lit
            assert wire.written[0][1] == b"\x00"
            assert wire.written[1][0] - wire.written[0][0] >= 0.05
            assert dict(session.facts())["model"] == "GM67"

    virtual_time.run(scene())


def test_armed_until_disarmed() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            await desk.wait(3)
            session.arm(True)
            for number in range(4):
                await desk.wait(0.4)
                module.read(b"8100017%013d" % number, 0x03)
            await desk.wait(0.4)
            assert codes(desk) == [b"]C08100017%013d" % number for number in range(4)]
            session.arm(False)
            await desk.wait(0.1)
            assert not module.lit
            starts = module.starts
            await desk.wait(60)
            assert module.starts == starts
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_three_codes_in_a_second() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            for number in range(3):
                module.read(b"%d" % number)
                await desk.wait(0.3)
            assert codes(desk) == [b"]Q10", b"]Q11", b"]Q12"]

    virtual_time.run(scene())


def test_started_again_after_the_modules_own_read_time() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(60)
            assert 9 <= module.starts <= 12
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("lost", [1, 2])
def test_a_code_that_is_sent_again_is_one_code(lost: int, marked: bool) -> None:
    async def scene() -> None:
        _, module, session = make()
        module.marks_resends = marked
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            module.lost_acks = lost
            module.read(b"123")
            await desk.wait(3)
            assert codes(desk) == [b"]Q1123"]
            module.read(b"123")
            await desk.wait(0.2)
            module.read(b"456")
            await desk.wait(1)
            assert codes(desk) == [b"]Q1123", b"]Q1123", b"]Q1456"]

    virtual_time.run(scene())


def test_a_code_that_is_sent_again_before_the_next_start_is_one_code() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.marks_resends = False
        module.resend_s = 1.5
        module.deaf_while_waiting = True
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            module.lost_acks = 1
            module.read(b"123")
            await desk.wait(6)
            assert codes(desk) == [b"]Q1123"]
            assert desk.states() == ["ready"]
            assert module.lit

    virtual_time.run(scene())


def test_disarmed_while_the_start_is_on_its_way() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            await desk.wait(1.2)
            session.arm(True)
            await desk.wait(0.055)
            assert module.lit
            session.arm(False)
            await desk.wait(0.1)
            assert not module.lit

    virtual_time.run(scene())


def test_the_same_code_twice_is_a_repeat() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            module.read(b"123")
            await desk.wait(1.5)
            module.read(b"123")
            await desk.wait(1)
            assert [event.repeat for event in desk.of(CodeScanned)] == [False, True]

    virtual_time.run(scene())


def test_a_box_that_stays_in_front_does_not_keep_the_light_off() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            for _ in range(5):
                module.read(b"stays")
                await desk.wait(0.2)
            module.read(b"next")
            await desk.wait(0.2)
            assert codes(desk) == [b"]Q1stays", b"]Q1next"]

    virtual_time.run(scene())


def test_a_long_code_and_one_of_an_unknown_kind() -> None:
    async def scene() -> None:
        wire, module, session = make()
        wire.piece = 7
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            module.read(b"7" * 400, 0xF2)
            await desk.wait(0.5)
            module.read(b"abc", 0x42)
            await desk.wait(0.5)
            module.read(b"8" * 1500)  # longer than any code of the counter: taken from the module and dropped
            await desk.wait(2)
            module.read(b"0106901234567892", 0xF2)
            await desk.wait(0.5)
            assert codes(desk) == [b"]d1" + b"7" * 400, b"abc", b"]d10106901234567892"]

    virtual_time.run(scene())


def test_a_code_in_the_middle_of_a_command() -> None:
    async def scene() -> None:
        wire, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            module.read(b"1")
            wire.say(packet(0xF3, b"\xf12"), after_s=0.005)  # before the answer to the next start
            await desk.wait(1)
            assert codes(desk) == [b"]Q11", b"]Q12"]
            assert module.lit

    virtual_time.run(scene())


def test_commands_are_sent_again_when_the_module_asks() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.nacks = 1
        async with Desk(session) as desk:
            await desk.wait(1)
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_a_refused_set_up() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.refuses = 0xC6
        async with Desk(session) as desk:
            await desk.wait(60)
            assert desk.states() == ["fault scanner.fault"]
            module.refuses = -1
            await desk.wait(8)
            assert desk.states() == ["fault scanner.fault", "ready"]

    virtual_time.run(scene())


def test_a_light_that_stayed_on_goes_out() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            await desk.wait(2)
            module.lit = True
            await desk.wait(6)
            assert not module.lit
            module.lit = True
            module.read(b"nobody asked")
            module.lit = True
            await desk.wait(0.3)
            assert not module.lit
            assert codes(desk) == []
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_damaged_packets_are_passed_over() -> None:
    async def scene() -> None:
        wire, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            torn = packet(0xF3, b"\xf1123456")
            wire.say(torn[:-3])
            await desk.wait(0.3)
            wire.say(torn[:7] + b"\x00" + torn[8:])
            wire.say(packet(0xF3, b"\xf1good"))
            await desk.wait(1)
            assert codes(desk) == [b"]Q1good"]
            assert module.lit

    virtual_time.run(scene())


def test_silence_unplugging_and_coming_back() -> None:
    async def scene() -> None:
        wire, module, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            module.silent = True
            await desk.wait(60)
            module.silent = False
            await desk.wait(8)
            wire.unplug()
            await desk.wait(60)
            wire.plug()
            await desk.wait(8)
            silent = "silent scanner.silent"
            assert desk.states() == ["ready", silent, "ready", silent, "ready"]
            module.read(b"123")
            await desk.wait(1)
            assert codes(desk) == [b"]Q1123"]

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
        assert [event.data for event in taken if isinstance(event, CodeScanned)] == [b"]Q1%d" % n for n in range(sent)]
        await asyncio.sleep(1)
        assert module.lit
        task.cancel()

    virtual_time.run(scene())

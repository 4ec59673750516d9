"""The session with the scan module, against a scripted module on virtual time."""

from __future__ import annotations

import asyncio
from binascii import crc_hqx
from itertools import pairwise

import pytest

from hal.drivers.gm65 import Gm65Scanner
from hal.ports import CodeScanned
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.wire import Wire


def reply(data: bytes, kind: int = 0) -> bytes:
    """A reply of the module."""
    body = bytes([kind, len(data)]) + data
    return b"\x02\x00" + body + crc_hqx(body, 0).to_bytes(2, "big")


class Module:
    """A GM65 as it leaves the factory: manual mode, tail off."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.zones = {0x0000: 0xD4, 0x0002: 0, 0x0006: 0x00, 0x000D: 0x01, 0x0060: 0x70}
        self.silent = False
        self.forgets = False
        self.triggers: list[float] = []
        self.acks: list[bytes] = []  # what to answer to the next triggers instead of the ack

    @property
    def lit(self) -> bool:
        """Whether it is looking for a code."""
        return self.zones[0x0002] == 1

    def read(self, code: bytes) -> None:
        """A code comes before the window; only a lit module sees it."""
        assert self.lit
        self.zones[0x0002] = 0
        self.wire.say(code + b"\r")

    def heard(self, data: bytes) -> None:
        """Answer one command."""
        assert data[:2] == b"\x7e\x00"
        if self.silent:
            return
        kind, length, zone, body = data[2], data[3], int.from_bytes(data[4:6], "big"), data[6:-2]
        assert data[-2:] in (b"\xab\xcd", crc_hqx(data[2:-2], 0).to_bytes(2, "big"))
        if kind == 7:
            self.wire.say(reply(bytes([self.zones[zone]] * body[0])), after_s=0.02)
            return
        assert kind == 8
        assert length == 1
        if not self.forgets:
            self.zones[zone] = body[0]
        if zone == 0x0002 and body[0]:
            self.triggers.append(asyncio.get_running_loop().time())
        answer = self.acks.pop(0) if self.acks and zone == 0x0002 else reply(b"\x00")
        self.wire.say(answer, after_s=0.02)


def make() -> tuple[Wire, Module, Gm65Scanner]:
    """A wire with a module at its end, and the session."""
    wire = Wire()
    module = Module(wire)
    wire.device = module
    return wire, module, Gm65Scanner(wire)


def codes(desk: Desk) -> list[bytes]:
    """The codes that were told."""
    return [event.data for event in desk.of(CodeScanned)]


def test_set_up_keeps_what_is_not_ours() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            assert desk.states() == ["ready"]
            assert module.zones == {0x0000: 0xD5, 0x0002: 0, 0x0006: 50, 0x000D: 0x00, 0x0060: 0x01}
            assert not module.triggers

    virtual_time.run(scene())


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


@pytest.mark.parametrize("armed", [False, True])
def test_a_module_that_lost_its_settings_is_set_up_again(armed: bool) -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            session.arm(armed)
            await desk.wait(1)
            module.zones.update({0x0000: 0xD4, 0x0060: 0x70})
            await desk.wait(12)
            assert (module.zones[0x0000], module.zones[0x0060]) == (0xD5, 0x01)

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


def test_a_module_that_will_not_be_set_up() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.forgets = True
        async with Desk(session) as desk:
            await desk.wait(60)
            assert desk.states() == ["fault scanner.fault"]

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

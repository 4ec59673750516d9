"""How the scan module is found and set up, against a scripted module on virtual time."""

from __future__ import annotations

import asyncio

import pytest

from hal.drivers.gm65 import SET_UPS_BEFORE_RESET
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.gm65_module import DIVISORS, FACTORY, codes, make


def test_set_up_keeps_what_is_not_ours() -> None:
    async def scene() -> None:
        _, module, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            assert desk.states() == ["ready"]
            changed = {0x0000: 0xD5, 0x0006: 50, 0x000D: 0x04, 0x0060: 0x01}
            assert module.zones == FACTORY | changed
            assert not module.triggers
            assert module.stops

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


def test_a_module_that_will_not_be_set_up() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.forgets = {0x0060}
        async with Desk(session) as desk:
            await desk.wait(5)
            assert desk.states() == ["fault scanner.fault"]
            assert module.resets == 0

    virtual_time.run(scene())


def test_a_reset_to_factory_settings_is_the_last_resort() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.forgets = {0x0060}
        async with Desk(session) as desk:
            await desk.wait(60)
            assert desk.states() == ["fault scanner.fault", "ready"]
            assert module.resets == 1
            assert dict(session.facts())["resets to factory settings"] == "1"

    virtual_time.run(scene())


def test_a_reset_that_does_not_help_is_not_repeated() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.forgets = {0x0060, 0x00D9}
        module.resets = -1000
        stubborn = module.zones

        def keep(zone: int, body: bytes) -> None:
            module.resets += zone == 0x00D9
            stubborn.update({0x0000: body[0]} if zone == 0 else {})

        module._write = keep  # type: ignore[method-assign]
        async with Desk(session) as desk:
            await desk.wait(3600)
            assert desk.states() == ["fault scanner.fault"]
            assert module.resets == -999
            assert session._failed > SET_UPS_BEFORE_RESET

    virtual_time.run(scene())


@pytest.mark.parametrize("wanted", [9600, 115200])
@pytest.mark.parametrize("found", [9600, 115200, 57600, 38400, 19200])
def test_a_module_at_another_speed_is_found_and_brought_to_ours(found: int, wanted: int) -> None:
    async def scene() -> None:
        wire, module, session = make(baud=wanted)
        module.zones[0x002A], module.zones[0x002B] = DIVISORS[found]
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(8)
            assert desk.states() == ["ready"]
            assert (module.baud, wire.baud) == (wanted, wanted)
            module.read(b"123")
            await desk.wait(1)
            assert codes(desk) == [b"123"]

    virtual_time.run(scene())


def test_a_module_that_keeps_its_own_speed_is_used_at_it() -> None:
    async def scene() -> None:
        wire, module, session = make(baud=115200)
        module.forgets = {0x002A, 0x002B}
        async with Desk(session) as desk:
            await desk.wait(8)
            assert desk.states() == ["ready"]
            assert wire.baud == 9600
            assert dict(session.facts())["speed"] == "9600 baud"

    virtual_time.run(scene())


def test_a_module_that_falls_back_to_another_speed_is_found_again() -> None:
    async def scene() -> None:
        _, module, session = make(baud=115200)
        async with Desk(session) as desk:
            await desk.wait(8)
            module.zones = dict(FACTORY)
            await desk.wait(20)
            assert desk.states() == ["ready", "silent scanner.silent", "ready"]
            assert module.baud == 115200

    virtual_time.run(scene())


def test_raw_mode_where_the_firmware_needs_it() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.zones[0x00E2] = 0x69
        async with Desk(session) as desk:
            await desk.wait(2)
            assert module.zones[0x00BC] == 0x08
            facts = dict(session.facts())
            assert (facts["model"], facts["firmware"], facts["raw mode"]) == ("GM65", "69", "on")

    virtual_time.run(scene())


@pytest.mark.parametrize("keeps", [True, False])
def test_symbology_identifiers_where_the_module_has_them(keeps: bool) -> None:
    async def scene() -> None:
        _, module, session = make()
        module.zones[0x00D0] = 0
        module.forgets = set() if keeps else {0x00D0}
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(2)
            assert desk.states() == ["ready"]
            assert dict(session.facts())["symbology identifiers"] == ("on" if keeps else "not available")
            module.read(b"]C081000171234567890123")
            await desk.wait(1)
            assert codes(desk) == [b"]C081000171234567890123"]

    virtual_time.run(scene())


def test_a_module_that_says_nothing_to_what_it_does_not_know() -> None:
    async def scene() -> None:
        _, module, session = make()
        answer = module._say
        module._say = lambda data: answer(data) if data[2] == 0 else None  # type: ignore[method-assign]
        del module.zones[0x00E0], module.zones[0x00E2]
        async with Desk(session) as desk:
            await desk.wait(6)
            assert desk.states() == ["ready"]
            facts = dict(session.facts())
            assert (facts["model"], facts["firmware"]) == ("unknown", "unknown")

    virtual_time.run(scene())


def test_a_sleeping_module_is_woken() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.zones[0x00D9] = 0xA5
        async with Desk(session) as desk:
            await desk.wait(2)
            assert desk.states() == ["ready"]
            assert module.zones[0x00D9] == 0

    virtual_time.run(scene())


def test_a_torn_answer_does_not_spoil_the_next() -> None:
    async def scene() -> None:
        wire, module, session = make()
        torn: list[bytes] = []

        def say(data: bytes) -> None:
            first = data[4:5] == b"\x05" and not torn  # the model
            torn.extend([data] if first else [])
            wire.say(data[:4] if first else data, after_s=0.02)

        module._say = say  # type: ignore[method-assign]
        async with Desk(session) as desk:
            await desk.wait(3)
            assert torn
            assert dict(session.facts())["model"] == "GM65"

    virtual_time.run(scene())


def test_failed_set_ups_count_only_in_a_row() -> None:
    async def scene() -> None:
        wire, module, session = make()
        async with Desk(session) as desk:
            for _ in range(3):
                module.zones[0x0060] = 0x70
                module.forgets = {0x0060}
                wire.unplug()
                await desk.wait(6)
                wire.plug()
                await desk.wait(14)
                module.forgets = set()
                await desk.wait(8)
                assert desk.states()[-2:] == ["fault scanner.fault", "ready"]
            assert module.resets == 0

    virtual_time.run(scene())


def test_replies_that_come_late_are_not_taken_for_those_to_later_commands() -> None:
    async def scene() -> None:
        wire, module, session = make()
        free_s = 0.6  # busy with itself until then, as after it was switched on; one answer after the other

        def say(data: bytes) -> None:
            nonlocal free_s
            now = asyncio.get_running_loop().time()
            free_s = max(now, free_s) + 0.02
            wire.say(data, after_s=free_s - now)

        module._say = say  # type: ignore[method-assign]
        async with Desk(session) as desk:
            await desk.wait(15)
            assert desk.states()[-1] == "ready"
            assert module.zones[0x0000] == 0xD5  # its light and its beeper are as they were

    virtual_time.run(scene())


def test_a_line_that_dribbles_at_every_speed_does_not_stop_the_pulse() -> None:
    async def scene() -> None:
        wire, module, session = make()
        module.silent = True
        async with Desk(session) as desk:
            for _ in range(600):
                await desk.wait(0.09)
                wire.say(b"\x80")
            assert desk.states() == ["silent scanner.silent"]

    virtual_time.run(scene())


def test_a_module_that_lost_what_only_some_have_gets_it_back() -> None:
    async def scene() -> None:
        _, module, session = make()
        module.zones.update({0x00E2: 0x69, 0x00D0: 0})
        async with Desk(session) as desk:
            await desk.until("ready")
            assert (module.zones[0x00BC], module.zones[0x00D0]) == (0x08, 0x80)
            module.zones.update({0x00BC: 0, 0x00D0: 0})  # its power failed for a moment
            await desk.wait(6)
            assert (module.zones[0x00BC], module.zones[0x00D0]) == (0x08, 0x80)

    virtual_time.run(scene())

"""The port of a scanner that types: which device it takes, and what becomes of it.

Pseudo-terminals carry the bytes, and a table answers for the kernel; test_input_port_in_kernel.py does the same with
real devices.
"""

from __future__ import annotations

import asyncio
import errno
import os
import struct
import tty
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hal.drivers.keyboard_scanner import KeyboardScanner
from hal.errors import PortClosed
from hal.linux.input_device import (
    CAPS_LOCK_OFF,
    GET_ID,
    GET_KEYS,
    GET_UNIQUE,
    GRAB,
    InputDevice,
    describe,
    set_bits,
)
from hal.linux.input_port import InputPort
from hal.linux.usb_name import UsbName
from hal.ports import CodeScanned
from tests.drivers import typed_keys as keys

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES = frozenset(range(1, 97))
SCANNER = InputDevice(0x05F9, 0x2203, "", TYPES)


class Desk:
    """A folder of input devices that can be plugged in and pulled out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.grabbed: set[str] = set()
        self._far: dict[str, int] = {}
        self._near: dict[str, int] = {}
        self._devices: dict[str, InputDevice] = {}

    def plug(self, name: str, device: InputDevice) -> None:
        """A device appears."""
        self._far[name], self._near[name] = os.openpty()
        tty.setraw(self._near[name])
        terminal = os.ttyname(self._near[name])
        (self.folder / name).symlink_to(terminal)
        self._devices[terminal] = device

    def pull(self, name: str) -> None:
        """It is gone, and so is its node."""
        (self.folder / name).unlink()
        terminal = os.ttyname(self._near[name])
        os.close(self._near.pop(name))
        os.close(self._far.pop(name))
        self.grabbed.discard(terminal)
        del self._devices[terminal]

    def type(self, name: str, data: bytes) -> None:
        """It sends events."""
        os.write(self._far[name], data)

    def written(self, name: str) -> bytes:
        """What was written to it."""
        return os.read(self._far[name], 4096)

    def close(self) -> None:
        """Clear the desk."""
        for name in list(self._far):
            self.pull(name)

    def ioctl(self, fd: int, request: int, argument: bytes | int) -> bytes | int:
        """Answers as the kernel does for these four requests."""
        terminal = str(Path(f"/proc/self/fd/{fd}").readlink())
        device = self._devices[terminal]
        if request == GET_ID:
            return struct.pack("<HHHH", 3, device.vendor, device.product, 0x0110)
        if request == GET_KEYS:
            return sum(1 << key for key in device.keys).to_bytes(96, "little")
        if request == GET_UNIQUE:
            if not device.serial:
                raise OSError(errno.ENOENT, "")
            return device.serial.encode().ljust(64, b"\0")
        assert (request, argument) == (GRAB, 1)
        if terminal in self.grabbed:
            raise OSError(errno.EBUSY, "")
        self.grabbed.add(terminal)
        return 0

    def port(self, rest: str = "05f9:2203") -> InputPort:
        """A port on this desk."""
        return InputPort(rest, self.folder, self.ioctl)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty desk."""
    desk = Desk(tmp_path)
    yield desk
    desk.close()


async def heard(port: InputPort, size: int = 24) -> bytes:
    """So many bytes: a pseudo-terminal may bring them in pieces."""
    data = b""
    while len(data) < size:
        data += await port.read(4096, 60_000)
    return data


def test_requests_have_the_numbers_of_the_kernel() -> None:
    assert (GET_ID, GET_UNIQUE, GET_KEYS, GRAB) == (0x80084502, 0x80404508, 0x80604521, 0x40044590)


def test_bits_are_counted_from_the_lowest() -> None:
    assert set_bits(b"\x05\x00\x80") == [0, 2, 23]


@pytest.mark.parametrize(
    ("device", "found"),
    [
        (SCANNER, True),
        (InputDevice(0x05F9, 0x2204, "", TYPES), False),
        (InputDevice(0x2203, 0x05F9, "", TYPES), False),
        (InputDevice(0x05F9, 0x2203, "", frozenset({113, 114, 115})), False),  # its volume keys
        (InputDevice(0x05F9, 0x2203, "", TYPES - {28}), False),
        (InputDevice(0x05F9, 0x2203, "S1", TYPES), True),
    ],
)
def test_which_device_it_is(device: InputDevice, found: bool) -> None:
    assert device.is_scanner(UsbName.parse("05f9:2203")) is found


def test_a_serial_number_with_colons() -> None:
    wanted = UsbName.parse("05f9:2203:00:1A:7D")
    assert InputDevice(0x05F9, 0x2203, "00:1A:7D", TYPES).is_scanner(wanted)
    assert not InputDevice(0x05F9, 0x2203, "00:1A:7E", TYPES).is_scanner(wanted)


async def test_what_is_no_input_device_is_passed_over(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "event0").write_bytes(b"")
    (tmp_path / "mouse0").write_bytes(b"")
    (tmp_path / "by-id").mkdir()
    with (tmp_path / "event0").open("rb") as no_device, pytest.raises(OSError, match="ioctl"):
        describe(no_device.fileno())
    with pytest.raises(PortClosed, match="event0: Inappropriate ioctl"):
        await InputPort("05f9:2203", tmp_path).open()
    with pytest.raises(PortClosed, match="not plugged in"):
        await InputPort("05f9:2203", tmp_path / "nothing").open()


async def test_the_interface_that_types_is_taken_and_no_other(desk: Desk) -> None:
    desk.plug("event10", InputDevice(0x046D, 0xC31C, "", TYPES))  # the doctor's own keyboard
    desk.plug("event9", InputDevice(0x05F9, 0x2203, "", frozenset({113})))
    desk.plug("event11", SCANNER)
    port = desk.port()
    await port.open()
    assert len(desk.grabbed) == 1
    desk.type("event10", keys.line("not ours"))
    desk.type("event11", keys.line("1"))
    assert await heard(port, len(keys.line("1"))) == keys.line("1")
    assert desk.written("event11") == CAPS_LOCK_OFF
    assert await port.read(4096, 0) == b""
    await port.close()


async def test_one_of_two_by_its_serial_number(desk: Desk) -> None:
    desk.plug("event2", InputDevice(0x05F9, 0x2203, "S1", TYPES))
    desk.plug("event3", InputDevice(0x05F9, 0x2203, "S2", TYPES))
    port = desk.port("05f9:2203:S2")
    await port.open()
    desk.type("event3", b"x" * 24)
    assert await heard(port) == b"x" * 24
    await port.close()


async def test_of_two_that_fit_the_first_number_is_taken(desk: Desk) -> None:
    for name in ("event10", "event9", "event11"):
        desk.plug(name, SCANNER)
    port = desk.port()
    await port.open()
    desk.type("event10", b"x" * 24)
    desk.type("event9", b"y" * 24)
    assert await heard(port) == b"y" * 24
    await port.close()


async def test_a_device_that_another_program_holds(desk: Desk) -> None:
    desk.plug("event2", SCANNER)
    first, second = desk.port(), desk.port()
    await first.open()
    with pytest.raises(PortClosed, match="event2: Device or resource busy"):
        await second.open()
    assert await first.read(24, 0) == b""
    await first.close()


async def test_pulled_out_and_back_under_another_number(desk: Desk) -> None:
    desk.plug("event5", SCANNER)
    port = desk.port()
    await port.open()
    asyncio.get_running_loop().call_later(0.01, desk.pull, "event5")
    with pytest.raises(PortClosed, match="input:05f9:2203"):
        await port.read(24, 60_000)
    with pytest.raises(PortClosed, match="not plugged in"):
        await port.open()
    desk.plug("event17", SCANNER)
    await port.open()
    desk.type("event17", b"y" * 24)
    assert await heard(port) == b"y" * 24
    await port.close()


async def test_wake_and_close_end_a_waiting_read(desk: Desk) -> None:
    desk.plug("event5", SCANNER)
    port = desk.port()
    port.wake()
    await port.open()
    loop = asyncio.get_running_loop()
    loop.call_soon(port.wake)
    assert await port.read(24, 60_000) == b""
    reading = asyncio.ensure_future(port.read(24, 60_000))
    await asyncio.sleep(0)
    await port.close()
    await port.close()
    with pytest.raises(PortClosed, match="closed"):
        await reading


async def test_a_port_that_is_not_open(desk: Desk) -> None:
    port = desk.port()
    for use in (port.read(24, 0), port.write(b"x"), port.set_baud(9600)):
        with pytest.raises(PortClosed, match="not open"):
            await use


async def test_nothing_is_written_to_a_keyboard(desk: Desk) -> None:
    desk.plug("event5", SCANNER)
    port = desk.port()
    await port.open()
    assert desk.written("event5") == CAPS_LOCK_OFF
    await port.write(b"\x16T\r")
    await port.set_baud(9600)
    desk.type("event5", b"z" * 24)
    assert await heard(port) == b"z" * 24
    os.set_blocking(desk._far["event5"], False)
    with pytest.raises(BlockingIOError):
        desk.written("event5")
    await port.close()


async def test_a_scanner_on_the_port(desk: Desk) -> None:
    desk.plug("event5", SCANNER)
    scanner = KeyboardScanner(desk.port())
    task = asyncio.create_task(scanner.run(lambda: None))
    scanner.arm(True)
    try:
        async with asyncio.timeout(60):
            assert repr(await scanner.next_event()) == "DeviceStatus(ready)"
            desk.type("event5", keys.line("81000171234567890123"))
            event = await scanner.next_event()
            assert isinstance(event, CodeScanned)
            assert event.data == b"81000171234567890123"
            desk.pull("event5")
            assert repr(await scanner.next_event()) == "DeviceStatus(silent, scanner.silent)"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

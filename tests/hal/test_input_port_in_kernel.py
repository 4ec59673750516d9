"""The port of a scanner that types, with a keyboard that the kernel makes (uinput): grabbed, unplugged, plugged in."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hal.drivers.keyboard_scanner import KeyboardScanner
from hal.errors import PortClosed
from hal.linux.input_port import FOLDER, InputPort
from hal.ports import CodeScanned
from tests.drivers import typed_keys as keys

if TYPE_CHECKING:
    from collections.abc import Iterator

UINPUT = Path("/dev/uinput")
# include/uapi/linux/uinput.h
CREATE, DESTROY, SETUP = 0x5501, 0x5502, 0x405C5503
SET_EVENT_BIT, SET_KEY_BIT, SET_LIGHT_BIT = 0x40045564, 0x40045565, 0x40045569
EV_KEY, EV_LED, CAPS_LOCK = 1, 17, 1
VENDOR, PRODUCT = 0x05F9, 0x8000 | os.getpid() & 0x7FFF  # of no real device, and of no other test process
REST = f"{VENDOR:04x}:{PRODUCT:04x}"

pytestmark = pytest.mark.skipif(
    not os.access(UINPUT, os.R_OK | os.W_OK) or not FOLDER.is_dir(),
    reason="needs /dev/uinput, readable and writable, and /dev/input: a kernel that makes input devices",
)


class Keyboard:
    """A USB keyboard that is plugged in while it exists."""

    def __init__(self) -> None:
        self._fd = os.open(UINPUT, os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self._fd, SET_EVENT_BIT, EV_KEY)
        for code in range(1, 120):
            fcntl.ioctl(self._fd, SET_KEY_BIT, code)
        fcntl.ioctl(self._fd, SET_EVENT_BIT, EV_LED)
        fcntl.ioctl(self._fd, SET_LIGHT_BIT, CAPS_LOCK)
        fcntl.ioctl(self._fd, SETUP, struct.pack("<HHHH80sI", 3, VENDOR, PRODUCT, 1, b"cunyitong test scanner", 0))
        fcntl.ioctl(self._fd, CREATE)

    def type(self, data: bytes) -> None:
        """Send events."""
        os.write(self._fd, data)

    def pull(self) -> None:
        """Unplug it."""
        if self._fd >= 0:
            fcntl.ioctl(self._fd, DESTROY)
            os.close(self._fd)
            self._fd = -1


@pytest.fixture
def keyboard() -> Iterator[Keyboard]:
    """A keyboard, plugged in."""
    keyboard = Keyboard()
    yield keyboard
    keyboard.pull()


async def usable() -> None:
    """Wait until udev has made the node of the device readable; skip where that never happens, as in a container."""
    for _ in range(100):
        if any(os.access(FOLDER / node, os.R_OK) for node in nodes()):
            return
        await asyncio.sleep(0.02)
    pytest.skip(f"the device was made, but nobody may read its node in {FOLDER}")


def nodes() -> list[str]:
    """The event nodes that belong to our device, as sysfs tells."""
    found = []
    for product in Path("/sys/class/input").glob("event*/device/id/product"):
        with contextlib.suppress(OSError):  # pulled meanwhile
            if product.read_text().strip() == f"{PRODUCT:04x}":
                found.append(product.parents[2].name)
    return found


async def drain(port: InputPort) -> None:
    """Read until there is nothing, and on."""
    while True:
        await port.read(24 * 64, 60_000)


async def test_read_grabbed_pulled_and_back(keyboard: Keyboard) -> None:
    await usable()
    port = InputPort(REST)
    await port.open()
    keyboard.type(keys.line("A1"))
    assert len(await port.read(24 * 64, 60_000)) % 24 == 0
    with pytest.raises(PortClosed, match="busy"):
        await InputPort(REST).open()
    keyboard.pull()
    with pytest.raises(PortClosed):
        await drain(port)
    again = Keyboard()
    try:
        await usable()
        await port.open()
        again.type(keys.line("1"))
        assert await port.read(24 * 64, 60_000)
    finally:
        await port.close()
        again.pull()


async def test_a_scan_through_the_kernel(keyboard: Keyboard) -> None:
    await usable()
    scanner = KeyboardScanner(InputPort(REST))
    task = asyncio.create_task(scanner.run(lambda: None))
    scanner.arm(True)
    try:
        async with asyncio.timeout(60):
            assert repr(await scanner.next_event()) == "DeviceStatus(ready)"
            keyboard.type(keys.line("0106901234567892\x1d21Ab"))
            event = await scanner.next_event()
            assert isinstance(event, CodeScanned)
            assert event.data == b"0106901234567892\x1d21Ab"
            keyboard.pull()
            assert repr(await scanner.next_event()) == "DeviceStatus(silent, scanner.silent)"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

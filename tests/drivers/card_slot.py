"""An in-memory `CardChannel` onto a simulated chip: cards are put in and pulled, the reader is unplugged and back."""

from __future__ import annotations

import asyncio

from hal.errors import DeviceError, PortClosed
from simulator.carriers.vpcd import Chip

TRANSMIT_S = 0.04  # of the usual size for a contact card
NOTICE_S = 0.4  # a reader is asked so often whether its card is still there


class CardSlot:
    """A reader in the same process, with the behaviour of the PC/SC one: a card that is pulled is noticed a little
    later, one that was changed in the meantime is told as gone once."""

    def __init__(self) -> None:
        self.name = "slot"
        self.plugged = True
        self.open_now = False
        self.powered = False
        self.sent: list[bytes] = []
        self._chip: Chip | None = None
        self._count = 0
        self._seen_in = False
        self._seen_count = 0
        self._last = 0
        self._changed = asyncio.Event()

    def insert(self, chip: Chip) -> None:
        """Put a card in."""
        self._chip = chip
        self._count += 1
        asyncio.get_running_loop().call_later(NOTICE_S, self._notice)

    def pull(self) -> None:
        """Take the card out."""
        self._chip = None
        self.powered = False
        asyncio.get_running_loop().call_later(NOTICE_S, self._notice)

    def unplug(self) -> None:
        """Pull the reader's cable."""
        self.plugged = self.open_now = self.powered = False
        self._changed.set()

    async def open(self) -> None:
        """As `CardChannel.open`."""
        if not self.plugged:
            raise PortClosed("port.closed", "unplugged")
        self.open_now = True

    async def wait_card(self, present: bool, timeout_ms: int) -> bool:
        """As `CardChannel.wait_card`."""
        deadline = asyncio.get_running_loop().time() + timeout_ms / 1000
        while True:
            self._must_be_open()
            if present and self._seen_in:
                self._last = self._seen_count
                return True
            if not present and not (self._seen_in and self._seen_count == self._last):
                return True
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                await asyncio.sleep(0)
                return False
            self._changed.clear()
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                return False

    async def connect(self) -> bytes:
        """As `CardChannel.connect`."""
        self._must_be_open()
        await asyncio.sleep(TRANSMIT_S)
        atr = self._chip.power() if self._chip else None
        if atr is None:
            raise DeviceError("card.unreadable", "no answer to reset")
        self.powered = True
        return atr

    async def transmit(self, command: bytes) -> bytes:
        """As `CardChannel.transmit`."""
        self._must_be_open()
        self.sent.append(command)
        await asyncio.sleep(TRANSMIT_S)
        self._must_be_open()
        answer = self._chip.answer(command) if self._chip and self.powered else None
        if answer is None:
            raise DeviceError("card.unreadable", "no answer")
        return answer

    async def disconnect(self) -> None:
        """As `CardChannel.disconnect`."""
        self.powered = False

    async def close(self) -> None:
        """As `CardChannel.close`."""
        self.open_now = False
        self._changed.set()

    def _notice(self) -> None:
        self._seen_in, self._seen_count = self._chip is not None, self._count
        self._changed.set()

    def _must_be_open(self) -> None:
        if not self.open_now:
            raise PortClosed("port.closed", "not open")

"""The slot of a virtual PC/SC reader: the card's side of the protocol of vsmartcard's `vpcd`, over TCP.

Each message has its length in two bytes (big-endian) in front. A message of one byte from the reader is a control (00
power off, 01 power on, 02 reset, 04 "your answer to reset?"), any longer one a command APDU. The last two kinds are
answered, the others not. A card is in the slot for as long as it is connected.
"""

import asyncio
from contextlib import suppress
from typing import Protocol

VPCD_PORT = 35963
_POWER_ON = 1
_RESET = 2
_ANSWER_TO_RESET = 4
_AGAIN_S = 0.1
_HAND_S = 0.6  # a hand is no faster; a card changed between two polls of the service (0.4 s) can confuse it for good


class Chip(Protocol):
    """What is in the card."""

    def power(self) -> bytes | None:
        """Put power on, or reset: the answer to reset; None when there is none."""

    def answer(self, command: bytes) -> bytes | None:
        """The response to a command; None when there is none."""


class VirtualSlot:
    """The slot of the reader that listens on `port` of this machine. A card that is in stays in when the smart-card
    service is restarted, or is started later."""

    def __init__(self, port: int = VPCD_PORT) -> None:
        self._port = port
        self._card: asyncio.Task[None] | None = None
        self._pulled_at: float | None = None

    async def insert(self, chip: Chip) -> None:
        """Put a card in, in place of the one that is in. The reader notices it within a second."""
        await self.remove()
        self._card = asyncio.create_task(self._stay(chip))

    async def remove(self) -> None:
        """Pull the card. Pulling none does nothing."""
        card, self._card = self._card, None
        if card:
            card.cancel()
            await asyncio.wait([card])
            self._pulled_at = asyncio.get_running_loop().time()

    async def _stay(self, chip: Chip) -> None:
        if self._pulled_at is not None:
            await asyncio.sleep(self._pulled_at + _HAND_S - asyncio.get_running_loop().time())
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    await _talk(chip, reader, writer)
                finally:
                    writer.close()
            await asyncio.sleep(_AGAIN_S)


async def _talk(chip: Chip, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    atr = chip.power()
    while True:
        message = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        answer: bytes | None = None
        if len(message) > 1:
            answer = chip.answer(message)
        elif message in (bytes([_POWER_ON]), bytes([_RESET])):
            atr = chip.power()
        elif message == bytes([_ANSWER_TO_RESET]):
            answer = atr
        if answer is not None:
            writer.write(len(answer).to_bytes(2, "big") + answer)
            await writer.drain()

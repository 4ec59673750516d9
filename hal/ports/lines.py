"""The lines to devices: a stream of bytes, and the contacts of a chip card."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class BytePort(Protocol):
    """A stream of bytes to one device. One task owns one port."""

    name: str  # for the log: the path or the stable key

    async def open(self) -> None:
        """Open it, or raise `PortClosed`. Opening an open port closes it first."""

    async def read(self, limit: int, timeout_ms: int) -> bytes:
        """At least one and at most `limit` bytes; b"" when none came within `timeout_ms`; `PortClosed` when it is
        gone."""

    async def write(self, data: bytes) -> None:
        """Hand `data` to the line; returns when all of it was taken. `PortClosed` when it is gone."""

    async def set_baud(self, baud: int) -> None:
        """Talk at `baud` bits per second from now on, also after the next `open`. Does nothing on a port without a
        speed (USB, TCP). `PortClosed` when it is gone."""

    def wake(self) -> None:
        """End the `read` that is waiting now: it returns at once, with what is there or b"". Without one, does nothing.
        Never waits; call it from the same event loop."""

    async def close(self) -> None:
        """Close it. Closing a closed port does nothing."""


class CardChannel(Protocol):
    """The contacts of chip cards: one reader, at most one card in it at a time (ISO/IEC 7816-4, PC/SC)."""

    name: str  # for the log: the reader's name

    async def open(self) -> None:
        """Find the reader, or raise `PortClosed`. Opening an open channel closes it first."""

    async def wait_card(self, present: bool, timeout_ms: int) -> bool:
        """Wait until a card is in the reader (or, with `present` False, until none is); False when `timeout_ms` passed
        first. `PortClosed` when the reader is gone."""

    async def connect(self) -> bytes:
        """Power the card up; its answer to reset (ATR). `DeviceError` `card.unreadable` when it does not answer."""

    async def transmit(self, command: bytes) -> bytes:
        """Send one command APDU; the response with its two status bytes. `DeviceError` `card.unreadable` when the card
        was pulled or does not answer, `PortClosed` when the reader is gone."""

    async def disconnect(self) -> None:
        """Power the card down. Without a connected card, does nothing."""

    async def close(self) -> None:
        """Leave the reader. Closing a closed channel does nothing."""

"""A serial line inside one process, for tests."""

from typing import TYPE_CHECKING

from simulator.carriers.line import UNSET, Line, as_heard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator.clock import Clock


class MemoryCarrier:
    """One end of a line whose other end is `peer`. What arrives before `connect` is kept for it.

    Each end has its own speed: what one says at another speed than the other's arrives as garbage.
    """

    def __init__(self, clock: "Clock", baud: int | None) -> None:
        self.baud = baud or UNSET
        self.incoming = Line(clock, baud, self._arrived)
        self.peer: MemoryCarrier | None = None
        self._receive: Callable[[bytes], None] | None = None
        self._early = bytearray()

    async def start(self) -> None:
        """Nothing to open."""

    async def stop(self) -> None:
        """Lose what is still on its way to here."""
        self.incoming.clear()

    def connect(self, receive: "Callable[[bytes], None]") -> None:
        """Hand every byte from the other end to `receive`."""
        self._receive = receive
        if self._early:
            receive(bytes(self._early))
            self._early.clear()

    def send(self, data: bytes) -> None:
        """Send `data` to the other end."""
        if self.peer:
            self.peer.incoming.put(as_heard(data, self.baud, self.peer.baud))

    def set_baud(self, baud: int) -> None:
        """This end now talks and listens at `baud`."""
        self.baud = baud
        self.incoming.set_baud(baud)
        if self.peer:
            self.peer.incoming.set_baud(baud)

    async def renumber(self, gone: "Callable[[], Awaitable[None]]") -> None:
        """In memory a port has no number: only what was on its way is lost."""
        self.incoming.clear()
        await gone()

    def _arrived(self, data: bytes) -> None:
        if self._receive:
            self._receive(data)
        else:
            self._early += data


def memory_pair(clock: "Clock", baud: int | None = None) -> tuple[MemoryCarrier, MemoryCarrier]:
    """Both ends of a new line: (device, host)."""
    device, host = MemoryCarrier(clock, baud), MemoryCarrier(clock, baud)
    device.peer, host.peer = host, device
    return device, host

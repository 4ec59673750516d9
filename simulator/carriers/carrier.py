"""What a device needs from whatever carries its bytes."""

from collections.abc import Awaitable, Callable
from typing import Protocol


class Carrier(Protocol):
    """Both directions of a serial line, seen from the device."""

    async def start(self) -> None:
        """Open it; from now on bytes travel."""

    async def stop(self) -> None:
        """Close it. Stopping a stopped carrier does nothing."""

    def connect(self, receive: Callable[[bytes], None]) -> None:
        """Hand every byte that comes from the host to `receive`, in pieces of any size."""

    def send(self, data: bytes) -> None:
        """Send `data` to the host. Never waits; what nobody reads in time is lost, as on a wire."""

    def set_baud(self, baud: int) -> None:
        """The device now talks at `baud` bits per second."""

    async def renumber(self, gone: Callable[[], Awaitable[None]]) -> None:
        """Let the host see the port go, wait for `gone`, and let it see another port under the same name."""

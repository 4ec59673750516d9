"""Contact chip cards through the PC/SC service (pcscd) as a `CardChannel`.

Every call into the PC/SC library blocks, and a card that stops in the middle of a command can hold one for ever. So one
daemon thread makes them all, one after the other, and nobody waits for it longer than a call may take. A thread that is
held is left behind; while it is, the channel stays closed, so there is never more than one.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, TypeVar

from hal.errors import ConfigError, PortClosed
from hal.linux.pcsc_slot import PcscSlot
from hal.linux.worker import Worker

_OPEN_S = 5.0
_CONNECT_S = 6.0  # a service tries a mute card at several voltages
_TRANSMIT_S = 5.0
_END_S = 1.0
_SPARE_S = 2.0

_T = TypeVar("_T")


class PcscChannel:
    """The PC/SC reader whose name has all of `words`, in any order and case; with none, the only reader there is.

    Found anew at every `open`: readers and the service may come and go. One task uses it; `close` may come from another
    and ends what is waiting. `ConfigError` when the library pyscard is not installed.
    """

    def __init__(self, words: str) -> None:
        self.name = "pcsc:" + words
        self._words = words.lower().split()
        self._library = _load_library()
        self._slot: PcscSlot | None = None
        self._worker: Worker | None = None
        self._held: Worker | None = None  # left behind in a call that has not come back

    async def open(self) -> None:
        """Find the reader. `PortClosed` when the service or the reader is missing, or several readers fit."""
        await self.close()
        if self._held and self._held.is_alive():
            raise PortClosed("port.closed", f"{self.name}: the smart-card service has not come back from a call")
        self._worker, self._slot = Worker("pcsc"), PcscSlot(self._library)
        try:
            self.name = await self._call(_OPEN_S, self._slot.open, self._words)
        except PortClosed:
            await self.close()
            raise

    async def wait_card(self, present: bool, timeout_ms: int) -> bool:
        """Wait until a card is in the reader (or none, or another one); False when `timeout_ms` passed first."""
        slot = self._opened()
        return await self._call(timeout_ms / 1000 + _SPARE_S, slot.wait_card, present, timeout_ms / 1000)

    async def connect(self) -> bytes:
        """Power the card up; its answer to reset. `DeviceError` `card.unreadable` when there is none."""
        return await self._call(_CONNECT_S, self._opened().connect)

    async def transmit(self, command: bytes) -> bytes:
        """The response to a command APDU. `DeviceError` `card.unreadable` when the card fails; `PortClosed` when the
        reader is gone or the call does not come back."""
        return await self._call(_TRANSMIT_S, self._opened().transmit, command)

    async def disconnect(self) -> None:
        """Power the card down; whatever stands against it is left to the next call."""
        if self._slot:
            with suppress(PortClosed):
                await self._call(_END_S, self._slot.disconnect)

    async def close(self) -> None:
        """Leave the reader. Closing a closed channel does nothing."""
        worker, slot = self._worker, self._slot
        self._worker = self._slot = None
        if worker and slot:
            slot.stopped = True
            self._held = worker
            ended = asyncio.wrap_future(worker.submit(slot.release))
            worker.end()
            await asyncio.wait([ended], timeout=_END_S)

    def _opened(self) -> PcscSlot:
        if self._slot is None:
            raise PortClosed("port.closed", f"{self.name}: not open")
        return self._slot

    async def _call(self, limit_s: float, call: Callable[..., _T], *values: Any) -> _T:
        """The result of `call` in the worker thread. `PortClosed` when it takes longer than `limit_s`."""
        if self._worker is None:
            raise PortClosed("port.closed", f"{self.name}: not open")
        work = asyncio.wrap_future(self._worker.submit(call, *values))
        try:
            await asyncio.wait([work], timeout=limit_s)
            if work.done():
                return work.result()
        finally:
            work.cancel()  # does nothing to a call that has begun; its result goes nowhere
        raise PortClosed("port.closed", f"{self.name}: no answer in {limit_s:.0f} s")


def _load_library() -> Any:
    try:
        return import_module("smartcard.scard")
    except ImportError:
        hint = "install it with `make pcsc`, or as python3-pyscard from the system"
        raise ConfigError("config.wrong", f"social_card_reader.driver needs the library pyscard; {hint}") from None

"""One reader of the PC/SC service, by the blocking calls of pyscard. Used in one thread, but for `stopped`."""

import time
from collections import Counter
from typing import Any

from hal.errors import DeviceError, PortClosed

_SLICE_S = 0.3  # how long a wait goes on after `stopped` was set
_COUNTER_BIT = 16  # PC/SC: the upper half of a reader's state counts the cards that came and went

# The service or the reader is gone, whatever was asked of a card.
_GONE = (
    "SCARD_E_NO_SERVICE",
    "SCARD_E_SERVICE_STOPPED",
    "SCARD_F_COMM_ERROR",
    "SCARD_E_INVALID_HANDLE",
    "SCARD_E_READER_UNAVAILABLE",
    "SCARD_E_UNKNOWN_READER",
)


class PcscSlot:
    """A reader and the card in it. `library` is `smartcard.scard`. No error carries anything that a card said."""

    def __init__(self, library: Any) -> None:
        self.stopped = False  # set from anywhere: a wait ends soon, with `PortClosed`
        self._pcsc = library
        self._gone = {getattr(library, name) for name in _GONE}
        self._context: Any = None
        self._reader = ""
        self._card: Any = None
        self._protocol: Any = None
        self._counter: int | None = None  # when a card was last waited for and there

    def open(self, words: list[str]) -> str:
        """Find the reader whose name has all of `words` (lower case); its name."""
        result, self._context = self._pcsc.SCardEstablishContext(self._pcsc.SCARD_SCOPE_SYSTEM)
        self._check_reader(result, "establish context")
        result, readers = self._pcsc.SCardListReaders(self._context, [])
        self._check_reader(result, "list readers")
        # As often as it is asked for: the slots of one reader differ in nothing but "00 00" and "00 01".
        fitting = [name for name in readers if Counter(words) <= Counter(name.lower().split())]
        if len(fitting) != 1:
            wanted = "which of them is it" if fitting else f"no reader called {' '.join(words)!r}"
            raise PortClosed("port.closed", f"{wanted}: {'; '.join(fitting or readers)}")
        self._reader = fitting[0]
        return self._reader

    def wait_card(self, present: bool, timeout_s: float) -> bool:
        """Wait for a card, or for the last one to have gone, even if another is in its place already."""
        deadline = time.monotonic() + timeout_s
        known = self._pcsc.SCARD_STATE_UNAWARE  # is answered at once with the present state
        while True:
            left = deadline - time.monotonic()
            state = self._state_other_than(known, max(0.0, min(_SLICE_S, left)))
            if state is not None:
                known = state
                inside, counter = bool(state & self._pcsc.SCARD_STATE_PRESENT), state >> _COUNTER_BIT
                if present and inside:
                    self._counter = counter
                    return True
                if not present and (not inside or self._counter not in {None, counter}):
                    return True
            if self.stopped:
                raise PortClosed("port.closed", f"{self._reader}: closed")
            if time.monotonic() >= deadline:
                return False

    def connect(self) -> bytes:
        """Power the card up; its answer to reset."""
        self.disconnect()
        pcsc = self._pcsc
        protocols = pcsc.SCARD_PROTOCOL_T0 | pcsc.SCARD_PROTOCOL_T1
        result, card, protocol = pcsc.SCardConnect(self._context, self._reader, pcsc.SCARD_SHARE_SHARED, protocols)
        self._check_card(result, "connect")
        self._card = card
        self._protocol = pcsc.SCARD_PCI_T0 if protocol == pcsc.SCARD_PROTOCOL_T0 else pcsc.SCARD_PCI_T1
        result, _, _, _, atr = pcsc.SCardStatus(card)
        self._check_card(result, "status")
        return bytes(atr)

    def transmit(self, command: bytes) -> bytes:
        """The response to a command APDU."""
        if self._card is None:
            raise DeviceError("card.unreadable", "not connected")
        result, response = self._pcsc.SCardTransmit(self._card, self._protocol, list(command))
        self._check_card(result, "transmit")
        return bytes(response)

    def disconnect(self) -> None:
        """Power the card down; a card that is gone has no power any more."""
        card, self._card = self._card, None
        if card is not None:
            self._pcsc.SCardDisconnect(card, self._pcsc.SCARD_UNPOWER_CARD)

    def release(self) -> None:
        """Leave the service."""
        self.disconnect()
        context, self._context = self._context, None
        if context is not None:
            self._pcsc.SCardReleaseContext(context)

    def _state_other_than(self, known: int, timeout_s: float) -> int | None:
        """The reader's state, or None when it was still `known` after `timeout_s`."""
        result, states = self._pcsc.SCardGetStatusChange(self._context, int(timeout_s * 1000), [(self._reader, known)])
        if result == self._pcsc.SCARD_E_TIMEOUT:
            return None
        self._check_reader(result, "status change")
        state: int = states[0][1]
        if state & (self._pcsc.SCARD_STATE_UNKNOWN | self._pcsc.SCARD_STATE_UNAVAILABLE):
            raise PortClosed("port.closed", f"{self._reader}: gone")
        return state

    def _check_reader(self, result: int, doing: str) -> None:
        if result != self._pcsc.SCARD_S_SUCCESS:
            raise PortClosed("port.closed", f"{self._reader or 'PC/SC'}: {doing}: {self._words(result)}")

    def _check_card(self, result: int, doing: str) -> None:
        if result in self._gone:
            self._check_reader(result, doing)
        if result != self._pcsc.SCARD_S_SUCCESS:
            raise DeviceError("card.unreadable", f"{doing}: {self._words(result)}")

    def _words(self, result: int) -> str:
        return str(self._pcsc.SCardGetErrorMessage(result))

"""The session with a scanner that sends its codes by itself and takes no commands: USB-COM (CDC-ACM) and the like."""

from hal import aio
from hal.drivers.code_session import LISTEN_MS, CodeSession
from hal.drivers.text_codec import Code, TextDecoder
from hal.ports import READY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.drivers.keyboard_codec import KeyDecoder
    from hal.ports import BytePort, Facts

SILENCE_MS = 80  # ends a code of a scanner that sends no tails; at 9600 baud bytes are 1 ms apart
LOST_MS = 500  # a code that stands still for so long has lost its tail
_FULL_MS = 100
_PIECE = 256


class PlainScanner(CodeSession):
    """Scans codes while armed (`hal.ports.Scanner`); what comes while not armed is dropped. A code ends with CR, LF,
    CR LF or TAB, or with silence as long as the scanner has not shown that it sends tails.

    There is nothing such a scanner could be asked for, so it is ready when its port opens, and its light is its own
    affair. While nobody takes the codes, the next ones wait in the port.
    """

    def __init__(self, port: "BytePort") -> None:
        super().__init__(port)
        self._decoder: "TextDecoder | KeyDecoder" = TextDecoder(b"\r\n\t")
        self._silence_ms = SILENCE_MS
        self._heard_ms = 0

    def facts(self) -> "Facts":
        """How a code ends, as far as codes have shown it."""
        return [("end of a code", "tail" if self._decoder.tailed else "silence")]

    async def _serve(self) -> None:
        self._decoder.forget()
        await self._drop_input()
        await self._begin()
        self._report(READY)
        while True:
            self._pulse()
            await self._steer()
            if self._wanted and not self._events.has_room():
                await self._rest(_FULL_MS)
            else:
                await self._listen()

    async def _begin(self) -> None:
        """What has to be said to the scanner first: nothing."""

    async def _steer(self) -> None:
        """What has to be said to the scanner while it works: nothing."""

    def _due_in_ms(self) -> int:
        """How long it may be listened to before `_steer` has something to do."""
        return LISTEN_MS

    async def _listen(self) -> None:
        data = await self._port.read(_PIECE, self._patience_ms())
        if not data and self._is_quiet():
            # What came while the program was busy elsewhere has waited in the port; that was no silence.
            data = await self._port.read(_PIECE, 0)
            if not data:
                self._hand_over(self._decoder.end())
        if data:
            self._heard_ms = aio.now_ms()
            for item in self._decoder.feed(data):
                self._hand_over(item)

    def _patience_ms(self) -> int:
        if self._decoder.unfinished():
            return max(self._heard_ms + self._limit_ms() - aio.now_ms(), 0)
        return self._due_in_ms()

    def _is_quiet(self) -> bool:
        return self._decoder.unfinished() and aio.now_ms() - self._heard_ms >= self._limit_ms()

    def _limit_ms(self) -> int:
        return LOST_MS if self._decoder.tailed else self._silence_ms

    def _hand_over(self, item: object) -> None:
        if isinstance(item, Code):
            self._deliver(item.data)

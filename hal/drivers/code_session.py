"""What the sessions of all scanners share: armed or not, handing over a code, telling that the same one came again."""

import hashlib

from hal import aio
from hal.drivers.session import DeviceSession
from hal.drivers.text_codec import LONGEST_CODE
from hal.ports import CodeScanned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort, DeviceStatus

REPEAT_MS = 2000  # a box that stays in front of the window is read again sooner; a doctor takes longer for the next
LISTEN_MS = 1000  # the longest that a session waits for its scanner before it gives a pulse


class CodeSession(DeviceSession):
    """Scans codes while armed (`hal.ports.Scanner`). A code that comes while not armed is dropped: nobody asked for it.
    A driver adds `_serve` and hands every code to `_deliver`."""

    def __init__(self, port: "BytePort") -> None:
        super().__init__(port, "scanner.silent")
        self._wanted = False
        self._last = b""  # digest of the code that was handed over last; no person's code is kept
        self._last_ms = 0

    def arm(self, on: bool) -> None:
        """Ask for codes or stop asking. Never waits; the session goes to work on it at once."""
        self._wanted = on
        self._port.wake()

    async def next_event(self) -> "CodeScanned | DeviceStatus":
        """Wait for what happens next."""
        event: "CodeScanned | DeviceStatus" = await self._events.take()
        return event

    def _want(self) -> bool:
        """Whether the scanner should be looking for a code: someone asks for one, and there is room for it."""
        return self._wanted and self._events.has_room()

    def _listen_ms(self, lit: bool, due_ms: int) -> int:
        """How long a scanner whose light is `lit` may be listened to before something is to be said to it, at the
        latest at `due_ms`."""
        if lit != self._want():
            return 0  # that changed while a command was on its way
        return max(min(due_ms - aio.now_ms(), LISTEN_MS), 0)

    def _deliver(self, data: bytes) -> None:
        """Hand a code over."""
        if not self._wanted or not data or len(data) > LONGEST_CODE:
            return
        now, digest = aio.now_ms(), hashlib.sha256(data).digest()
        repeat = digest == self._last and now - self._last_ms < REPEAT_MS
        self._last, self._last_ms = digest, now
        self._events.put(CodeScanned(data, repeat))

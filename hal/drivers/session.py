"""What the sessions of all devices share: open, serve, tell each change of state once, begin again for ever."""

from hal import aio
from hal.drivers.event_queue import EventQueue
from hal.errors import DeviceError, NoAnswer, PortClosed
from hal.ports import FAULT, READY, SILENT, STARTING, DeviceStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.ports import BytePort, Facts

FIRST_WAIT_MS = 500
LONGEST_WAIT_MS = 5000  # a doctor who plugs a cable back in does not wait longer than this
_PULSE_MS = 1000
_EVENTS = 32
_READ_SIZE = 256
_STALE_READS = 16  # a line that babbles for ever is not drained for ever


async def drop_input(port: "BytePort", quiet_ms: int = 0) -> None:
    """Forget what the device on `port` sent before now, until the line has been quiet for `quiet_ms`."""
    for _ in range(_STALE_READS):
        if not await port.read(_READ_SIZE, quiet_ms):
            return


def _no_pulse() -> None:
    """The pulse of a session that is not running."""


class DeviceSession:
    """Owns the port of one device. A driver adds `_serve`, which talks to the device until an error ends it."""

    def __init__(self, port: "BytePort", silent_code: str) -> None:
        self.status = DeviceStatus(STARTING)
        self._port = port
        self._silent_code = silent_code
        self._events = EventQueue(_EVENTS)
        self._show_life: "Callable[[], None]" = _no_pulse
        self._served = False

    def facts(self) -> "Facts":
        """What is known of the device, in words for a technician."""
        return []

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Own the port for ever: after every loss wait a little longer (0.5 s to 5 s), reopen and set up anew."""
        self._show_life = pulse
        wait_ms = FIRST_WAIT_MS
        try:
            while True:
                self._pulse()
                self._served = False
                await self._attempt()
                if self._served:
                    wait_ms = FIRST_WAIT_MS
                await self._rest(wait_ms)
                wait_ms = min(wait_ms * 2, LONGEST_WAIT_MS)
        finally:
            await self._port.close()

    async def _attempt(self) -> None:
        try:
            await self._port.open()
            await self._serve()
        except (PortClosed, NoAnswer):
            self._report(SILENT, self._silent_code)
        except DeviceError as error:
            self._report(FAULT, error.code)

    async def _serve(self) -> None:
        """Set the device up and talk to it; ends by `PortClosed`, `NoAnswer` (silent) or `DeviceError` (fault)."""
        raise NotImplementedError

    def _pulse(self) -> None:
        """Tell that the session goes on; at least every ten seconds."""
        self._show_life()

    def _report(self, state: str, code: str = "") -> None:
        """Tell a change of state; what is already known is not told again."""
        if state == READY:
            self._served = True
        if state == self.status.state and code == self.status.code:
            return
        self.status = DeviceStatus(state, code)
        self._events.put(self.status)

    async def _rest(self, ms: int) -> None:
        """Wait `ms` milliseconds with the pulse going on."""
        while ms > 0:
            await aio.sleep_ms(min(ms, _PULSE_MS))
            self._pulse()
            ms -= _PULSE_MS

    async def _drop_input(self, quiet_ms: int = 0) -> None:
        """As `drop_input`, for this device's port."""
        await drop_input(self._port, quiet_ms)

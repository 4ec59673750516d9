"""The session with a GM65 scan module (GM65 manual, sections 3 and 8) in command mode.

One trigger reads at most one code. While the firmware wants codes, the session triggers again after every code and
after every read time of the module that passed without one.
"""

from hal import aio
from hal.drivers import gm65_codec as codec
from hal.drivers.session import DeviceSession
from hal.errors import DeviceError, NoAnswer
from hal.ports import READY, CodeScanned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort, DeviceStatus

_READ_TIME = 50  # the module's unit of 100 ms: 5 s
LIT_MS = _READ_TIME * 100 + 500  # a code that is read in the last moment still gets through before the next trigger
REPLY_MS = 1000
CHECK_MS = 5000  # how often a dark module is asked whether it is there and still set up
_TIMES = 2
_SLICE_MS = 100  # the longest that `arm` waits for its effect
_GAP_MS = 500  # a record that stands still for so long has lost its end
_PIECE = 256

# Zone, the bits that matter, and what they must be: command mode; serial output; tail CR and nothing else around a
# code.
_SETTINGS = (
    (codec.ZONE_MODE, 0x03, 0x01),
    (codec.ZONE_OUTPUT, 0x03, 0x00),
    (codec.ZONE_TAIL, 0x7F, 0x01),
    (codec.ZONE_READ_TIME, 0xFF, _READ_TIME),
)


class Gm65Scanner(DeviceSession):
    """Scans codes while armed (`hal.ports.Scanner`). Tells `scanner.silent`, and `scanner.fault` for a module that
    answers and will not be set up. A code that comes after `arm(False)` is dropped: nobody asked for it."""

    def __init__(self, port: "BytePort") -> None:
        super().__init__(port, "scanner.silent")
        self._decoder = codec.StreamDecoder()
        self._wanted = False
        self._lit = False
        self._due_ms = 0  # when to trigger again while lit, when to ask for a sign of life while dark
        self._heard_ms = 0

    def arm(self, on: bool) -> None:
        """Ask for codes or stop asking. Never waits; takes effect within a tenth of a second."""
        self._wanted = on

    async def next_event(self) -> "CodeScanned | DeviceStatus":
        """Wait for what happens next."""
        event: "CodeScanned | DeviceStatus" = await self._events.take()
        return event

    async def _serve(self) -> None:
        self._decoder.reset()
        self._lit = False
        await self._drop_input()
        await self._set_up()
        self._report(READY)
        while True:
            self._pulse()
            await self._steer()
            await self._listen()

    async def _steer(self) -> None:
        """Do what is due: light, darken, trigger again, or make sure that the module is there and still set up."""
        if self._decoder.unfinished():
            return
        due = aio.now_ms() >= self._due_ms
        want = self._wanted and self._events.has_room()
        if self._lit and not want:
            await self._exchange(codec.STOP)
            self._lit = False
            self._due_ms = aio.now_ms() + CHECK_MS
        elif due:
            await self._set_up()
        if want and (due or not self._lit):
            await self._trigger()

    async def _trigger(self) -> None:
        self._lit = True
        self._due_ms = aio.now_ms() + LIT_MS
        await self._exchange(codec.TRIGGER)

    async def _listen(self) -> None:
        data = await self._port.read(_PIECE, _SLICE_MS)
        now = aio.now_ms()
        if data:
            self._heard_ms = now
        elif now - self._heard_ms >= _GAP_MS:
            self._decoder.reset()
        for item in self._decoder.feed(data):
            if isinstance(item, codec.Code):
                self._deliver(item)

    def _deliver(self, code: codec.Code) -> None:
        if self._lit:
            self._lit = False  # the module has done what it was triggered for
            self._due_ms = aio.now_ms() + CHECK_MS
        if self._wanted:
            self._events.put(CodeScanned(code.data))

    async def _set_up(self) -> None:
        """Read every setting, correct the ones that are different, and see that the correction holds."""
        for zone, mask, want in _SETTINGS:
            have = await self._zone(zone)
            if have & mask != want:
                await self._exchange(codec.write_zone(zone, have & ~mask & 0xFF | want))
                if await self._zone(zone) & mask != want:
                    raise DeviceError("scanner.fault", f"zone {zone:04X} does not keep its value")
        self._due_ms = aio.now_ms() + CHECK_MS

    async def _zone(self, zone: int) -> int:
        data = await self._exchange(codec.read_zone(zone))
        if len(data) != 1:
            raise DeviceError("scanner.fault", f"zone {zone:04X} answered with {len(data)} bytes")
        return data[0]

    async def _exchange(self, command: bytes) -> bytes:
        """Send `command` and return the data of its reply, or raise `NoAnswer` or `DeviceError` (refused)."""
        for _ in range(_TIMES):
            await self._port.write(command)
            reply = await self._reply()
            if reply is not None:
                if not reply.done:
                    raise DeviceError("scanner.fault", "refused " + command.hex())
                return reply.data
            self._decoder.reset()
        raise NoAnswer("scanner.silent", self._port.name)

    async def _reply(self) -> "codec.Reply | None":
        """The next reply. Codes that come with it are delivered only if it does come: bytes that look like a code where
        a reply should be may be the rest of a torn reply and the code behind it."""
        deadline = aio.now_ms() + REPLY_MS
        codes: "list[codec.Code]" = []
        reply = None
        while reply is None and aio.now_ms() < deadline:
            data = await self._port.read(_PIECE, deadline - aio.now_ms())
            self._heard_ms = aio.now_ms()
            for item in self._decoder.feed(data):
                if isinstance(item, codec.Reply):
                    reply = item
                elif isinstance(item, codec.Code):
                    codes.append(item)
        if reply is not None:
            for code in codes:
                self._deliver(code)
        return reply

"""Commands to a GM65 module and their replies, while the text of codes comes in the same stream."""

from hal import aio
from hal.drivers import gm65_codec as codec
from hal.drivers.session import drop_input
from hal.drivers.text_codec import Code
from hal.errors import DeviceError, NoAnswer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.ports import BytePort

REPLY_MS = 1000
KNOCK_MS = 450  # the module forgets a half command after 400 ms: what was sent at a wrong speed is gone by then
GAP_MS = 500  # a record that stands still for so long has lost its end
_QUIET_MS = 100
_TIMES = 2
_PIECE = 256


class Gm65Line:
    """The module on `port`, wanted at `wanted` baud. `baud` is the speed it is talked to at. Whole codes go to
    `deliver` as they come."""

    def __init__(self, port: "BytePort", wanted: int, deliver: "Callable[[bytes], None]") -> None:
        self.wanted = wanted
        self.baud = wanted
        self._port = port
        self._deliver = deliver
        self._decoder = codec.StreamDecoder()
        self._heard_ms = 0

    def reset(self) -> None:
        """Forget what is unfinished: the port was opened anew."""
        self._decoder.reset()

    def busy(self) -> bool:
        """Whether a code is just coming in; a command now could cut it short."""
        return self._decoder.unfinished()

    async def listen(self, ms: int) -> None:
        """Take what comes within `ms`."""
        codes, _ = self._take(await self._port.read(_PIECE, GAP_MS if self.busy() else ms))
        for data in codes:
            self._deliver(data)

    async def ask(self, command: bytes) -> bytes:
        """Send `command` and return the data of its reply. `NoAnswer`, or `DeviceError` when it was refused."""
        for _ in range(_TIMES):
            reply = await self._ask_once(command, REPLY_MS)
            if reply is not None:
                if not reply.done:
                    raise DeviceError("scanner.fault", "refused " + command.hex())
                return reply.data
        raise NoAnswer("scanner.silent", self._port.name)

    async def zone(self, zone: int) -> int:
        """The byte at `zone`. Raises as `ask`."""
        data = await self.ask(codec.read_zone(zone))
        if len(data) != 1:
            raise DeviceError("scanner.fault", f"zone {zone:04X} answered with {len(data)} bytes")
        return data[0]

    async def optional(self, command: bytes) -> int:
        """The one byte that answers `command`, or -1 where the module does not know it: it refuses, or says nothing."""
        for _ in range(_TIMES):
            reply = await self._ask_once(command, KNOCK_MS)
            if reply is not None:
                return reply.data[0] if reply.done and len(reply.data) == 1 else -1
        return -1

    async def hold(self, zone: int, mask: int, want: int) -> None:
        """See that the bits `mask` of `zone` are `want`: correct them if need be, and see that this holds. Raises as
        `ask`."""
        have = await self.zone(zone)
        if have & mask != want:
            await self.ask(codec.write_zone(zone, have & ~mask & 0xFF | want))
            if await self.zone(zone) & mask != want:
                raise DeviceError("scanner.fault", f"zone {zone:04X} does not keep its value")

    async def meet(self) -> None:
        """Find the module, darken it, and bring it to the wanted speed; one that does not take it is used at its own.
        `NoAnswer` when it is silent at every speed."""
        for baud in [self.wanted] + [other for other in codec.BAUDS if other != self.wanted]:
            if baud != self.baud:
                await self._tune(baud)
            if await self._knock():
                await self._bring_to_speed()
                return
        raise NoAnswer("scanner.silent", self._port.name)

    async def _bring_to_speed(self) -> None:
        found = self.baud
        if found == self.wanted:
            return
        # At which of the two speeds the reply comes is not documented, so it is not waited for.
        await self._port.write(codec.write_baud(self.wanted))
        await self._tune(self.wanted)
        if await self._knock():
            return
        await self._tune(found)
        if not await self._knock():
            raise NoAnswer("scanner.silent", self._port.name)

    async def _tune(self, baud: int) -> None:
        self.baud = 0  # the port may fail between the two speeds
        await self._port.set_baud(baud)
        self.baud = baud
        await drop_input(self._port, _QUIET_MS)  # a late reply to what was sent before is no answer at this speed
        self._decoder.reset()

    async def _knock(self) -> bool:
        """Whether it answers, twice asked. The question is the one that darkens it: a module may have stayed lit."""
        for _ in range(_TIMES):
            if await self._ask_once(codec.STOP, KNOCK_MS) is not None:
                return True
        return False

    async def _ask_once(self, command: bytes, ms: int) -> "codec.Reply | None":
        """The next reply. Codes that come with it are delivered only if it does come: bytes that look like a code where
        a reply should be may be the rest of a torn reply and the code behind it."""
        await self._port.write(command)
        deadline = aio.now_ms() + ms
        codes: "list[bytes]" = []
        reply = None
        while reply is None and aio.now_ms() < deadline:
            came, reply = self._take(await self._port.read(_PIECE, deadline - aio.now_ms()))
            codes.extend(came)
        if reply is None:
            self._decoder.reset()
            return None
        for data in codes:
            self._deliver(data)
        return reply

    def _take(self, data: bytes) -> "tuple[list[bytes], codec.Reply | None]":
        """The codes in `data`, and the last reply in it."""
        now = aio.now_ms()
        if not data and now - self._heard_ms >= GAP_MS:
            self._decoder.reset()
        if data:
            self._heard_ms = now
        codes: "list[bytes]" = []
        reply = None
        for item in self._decoder.feed(data):
            if isinstance(item, codec.Reply):
                reply = item
            elif isinstance(item, Code):
                codes.append(item.data)
        return codes, reply

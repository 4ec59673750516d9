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
_MOST_PIECES = 16  # a line that babbles for ever is not waited out
_PIECE = 256


class Gm65Line:
    """The module on `port`, wanted at `wanted` baud. `baud` is the speed it is talked to at. Whole codes go to
    `deliver` as they come; every question calls `pulse`."""

    def __init__(
        self, port: "BytePort", wanted: int, deliver: "Callable[[bytes], None]", pulse: "Callable[[], None]"
    ) -> None:
        self.wanted = wanted
        self.baud = wanted
        self._port = port
        self._deliver = deliver
        self._pulse = pulse
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
        codes, _ = await self._hear(GAP_MS if self.busy() else ms)
        for data in codes:
            self._deliver(data)

    async def ask(self, command: bytes) -> bytes:
        """Send `command` and return the data of its reply. `NoAnswer`, or `DeviceError` when it was refused."""
        reply = await self._ask(command, REPLY_MS)
        if reply is None:
            raise NoAnswer("scanner.silent", self._port.name)
        if not reply.done:
            raise DeviceError("scanner.fault", "refused " + command.hex())
        return reply.data

    async def zone(self, zone: int) -> int:
        """The byte at `zone`. Raises as `ask`."""
        data = await self.ask(codec.read_zone(zone))
        if len(data) != 1:
            raise DeviceError("scanner.fault", f"zone {zone:04X} answered with {len(data)} bytes")
        return data[0]

    async def optional(self, command: bytes) -> int:
        """The one byte that answers `command`, or -1 where the module does not know it: it refuses, or says nothing."""
        reply = await self._ask(command, KNOCK_MS)
        return reply.data[0] if reply is not None and reply.done and len(reply.data) == 1 else -1

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
        """Whether it answers. The question is the one that darkens it: a module may have stayed lit."""
        return await self._ask(codec.STOP, KNOCK_MS) is not None

    async def _ask(self, command: bytes, ms: int) -> "codec.Reply | None":
        """The reply to `command`, which is sent twice if need be. The reply to the first may still come then, and must
        not be taken for one to the next command."""
        reply = await self._ask_once(command, ms)
        if reply is None:
            reply = await self._ask_once(command, ms)
            if reply is not None:
                await self._settle()
        return reply

    async def _settle(self) -> None:
        for _ in range(_MOST_PIECES):
            codes, reply = await self._hear(_QUIET_MS)
            for data in codes:
                self._deliver(data)
            if not codes and reply is None and not self.busy():
                return

    async def _ask_once(self, command: bytes, ms: int) -> "codec.Reply | None":
        """The next reply. Codes that come with it are delivered only if it does come: bytes that look like a code where
        a reply should be may be the rest of a torn reply and the code behind it. If it does not come, nothing does that
        is still on its way: what follows a half code is no code."""
        self._pulse()
        await self._port.write(command)
        deadline = aio.now_ms() + ms
        codes: "list[bytes]" = []
        reply = None
        while reply is None and aio.now_ms() < deadline:
            came, reply = await self._hear(deadline - aio.now_ms())
            codes.extend(came)
        if reply is None:
            await drop_input(self._port, _QUIET_MS)
            self._decoder.reset()
            return None
        for data in codes:
            self._deliver(data)
        return reply

    async def _hear(self, ms: int) -> "tuple[list[bytes], codec.Reply | None]":
        """The codes in what comes within `ms`, and the last reply in it."""
        data = await self._port.read(_PIECE, ms)
        if not data and self.busy():
            # What came while the program was busy elsewhere has waited in the port; that was no gap.
            data = await self._port.read(_PIECE, 0)
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

"""The session with a GM67 scan module: packets both ways, triggered by the host.

One start reads at most one code. The module sends a code again until it is acknowledged; when the acknowledgement was
lost, the same packet comes twice and is still one scan.
"""

from hal import aio
from hal.drivers import gm67_codec as codec
from hal.drivers.code_session import CodeSession
from hal.errors import DeviceError, NoAnswer
from hal.ports import READY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort, Facts

LIT_MS = codec.READ_TIME * 100 + 500
CHECK_MS = 5000
REPLY_MS = 1000
RESEND_MS = 1000  # the same packet within this after the last one is that one, sent again
GAP_MS = 200  # a packet that pauses for so long will not be finished
_ASLEEP_MS = 500  # a module that has heard nothing for so long is woken first
_TIMES = 3  # a module that waits for an acknowledgement may hear nothing else
_PIECE = 256


class Gm67Scanner(CodeSession):
    """Scans codes while armed (`hal.ports.Scanner`). Tells `scanner.silent`, and `scanner.fault` for a module that
    refuses its set-up. A symbology identifier is in front of the codes whose kind the module tells."""

    def __init__(self, port: "BytePort", baud: int) -> None:
        super().__init__(port)
        self._baud = baud
        self._decoder = codec.PacketDecoder()
        self._lit = False
        self._started = False  # the module has taken a start since the last code
        self._due_ms = 0
        self._heard_ms = 0
        self._talked_ms = -_ASLEEP_MS
        self._packet = b""  # the last code as it came
        self._packet_ms = 0

    def facts(self) -> "Facts":
        """Model, speed and set-up."""
        return [
            ("model", "GM67"),
            ("speed", str(self._baud) + " baud"),
            ("mode", "triggered by the terminal"),
            ("symbology identifiers", "from the kind of code"),
        ]

    async def _serve(self) -> None:
        self._decoder.reset()
        self._lit = False
        await self._drop_input()
        await self._ask(codec.STOP)
        for command in codec.SET_UP:
            self._pulse()
            await self._ask(command)
        self._due_ms = aio.now_ms() + CHECK_MS
        self._report(READY)
        while True:
            self._pulse()
            await self._steer()
            await self._listen()

    async def _steer(self) -> None:
        """Do what is due: light, light again after the read time, darken, or make sure that the module is there."""
        if self._decoder.unfinished():
            return
        want, due = self._want(), aio.now_ms() >= self._due_ms
        if want and (due or not self._lit):
            self._lit = True
            self._due_ms = aio.now_ms() + LIT_MS
            await self._ask(codec.START)
            self._started = True
        elif not want and (due or self._lit):
            self._lit = False
            self._due_ms = aio.now_ms() + CHECK_MS
            await self._ask(codec.STOP)

    async def _listen(self) -> None:
        wait_ms = GAP_MS if self._decoder.unfinished() else self._listen_ms(self._lit, self._due_ms)
        for packet in await self._receive(wait_ms):
            if packet.is_code():
                await self._take_code(packet)

    async def _ask(self, command: bytes) -> None:
        """Send `command` until it is acknowledged. `NoAnswer`, or `DeviceError` when it is refused."""
        await self._wake()
        reply = None
        for _ in range(_TIMES):
            await self._port.write(command)
            reply = await self._reply()
            if reply is not None and reply.opcode == codec.ACK:
                return
            if reply is not None and reply.data[:1] != codec.RESEND:
                break
        if reply is None:
            raise NoAnswer("scanner.silent", self._port.name)
        raise DeviceError("scanner.fault", "refused " + command.hex())

    async def _wake(self) -> None:
        if aio.now_ms() - self._talked_ms >= _ASLEEP_MS:
            await self._port.write(codec.WAKE)
            await aio.sleep_ms(codec.WAKE_MS)

    async def _reply(self) -> "codec.Packet | None":
        """The next ACK or NACK; None when none came in time. Codes that come before it are taken."""
        deadline = aio.now_ms() + REPLY_MS
        reply = None
        while reply is None and aio.now_ms() < deadline:
            wait_ms = deadline - aio.now_ms()
            if self._decoder.unfinished():
                wait_ms = min(wait_ms, GAP_MS)
            for packet in await self._receive(wait_ms):
                if packet.is_code():
                    await self._take_code(packet)
                else:
                    reply = packet
        return reply

    async def _receive(self, ms: int) -> "list[codec.Packet]":
        """The packets that are complete after what comes within `ms`."""
        data = await self._port.read(_PIECE, ms)
        now = aio.now_ms()
        if not data:
            return self._decoder.flush() if now - self._heard_ms >= GAP_MS else []
        self._heard_ms = self._talked_ms = now
        return self._decoder.feed(data)

    async def _take_code(self, packet: codec.Packet) -> None:
        """Acknowledge a code, or it comes again, and hand it over unless it is one that came again."""
        await self._port.write(codec.ACKNOWLEDGE)
        text = packet.text()
        if not self._lit:
            self._due_ms = aio.now_ms()  # it should be dark, and may not be
        self._lit = False  # the module has done what it was started for
        if not self._came_again(packet):
            self._started = False
            self._deliver(text)
        self._packet, self._packet_ms = text, aio.now_ms()

    def _came_again(self, packet: codec.Packet) -> bool:
        recent = aio.now_ms() - self._packet_ms < RESEND_MS
        return packet.text() == self._packet and (packet.again or recent or not self._started)

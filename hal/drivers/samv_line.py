"""Questions and answers with a SAM-V reader on its port: one at a time, at the speed at which it talks."""

from hal import aio
from hal.drivers import samv_codec as codec
from hal.drivers.samv_status import OK
from hal.drivers.session import drop_input
from hal.errors import NoAnswer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.ports import BytePort

KNOCK_MS = 300  # to ask at a speed at which a reader may be talking
_KNOCKS = 2
GAP_MS = 200  # a reply that pauses for so long will not be finished; makers' clients give it 100
_PIECE = 2400  # more than the longest reply: what has come is taken at once
_BITS = 10  # of a byte on the line


class SamvLine:
    """The reader on `port`. `wanted` is the speed that the board config names, 0 for a port without one; `baud` the
    speed at which the reader was met last. Every question calls `pulse`."""

    def __init__(self, port: "BytePort", wanted: int, pulse: "Callable[[], None]") -> None:
        self.wanted = wanted
        self.baud = wanted
        self._port = port
        self._pulse = pulse
        self._decoder = codec.FrameDecoder()

    async def ask(self, command: bytes, ms: int) -> "codec.Frame | None":
        """Send `command` and return its answer, or None when no whole one began within `ms`. `PortClosed` when the port
        is gone."""
        self._pulse()
        await drop_input(self._port)
        self._decoder.reset()
        await self._port.write(command)
        end = aio.now_ms() + ms
        latest = end + self._longest_ms()
        left = ms
        while left > 0:
            data = await self._port.read(_PIECE, left)
            ruined = False
            for item in self._decoder.feed(data):
                if not isinstance(item, codec.Frame):
                    ruined = True
                elif codec.answers(command, item):
                    return item
            if data and (ruined or self._decoder.unfinished()):
                end = min(aio.now_ms() + GAP_MS, latest)
            left = end - aio.now_ms()
        return None

    async def meet(self) -> codec.Frame:
        """Find the reader and bring it to the wanted speed; one that refuses is used at its own. Returns its answer to
        "status". Raises `NoAnswer` when it is silent at every speed.

        The speed at which it was met last is tried first and last, so that a reader that was only switched off is not
        missed because it came back while the others were being tried.
        """
        answer = await self._knock()
        if answer is not None or not self.wanted:
            return self._met(answer)
        known = self.baud
        for baud in codec.BAUDS:
            if baud != known:
                await self._tune(baud)
                answer = await self.ask(codec.SAM_STATUS, KNOCK_MS)
                if answer is not None:
                    return await self._bring_home(answer)
        await self._tune(known)
        return self._met(await self._knock())

    async def _bring_home(self, answer: codec.Frame) -> codec.Frame:
        own = self.baud
        if own == self.wanted:
            return answer
        agreed = await self.ask(codec.change_baud(self.wanted), KNOCK_MS)
        if agreed is not None and agreed.sw3 != OK:
            return answer
        # It is not documented at which of the two speeds the consent comes, so its absence says nothing.
        await self._tune(self.wanted)
        moved = await self._knock()
        if moved is not None:
            return moved
        await self._tune(own)
        return self._met(await self._knock())

    async def _knock(self) -> "codec.Frame | None":
        for _ in range(_KNOCKS):
            answer = await self.ask(codec.SAM_STATUS, KNOCK_MS)
            if answer is not None:
                return answer
        return None

    def _met(self, answer: "codec.Frame | None") -> codec.Frame:
        if answer is None:
            raise NoAnswer("reader.silent", self._port.name)
        return answer

    async def _tune(self, baud: int) -> None:
        await self._port.set_baud(baud)
        self.baud = baud

    def _longest_ms(self) -> int:
        return (codec.HEAD + codec.LONGEST) * _BITS * 1000 // (self.baud or codec.BAUDS[0])

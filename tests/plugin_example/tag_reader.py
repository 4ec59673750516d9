"""The session with the invented tag reader."""

from hal import aio
from hal.drivers.code_session import CodeSession
from hal.errors import NoAnswer
from hal.ports import READY
from tests.plugin_example.tag_codec import QUESTION, Tag, TagDecoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort

ASK_MS = 500  # the longest it may take to answer
QUIET_MS = 2000  # after so long without a word it is asked whether it is still there
GAP_MS = 100  # a record that stops for so long will not be finished; a whole one takes 13
_FULL_MS = 100
_TIMES = 2
_PIECE = 64


class TagReader(CodeSession):
    """Reads tags while armed (`hal.ports.Scanner`). Tells `scanner.silent` when it does not answer twice."""

    def __init__(self, port: "BytePort") -> None:
        super().__init__(port)
        self._decoder = TagDecoder()
        self._heard_ms = 0

    async def _serve(self) -> None:
        self._decoder.reset()
        await self._drop_input()
        await self._must_answer()
        self._report(READY)
        while True:
            self._pulse()
            if not self._events.has_room():
                await self._rest(_FULL_MS)
            elif not await self._listen(QUIET_MS):
                await self._must_answer()

    async def _must_answer(self) -> None:
        for _ in range(_TIMES):
            await self._port.write(QUESTION)
            if await self._listen(ASK_MS):
                return
        raise NoAnswer("scanner.silent", self._port.name)

    async def _listen(self, ms: int) -> bool:
        """Whether it said something that makes sense within `ms`."""
        end = aio.now_ms() + ms
        while end > aio.now_ms():
            left = end - aio.now_ms()
            data = await self._port.read(_PIECE, min(left, GAP_MS) if self._decoder.unfinished() else left)
            if data:
                self._heard_ms = aio.now_ms()
            elif aio.now_ms() - self._heard_ms >= GAP_MS:  # less when `arm` woke the read
                self._decoder.reset()
            items = self._decoder.feed(data)
            for item in items:
                if isinstance(item, Tag):
                    self._deliver(item.number)
            if items:
                return True
        return False

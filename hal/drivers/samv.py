"""The session with an identity-card reader that has a SAM-V module (GA 467 / GA/T 450 family).

Every read is find (20 01), select (20 02), read (30 01). Readers differ in what they answer to "find" while a card that
was read still lies there: some find it again, most say that there is none until it has left the field. So the presence
of that card is asked by reading its newest address (30 03), which works without selecting for as long as the card
stays; where a reader does not know that, "find" decides, and a card that is found again is compared with the one read
before.
"""

import hashlib

from hal import aio
from hal.drivers import samv_codec as codec
from hal.drivers.session import DeviceSession
from hal.errors import DeviceError, NoAnswer
from hal.ports import READY, CardFailed, CardRead, CardRemoved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort, DeviceStatus

POLL_MS = 350  # more than 300 ms apart, as the readers' makers ask
READ_MS = 3000  # the longest a reader may take to answer once a card was found
_ASK_MS = 1000
_ASK_TIMES = 2
_QUIET_MS = 100  # a line that has been quiet for so long has no more of a torn reply to give
_PIECE = 256


class SamvReader(DeviceSession):
    """Reads identity cards (`hal.ports.CardReader`). Tells `card.wrong_type`, `card.unreadable`, `reader.silent` and
    `reader.fault`; a card that cannot be read is told once per laying down and tried again for as long as it is
    found."""

    def __init__(self, port: "BytePort") -> None:
        super().__init__(port, "reader.silent")
        self._decoder = codec.FrameDecoder()
        self._lying = b""  # digest of the card that was read and has not been seen leaving; no person's data is kept
        self._told = ""  # code of the failure that was told of the card that lies there now

    async def next_event(self) -> "CardRead | CardRemoved | CardFailed | DeviceStatus":
        """Wait for what happens next."""
        event: "CardRead | CardRemoved | CardFailed | DeviceStatus" = await self._events.take()
        return event

    async def _serve(self) -> None:
        await self._must_answer(codec.SAM_STATUS)
        self._report(READY)
        while True:
            self._pulse()
            if self._events.has_room():
                await self._look()
            await aio.sleep_ms(POLL_MS)

    async def _look(self) -> None:
        if self._lying and await self._still_there():
            return
        answer = await self._must_answer(codec.FIND_CARD)
        if answer.sw3 == codec.CARD_FOUND:
            await self._read_card()
        elif answer.sw3 == codec.WRONG_CARD_TYPE:
            self._fail("card.wrong_type")
        elif answer.sw3 == codec.FIND_FAILED:
            self._told = ""
            self._gone()

    async def _still_there(self) -> bool:
        answer = await self._ask(codec.READ_NEWEST_ADDRESS, _ASK_MS)
        return answer is not None and answer.sw3 in (codec.OK, codec.NO_CONTENT)

    def _gone(self) -> None:
        if self._lying:
            self._lying = b""
            self._events.put(CardRemoved())

    async def _read_card(self) -> None:
        try:
            await self._read_step(codec.SELECT_CARD)
            text, photo = codec.text_and_photo((await self._read_step(codec.READ_TEXT_AND_PHOTO)).data)
        except DeviceError as error:
            if error.code == "reader.fault":
                raise
            await self._drop_input(_QUIET_MS)
            self._fail(error.code)
            return
        self._told = ""
        digest = hashlib.sha256(text).digest()
        if digest != self._lying:
            self._gone()
            self._lying = digest
            self._events.put(CardRead(text, photo))

    async def _read_step(self, command: bytes) -> codec.Frame:
        answer = await self._ask(command, READ_MS)
        if answer is None:
            raise DeviceError("card.unreadable", "no whole answer")
        if answer.sw3 == codec.WRONG_CARD_TYPE:
            raise DeviceError("card.wrong_type", codec.meaning(answer.sw3))
        if answer.sw3 != codec.OK:
            raise DeviceError("card.unreadable", codec.meaning(answer.sw3))
        return answer

    def _fail(self, code: str) -> None:
        # A card that was read and is just being lifted fails too; that is no news for the doctor.
        if self._told != code and not self._lying:
            self._told = code
            self._events.put(CardFailed(code))

    async def _must_answer(self, command: bytes) -> codec.Frame:
        for _ in range(_ASK_TIMES):
            answer = await self._ask(command, _ASK_MS)
            if answer is not None:
                return answer
        raise NoAnswer("reader.silent", self._port.name)

    async def _ask(self, command: bytes, ms: int) -> "codec.Frame | None":
        """Send `command` and return the sound answer, or None when there was none within `ms`.

        Raises `DeviceError("reader.fault")` when the reader says that it is out of order.
        """
        await self._drop_input()
        self._decoder.reset()
        await self._port.write(command)
        deadline = aio.now_ms() + ms
        left = ms
        while left > 0:
            for item in self._decoder.feed(await self._port.read(_PIECE, left)):
                if isinstance(item, codec.Frame):
                    if codec.is_fault(item.sw3):
                        raise DeviceError("reader.fault", codec.meaning(item.sw3))
                    return item
                deadline = min(deadline, aio.now_ms() + _QUIET_MS)
            left = deadline - aio.now_ms()
        return None

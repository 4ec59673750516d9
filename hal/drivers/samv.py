"""The session with an identity-card reader that has a SAM-V module (GA 467 / GA/T 450 family).

Every read is find (20 01), select (20 02), read (30 01, or 30 10 with the fingerprint). Readers differ in what they
answer to "find" while a card that was read still lies there: some find it again, most say that there is none until it
has left the field. So the presence of that card is asked by reading its newest address (30 03), which works without
selecting for as long as the card stays; where a reader does not know that, "find" decides, and a card that is found
again is compared with the one read before.
"""

import hashlib

from hal import aio
from hal.drivers import samv_codec as codec
from hal.drivers import samv_status as status
from hal.drivers.samv_line import SamvLine
from hal.drivers.session import DeviceSession
from hal.errors import DeviceError, NoAnswer, PortClosed
from hal.ports import FAULT, READY, CardFailed, CardRead, CardRemoved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort, DeviceStatus, Facts

POLL_MS = 350  # more than 300 ms apart, as the readers' makers ask
READ_MS = 3000  # the longest a reader may take to begin its answer to "read"
PATIENCE = 3  # failures after which a card must be lifted, as makers' clients count them
_ASK_MS = 1000
_ASK_TIMES = 2
_ADDRESS_MS = 500  # asked while a card lies: a reader that keeps silent must not hold up the notice that it is gone
_NUMBER_MS = 500
_RESETS = 2  # that helped, without a card read or an empty field between them; the next time it is out of order


class SamvReader(DeviceSession):
    """Reads identity cards (`hal.ports.CardReader`) at `baud` (0: a port without a speed). Tells `card.wrong_type`,
    `card.not_genuine`, `card.unreadable`, `card.take_away`, `reader.silent` and `reader.fault`, as
    `hal.drivers.samv_status` says; a card that cannot be read is told once per laying down and tried again for as long
    as it is found."""

    def __init__(self, port: "BytePort", baud: int, fingerprint: bool = False, newest_address: bool = False) -> None:
        super().__init__(port, "reader.silent")
        self._line = SamvLine(port, baud, self._pulse)
        self._with_fingerprint = fingerprint
        self._with_newest_address = newest_address
        self._number = ""
        self._status = ""  # in words
        self._failure = ""  # what went wrong last, in words
        self._lying = b""  # digest of the card that was read and has not been seen leaving; no person's data is kept
        self._selected = False  # and it is the one that was selected last, so that 30 03 asks for it and no other
        self._told = ""  # code of the failure that was told of the card that lies there now
        self._failures = 0  # of the card that lies there now
        self._failed_with = DeviceError("card.unreadable")  # the last of them
        self._resets = 0

    async def next_event(self) -> "CardRead | CardRemoved | CardFailed | DeviceStatus":
        """Wait for what happens next."""
        event: "CardRead | CardRemoved | CardFailed | DeviceStatus" = await self._events.take()
        return event

    def facts(self) -> "Facts":
        """SAM number, speed, status of the module, and the last failure, if there was one."""
        answers = self.status.state in (READY, FAULT)
        speed = str(self._line.baud) + " bit/s" if self._line.baud else "that of the port"
        if self._line.baud != self._line.wanted:
            speed += ", will not change to " + str(self._line.wanted)
        facts = [
            ("SAM number", self._number or "unknown"),
            ("speed", speed),
            ("module status", (self._status if answers else "") or "unknown"),
        ]
        if self._failure:
            facts.append(("last failure", self._failure))
        return facts

    async def _serve(self) -> None:
        await self._set_up()
        self._report(READY)
        while True:
            self._pulse()
            if self._events.has_room():
                await self._look_or_reset()
            await aio.sleep_ms(POLL_MS)

    # ---- the module

    async def _set_up(self) -> None:
        self._number = ""
        answer = await self._line.meet()
        self._status = answer.words()
        if status.is_fault(answer.sw3):
            await self._reset()
        number = await self._ask(codec.READ_SAM_NUMBER, _NUMBER_MS)
        if number is not None and number.sw3 == status.OK:
            self._number = codec.sam_number(number.data)

    async def _look_or_reset(self) -> None:
        try:
            await self._look()
        except DeviceError:
            if self._resets >= _RESETS:
                raise
            self._resets += 1
            await self._reset()

    async def _reset(self) -> None:
        """Start the module anew, which also takes the field from a card that hangs. Raises `NoAnswer` when it stays
        silent, `DeviceError` `reader.fault` when it is still out of order."""
        await self._line.ask(codec.RESET_SAM, _ASK_MS)
        await self._must_answer(codec.SAM_STATUS)

    async def _must_answer(self, command: bytes) -> codec.Frame:
        for _ in range(_ASK_TIMES):
            answer = await self._ask(command, _ASK_MS)
            if answer is not None:
                return answer
        raise NoAnswer("reader.silent", self._port.name)

    async def _ask(self, command: bytes, ms: int) -> "codec.Frame | None":
        """As `SamvLine.ask`; raises `DeviceError` `reader.fault` when the module says that it is out of order."""
        answer = await self._line.ask(command, ms)
        if answer is not None:
            if command == codec.SAM_STATUS or status.is_fault(answer.sw3):
                self._status = answer.words()
            if status.is_fault(answer.sw3):
                raise DeviceError("reader.fault", self._status)
        return answer

    # ---- the card

    async def _look(self) -> None:
        if self._lying and self._selected and await self._still_there():
            return
        answer = await self._must_answer(codec.FIND_CARD)
        if answer.sw3 == status.CARD_FOUND:
            await self._read_card()
        elif answer.sw3 == status.FIND_FAILED:
            await self._nothing_found()
        elif answer.sw3 == status.BAD_COMMAND:
            raise DeviceError("reader.fault", answer.words())
        elif status.find_code(answer.sw3):
            await self._card_failed(DeviceError(status.find_code(answer.sw3), answer.words()))

    async def _still_there(self) -> bool:
        for _ in range(_ASK_TIMES):  # noise must not make a card disappear
            answer = await self._ask(codec.READ_NEWEST_ADDRESS, _ADDRESS_MS)
            if answer is not None:
                return answer.sw3 in (status.OK, status.NO_CONTENT)
        return False

    async def _nothing_found(self) -> None:
        self._resets = 0
        if self._failures and await self._still_there():  # it is not found again until it was lifted
            await self._card_failed(self._failed_with)
            return
        self._told = ""
        self._failures = 0
        self._gone()

    def _gone(self) -> None:
        if self._lying:
            self._lying = b""
            self._events.put(CardRemoved())

    async def _read_card(self) -> None:
        self._selected = False
        try:
            self._good(await self._exchange(codec.SELECT_CARD, _ASK_MS))
            text, photo, fingerprint = await self._read_blocks()
        except DeviceError as error:
            if error.code == "reader.fault":
                self._fail("card.unreadable", error.cause)  # also when a reset helps: it may not find the card again
                raise
            await self._card_failed(error)
            return
        self._selected = True
        self._told = ""
        self._failures = self._resets = 0
        digest = hashlib.sha256(text).digest()
        if digest != self._lying:
            self._gone()
            self._lying = digest
            address = await self._newest_address() if self._with_newest_address else b""
            self._events.put(CardRead(text, photo, fingerprint, address))

    async def _read_blocks(self) -> "tuple[bytes, bytes, bytes]":
        if self._with_fingerprint:
            answer = await self._exchange(codec.READ_WITH_FINGERPRINT, READ_MS)
            if answer.sw3 != status.BAD_COMMAND:
                return codec.card_blocks(self._good(answer).data, with_fingerprint=True)
            self._failure = "reading the fingerprint: " + answer.words()
        answer = await self._exchange(codec.READ_TEXT_AND_PHOTO, READ_MS)
        return codec.card_blocks(self._good(answer).data, with_fingerprint=False)

    async def _newest_address(self) -> bytes:
        # The card has been read: whatever goes wrong now shows at the next question, after the card was handed over.
        try:
            answer = await self._ask(codec.READ_NEWEST_ADDRESS, _ADDRESS_MS)
        except (DeviceError, PortClosed) as error:
            self._failure = "reading the newest address: " + error.cause
            return b""
        known = answer is not None and answer.sw3 == status.OK and len(answer.data) == codec.ADDRESS_SIZE
        return answer.data if answer is not None and known else b""

    async def _exchange(self, command: bytes, ms: int) -> codec.Frame:
        """The answer to a command that needs a card; one that came in garbled is sent once more. Raises `DeviceError`
        `card.unreadable` when there is none."""
        answer = await self._ask(command, ms)
        if answer is not None and status.is_garbled(answer.sw3):
            answer = await self._ask(command, ms)
        if answer is None:
            raise DeviceError("card.unreadable", "no whole answer")
        return answer

    def _good(self, answer: codec.Frame) -> codec.Frame:
        if answer.sw3 != status.OK:
            raise DeviceError(status.card_code(answer.sw3), answer.words())
        return answer

    async def _card_failed(self, error: DeviceError) -> None:
        self._failed_with = error
        self._failures += 1
        if self._failures > 1:
            self._gone()  # one that was read and is being lifted fails once: this is another card
        lost = self._failures >= PATIENCE and error.code == "card.unreadable"
        self._fail("card.take_away" if lost else error.code, error.cause)
        if self._failures == PATIENCE:
            await self._reset()

    def _fail(self, code: str, cause: str) -> None:
        self._failure = cause
        # A card that was read and is just being lifted fails too; that is no news for the doctor.
        if self._told != code and not self._lying:
            self._told = code
            self._events.put(CardFailed(code))

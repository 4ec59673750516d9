"""The session with a reader of contact chip cards that reads social security cards (社会保障卡) over PC/SC.

A card is read once when it is put in. What fails is tried once more at once, and then every two seconds for as long as
the card stays in; only a card of another kind is left alone. A record is delivered when all of it was read from one
card without a break: a card that is pulled in the middle delivers nothing.
"""

from hal import aio
from hal.drivers import social_card_codec as codec
from hal.drivers.session import DeviceSession
from hal.errors import DeviceError
from hal.ports import READY, CardFailed, CardRemoved, SocialCardRead

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import CardChannel, DeviceStatus, Facts

READ_MS = 15_000  # the longest that reading a whole card may take; a healthy one takes a second or two
RETRY_MS = 2_000
SETTLE_MS = 600  # how long a service that asks its reader every 400 ms may take to notice that a card was pulled
_BACK_MS = 3_000  # a service that has just come back may take so long to see the card that was in all the time
_WAIT_MS = 5_000
_FULL_MS = 200
_TRIES = 2
_MAY_PASS = ("card.mute", "card.unreadable")  # a shaky contact, a card that is still being pushed in


class SocialCardReader(DeviceSession):
    """Reads social security cards (`hal.ports.CardReader`). Tells `card.mute` (no answer to reset: the wrong way round,
    or broken), `card.wrong_type` (a bank card), `card.unreadable` and `social_reader.silent`."""

    def __init__(self, channel: "CardChannel") -> None:
        super().__init__(channel, "social_reader.silent")  # type: ignore[arg-type]  # it only opens and closes it
        self._channel = channel
        self._read = b""  # digest of the card that was read and has not been seen leaving; no person's data is kept
        self._told = ""  # code of the failure that was told of the card that is in
        self._deadline = 0

    def facts(self) -> "Facts":
        """The name of the reader."""
        return [("reader", self._channel.name)]

    async def next_event(self) -> "SocialCardRead | CardRemoved | CardFailed | DeviceStatus":
        """Wait for what happens next."""
        event: "SocialCardRead | CardRemoved | CardFailed | DeviceStatus" = await self._events.take()
        return event

    async def _serve(self) -> None:
        self._report(READY)
        if not await self._wait(True, _BACK_MS):
            self._gone()
        while True:
            await self._until(True)
            await self._room()
            if await self._look() in _MAY_PASS and not await self._wait(False, RETRY_MS):
                continue
            await self._until(False)
            self._gone()

    async def _until(self, present: bool) -> None:
        while not await self._wait(present, _WAIT_MS):
            pass

    async def _wait(self, present: bool, ms: int) -> bool:
        self._pulse()
        return await self._channel.wait_card(present, ms)

    async def _room(self) -> None:
        """Wait until another record can be kept."""
        while not self._events.has_room():
            self._pulse()
            await aio.sleep_ms(_FULL_MS)

    def _gone(self) -> None:
        if self._read or self._told:
            self._read = b""
            self._told = ""
            self._events.put(CardRemoved())

    async def _look(self) -> str:
        """Read the card that is in, tell what came of it, and return the code of the failure or ""."""
        code = ""
        for _ in range(_TRIES):
            code = await self._try()
            if code not in _MAY_PASS:
                break
            if await self._wait(False, SETTLE_MS):
                # Pulled. Of a card that was read or has failed before, that is no news.
                code = self._told or ("" if self._read else "card.unreadable")
                break
        if code and code != self._told:
            self._told = code
            self._events.put(CardFailed(code))
        return code

    async def _try(self) -> str:
        """Read the card and tell it, or return the code of the failure."""
        try:
            self._tell(await self._fields())
        except DeviceError as error:
            return error.code
        finally:
            await self._channel.disconnect()
        return ""

    def _tell(self, fields: "dict[int, bytes]") -> None:
        # A reader that was lost for a moment finds the same card again: that is no second patient.
        digest = codec.digest_of(fields)
        self._told = ""
        if digest == self._read:
            return
        self._gone()
        self._read = digest
        self._events.put(SocialCardRead(fields))

    async def _fields(self) -> "dict[int, bytes]":
        """What the two files say, by tag. `DeviceError` when the card fails, `PortClosed` when the reader is gone."""
        self._pulse()
        try:
            await self._channel.connect()
        except DeviceError as error:
            raise DeviceError("card.mute", error.cause)
        self._deadline = aio.now_ms() + READ_MS
        codec.check_application((await self._exchange(codec.SELECT_APPLICATION)).status)
        fields: "dict[int, bytes]" = {}
        for identifier, records in codec.FILES:
            await self._select(identifier)
            for tag, size in records:
                value = codec.value_of(tag, await self._exchange(codec.read_record(tag, size)))
                if value is not None:
                    fields[tag] = value
        return codec.with_name_in_utf8(fields)

    async def _select(self, identifier: bytes) -> None:
        exchange = await self._exchange(codec.select_file(identifier))
        if exchange.status != codec.OK:
            exchange = await self._exchange(codec.select_file(identifier, 0x00))
        codec.check_file(exchange.status)

    async def _exchange(self, command: bytes) -> codec.Exchange:
        exchange = codec.Exchange(command)
        while exchange.command:
            if aio.now_ms() > self._deadline:
                raise DeviceError("card.unreadable", "too slow")
            self._pulse()
            exchange.feed(await self._channel.transmit(exchange.command))
        return exchange

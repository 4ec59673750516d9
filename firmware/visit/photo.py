"""The picture on the identity card of the patient on the screen, so that the doctor can compare faces.

It is in memory only, never in a record, the vault or a log, and is forgotten when its visit leaves the screen or nobody
is signed in any more. The card's own block is not kept longer than it takes to decode it.
"""

from firmware import log
from firmware.identity import IdentityError, read_card
from firmware.visit.credential import by_card, is_of, visit_of
from hal import aio
from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from firmware.visit.desk import Desk
    from firmware.visit.work import Work
    from hal.ports import CardRead

    Json = dict[str, Any]

_IDLE_MS = 5000


class Photo:
    """At most one picture. `changed` is called when there is a new one; without a `decoder` (`hal.ports.Board`) there
    never is."""

    def __init__(self, desk: "Desk", work: "Work", decoder: "Callable[[bytes], Awaitable[bytes]] | None") -> None:
        self._desk = desk
        self._work = work
        self._decoder = decoder
        self.changed: "Callable[[], None]" = _nothing
        self._signed_in = False
        self._card: "tuple[Json, bytes] | None" = None  # credential and block of a card whose visit is not shown yet
        self._lying = False
        self._visit = ""  # on the screen, and opened or met by its card
        self._block: "bytes | None" = None  # to be decoded for that visit
        self._picture: "bytes | None" = None
        self._wake = aio.Event()

    def of(self, visit_id: str) -> "bytes | None":
        """The picture of the patient of a visit (`hal.ports.picture_type`), or None."""
        return self._picture if visit_id == self._visit else None

    def laid(self, card: "CardRead") -> None:
        """An identity card was read, and the desk knows of it."""
        self._card = None
        if self._decoder is None:
            return
        try:
            self._card = (by_card(read_card(card.text)), card.photo)
        except IdentityError:  # the desk has said so
            return
        self._lying = True
        self.look()

    def taken(self) -> None:
        """The identity card has left its reader, or the reader can no longer see it."""
        self._lying = False
        self.look()

    def look(self) -> None:
        """Follow the desk: whose picture may be there now?"""
        signed_in = self._desk.operator is not None
        record = self._desk.record() if signed_in else None
        if self._visit and (record is None or record["id"] != self._visit):
            self._visit = ""
            self._block = None
            self._picture = None
        if self._signed_in and not signed_in:
            self._card = None
        self._signed_in = signed_in
        if self._card is None:
            return
        credential, block = self._card
        if record is not None and visit_of([record], credential) is not None:
            self._card = None
            self._visit = record["id"]
            self._block = block
            self._wake.set()
        elif not self._lying and not self._is_looked_up(credential):
            self._card = None

    def _is_looked_up(self, credential: "Json") -> bool:
        opening = self._work.opening()
        return opening is not None and is_of(opening, credential)

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Decode for ever."""
        while True:
            pulse()
            try:
                await aio.within(self._wake.wait(), _IDLE_MS)
            except aio.Timeout:
                continue
            self._wake.clear()
            await self._decode()

    async def _decode(self) -> None:
        visit, block = self._visit, self._block
        self._block = None
        if block is None or self._decoder is None:
            return
        try:
            picture = await self._decoder(block)
        except DeviceError as error:
            log.lasting("photo", error.code + " " + error.cause)
            return
        log.lasting("photo", "")
        if visit == self._visit:  # it may have left meanwhile
            self._picture = picture
            self.changed()


def _nothing() -> None:
    """Nobody listens yet."""

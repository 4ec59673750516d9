"""Pages of the outbox's messages. One that does not open is stepped over: it holds up its own visit and nobody else."""

from firmware import log
from firmware.vault.errors import VaultError
from firmware.vault.outbox.message import WAITING_KIND, Message, messages_of, visit_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.records import Vault

    Json = dict[str, Any]

_MOST_NAMED = 200


class Pages:
    """Reads messages. What does not open is left where it is, for whoever can restore the row, and is tried again with
    every reading. `unreadable` are those that did not open when they were read last, as id -> (kind, code)."""

    def __init__(self, vault: "Vault") -> None:
        self._vault = vault
        self.unreadable: "dict[str, tuple[str, str]]" = {}

    async def read(
        self, kind: str, start: str = "", after: str = "", most: int = _MOST_NAMED
    ) -> "tuple[list[Message], list[str]]":
        """A page as `Vault.page` has it (`most` 0: all), and the ids of what lies between and does not open.
        `VaultError` when the store itself cannot be read."""
        try:
            messages = messages_of(await self._vault.page(kind, start, after, most))
        except VaultError:
            return await self._one_by_one(kind, await self._vault.ids(kind, start, after, most))
        self._opened([message.id for message in messages])
        return messages, []

    async def get(self, kind: str, message_id: str) -> "Message | None":
        """One message; None when it is not there, or does not open."""
        messages, _ = await self._one_by_one(kind, [message_id])
        return messages[0] if messages else None

    def waiting(self) -> int:
        """How many of the messages that wait did not open."""
        return len([0 for kind, _ in self.unreadable.values() if kind == WAITING_KIND])

    def shown(self, after: str) -> "list[Json]":
        """Those that did not open, behind `after`, as a person sees them."""
        return [
            {
                "id": message_id,
                "visit": visit_of(message_id),
                "row": "",
                "infno": "",
                "refusal": self.unreadable[message_id][1],
                "created": 0,
                "amount_fen": 0,
            }
            for message_id in sorted(self.unreadable)
            if message_id > after
        ]

    # ----

    async def _one_by_one(self, kind: str, ids: "list[str]") -> "tuple[list[Message], list[str]]":
        messages = []
        closed = []
        for message_id in ids:
            try:
                record = await self._vault.get(kind, message_id)
            except VaultError as error:
                closed.append(message_id)
                self._name(kind, message_id, error.code)
                continue
            self._opened([message_id])
            if record is not None:
                messages.append(Message(message_id, record))
        return messages, closed

    def _name(self, kind: str, message_id: str, code: str) -> None:
        if message_id not in self.unreadable and len(self.unreadable) < _MOST_NAMED:
            log.event("outbox.unreadable", message_id + " " + code)
            self.unreadable[message_id] = (kind, code)

    def _opened(self, ids: "list[str]") -> None:
        if self.unreadable:
            for message_id in ids:
                self.unreadable.pop(message_id, None)

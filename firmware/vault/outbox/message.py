"""A message of the outbox: its records, its states, and the courier that carries it.

Two records under one id, `<visit>.<sequence, 10 digits>`, both sealed with the visit's key: the payload
(`outbox.body`), written once, and a small record of its state. That one lies in the kind `outbox` while the message
waits, in `outbox.held` while a person must look at it, and in `outbox.done` when it is finished:

    key         `<device>-<sequence>`, fixed when the message was made; never used for another one
    visit, row  what it tells of; the row number is unique in the institution, the platform knows the message by it
    infno       the transaction
    amount_fen, created
    state       `NEW` -> `SENT` -> `ACKNOWLEDGED`; beside them `QUARANTINED`, `WITHDRAWN`, `RELEASED`
    msgid       number of the last request, on the disk before it leaves; every request has its own
    ask         the platform may have it, or get it yet, by whatever way: it is asked before the message is sent, and
                the message is never withdrawn; what is `SENT` is treated so as well
    parcel      number of the last parcel that has it, or 0
    refusal     the sentence with which it was refused, or ""

The counters `outbox.waiting`, `outbox.held` and `outbox.fen` (of what waits) change in the same commits.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from firmware.vault.batch import Batch

    Json = dict[str, Any]
    Outcome = tuple[str, str, int]
else:
    Protocol = object

NEW = "new"
SENT = "sent"
ACKNOWLEDGED = "acknowledged"
QUARANTINED = "quarantined"
WITHDRAWN = "withdrawn"
RELEASED = "released"

# What became of one delivery or one question.
DELIVERED = "delivered"  # the platform has it
REFUSED = "refused"  # the platform will not have it
ABSENT = "absent"  # the platform certainly does not have it: send it (again)
UNKNOWN = "unknown"  # no answer

WAITING_KIND = "outbox"
BODY_KIND = "outbox.body"
HELD_KIND = "outbox.held"
ARCHIVE_KIND = "outbox.done"

WAITING = "outbox.waiting"
HELD_BACK = "outbox.held"
AMOUNT = "outbox.fen"


class Courier(Protocol):
    """Carries messages to the platform. A message is its state record; `payload` is added for `send`.

    Both return (`DELIVERED`, `REFUSED`, `ABSENT` or `UNKNOWN`; the platform's sentence when it refused; for how many
    seconds it wants to hear nothing, 0 when it did not say).
    """

    async def new_msgid(self) -> str:
        """A message number that was never used before."""

    async def send(self, message: "Json") -> "Outcome":
        """Send it. `ABSENT`: it certainly did not arrive."""

    async def ask(self, message: "Json") -> "Outcome":
        """Whether the platform has a message that may have reached it. `REFUSED`: it will not tell."""


class Message:
    """The state record of a message in memory, while somebody works on it. `tried`: the platform has had its chance to
    answer since it was read."""

    def __init__(self, message_id: str, record: "Json") -> None:
        self.id = message_id
        self.record = record
        self.visit = str(record["visit"])
        self.tried = False

    def must_ask(self) -> bool:
        """Whether the platform may have it."""
        return bool(self.record["ask"]) or self.record["state"] == SENT

    def waits(self) -> bool:
        """Whether it is still to be delivered."""
        return self.record["state"] in (NEW, SENT)

    def is_done(self) -> bool:
        """Whether nothing waits for it any more."""
        return not self.waits() and self.record["state"] != QUARANTINED

    def add(self, batch: "Batch", payload: "Json") -> None:
        """It is new."""
        batch.put(BODY_KIND, self.id, payload, self.visit)
        self.keep(batch, NEW)
        _count(batch, self.record, 1)

    def keep(self, batch: "Batch", state: str) -> None:
        """It waits, in `state`."""
        self.record["state"] = state
        batch.put(WAITING_KIND, self.id, self.record, self.visit)

    def hold(self, batch: "Batch", refusal: str, ask: bool) -> None:
        """It waits no longer: a person must look. `ask`: the platform may have it all the same."""
        self.record["refusal"] = refusal
        self.record["ask"] = ask
        self.record["state"] = QUARANTINED
        batch.delete(WAITING_KIND, self.id)
        batch.put(HELD_KIND, self.id, self.record, self.visit)
        _count(batch, self.record, -1)
        batch.count(HELD_BACK, 1)

    def put_back(self, batch: "Batch") -> None:
        """A person wants it tried again."""
        batch.delete(HELD_KIND, self.id)
        batch.count(HELD_BACK, -1)
        self.record["refusal"] = ""
        self.keep(batch, NEW)
        _count(batch, self.record, 1)

    def finish(self, batch: "Batch", state: str, at_s: int) -> None:
        """It needs nothing more, wherever it is."""
        if self.record["state"] == QUARANTINED:
            batch.delete(HELD_KIND, self.id)
            batch.count(HELD_BACK, -1)
        else:
            batch.delete(WAITING_KIND, self.id)
            _count(batch, self.record, -1)
        self.record["state"] = state
        self.record["finished"] = at_s
        batch.put(ARCHIVE_KIND, self.id, self.record, self.visit)


def new_message(device: str, sequence: int, visit: str, row: str, infno: str, amount_fen: int, at_s: int) -> Message:
    """A message that nobody has seen yet."""
    record: "Json" = {
        "key": device + "-" + str(sequence),
        "visit": visit,
        "row": row,
        "infno": infno,
        "amount_fen": amount_fen,
        "created": at_s,
        "state": NEW,
        "msgid": "",
        "ask": False,
        "parcel": 0,
        "refusal": "",
    }
    return Message(visit + "." + f"{sequence:010d}", record)


def messages_of(records: "list[tuple[str, Json]]") -> "list[Message]":
    """A page of the vault as messages."""
    return [Message(message_id, record) for message_id, record in records]


def visit_of(message_id: str) -> str:
    """The visit that an id belongs to."""
    return message_id.rpartition(".")[0]


def _count(batch: "Batch", record: "Json", sign: int) -> None:
    batch.count(WAITING, sign)
    batch.count(AMOUNT, sign * int(record["amount_fen"]))

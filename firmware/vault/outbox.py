"""The outbox: messages that must reach the platform, kept until it has acknowledged them.

A message is written in the same batch as what it tells of. States: `NEW` -> `SENT` -> `ACKNOWLEDGED`. A message found
in `SENT` (the answer never came, or the power went) is asked for before it is sent again. `QUARANTINED`: the platform
refused it; a person must look, and the others go on. `WITHDRAWN`: what it told of was undone before it left. Nothing
is ever dropped. Order matters only inside one visit: a message waits for the earlier ones of its visit and for no
other.
"""

from firmware import log
from firmware.backoff import full_jitter
from firmware.vault.batch import Batch
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from firmware.vault.records import Vault
    from hal.ports import Clock, Random
else:
    Protocol = object

NEW = "new"
SENT = "sent"
ACKNOWLEDGED = "acknowledged"
QUARANTINED = "quarantined"
WITHDRAWN = "withdrawn"

# What became of one delivery or one question.
DELIVERED = "delivered"  # the platform has it
REFUSED = "refused"  # the platform will not have it
ABSENT = "absent"  # the platform certainly does not have it: send it (again)
UNKNOWN = "unknown"  # no answer

WAITING_KIND = "outbox"
ARCHIVE_KIND = "outbox.done"
_IDLE_MS = 5000


class Courier(Protocol):
    """Carries messages to the platform."""

    async def new_msgid(self) -> str:
        """A message number that was never used before."""

    async def send(self, message: "dict[str, Any]") -> "tuple[str, str]":
        """`DELIVERED`, `REFUSED`, `ABSENT` or `UNKNOWN`, and the platform's sentence."""

    async def ask(self, message: "dict[str, Any]") -> "tuple[str, str]":
        """Whether the platform has a message that was sent before: `DELIVERED`, `ABSENT` or `UNKNOWN`."""


class Outbox:
    """The messages that are not acknowledged yet, in memory as in the vault."""

    def __init__(self, vault: "Vault", courier: Courier, clock: "Clock", random: "Random") -> None:
        self._vault = vault
        self._courier = courier
        self._clock = clock
        self._random = random
        self._waiting: "dict[str, dict[str, Any]]" = {}
        self._wake = aio.Event()
        self.changed: "Callable[[], None]" = _nothing

    async def load(self) -> None:
        """Read what is waiting."""
        for message_id, message in await self._vault.list(WAITING_KIND):
            self._waiting[message_id] = message

    def enqueue(
        self, batch: Batch, visit: str, row: str, infno: str, payload: "dict[str, Any]", amount_fen: int
    ) -> None:
        """Add a message about row `row` of `visit` to `batch`; it is sent once the batch is on the disk."""
        message_id = f"{self._vault.take_number('outbox'):010d}"
        message: "dict[str, Any]" = {
            "visit": visit,
            "row": row,
            "infno": infno,
            "payload": payload,
            "amount_fen": amount_fen,
            "created": self._clock.wall_s(),
            "state": NEW,
            "msgid": "",
            "refusal": "",
        }
        batch.put(WAITING_KIND, message_id, message, message["visit"])
        batch.then(lambda: self._accept(message_id, message))

    def withdraw(self, batch: Batch, visit: str) -> "list[str]":
        """Take back, with `batch`, the messages of `visit` that the platform certainly does not have: those that never
        left, and those that it refused. Returns their row numbers."""
        rows = []
        for message_id in self._ids(visit):
            message = self._waiting[message_id]
            if message["state"] in (NEW, QUARANTINED):
                rows.append(message["row"])
                self._archive(batch, message_id, message, WITHDRAWN)
        return rows

    def of_visit(self, visit: str) -> "list[dict[str, Any]]":
        """The waiting messages of `visit`, oldest first."""
        return [self._waiting[message_id] for message_id in self._ids(visit)]

    def summary(self) -> "dict[str, int]":
        """`waiting`, `quarantined`, `oldest_s`, `amount_fen` (of the waiting ones) for the screen and the day-end
        slip."""
        waiting = [message for message in self._waiting.values() if message["state"] != QUARANTINED]
        now = self._clock.wall_s()
        return {
            "waiting": len(waiting),
            "quarantined": len(self._waiting) - len(waiting),
            "oldest_s": max([0] + [now - message["created"] for message in waiting]),
            "amount_fen": sum([message["amount_fen"] for message in waiting]),
        }

    def wake(self) -> None:
        """Try now: the network has just been seen working."""
        self._wake.set()

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Deliver for ever."""
        failures = 0
        while True:
            pulse()
            self._wake.clear()
            if await self.deliver(pulse):
                failures = 0
                pause = _IDLE_MS
            else:
                failures += 1
                pause = full_jitter(self._random, failures)
            await self._rest(pause)

    async def deliver(self, pulse: "Callable[[], None]") -> bool:
        """One round over everything that waits. False when something stayed for want of an answer."""
        blocked: "list[str]" = []
        for message_id in sorted(self._waiting):
            message = self._waiting.get(message_id)
            if message is None or message["state"] == QUARANTINED or message["visit"] in blocked:
                continue
            if not await self._deliver(message_id, message, pulse):
                blocked.append(message["visit"])
            pulse()
        log.lasting("outbox", "waiting for the platform" if blocked else "")
        return not blocked

    async def _deliver(self, message_id: str, message: "dict[str, Any]", pulse: "Callable[[], None]") -> bool:
        if message["state"] == SENT:
            outcome, sentence = await self._courier.ask(message)
            pulse()
            if outcome != ABSENT:
                return await self._answered(message_id, message, outcome, sentence)
            if await self._undone(message_id, message):
                return True
        msgid = await self._courier.new_msgid()
        if message["state"] not in (NEW, SENT):
            return True  # withdrawn meanwhile
        message["msgid"] = msgid
        await self._keep(message_id, message, SENT)
        outcome, refusal = await self._courier.send(message)
        if outcome == ABSENT:
            await self._keep(message_id, message, NEW)
            return False
        return await self._answered(message_id, message, outcome, refusal)

    async def _answered(self, message_id: str, message: "dict[str, Any]", outcome: str, sentence: str) -> bool:
        """Book what the platform said; False when it said nothing."""
        if outcome == DELIVERED:
            await self._finish([(message_id, message)], ACKNOWLEDGED)
        elif outcome == REFUSED and not await self._undone(message_id, message):
            message["refusal"] = sentence
            await self._keep(message_id, message, QUARANTINED)
        return outcome != UNKNOWN

    async def _undone(self, message_id: str, message: "dict[str, Any]") -> bool:
        """When a later message takes back what this one tells, and the platform does not have this one, neither needs
        to leave: both are withdrawn."""
        for later_id in self._ids(message["visit"]):
            later = self._waiting[later_id]
            if later_id > message_id and later["row"] == message["row"] and later["state"] == NEW:
                await self._finish([(message_id, message), (later_id, later)], WITHDRAWN)
                return True
        return False

    async def _keep(self, message_id: str, message: "dict[str, Any]", state: str) -> None:
        batch = Batch("outbox." + state, message_id)
        _turn(batch, message, state)
        batch.put(WAITING_KIND, message_id, message, message["visit"])
        await self._vault.commit(batch)
        self.changed()

    async def _finish(self, messages: "list[tuple[str, dict[str, Any]]]", state: str) -> None:
        batch = Batch("outbox." + state, messages[0][0])
        for message_id, message in messages:
            self._archive(batch, message_id, message, state)
        await self._vault.commit(batch)

    def _archive(self, batch: Batch, message_id: str, message: "dict[str, Any]", state: str) -> None:
        _turn(batch, message, state)
        batch.delete(WAITING_KIND, message_id)
        batch.put(ARCHIVE_KIND, message_id, message, message["visit"])
        batch.then(lambda: self._forget(message_id))

    def _accept(self, message_id: str, message: "dict[str, Any]") -> None:
        self._waiting[message_id] = message
        self._wake.set()
        self.changed()

    def _forget(self, message_id: str) -> None:
        self._waiting.pop(message_id, None)
        self.changed()

    def _ids(self, visit: str) -> "list[str]":
        return [message_id for message_id in sorted(self._waiting) if self._waiting[message_id]["visit"] == visit]

    async def _rest(self, ms: int) -> None:
        try:
            await aio.within(self._wake.wait(), ms)
        except aio.Timeout:
            pass


def _turn(batch: Batch, message: "dict[str, Any]", state: str) -> None:
    """Set the state at once, so that a withdrawal and a delivery never overlap, and back when the batch is not kept."""
    former = message["state"]
    batch.otherwise(lambda: message.update({"state": former}))
    message["state"] = state


def _nothing() -> None:
    """Nobody listens yet."""

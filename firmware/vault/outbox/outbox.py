"""The messages that are not acknowledged yet: how they are written, taken back, shown, decided on, and delivered.

A message is written in the same batch as what it tells of (`firmware.vault.outbox.message`). One found as sent (the
answer never came, or the power went) is asked for before it is sent again. One that the platform refused is held: a
person must look, and the other visits go on. Nothing is ever dropped. In memory is only what is under way, so that
neither memory nor start-up grow with what waits.
"""

from firmware import log
from firmware.vault.batch import Batch
from firmware.vault.errors import OutboxError, VaultError
from firmware.vault.outbox.backlog import Backlog
from firmware.vault.outbox.capacity import FULL, Capacity
from firmware.vault.outbox.claims import Claims
from firmware.vault.outbox.delivery import Delivery
from firmware.vault.outbox.lanes import Line
from firmware.vault.outbox.message import (
    AMOUNT,
    HELD_BACK,
    HELD_KIND,
    RELEASED,
    WAITING,
    WAITING_KIND,
    WITHDRAWN,
    Message,
    new_message,
    visit_of,
)
from firmware.vault.outbox.pace import Pace
from firmware.vault.outbox.pages import Pages
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.vault.outbox.message import Courier
    from firmware.vault.records import Vault
    from hal.ports import Clock, Random

    Json = dict[str, Any]

_PIECE_MS = 5000  # below the supervisor's patience
_IDLE_MS = 600000  # everything is looked over again after so long without news
_DEVICE_DIGITS = 12


class Outbox:
    """The messages that are not acknowledged yet. `changed` is called whenever the screen should look again."""

    def __init__(
        self, vault: "Vault", courier: "Courier", clock: "Clock", random: "Random", uploads: "Json", most: int
    ) -> None:
        """`uploads`: `spread_s`, `batch` and `lanes` of the province. `most`: how many may wait before new visits are
        refused."""
        self._vault = vault
        self._clock = clock
        self.claims = Claims(self.look)
        self.pages = Pages(vault)
        self._delivery = Delivery(vault, self.pages, courier, clock, self.claims, uploads["lanes"])
        self._backlog = Backlog(vault, self.pages, self.claims, self._delivery, uploads["batch"])
        self._pace = Pace(random, uploads["spread_s"])
        self._capacity = Capacity(vault, most)
        self._turn = aio.Lock()
        self._wake = aio.Event()
        self.changed: "Callable[[], None]" = _nothing

    async def load(self) -> None:
        """Take up what waits. This reads one message, however many there are."""
        await self._backlog.look()
        await self._capacity.look()
        self._count()

    # ---- what the rooms write and take back

    def enqueue(self, batch: Batch, visit: str, row: str, infno: str, payload: "Json", amount_fen: int) -> None:
        """Add a message about row `row` of `visit` to `batch`; it is sent once the batch is on the disk."""
        device = self._vault.blind("device", "")[:_DEVICE_DIGITS]
        sequence = self._vault.take_number("outbox")
        message = new_message(device, sequence, visit, row, infno, amount_fen, self._clock.wall_s())
        message.add(batch, payload)
        batch.then(lambda: self._accept(message))

    async def withdraw(self, batch: Batch, visit: str) -> "list[str]":
        """Take back, with `batch`, the messages of `visit` that the platform certainly never gets: those that never
        left, and those that it refused and does not have. Returns their row numbers. Commit the batch without
        waiting for anything else before; until then nothing of the visit is sent. When that fails, withdraw anew.
        `VaultError`."""
        await self.claims.take_beside_delivery(visit)
        under_way = self.claims.under_way(visit)
        messages: "list[Message] | None" = None
        try:
            messages = await self.unsent(visit)
        finally:
            if messages is None:
                self.claims.release(visit)
        self.claims.release_with(visit, batch)
        rows = []
        for message in messages:
            if message.id != under_way and not message.must_ask():
                rows.append(str(message.record["row"]))
                message.finish(batch, WITHDRAWN, self._clock.wall_s())
        return rows

    # ---- what the screen shows

    def summary(self) -> "dict[str, int]":
        """`waiting`, `quarantined` (refused, or not to be opened here), `oldest_s` and `amount_fen` of the waiting
        ones, `capacity` in records, and `level`, the highest of 50, 80, 95 and 100 per cent of the capacity that was
        reached: for the screen."""
        waiting = self._vault.counter(WAITING)
        oldest_s = self._backlog.oldest_s
        unreadable = self.pages.waiting()
        return {
            "waiting": waiting - unreadable,
            "quarantined": self._vault.counter(HELD_BACK) + unreadable,
            "oldest_s": max(0, self._clock.wall_s() - oldest_s) if waiting and oldest_s else 0,
            "amount_fen": self._vault.counter(AMOUNT),
            "capacity": self._capacity.most,
            "level": self._capacity.level,
        }

    def full(self) -> bool:
        """Whether no new visit may be begun. What is open is finished all the same."""
        return self._capacity.level >= FULL

    async def of_visit(self, visit: str) -> "list[Json]":
        """The state records of what is waiting or held of `visit`, oldest first."""
        return [message.record for message in await self.unsent(visit)]

    async def unsent(self, visit: str) -> "list[Message]":
        """The messages of `visit` that wait or are held, oldest first."""
        messages, _ = await self.pages.read(WAITING_KIND, visit + ".", "", 0)
        held, _ = await self.pages.read(HELD_KIND, visit + ".", "", 0)
        return sorted(messages + held, key=_message_id)

    async def held(self, after: str = "", most: int = 50) -> "list[Json]":
        """A page of what a person must look at, behind the message `after`: `id`, `visit`, `row`, `infno`, `refusal`,
        `created`, `amount_fen`. Of what does not open only the id is known, and `refusal` is the code of the error."""
        messages, closed = await self.pages.read(HELD_KIND, "", after, most)
        while closed and not messages:
            messages, closed = await self.pages.read(HELD_KIND, "", closed[-1], most)
        shown = [_shown(message) for message in messages] + self.pages.shown(after)
        return sorted(shown, key=_by_id)[:most]

    # ---- what a person decides

    async def retry(self, message_id: str, operator_id: str) -> None:
        """Try a held message again, at once. `OutboxError` `outbox.not_held`; `VaultError`."""
        await self._decide(message_id, Batch("outbox.retry", message_id + " " + operator_id), "", operator_id)

    async def release(self, message_id: str, operator_id: str, reason: str) -> None:
        """A person has dealt with a held message elsewhere: it is kept as done, with the reason. `OutboxError`
        `outbox.not_held`, `outbox.no_reason`; `VaultError`."""
        if not reason.strip():
            raise OutboxError("outbox.no_reason")
        await self._decide(message_id, Batch("outbox.released", message_id + " " + operator_id), reason, operator_id)

    async def _decide(self, message_id: str, batch: Batch, reason: str, operator_id: str) -> None:
        if message_id in self.pages.unreadable:
            raise VaultError("vault.unreadable", message_id)
        visit = visit_of(message_id)
        await self.claims.take(visit)
        try:
            record = await self._vault.get(HELD_KIND, message_id)
            if record is None:
                raise OutboxError("outbox.not_held")
            message = Message(message_id, record)
            if reason:
                record["reason"] = reason
                record["operator"] = operator_id
                message.finish(batch, RELEASED, self._clock.wall_s())
            else:
                message.put_back(batch)
            await self._vault.commit(batch)
            self._backlog.add(visit, record["created"])
        finally:
            self.claims.release(visit)

    # ---- delivery

    def wake(self) -> None:
        """The network has just been seen working again. Thousands of terminals may see that at once, so that only what
        is fresh goes now."""
        if not self._turn.locked():  # else it was seen by what is being delivered
            self._pace.outage_over()
        self._wake.set()

    def look(self) -> None:
        """What waits was changed by somebody else: look at it soon."""
        self._count()
        self._wake.set()

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Deliver for ever."""
        self._pace.outage_over()  # after a power cut all terminals of a village start at once
        while True:
            pulse()
            self._wake.clear()
            await self._capacity.look()
            self._count()
            fresh = self._backlog.has_fresh()
            if self._pace.wait_ms(False) == 0:
                if await self.deliver(pulse):
                    await self._rest(_IDLE_MS, pulse)
            elif fresh and self._pace.wait_ms(True) == 0:
                await self._deliver_fresh(pulse)
            else:
                await self._rest(self._pace.wait_ms(fresh), pulse)

    async def deliver(self, pulse: "Callable[[], None]") -> bool:
        """One round over everything that waits. False when something stayed for want of an answer. `VaultError`."""
        async with self._turn:
            line = self._new_line()
            complete = await self._backlog.deliver_all(pulse)
            await self._backlog.look()
            if complete:
                await self._check_counters()
        if complete:
            self._pace.answered()
        else:
            self._pace.failed()
        self._pace.closed(line.closed_s)
        log.lasting("outbox", "" if complete else "waiting for the platform")
        self._count()
        return complete

    async def _deliver_fresh(self, pulse: "Callable[[], None]") -> None:
        async with self._turn:
            line = self._new_line()
            complete = await self._backlog.deliver_fresh(pulse)
            await self._backlog.look()
        self._pace.closed(line.closed_s)
        if complete:
            self._pace.answered()
        self._count()

    def _new_line(self) -> Line:
        self._delivery.line = Line()
        return self._delivery.line

    async def _rest(self, ms: int, pulse: "Callable[[], None]") -> None:
        """Wait for news, in pieces."""
        until = aio.now_ms() + ms
        while not self._wake.is_set() and aio.now_ms() < until:
            pulse()
            try:
                await aio.within(self._wake.wait(), min(_PIECE_MS, until - aio.now_ms()))
            except aio.Timeout:
                pass

    # ----

    async def _check_counters(self) -> None:
        """Where nothing is left, the counters must say so; they are for the screen alone, and decide nothing here."""
        vault = self._vault
        batch = Batch("outbox.recounted")
        async with vault.lock:  # no commit is between the store and the counters
            for kind, counters in ((WAITING_KIND, (WAITING, AMOUNT)), (HELD_KIND, (HELD_BACK,))):
                counted = [(name, vault.counter(name)) for name in counters if vault.counter(name)]
                if counted and not await vault.ids(kind, "", "", 1):
                    for name, number in counted:
                        log.event("outbox.miscounted", name + " " + str(number))
                        batch.count(name, -number)
        if batch.counts:
            await vault.commit(batch)

    def _accept(self, message: Message) -> None:
        self._backlog.add(message.visit, message.record["created"])
        self.look()

    def _count(self) -> None:
        self._capacity.reached(self._vault.counter(WAITING) + self._vault.counter(HELD_BACK))
        self.changed()


def _shown(message: Message) -> "Json":
    shown: "Json" = {"id": message.id}
    for name in ("visit", "row", "infno", "refusal", "created", "amount_fen"):
        shown[name] = message.record[name]
    return shown


def _by_id(shown: "Json") -> str:
    return str(shown["id"])


def _message_id(message: Message) -> str:
    return message.id


def _nothing() -> None:
    """Nobody listens yet."""

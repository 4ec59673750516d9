"""Carries what the line cannot: unsent messages to the office on a stick, and its answers back.

A message in a parcel stays unsent, and still goes by line when there is one; as the office may have been faster, the
platform is asked for it first, and it is not taken back silently any more. What a parcel has is noted before it is on
the stick, and what an answer changes is kept together with the note that it was read: both may be cut at any point and
done again.
"""

from firmware import log
from firmware.vault.batch import Batch
from firmware.vault.errors import ParcelError, VaultError
from firmware.vault.outbox.message import (
    ACKNOWLEDGED,
    BODY_KIND,
    HELD_KIND,
    QUARANTINED,
    WAITING_KIND,
    Message,
    visit_of,
)
from firmware.vault.outbox.parcel import (
    ACCEPTED,
    ANSWER,
    MOST_ANSWER,
    MOST_MESSAGES,
    PARCEL,
    REJECTED,
    content,
    entry,
    number_of,
    parcel_name,
    results_of,
)
from hal import aio
from hal.errors import DeviceError, NotConnected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.outbox.outbox import Outbox
    from firmware.vault.records import Vault
    from hal.ports import Clock, ParcelSeal, Stick

    Json = dict[str, Any]

PARCEL_KIND = "parcel"
_AT_ONCE = 100  # results of an answer that are kept with one commit


class Carry:
    """Parcels out, answers in; one at a time."""

    def __init__(
        self,
        vault: "Vault",
        outbox: "Outbox",
        parcels: "ParcelSeal",
        stick: "Stick",
        clock: "Clock",
        most: int = MOST_MESSAGES,
    ) -> None:
        """`most`: messages in a parcel. `device` is by what the office knows this terminal."""
        self._vault = vault
        self._outbox = outbox
        self._parcels = parcels
        self._stick = stick
        self._clock = clock
        self._most = most
        self._turn = aio.Lock()
        self._there: "set[int]" = set()  # numbers of the parcels that were on the stick when this export began
        self._closed: "list[str]" = []  # visits with an unsent message that could not be packed in this export
        self.device = parcels.device

    async def ready(self) -> bool:
        """Whether there is a stick."""
        try:
            await self._numbered(PARCEL)
        except ParcelError:
            return False
        return True

    # ---- out

    async def export(self, operator_id: str) -> "dict[str, int]":
        """Write everything that is unsent, also what is held, in parcels of at most 500 messages: how many `parcels`
        and `messages`. `ParcelError` `stick.missing`, `stick.full`, `stick.failed`, `stick.no_file` (a folder is in the
        way; the next export writes under another number), `parcel.nothing`; `VaultError`."""
        async with self._turn:
            self._there = {number for number, _ in await self._numbered(PARCEL)}  # no stick: no parcel is noted
            written = {"parcels": 0, "messages": 0}
            first = self._vault.counter(PARCEL_KIND) + 1
            self._closed = []
            for kind in (HELD_KIND, WAITING_KIND):  # inside a visit, what is held comes before what waits for it
                ids = await self._vault.ids(kind, "", "", self._most)
                while ids:
                    for count in await self._pack(kind, ids, first, operator_id):
                        written["parcels"] += 1
                        written["messages"] += count
                    ids = await self._vault.ids(kind, "", ids[-1], self._most)
            if not written["messages"]:
                raise ParcelError("parcel.nothing")
            return written

    async def _pack(self, kind: str, ids: "list[str]", first: int, operator_id: str) -> "list[int]":
        """Write a parcel with what is still unsent of these messages, behind one with what was refused while this
        export, whose first parcel is `first`, was under way; how many are in each."""
        parcels: "list[tuple[int, list[Json]]]" = []
        visits = await self._take(ids)
        try:
            if kind == WAITING_KIND:
                late = await self._held_late(visits, first)
                while late:
                    await self._note(HELD_KIND, late[: self._most], operator_id, parcels)
                    late = late[self._most :]
            await self._note(kind, ids, operator_id, parcels)
        finally:
            self._release(visits)
        for number, entries in parcels:
            plain = content(self._parcels.device, number, self._vault.journal_head(), entries)
            await self._write(parcel_name(number), self._parcels.seal(plain))
        return [len(entries) for _, entries in parcels]

    async def _held_late(self, visits: "list[str]", first: int) -> "list[str]":
        """What is held of these visits and in no parcel of this export yet: the platform refused it meanwhile."""
        late = []
        for visit in visits:
            for message_id in await self._vault.ids(HELD_KIND, visit + ".", "", 0):
                message = await self._outbox.pages.get(HELD_KIND, message_id)
                if message is None or message.record["parcel"] < first:
                    late.append(message_id)
        return late

    async def _note(
        self, kind: str, ids: "list[str]", operator_id: str, parcels: "list[tuple[int, list[Json]]]"
    ) -> None:
        """Note a parcel, when something of it is still unsent, and add it to `parcels`."""
        entries: "list[Json]" = []
        messages = await self._unsent(kind, ids, entries)
        if messages:
            number = self._vault.take_number(PARCEL_KIND)
            while number in self._there:  # of another terminal, or of the one whose backup this is: nobody else has it
                number = self._vault.take_number(PARCEL_KIND)
            await self._vault.commit(self._noted(kind, messages, number, operator_id))
            parcels.append((number, entries))

    async def _unsent(self, kind: str, ids: "list[str]", entries: "list[Json]") -> "list[Message]":
        """Those of the messages that are still there, and open; what stands of them in a parcel is added to
        `entries`. What follows one of its visit that does not open stays here: the office must not have a return
        without its sale."""
        messages = []
        for message_id in ids:
            visit = visit_of(message_id)
            message = await self._outbox.pages.get(kind, message_id)
            payload = None
            try:
                payload = await self._vault.get(BODY_KIND, message_id)
            except VaultError as error:
                log.event("outbox.unreadable", message_id + " " + error.code)
            if message is not None and payload is not None and visit not in self._closed:
                messages.append(message)
                entries.append(entry(message, payload))
            elif message is not None or message_id in self._outbox.pages.unreadable:  # else it is not unsent any more
                self._closed.append(visit)
        return messages

    def _noted(self, kind: str, messages: "list[Message]", number: int, operator_id: str) -> Batch:
        batch = Batch("parcel.out", _id(number))
        rows: "list[list[str]]" = []  # key, id, and what the office answered
        for message in messages:
            message.record["parcel"] = number
            message.record["ask"] = True
            batch.put(kind, message.id, message.record, message.visit)
            rows.append([message.record["key"], message.id, ""])
        parcel: "Json" = {"messages": rows, "operator": operator_id, "created": self._clock.wall_s()}
        batch.put(PARCEL_KIND, _id(number), parcel)
        return batch

    # ---- in

    async def take_in(self, operator_id: str) -> "dict[str, int]":
        """Read every answer on the stick: from how many `parcels` something new was learnt, and how many messages are
        `acknowledged` and `refused`. Answers are left on the stick; what was read before is passed by. `ParcelError`
        `stick.missing`, `parcel.nothing` (no answer there); `parcel.foreign` (one of them is not for this terminal, or
        damaged), `stick.failed` and `stick.no_file` (one of them cannot be read): the others have been read.
        `VaultError`."""
        async with self._turn:
            learnt = {"parcels": 0, ACCEPTED: 0, REJECTED: 0}
            answers = await self._numbered(ANSWER)
            if not answers:
                raise ParcelError("parcel.nothing")
            wrong: "ParcelError | None" = None
            for number, name in answers:
                try:
                    await self._read_answer(number, name, operator_id, learnt)
                except ParcelError as error:
                    if error.code == "stick.missing":
                        raise
                    log.event(error.code, name)
                    wrong = error
            if wrong is not None:
                raise wrong
            return learnt

    async def _read_answer(self, number: int, name: str, operator_id: str, learnt: "dict[str, int]") -> None:
        try:
            parcel = await self._vault.get(PARCEL_KIND, _id(number))
        except VaultError:
            parcel = None  # one that does not open must not keep the other answers out
        if parcel is None:
            raise ParcelError("parcel.foreign", name)
        results = results_of(self._parcels, await self._read(name), number)
        rows = {row[0]: row for row in parcel["messages"] if not row[2]}
        new: "list[tuple[list[str], str, str]]" = []
        for key, outcome, sentence in results:
            row = rows.pop(key, None)
            if row is not None:
                new.append((row, outcome, sentence))
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            await self._book(number, parcel, some, operator_id)
            for _, outcome, _ in some:
                learnt[outcome] += 1
        learnt["parcels"] += 1 if new else 0

    async def _book(
        self, number: int, parcel: "Json", new: "list[tuple[list[str], str, str]]", operator_id: str
    ) -> None:
        batch = Batch("parcel.in", _id(number) + " " + operator_id)
        visits = await self._take([row[1] for row, _, _ in new])
        try:
            for row, outcome, _ in new:
                row[2] = outcome
            now_s = self._clock.wall_s()
            accepted = await self._accepted([row[1] for row, outcome, _ in new if outcome == ACCEPTED])
            for message in accepted.values():
                message.finish(batch, ACKNOWLEDGED, now_s)
            for row, outcome, sentence in new:
                if outcome == REJECTED and row[1] not in accepted:
                    await self._refused(row[1], sentence, batch)
            batch.put(PARCEL_KIND, _id(number), parcel)
            await self._vault.commit(batch)
        finally:
            self._release(visits)

    async def _accepted(self, ids: "list[str]") -> "dict[str, Message]":
        """What is unsent of the messages that the office has, and with them what is unsent of the same row from before:
        who has a return has had the sale, whatever was said of that."""
        accepted: "dict[str, Message]" = {}
        for message_id in ids:
            message = await self._find(message_id)
            if message is not None:
                accepted[message_id] = message
                for earlier in await self._outbox.unsent(message.visit):
                    if earlier.id < message_id and earlier.record["row"] == message.record["row"]:
                        accepted[earlier.id] = earlier
        return accepted

    async def _refused(self, message_id: str, sentence: str, batch: Batch) -> None:
        message = await self._find(message_id)
        if message is None:
            return  # the line was faster, or a person
        if message.record["state"] == QUARANTINED:
            message.record["refusal"] = sentence
            batch.put(HELD_KIND, message.id, message.record, message.visit)
        else:
            message.hold(batch, sentence, True)

    async def _find(self, message_id: str) -> "Message | None":
        for kind in (WAITING_KIND, HELD_KIND):
            message = await self._outbox.pages.get(kind, message_id)
            if message is not None:
                return message
        return None  # or it does not open: then the platform is asked, should it ever open again

    # ---- claims

    async def _take(self, ids: "list[str]") -> "list[str]":
        """Nobody else works on the visits of these messages until they are released."""
        visits = sorted({visit_of(message_id) for message_id in ids})
        await self._outbox.claims.take_all(visits)
        return visits

    def _release(self, visits: "list[str]") -> None:
        for visit in visits:
            self._outbox.claims.release(visit)

    # ---- the stick

    async def _numbered(self, ending: str) -> "list[tuple[int, str]]":
        """Number and name of each parcel, or of each answer, on the stick."""
        try:
            names = await self._stick.names(ending)
        except (NotConnected, DeviceError) as error:
            raise _trouble(error)
        return [(number_of(name), name) for name in names if number_of(name)]

    async def _read(self, name: str) -> bytes:
        try:
            return await self._stick.read(name, MOST_ANSWER)
        except DeviceError as error:
            if error.code == "stick.too_long":
                raise ParcelError("parcel.foreign", name)
            raise _trouble(error)
        except NotConnected as error:
            raise _trouble(error)

    async def _write(self, name: str, data: bytes) -> None:
        try:
            await self._stick.write(name, data)
        except (NotConnected, DeviceError) as error:
            raise _trouble(error)


def _id(number: int) -> str:
    return f"{number:08d}"


def _trouble(error: "NotConnected | DeviceError") -> ParcelError:
    code = "stick.failed"
    if isinstance(error, NotConnected):
        code = "stick.missing"
    elif error.code in ("stick.full", "stick.no_file"):
        code = error.code
    return ParcelError(code, error.code + " " + error.cause)

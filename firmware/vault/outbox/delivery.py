"""Delivers a wave: messages of different visits, marked as sent with one commit, their outcomes kept with another.

Whatever happens in between, a message is found as it was, or as sent: then it is asked for before anything else.
"""

from firmware import log
from firmware.vault.batch import Batch
from firmware.vault.errors import VaultError
from firmware.vault.outbox.lanes import Lanes, Line
from firmware.vault.outbox.message import (
    ABSENT,
    ACKNOWLEDGED,
    BODY_KIND,
    DELIVERED,
    NEW,
    REFUSED,
    SENT,
    UNKNOWN,
    WAITING_KIND,
    WITHDRAWN,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.vault.outbox.claims import Claims
    from firmware.vault.outbox.message import Courier, Message, Outcome
    from firmware.vault.outbox.pages import Pages
    from firmware.vault.records import Vault
    from hal.ports import Clock

    Json = dict[str, Any]
    Outcomes = dict[str, tuple[str, str]]


_NO_ANSWER = (ABSENT, UNKNOWN)


class Delivery:
    """Delivers waves. `line` tells how the last answers were."""

    def __init__(
        self, vault: "Vault", pages: "Pages", courier: "Courier", clock: "Clock", claims: "Claims", lanes: int
    ) -> None:
        self._vault = vault
        self._pages = pages
        self._courier = courier
        self._clock = clock
        self._claims = claims
        self._lanes = lanes
        self.line = Line()

    async def wave(self, messages: "list[Message]", pulse: "Callable[[], None]") -> bool:
        """Deliver messages of different visits; False when one of those that had their try had no answer. `VaultError`
        when it could not be kept; then the messages in memory are not what is on the disk."""
        for message in messages:
            self._claims.send(message.visit, message.id)
        taken: "list[str]" = []  # visits of which more changes than that a message has arrived
        try:
            return await self._deliver(messages, taken, pulse)
        finally:
            for visit in taken:
                self._claims.release(visit)
            for message in messages:
                self._claims.sent(message.visit)

    async def _deliver(self, messages: "list[Message]", taken: "list[str]", pulse: "Callable[[], None]") -> bool:
        result = Batch("outbox.answers")
        told = await self._ask([message for message in messages if message.must_ask()], pulse)
        sending = []
        for message in messages:
            outcome, _ = told.get(message.id, (ABSENT, ""))
            if outcome == ABSENT:
                message.tried = False
                sending.append(message)
        if told and sending:
            self.line.silent = 0  # for these it has just answered, whatever became of the others
        sent = await self._send(sending, pulse) if self.line.is_open() else {}
        for message in messages:
            if message.id in sent:
                await self._book_sent(message, sent[message.id], result, taken)
            elif message.id in told:
                self._book_told(message, told[message.id], result)
        if result.puts:
            await self._vault.commit(result)
        return not any([message.tried and message.waits() for message in messages])

    # ---- asking

    async def _ask(self, messages: "list[Message]", pulse: "Callable[[], None]") -> "Outcomes":
        lanes = Lanes(self.line, self._question, (UNKNOWN,), pulse)
        return await lanes.run(messages, self._lanes, UNKNOWN)

    async def _question(self, message: "Message") -> "Outcome":
        message.tried = True
        return await self._courier.ask(message.record)

    def _book_told(self, message: "Message", told: "tuple[str, str]", result: Batch) -> None:
        outcome, sentence = told
        if outcome == DELIVERED:
            message.finish(result, ACKNOWLEDGED, self._clock.wall_s())
        elif outcome == REFUSED:  # it will not tell: a person must look
            message.hold(result, sentence, True)

    # ---- sending

    async def _send(self, messages: "list[Message]", pulse: "Callable[[], None]") -> "Outcomes":
        if not messages:
            return {}
        batch = Batch("outbox.sent")
        for message in messages:
            message.record["msgid"] = await self._courier.new_msgid()
            message.record["ask"] = message.must_ask()  # an earlier request may still be on its way
            message.keep(batch, SENT)
        await self._vault.commit(batch)
        bodies = await self._bodies(messages)
        lanes = Lanes(self.line, lambda message: self._carry(message, bodies.get(message.id)), _NO_ANSWER, pulse)
        return await lanes.run(messages, self._lanes, ABSENT)

    async def _bodies(self, messages: "list[Message]") -> "dict[str, Json]":
        """The payloads of a wave, read together. Some may be missing: each of those is read for itself."""
        try:
            return await self._vault.get_all(BODY_KIND, [message.id for message in messages])
        except VaultError:
            return {}

    async def _carry(self, message: "Message", payload: "Json | None") -> "Outcome":
        message.tried = True
        if payload is None:
            try:
                payload = await self._vault.get(BODY_KIND, message.id)
            except VaultError as error:
                log.event("outbox.unreadable", message.id + " " + error.code)
        if payload is None:
            return REFUSED, "vault.unreadable", 0  # not the line's fault: a person must look, the others go on
        sending: "Json" = {"payload": payload}
        sending.update(message.record)
        outcome, sentence, wait_s = await self._courier.send(sending)
        if outcome != REFUSED:
            return outcome, sentence, wait_s
        # It may have arrived twice, an earlier request may have arrived late, or the office was faster.
        told, _, ask_wait_s = await self._courier.ask(message.record)
        if told in (DELIVERED, UNKNOWN):
            return told, "", ask_wait_s
        if told == REFUSED:  # it will not tell: it may be there all the same
            message.record["ask"] = True
        return REFUSED, sentence, max(wait_s, ask_wait_s)

    async def _book_sent(self, message: "Message", sent: "tuple[str, str]", result: Batch, taken: "list[str]") -> None:
        outcome, sentence = sent
        if outcome == DELIVERED:
            message.finish(result, ACKNOWLEDGED, self._clock.wall_s())
        elif outcome == ABSENT:
            message.keep(result, NEW)
        elif outcome == REFUSED:
            await self._book_refused(message, sentence, result, taken)

    async def _book_refused(self, message: "Message", sentence: str, result: Batch, taken: "list[str]") -> None:
        """Hold it for a person. When a later message takes back what this one tells, and the platform certainly never
        gets this one, neither needs to leave: both are withdrawn. What went out before, and had no answer, or is in a
        parcel, may still arrive."""
        seen = self._claims.watch()
        try:
            later = None if message.record["ask"] else await self._later(message)
        finally:
            self._claims.unwatch(seen)
        if message.visit in seen:  # a withdrawal has counted on its being under way: the next round sends it again
            message.keep(result, NEW)
            return
        self._claims.take_now(message.visit)  # nobody may take back what is being booked
        taken.append(message.visit)
        if later is None:
            message.hold(result, sentence, message.record["ask"])
            return
        now_s = self._clock.wall_s()
        message.finish(result, WITHDRAWN, now_s)
        later.finish(result, WITHDRAWN, now_s)

    async def _later(self, message: "Message") -> "Message | None":
        messages, _ = await self._pages.read(WAITING_KIND, message.visit + ".", message.id)
        for other in messages:
            if other.record["row"] == message.record["row"] and not other.must_ask():
                return other
        return None

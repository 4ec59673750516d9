"""A platform on a line that drops, delays and repeats: `TinyPlatform` with the memory that exactly-once rests on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hal.errors import NoAnswer, NotConnected
from hal.ports import HttpAnswer
from tests.portable.tiny_platform import No, TinyPlatform

if TYPE_CHECKING:
    Json = dict[str, Any]

ARRIVES = "arrives"
REQUEST_LOST = "request lost"
REPLY_LOST = "reply lost"
REQUEST_LATE = "request late"  # the terminal gives up; the message arrives some time later
TWICE_FIRST = "twice, first answer"  # somebody on the way repeats it
TWICE_SECOND = "twice, second answer"
CABLE_OUT = "cable out"
NO_STOCK = "no stock"  # the part of the platform that keeps stock refuses, for this once
TROUBLE = (REQUEST_LOST, REPLY_LOST, REQUEST_LATE, TWICE_FIRST, TWICE_SECOND, CABLE_OUT, NO_STOCK)
_STOCK = ("3505", "3506", "3513")


class LatePlatform(TinyPlatform):
    """`hal.ports.HttpClient`. `events` are what happens to the next messages, one each; `late` are under way. While
    the terminal is not `plugged` in, nothing leaves it.

    Beyond its parent it knows what any ledger knows: what is settled cannot be settled, priced or withdrawn; what has
    no fees cannot be settled; a row number of a sale is never used twice.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events: list[str] = []
        self.late: list[bytes] = []
        self.plugged = True
        self.rows_ever: set[str] = set()

    def active(self, registration: str) -> list[str]:
        """The settlements of a registration that stand."""
        return [
            number
            for number, kept in self.settlements.items()
            if kept["registration"] == registration and not kept["cancelled"]
        ]

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        event = self.events.pop(0) if self.events else ARRIVES
        if event == CABLE_OUT or not self.plugged:
            raise NotConnected("net.not_connected", "cable")
        if event == REQUEST_LOST:
            raise NoAnswer("net.no_answer", "reset")
        if event == REQUEST_LATE:
            self.late.append(body)
            raise NoAnswer("net.no_answer", "slow")
        if event == NO_STOCK and json.loads(body.decode())["infno"] in _STOCK:
            return HttpAnswer(200, {}, json.dumps(self._answer("", {}, "FSI-系统维护中")).encode())
        first = self._take(body)
        second = self._take(body) if event in {TWICE_FIRST, TWICE_SECOND} else first
        if event == REPLY_LOST:
            raise NoAnswer("net.no_answer", "reset")
        answer = second if event == TWICE_SECOND else first
        return HttpAnswer(200, {}, json.dumps(answer).encode())

    def arrive(self, place: int) -> None:
        """One of the messages under way arrives; nobody waits for its answer any more."""
        if self.late:
            self._take(self.late.pop(place % len(self.late)))

    def by_hand(self, infno: str, payload: Json) -> bool:
        """Somebody at the office enters a sale or a return: whether it was taken."""
        return bool(self._answer(infno, payload, "")["infcode"] == 0)

    def _take(self, body: bytes) -> Json:
        message: Json = json.loads(body.decode())
        self.messages.append(message["infno"])
        return self._answer(message["infno"], message, "")

    # ---- what a ledger knows

    def _do_2204(self, message: Json, given: Json) -> Json:
        self._refuse_settled(given["feedetail"][0]["mdtrt_id"])
        return super()._do_2204(message, given)

    def _do_2205(self, message: Json, given: Json) -> None:
        self._refuse_settled(given["data"]["mdtrt_id"])
        super()._do_2205(message, given)

    def _do_2202(self, message: Json, given: Json) -> None:
        self._refuse_settled(given["data"]["mdtrt_id"])
        super()._do_2202(message, given)

    def _do_2207(self, message: Json, given: Json) -> Json:
        registration = given["data"]["mdtrt_id"]
        self._refuse_settled(registration)
        if registration not in self.registrations.values() or not self.fees.get(registration):
            raise No("FSI-无可结算的费用")
        output = super()._do_2207(message, given)
        self.settlements[output["setlinfo"]["setl_id"]]["registration"] = registration
        return output

    def _do_3505(self, message: Json, given: Json) -> None:
        row = given["selinfo"]["fixmedins_bchno"]
        if row in self.rows_ever:
            raise No("FSI-定点医药机构批次流水号已存在")
        super()._do_3505(message, given)
        self.rows_ever.add(row)

    def _refuse_settled(self, registration: str) -> None:
        if self.active(registration):
            raise No("FSI-该就诊已结算")

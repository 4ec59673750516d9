"""A platform on a line that drops, delays and repeats: `TinyPlatform` with the memory that exactly-once rests on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from firmware import clock as civil
from firmware.insurance.wire import fen
from hal.errors import NoAnswer, NotConnected
from hal.ports import HttpAnswer
from tests.portable.audited_counter import said
from tests.portable.doubles import NOON
from tests.portable.sample_profiles import province
from tests.portable.tiny_platform import NOT_FOUND, No, TinyPlatform
from tests.visit.bills import Bill
from tests.visit.sent_messages import flaws

if TYPE_CHECKING:
    from collections.abc import Callable

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
EMPLOYEE = "440524188001010014"  # has an account
_STOCK = ("3505", "3506", "3513", "3505A", "3506A")
_REFUNDED = "FSI-冲正的结算信息退费结算标志不为未退费，不能办理冲正交易"
_AMOUNTS = ("medfee_sumamt", "fund_pay_sumamt", "acct_pay", "psn_cash_pay", "psn_part_amt", "inscp_scp_amt")


class LatePlatform(TinyPlatform):
    """`hal.ports.HttpClient`. `events` are what happens to the next messages, one each; `late` are under way. While
    the terminal is not `plugged` in, nothing leaves it.

    Beyond its parent it knows what any ledger knows: what is settled cannot be settled, priced or withdrawn; what has
    no fees cannot be settled; what is refunded cannot be reversed; a row number of a sale is never used twice. `bills`
    are its settlements and refunds by their numbers, `cancellations` the numbers of all messages 2208. `flaws` are what
    does not fit the tables in what was sent to it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events: list[str] = []
        self.late: list[bytes] = []
        self.plugged = True
        self.rows_ever: set[str] = set()
        self.province: Json = province()
        self.tells_refunds = True
        self.now_s: Callable[[], int] = lambda: NOON
        self.bills: dict[str, Bill] = {}
        self.sent = 0
        self.cancellations: list[str] = []
        self.flaws: list[str] = []
        self._persons: dict[str, str] = {}  # registration -> psn_no
        self._answered: dict[str, Json] = {}  # settlement -> what was answered
        self._settled_as: dict[str, str] = {}  # settlement -> the number of the transaction that made it

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
        message = self._understood(body)
        self.sent += 1
        if message["infno"] == "2208":
            self.cancellations.append(message["msgid"])
        self.flaws += flaws(url, message, self.infno_of(message["infno"]), self.province["paths"])
        event = self.events.pop(0) if self.events else ARRIVES
        if event == CABLE_OUT or not self.plugged:
            raise NotConnected("net.not_connected", "cable")
        if event == REQUEST_LOST:
            raise NoAnswer("net.no_answer", "reset")
        if event == REQUEST_LATE:
            self.late.append(body)
            raise NoAnswer("net.no_answer", "slow")
        if event == NO_STOCK and message["infno"] in _STOCK:
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

    def infno_of(self, sent_as: str) -> str:
        """The national number of a transaction that goes by another one in this province."""
        numbers: dict[str, str] = self.province["gateway"]["numbers"]
        return next((infno for infno, alias in numbers.items() if alias == sent_as), sent_as)

    def _understood(self, body: bytes) -> Json:
        """A message with the names of the document."""
        names = {alias: name for name, alias in self.province["gateway"]["renames"].items()}

        def named(members: Json) -> Json:
            return {names.get(name, name): value for name, value in members.items()}

        message: Json = json.loads(body.decode(), object_hook=named)
        return message

    def _take(self, body: bytes) -> Json:
        message = self._understood(body)
        infno = self.infno_of(message["infno"])
        self.messages.append(infno)
        return self._answer(infno, message, "")

    # ---- persons and visits

    def _do_1101(self, message: Json, given: Json) -> Json:
        output = super()._do_1101(message, given)
        base = output["baseinfo"]
        base["psn_no"] = "9" * 8 + base["certno"]
        if base["certno"] == EMPLOYEE:
            output["insuinfo"][0] |= {"insutype": "310", "balc": 300.5}
        return output

    def _do_2201(self, message: Json, given: Json) -> Json:
        output = super()._do_2201(message, given)
        self._persons[output["data"]["mdtrt_id"]] = given["data"]["psn_no"]
        return output

    def _do_5201(self, message: Json, given: Json) -> Json:
        rows = super()._do_5201(message, given)["mdtrtinfo"]
        return {"mdtrtinfo": [row for row in rows if self._persons[row["mdtrt_id"]] == given["data"]["psn_no"]]}

    def _do_5206(self, message: Json, given: Json) -> Json:
        row = {"insutype": "390", "year": "2026", "cum_ym": "202609"}
        return {"cuminfo": [row | {"cum_type_code": "D1", "cum": 0}, row | {"cum_type_code": "F1", "cum": "12.50"}]}

    def _do_3101(self, message: Json, given: Json) -> Json:
        return {"result": [said("2")]}

    def _do_3102(self, message: Json, given: Json) -> Json:
        return {"result": [said("1")]}

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

    def _do_2206(self, message: Json, given: Json) -> Json:
        output = super()._do_2206(message, given)
        self._complete(output["setlinfo"], message, given)
        return output

    def _do_2207(self, message: Json, given: Json) -> Json:
        registration = given["data"]["mdtrt_id"]
        self._refuse_settled(registration)
        if registration not in self.registrations.values() or not self.fees.get(registration):
            raise No("FSI-无可结算的费用")
        output = super()._do_2207(message, given)
        info = output["setlinfo"]
        self._complete(info, message, given)
        info |= {"setl_time": civil.stamp(self.now_s()), "mdtrt_id": registration}
        self.settlements[info["setl_id"]]["registration"] = registration
        self._settled_as[info["setl_id"]] = message["infno"]
        self._book(info, given["data"]["psn_no"], refund=False)
        return output

    def _do_2208(self, message: Json, given: Json) -> Json:
        super()._do_2208(message, given)
        settled = self.bills[given["data"]["setl_id"]]
        info = {"setl_id": "B" + self._number(), "setl_time": civil.stamp(self.now_s())}
        info |= {"mdtrt_id": settled.registration, "medins_setl_id": message["msgid"]}
        for name in _AMOUNTS:
            info[name] = "-" + self._answered[given["data"]["setl_id"]][name]
        self._book(info, settled.person, refund=True)
        return {"setlinfo": info} if self.tells_refunds else {}

    def _do_2601(self, message: Json, given: Json) -> None:
        asked = given["data"]
        for number, bill in list(self.bills.items()):
            if bill.msgid == asked["omsgid"] and not bill.refund:
                if self._settled_as[number] != asked["oinfno"]:
                    raise No(NOT_FOUND)
                if self.settlements[number]["cancelled"]:
                    raise No(_REFUNDED)
                super()._do_2601(message, given)
                del self.bills[number]
                return
        raise No(NOT_FOUND)

    def _do_5203(self, message: Json, given: Json) -> Json:
        number = given["data"]["setl_id"]
        info = super()._do_5203(message, given)["setlinfo"]
        told = self._answered[number]
        own = {"psn_pay": told["psn_part_amt"], "cash_payamt": told["psn_cash_pay"], "setl_id": number}
        return {"setlinfo": told | info | own}

    def _complete(self, info: Json, message: Json, given: Json) -> None:
        """What a settlement has beyond that of the parent: of an employee, the account pays a part."""
        own_fen = fen(info["psn_part_amt"])
        account_fen = own_fen // 3 if given["data"]["insutype"] == "310" else 0
        info["acct_pay"] = _yuan(account_fen)
        info["psn_cash_pay"] = _yuan(own_fen - account_fen)
        info["medins_setl_id"] = message["msgid"]

    def _book(self, info: Json, person: str, *, refund: bool) -> None:
        self._answered[info["setl_id"]] = info
        self.bills[info["setl_id"]] = Bill(
            registration=info["mdtrt_id"],
            person=person,
            refund=refund,
            number=info["setl_id"],
            total_fen=fen(info["medfee_sumamt"]),
            fund_fen=fen(info["fund_pay_sumamt"]),
            account_fen=fen(info["acct_pay"]),
            cash_fen=fen(info["psn_cash_pay"]),
            msgid=info["medins_setl_id"],
            day=info["setl_time"][:10].replace("-", ""),
        )

    def _refuse_settled(self, registration: str) -> None:
        if self.active(registration):
            raise No("FSI-该就诊已结算")

    # ---- what is sold

    def _do_3505(self, message: Json, given: Json) -> None:
        number = given["selinfo"]["fixmedins_bchno"]
        if number in self.rows_ever:
            raise No("FSI-定点医药机构批次流水号已存在")
        super()._do_3505(message, given)
        self.rows_ever.add(number)

    def _do_3505A(self, message: Json, given: Json) -> Json:  # noqa: N802  # named by its number
        return {"selinfoDetail": [self._result(row, "3505") for row in given["selinfoDetail"]]}

    def _do_3506A(self, message: Json, given: Json) -> Json:  # noqa: N802  # named by its number
        return {"selinfoErrDetail": [self._result(row, "3506") for row in given["selinfoDetail"]]}

    def _result(self, row: Json, infno: str) -> Json:
        """What became of one row of many."""
        done = self._answer(infno, {"input": {"selinfo": row}}, "")
        result = {"fixmedins_bchno": row["fixmedins_bchno"], "retRslt": "1" if done["infcode"] == 0 else "0"}
        return result | {"msgRslt": done["err_msg"]}


def _yuan(amount_fen: int) -> str:
    return str(amount_fen // 100) + "." + f"{amount_fen % 100:02d}"

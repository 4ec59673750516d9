"""The platform as the network sees it: one request in, one answer out."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import (
    by_hand,
    envelope,
    faults,
    fees,
    gateway,
    identity,
    json_text,
    queries,
    registration,
    reversal,
    sales,
    settlement,
)
from .envelope import Request
from .keeping import MESSAGES_IN_MEMORY, Keeping
from .ledger import EFFECTIVE
from .office import Office
from .refusal import Refused
from .tables import Transaction, load

PREFIX = "/fsi/api/"
MAX_BODY = 256 * 1024
Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[Office, Request], dict[str, Any] | None]

_HANDLERS: dict[str, Handler] = {
    "9001": identity.sign_in,
    "1101": identity.person_info,
    "6101": identity.decode_qr,
    "2201": registration.register,
    "2202": registration.cancel_registration,
    "2203": registration.upload_visit,
    "2204": fees.upload_fees,
    "2205": fees.withdraw_fees,
    "2206": settlement.preview,
    "2207": settlement.settle_visit,
    "2208": settlement.cancel_settlement,
    "2601": reversal.reverse,
    "3505": sales.sell,
    "3506": sales.take_back,
    "3513": sales.query_sold,
    "5201": queries.visits,
    "5203": queries.settlement,
}
_SIGN_IN = "9001"
_E_VOUCHER = "6101"
_E_VOUCHER_TROUBLE = 500000  # any refusal of the e-voucher service but a wrong code; an invented number
_PAGE_502 = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_PAGE_503 = b"<html><head><title>503 Service Unavailable</title></head><body></body></html>"


class LineCut(Exception):
    """A fault wants the network cable pulled now; there is no answer."""


class Platform:
    """The insurance platform of an invented province, with gateway, ledger and faults.

    data    folder with people.toml, drugs.toml, benefits.toml
    keep    folder for ledger and messages, or None to forget everything at the end
    secret  of the gateway account
    clock   epoch seconds; `sleep` waits that many seconds

    `messages` are the last messages as JSON types (amounts as text): n, infno, msgid, infcode, err_msg, at (epoch
    seconds), request, answer.
    """

    def __init__(
        self,
        data: Path,
        keep: Path | None,
        secret: str,
        account: str = "TESTPAAS0001",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._tables = load()
        self._keeping = Keeping(keep)
        self._office = Office.open(data, self._keeping.load_ledger())
        self._gateway = gateway.Gateway(account, secret)
        self._faults = faults.Faults()
        self._clock = clock
        self._sleep = sleep
        self._listeners: list[Callable[[], None]] = []
        self.messages: list[dict[str, Any]] = self._keeping.load_messages()

    def on_change(self, callback: Callable[[], None]) -> None:
        """Have `callback` called after every message and every change of the faults."""
        self._listeners.append(callback)

    def fault(self, name: str, *args: str | int) -> None:
        """Make something go wrong (see `faults.CATALOGUE`); `UnknownFault` for a name or arguments not in it."""
        self._faults.set(name, args)
        self._changed()

    def clear(self, name: str | None = None) -> None:
        """Take one fault back, or all of them."""
        self._faults.clear(name)
        self._changed()

    def active_faults(self) -> list[str]:
        """The faults that are set, as `name argument ...`."""
        return self._faults.active()

    def effective_settlements(self) -> list[dict[str, Any]]:
        """The bills that are neither reversed nor refunded, oldest first; amounts (`shares`, `balance`) in fen."""
        bills = self._office.ledger.settlements.values()
        return [asdict(bill) for bill in bills if bill.state == EFFECTIVE]

    def book(self, infno: str, region: str, content: dict[str, Any]) -> str:
        """Do a sale (3505) or return (3506) that an office brings: "" when it is done, or was before; else why not."""
        received = self._now()
        transaction = next((known for known in self._tables.by_path.values() if known.infno == infno), None)
        try:
            request = by_hand.request_of(transaction, self._office, region, content, received)
            self._may_fail(request.transaction)
            _HANDLERS[infno](self._office, request)
        except Refused as refusal:
            if refusal.text == sales.SERIAL_KNOWN:  # the line was faster
                return ""
            answer, sentence = self._refused(transaction, refusal, received), refusal.text
        else:
            self._keeping.save_ledger(self._office.ledger)
            answer, sentence = envelope.done(None, "", received, self._now()), ""
        self._note(transaction, {"infno": infno, "input": content}, answer, received)
        return sentence

    async def handle(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a POST: status, headers, body. Header names in lower case. `LineCut` when a fault cuts the line.

        What the gateway refuses (too large, not signed) has no envelope; everything behind it answers with HTTP 200.
        """
        if self._faults.count_down(faults.GATEWAY_502):
            return 502, {"content-type": "text/html"}, _PAGE_502
        if len(body) > MAX_BODY:
            return self._gateway_refusal(413, "请求报文过大!")
        if flaw := self._gateway.refusal(headers, self._now().timestamp()):
            return self._gateway_refusal(401, flaw)
        if delay := self._faults.number(faults.SLOW):
            await self._sleep(delay / 1000)
        transaction = self._tables.by_path.get(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
        infno = transaction.infno if transaction else ""
        if self._faults.is_set(faults.OUT_OF_SERVICE, infno):
            return 503, {"content-type": "text/html"}, _PAGE_503
        if self._faults.take(faults.CUT_BEFORE, infno) is not None:
            raise LineCut
        answer = self._exchange(transaction, body)
        if self._faults.take(faults.CUT_AFTER, infno) is not None:
            raise LineCut
        return _json(200, answer)

    def _now(self) -> datetime:
        seconds = self._clock() + self._faults.number(faults.CLOCK_SKEW)
        return datetime.fromtimestamp(seconds, envelope.BEIJING)

    def _exchange(self, transaction: Transaction | None, body: bytes) -> dict[str, Any]:
        received = self._now()
        document: dict[str, Any] | None = None
        try:
            document = json_text.loads(body)
            answer = self._work(transaction, document, received)
        except json_text.NotJson:
            answer = self._refused(transaction, Refused("FSI-交易报文不正确：报文不是JSON对象"), received)
        except Refused as refusal:
            answer = self._refused(transaction, refusal, received)
        self._note(transaction, document, answer, received)
        return answer

    def _work(self, transaction: Transaction | None, document: dict[str, Any], received: datetime) -> dict[str, Any]:
        if transaction is None:
            raise Refused(envelope.UNKNOWN_TRANSACTION)
        request = envelope.open_request(self._tables, transaction, document, received)
        self._admit(request)
        output = _HANDLERS[transaction.infno](self._office, request)
        ledger = self._office.ledger
        if transaction.changes:
            ledger.used_msgids.add(request.msgid)
        reference = f"{self._office.region}{received:%Y%m%d%H%M%S}{ledger.next_serial():010d}"
        self._keeping.save_ledger(ledger)
        if transaction.infno == _E_VOUCHER:
            return {"code": 0, "type": "success", "message": "成功", "data": output}
        if output and self._faults.take(faults.WRONG_SUMS, transaction.infno) is not None:
            _spoil(output)
        return envelope.done(output, reference, received, self._now())

    def _admit(self, request: Request) -> None:
        """What holds for every transaction: signed in, not sent before, not asked to fail.

        The e-voucher service does not look at sign_no: its answer has no envelope either. That a msgid which did its
        work is refused when it comes again is an assumption; no source says that platforms do so.
        """
        transaction, ledger = request.transaction, self._office.ledger
        self._may_fail(transaction)
        if transaction.infno not in (_SIGN_IN, _E_VOUCHER):
            identity.require_sign_in(self._office, request)
        if transaction.changes and request.msgid in ledger.barred_msgids:
            raise Refused("FSI-该报文(msgid)已被冲正，不再受理")
        if transaction.changes and request.msgid in ledger.used_msgids:
            raise Refused("FSI-发送方报文ID(msgid)重复，该报文已处理")

    def _may_fail(self, transaction: Transaction) -> None:
        if (text := self._faults.take(faults.REFUSE, transaction.infno)) is not None:
            raise Refused(text)

    def _refused(self, transaction: Transaction | None, refusal: Refused, received: datetime) -> dict[str, Any]:
        self._keeping.save_ledger(self._office.ledger)  # a reversal that found nothing has barred a msgid
        if refusal.text == envelope.UNKNOWN_TRANSACTION:
            return envelope.routing_error(self._office.ledger.next_serial())
        if transaction is not None and transaction.infno == _E_VOUCHER:
            code = _E_VOUCHER_TROUBLE if refusal.code == -1 else refusal.code
            return {"message": refusal.text, "success": False, "code": code}
        return envelope.refused(refusal.text, received, self._now())

    def _gateway_refusal(self, code: int, message: str) -> Answer:
        answer = {"code": code, "message": message}
        self._note(None, None, answer, self._now())
        return _json(code, answer)

    def _note(
        self,
        transaction: Transaction | None,
        document: dict[str, Any] | None,
        answer: dict[str, Any],
        received: datetime,
    ) -> None:
        infcode = answer.get("infcode", answer.get("code"))
        message = {
            "n": self.messages[-1]["n"] + 1 if self.messages else 1,
            "infno": transaction.infno if transaction else "",
            "msgid": str((document or {}).get("msgid", "")),
            "infcode": infcode,
            "err_msg": "" if infcode == 0 else answer.get("err_msg", answer.get("message")),
            "at": received.timestamp(),
            "request": _plain(document),
            "answer": _plain(answer),
        }
        self.messages.append(message)
        del self.messages[:-MESSAGES_IN_MEMORY]
        self._keeping.add_message(message)
        self._changed()

    def _changed(self) -> None:
        for callback in self._listeners:
            callback()


def _json(status: int, answer: dict[str, Any]) -> Answer:
    return status, {"content-type": "application/json; charset=utf-8"}, json_text.dumps(answer).encode("utf-8")


def _plain(value: Any) -> Any:
    """JSON types only: exact numbers become text."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def _spoil(output: dict[str, Any]) -> None:
    """Make the amounts of an answer not add up: one yuan too many in one of them."""
    rows = [row for node in output.values() for row in (node if isinstance(node, list) else [node])]
    for name in ("fund_pay_sumamt", "inscp_scp_amt"):
        for row in rows:
            if row.get(name) is not None:
                row[name] += 1
                return

"""The platform as the network sees it: one request in, one answer out."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from . import (
    by_hand,
    envelope,
    faults,
    files,
    filings,
    gateways,
    goods_desk,
    hall,
    identity,
    json_text,
    mappings,
    reconciliation,
)
from .envelope import Request
from .front import Answer, Front
from .goods import SERIAL_KNOWN, stock
from .goods_ledger import StockLevel
from .keeping import MESSAGES_IN_MEMORY, Keeping
from .ledger import EFFECTIVE, Ledger
from .office import Office
from .refusal import Refused
from .tables import Transaction, load

Output = dict[str, Any] | list[dict[str, Any]] | bytes | None
Handler = Callable[[Office, Request], Output]

_HANDLERS: dict[str, Handler] = {
    **hall.HANDLERS,
    "3201": reconciliation.totals,
    "3202": reconciliation.details,
    **goods_desk.HANDLERS,
}
_SIGN_IN = "9001"
_E_VOUCHER = "6101"
_E_VOUCHER_TROUBLE = 500000  # any refusal of the e-voucher service but a wrong code; an invented number


class Platform:
    """The insurance platform of an invented province, with gateway, ledger and faults.

    data    folder with people.toml, drugs.toml, benefits.toml
    keep    folder for ledger and messages, or None to forget everything at the end
    secret  of the gateway account; without an `account`, the scheme's usual one
    scheme  of the gateway (`gateways.SCHEMES`), with the SM2 `keys` that some of them need
    clock   epoch seconds; `sleep` waits that many seconds
    full    with catalogues as large as real ones: 33,000 diagnoses and 14,000 drugs, made up by rule

    `messages` are the last messages as JSON types (amounts as text): n, infno, msgid, infcode, err_msg, at (epoch
    seconds), request, answer.
    """

    def __init__(
        self,
        data: Path,
        keep: Path | None,
        secret: str,
        account: str = "",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        scheme: str = "x-tif",
        keys: gateways.Keys | None = None,
        full: bool = False,
    ) -> None:
        self._tables = load()
        self._keeping = Keeping(keep)
        ledger = Ledger()
        self.messages: list[dict[str, Any]] = self._keeping.load(ledger)
        self._office = Office.open(data, ledger, full)
        self._faults = faults.Faults({no: known.infno for no, known in self._tables.by_infno.items()})
        self._clock = clock
        gateway = gateways.open_gateway(scheme, account, secret, keys)
        self._front = Front(self._tables, gateway, self._faults, self._now, sleep, self._exchange, self._turned_away)
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, callback: Callable[[], None]) -> None:
        """Have `callback` called after every message and every change of the faults."""
        self._listeners.append(callback)

    def fault(self, name: str, *args: str | int) -> None:
        """Make something go wrong (see `faults.PLATFORM_FAULTS`); `UnknownFault` for a name or arguments not in it."""
        self._faults.set(name, args)
        self._changed()

    def clear(self, name: str | None = None) -> None:
        """Take one fault back, or all of them."""
        self._faults.clear(name)
        self._changed()

    def active_faults(self) -> list[str]:
        """The faults that are set, as `name argument ...`."""
        return self._faults.active()

    def stock(self, fixmedins_code: str) -> list[StockLevel]:
        """What is left of each lot of an institution, by what it uploaded."""
        return stock(self._office.ledger, fixmedins_code)

    def certificate_flaw(self) -> str:
        """What is wrong with the certificate that the server shows, by the fault of that name; "" for nothing."""
        return self._faults.word(faults.CERTIFICATE)

    def effective_settlements(self) -> list[dict[str, Any]]:
        """The bills that are neither reversed nor refunded, oldest first; amounts (`shares`, `balance`) in fen."""
        bills = self._office.ledger.settlements.values()
        return [bill.as_json() for bill in bills if bill.state == EFFECTIVE]

    def settlement_count(self) -> int:
        """How many bills are neither reversed nor refunded."""
        return sum(bill.state == EFFECTIVE for bill in self._office.ledger.settlements.values())

    def accounts(self) -> list[dict[str, Any]]:
        """Everybody's account and sums of the year, in fen: psn_no, name, balance, years by insurance/year/ceiling."""
        return filings.accounts(self._office)

    def publish(self, infno: str, count: int = 1) -> str:
        """Bring a new version of a catalogue (1301 ... 1309) out, with so many new entries and as many no longer valid.
        Its number. `KeyError` when the catalogue has no rows."""
        number = files.publish(self._office, infno, count, self._now().timestamp())
        self._keeping.save(self._office.ledger)
        return number

    def review(self) -> int:
        """Have the authority decide on the mappings that wait (3301); how many that were."""
        count = mappings.review(self._office, self._now().strftime("%Y-%m-%d"))
        self._keeping.save(self._office.ledger)
        return count

    def book(self, infno: str, region: str, content: dict[str, Any]) -> str:
        """Do a sale (3505) or return (3506) that an office brings: "" when it is done, or was before; else why not."""
        received = self._now()
        transaction = next((known for known in self._tables.by_path.values() if known.infno == infno), None)
        try:
            request = by_hand.request_of(transaction, self._office, region, content, received)
            self._may_fail(request.transaction)
            _HANDLERS[infno](self._office, request)
        except Refused as refusal:
            if refusal.text == SERIAL_KNOWN:  # the line was faster
                return ""
            answer, sentence = self._refused(transaction, refusal, received), refusal.text
        else:
            answer, sentence = envelope.done(None, "", received, self._now()), ""
        self._note(transaction, {"infno": infno, "input": content}, answer, received)
        return sentence

    async def handle(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a POST: status, headers, body. Header names in lower case. `LineCut` or `Silent` when a fault wants
        it."""
        status, told, answer = await self._front.handle(path, headers, body)
        return status, told | {"date": format_datetime(self._now().astimezone(UTC), usegmt=True)}, answer

    def _now(self) -> datetime:
        seconds = self._clock() + self._faults.number(faults.CLOCK_SKEW)
        return datetime.fromtimestamp(seconds, envelope.BEIJING)

    def _exchange(self, transaction: Transaction | None, body: bytes, file: bytes) -> dict[str, Any] | bytes:
        received = self._now()
        document: dict[str, Any] | None = None
        answer: dict[str, Any] | bytes
        try:
            document = json_text.loads(body)
            answer = self._work(transaction, document, received, file)
        except json_text.NotJson:
            answer = self._refused(transaction, Refused("FSI-交易报文不正确：报文不是JSON对象"), received)
        except Refused as refusal:
            answer = self._refused(transaction, refusal, received)
        noted = {"infcode": 0, "file": f"{len(answer)} bytes"} if isinstance(answer, bytes) else answer
        self._note(transaction, document, noted, received)
        return answer

    def _work(
        self, transaction: Transaction | None, document: dict[str, Any], received: datetime, file: bytes
    ) -> dict[str, Any] | bytes:
        if transaction is None:
            raise Refused(envelope.UNKNOWN_TRANSACTION)
        request = envelope.open_request(self._tables, transaction, document, received, file)
        self._admit(request)
        output = _HANDLERS[transaction.infno](self._office, request)
        ledger = self._office.ledger
        if transaction.changes:
            ledger.used_msgids.add(request.msgid)
        reference = f"{self._office.region}{received:%Y%m%d%H%M%S}{ledger.next_serial():010d}"
        if isinstance(output, bytes):
            return output
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
        if refusal.text == envelope.UNKNOWN_TRANSACTION:
            return envelope.routing_error(self._office.ledger.next_serial())
        if transaction is not None and transaction.infno == _E_VOUCHER:
            code = _E_VOUCHER_TROUBLE if refusal.code == -1 else refusal.code
            return {"message": refusal.text, "success": False, "code": code}
        return envelope.refused(refusal.text, received, self._now())

    def _turned_away(self, answer: dict[str, Any]) -> None:
        self._note(None, None, answer, self._now())

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
        self._keeping.save(
            self._office.ledger, message
        )  # also of a refusal: a reversal that found nothing bars a msgid
        self._changed()

    def _changed(self) -> None:
        for callback in self._listeners:
            callback()


def _plain(value: Any) -> Any:
    """JSON types only: exact numbers become text."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def _spoil(output: dict[str, Any] | list[dict[str, Any]]) -> None:
    """Make the amounts of an answer not add up: one yuan too many in one of them."""
    nodes = output if isinstance(output, list) else list(output.values())
    rows = [row for node in nodes for row in (node if isinstance(node, list) else [node]) if isinstance(row, dict)]
    for name in ("fund_pay_sumamt", "inscp_scp_amt"):
        for row in rows:
            if row.get(name) is not None:
                row[name] += 1
                return

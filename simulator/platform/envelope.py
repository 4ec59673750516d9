"""The envelope around every message: request checked field by field, answer built member by member.

Source: NHSA interface specification, request and response envelope; the form of msgid: institution code, fourteen
digits of time, sequence number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from . import json_text
from .money import to_fen
from .refusal import Refused
from .tables import FieldFlaw, Tables, Transaction

BEIJING = timezone(timedelta(hours=8))
UNKNOWN_TRANSACTION = "FSI-FSI-交易报文不正确：未知交易编号！"
_INPUT_LIMIT = 40000  # characters of the member input
_MSGID_TAIL = re.compile(r"[0-9]{17,18}")  # time and sequence; three digits of sequence are seen, too


class Row:
    """One node's fields after they were checked against their table: text, exact numbers, fen."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """The field as text; "" when it is missing or null."""
        value = self._fields.get(name)
        return "" if value is None else str(value)

    def texts(self) -> dict[str, str]:
        """Every field that is not empty and not a node of its own, as text."""
        return {
            name: str(value)
            for name, value in self._fields.items()
            if value not in (None, "", [], {}) and not isinstance(value, list | dict)
        }

    def number(self, name: str) -> Decimal:
        """The field as an exact number; an empty one is 0."""
        return Decimal(self.text(name) or "0")

    def rows(self, name: str) -> list["Row"]:
        """The rows of a node inside this one; none when it was left out."""
        return [Row(fields) for fields in self._fields.get(name) or []]

    def members(self) -> dict[str, Any]:
        """All fields as they came."""
        return dict(self._fields)

    def fen(self, name: str) -> int:
        """An amount in yuan as fen."""
        return to_fen(self.number(name))


@dataclass(frozen=True, slots=True)
class Request:
    """A request whose envelope and fields were checked. `now` is the platform's time of receipt in Beijing."""

    transaction: Transaction
    msgid: str
    fixmedins_code: str
    fixmedins_name: str
    insuplc_admdvs: str
    opter_name: str
    sign_no: str
    input: dict[str, Any]
    now: datetime
    file: bytes = b""  # what came beside the message (9101)

    def row(self, node: str = "data") -> Row:
        """The node that is one object."""
        return Row(self.input[node])

    def rows(self, node: str, inside: str = "") -> list[Row]:
        """The node that is a list; empty when it was left out."""
        holder = self.input[inside] if inside else self.input
        return [Row(fields) for fields in holder.get(node) or []]

    @property
    def today(self) -> str:
        """yyyy-MM-dd."""
        return self.now.strftime("%Y-%m-%d")

    @property
    def time(self) -> str:
        """yyyy-MM-dd HH:mm:ss."""
        return self.now.strftime("%Y-%m-%d %H:%M:%S")


def open_request(
    tables: Tables, transaction: Transaction, document: dict[str, Any], now: datetime, file: bytes = b""
) -> Request:
    """Check the eighteen members of the envelope and the transaction's own fields, or raise `Refused`."""
    if not transaction.goes_by(document.get("infno")):
        raise Refused(UNKNOWN_TRANSACTION)
    content = document.get("input")
    try:
        tables.request.check(document)
        if not isinstance(content, dict):
            raise FieldFlaw("节点input不能为空，且应为对象")
        if len(json_text.dumps(content)) > _INPUT_LIMIT:
            raise FieldFlaw(f"节点input长度超过{_INPUT_LIMIT}")
        transaction.check(content)
    except FieldFlaw as flaw:
        raise Refused(f"FSI-交易报文不正确：{flaw}") from None
    envelope = Row(document)
    _check_relations(envelope, content)
    return Request(
        transaction=transaction,
        msgid=envelope.text("msgid"),
        fixmedins_code=envelope.text("fixmedins_code"),
        fixmedins_name=envelope.text("fixmedins_name"),
        insuplc_admdvs=envelope.text("insuplc_admdvs"),
        opter_name=envelope.text("opter_name"),
        sign_no=envelope.text("sign_no"),
        input=content,
        now=now,
        file=file,
    )


def _check_relations(envelope: Row, content: dict[str, Any]) -> None:
    msgid, institution = envelope.text("msgid"), envelope.text("fixmedins_code")
    if not msgid.startswith(institution) or not _MSGID_TAIL.fullmatch(msgid[len(institution) :]):
        raise Refused("FSI-交易报文不正确：msgid应为定点医药机构编号+yyyyMMddHHmmss+顺序号")
    rows = [row for node in content.values() for row in (node if isinstance(node, list) else [node])]
    if any(isinstance(row, dict) and row.get("psn_no") for row in rows) and not envelope.text("insuplc_admdvs"):
        raise Refused("FSI-交易报文不正确：交易输入含人员编号时，insuplc_admdvs（参保地医保区划）不能为空")


def stamp(moment: datetime) -> str:
    """yyyyMMddHHmmssSSS, as refmsg_time and respond_time have it."""
    return moment.strftime("%Y%m%d%H%M%S") + f"{moment.microsecond // 1000:03d}"


def done(output: Any, reference: str, received: datetime, answered: datetime) -> dict[str, Any]:
    """The answer to a transaction that was done; `reference` is the platform's own message number."""
    return _answer(0, "success", output, reference, received, answered)


def refused(text: str, received: datetime, answered: datetime) -> dict[str, Any]:
    """The answer to a transaction that was not done."""
    return _answer(-1, text, None, None, received, answered)


def routing_error(serial: int) -> dict[str, Any]:
    """The answer to a path or number that does not exist, in the short form that front ends give."""
    return {"type": "error", "infcode": -1, "err_msg": f"{UNKNOWN_TRANSACTION},异常流水号:{serial}"}


def _answer(
    code: int, text: str, output: Any, reference: str | None, received: datetime, answered: datetime
) -> dict[str, Any]:
    return {
        "output": output,
        "infcode": code,
        "warn_msg": None,
        "cainfo": None,
        "err_msg": text,
        "refmsg_time": stamp(received),
        "signtype": None,
        "respond_time": stamp(answered),
        "inf_refmsgid": reference,
    }

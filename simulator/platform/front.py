"""What stands between the network and the transactions: faults of the way, the gateway, one address or many, files.

Sources: NHSA interface specification, appendix on files (9101 is multipart/form-data with the whole message in the part
jsonStr and the file in the part file; 9102 answers with application/octet-stream); the addresses are those that client
programs of several provinces use.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import faults, json_text
from .fuzzer import fuzzed, torn, torn_file
from .gateways import CALL_SERVICE, Gateway, TurnedAway
from .tables import Tables, Transaction

MAX_BODY = 256 * 1024
_MOST_FILE_BODY = 8 * 1024 * 1024  # of a request that uploads a file
PREFIX = "/fsi/api/"  # provinces put more in front of it, such as /ebus/rio_fsi
# Where all transactions go in some provinces: Hunan, Inner Mongolia, the front process of Henan.
ONE_PATHS = (
    PREFIX + CALL_SERVICE,
    "/uif-hsaf-med-api/api/medical/service",
    "/hss-call-service-interface",
)
_PAGE_502 = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_PAGE_503 = b"<html><head><title>503 Service Unavailable</title></head><body></body></html>"
_MAINTENANCE = "系统升级维护中，预计今日24:00恢复，请稍后再试。"
_MAINTENANCE_PAGE = f'<html><head><meta charset="utf-8"><title>维护</title></head><body>{_MAINTENANCE}</body></html>'
_GBK_PAGE = f"<html><head><title>维护</title></head><body><h1>{_MAINTENANCE}</h1></body></html>".encode("gbk")
_HTML = {"content-type": "text/html; charset=utf-8"}
_HTML_UNSAID = {"content-type": "text/html"}
_TEXT = {"content-type": "text/plain; charset=utf-8"}
_JSON = {"content-type": "application/json; charset=utf-8"}
_FILE = {"content-type": "application/octet-stream"}
_TIMED_OUT = "签名时间戳超时!"
_BOUNDARY = re.compile(r"boundary=\"?([0-9A-Za-z'()+_,./:=? -]{1,70}?)\"?(?:;|$)", re.ASCII)
_MOST_HEAD = 1024  # of a part; searched for a name, which takes the square of its length
_PART_NAME = re.compile(rb'content-disposition:[^\r\n]*?[; ]name="([^"\r\n]*)"', re.IGNORECASE)

Answer = tuple[int, dict[str, str], bytes]
# What was asked (None: no such transaction), the message, the file beside it -> the answer, or a file.
Exchange = Callable[[Transaction | None, bytes, bytes], "dict[str, Any] | bytes"]


class LineCut(Exception):
    """A fault wants the network cable pulled now; there is no answer."""


class Silent(Exception):
    """A fault wants no answer, on a connection that stays."""


@dataclass(frozen=True, slots=True)
class Front:
    """One request in, one answer out. `turned_away` is told what the gateway refuses."""

    tables: Tables
    gateway: Gateway
    faults: faults.Faults
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    exchange: Exchange
    turned_away: Callable[[dict[str, Any]], None]

    async def handle(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a POST. Header names in lower case. `LineCut` or `Silent` when a fault wants it.

        What the gateway refuses (too large, not signed) has no envelope; everything behind it answers with HTTP 200.
        """
        if self.faults.count_down(faults.GATEWAY_502):
            return 502, _HTML, _PAGE_502
        if kind := self.faults.word(faults.MAINTENANCE):
            return _maintained(kind)
        try:
            transaction, message, file = self._admitted(path, headers, body)
        except TurnedAway as refusal:
            answer = {"code": refusal.status, "message": refusal.message}
            self.turned_away(answer)
            return refusal.status, _JSON, json_text.dumps(answer).encode()
        if delay := self.faults.number(faults.SLOW):
            await self.sleep(delay / 1000)
        infno = transaction.infno if transaction else ""
        if self.faults.is_set(faults.OUT_OF_SERVICE, infno):
            return 503, _HTML, _PAGE_503
        self._may_end(infno, faults.CUT_BEFORE, faults.SILENT_BEFORE)
        answered = self.exchange(transaction, message, file)
        self._may_end(infno, faults.CUT_AFTER, faults.SILENT_AFTER)
        return self._out(infno, answered)

    def _admitted(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[Transaction | None, bytes, bytes]:
        """The transaction, its message in clear, and the file beside it. `TurnedAway`."""
        if len(body) > most_bytes(headers):
            raise TurnedAway("请求报文过大!", 413)
        if self.faults.count_down(faults.EXPIRED_SIGNATURE):
            raise TurnedAway(_TIMED_OUT)
        self.gateway.admit(headers, body, self.now().timestamp())
        kind = headers.get("content-type", "")
        message, file = parts(kind, body) if _is_form(kind) else (body, b"")
        message = self.gateway.open(message, self.now().timestamp())
        return self._transaction(path, message), message, file

    def _transaction(self, path: str, message: bytes) -> Transaction | None:
        if path in ONE_PATHS:
            return self.tables.by_infno.get(_infno(message))
        _, found, own = path.partition(PREFIX)
        return self.tables.by_path.get(own) if found else None

    def _may_end(self, infno: str, cut: str, silent: str) -> None:
        if self.faults.take(cut, infno) is not None:
            raise LineCut
        if self.faults.take(silent, infno) is not None:
            raise Silent

    def _out(self, infno: str, answered: dict[str, Any] | bytes) -> Answer:
        """The answer as it leaves, spoilt where a fault wants that."""
        seed = self.faults.take(faults.FUZZ, infno)
        if isinstance(answered, bytes):
            return 200, _FILE, answered if seed is None else torn_file(answered, infno, int(seed))
        answered = self.faults.repeated(infno, answered)
        if seed is not None:
            answered = fuzzed(self.tables, infno, answered, int(seed))
        body = self.gateway.seal(json_text.dumps(answered).encode(), self.now().timestamp())
        return 200, _JSON, body if seed is None else torn(body, infno, int(seed))


def most_bytes(headers: Mapping[str, str]) -> int:
    """How large the body of a request may be, by its headers (names in lower case)."""
    return _MOST_FILE_BODY if _is_form(headers.get("content-type", "")) else MAX_BODY


def _is_form(content_type: str) -> bool:
    return content_type.lower().startswith("multipart/form-data")


def _infno(message: bytes) -> str:
    """The number in the envelope, or "" where there is none; what else is wrong with it, others say."""
    try:
        document = json.loads(message)
    except (ValueError, RecursionError):
        return ""
    number = document.get("infno") if isinstance(document, dict) else None
    return number if isinstance(number, str) else ""


def parts(content_type: str, body: bytes) -> tuple[bytes, bytes]:
    """The parts jsonStr and file of a form (RFC 7578); what is not there is empty."""
    boundary = _BOUNDARY.search(content_type)
    found: dict[bytes, bytes] = {}
    if boundary is not None:
        for piece in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:]:
            head, end, content = piece.partition(b"\r\n\r\n")
            name = _PART_NAME.search(head) if end and len(head) <= _MOST_HEAD else None
            if name is not None:
                found[name[1]] = content
    return found.get(b"jsonStr", b""), found.get(b"file", b"")


def _maintained(kind: str) -> Answer:
    if kind == "gbk":
        return 200, _HTML_UNSAID, _GBK_PAGE
    return (200, _HTML, _MAINTENANCE_PAGE.encode()) if kind == "html" else (200, _TEXT, _MAINTENANCE.encode())

"""One connection to the national platform: envelope, sign-in, message numbers, gateway, answers."""

import binascii

from firmware import clock as civil
from firmware import log
from firmware.canonical import dumps
from firmware.insurance import tables
from firmware.insurance.answers import ID, NAME, Row, node
from firmware.insurance.door import CLOCK_REFUSED, MAINTENANCE, refuse_gateway
from firmware.insurance.envelope import Envelope, opened, sentence_of, time_of
from firmware.insurance.errors import InsuranceError, NotSignedIn, Refused, TurnedAway, UnknownOutcome, Unreachable
from firmware.insurance.form import form
from firmware.insurance.gateway import open_gateway
from firmware.insurance.retry_after import retry_after_s
from firmware.insurance.schema import check
from firmware.insurance.wire import loads, text
from hal import aio
from hal.errors import NoAnswer, NotConnected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from firmware.vault import Vault
    from hal.ports import Board, HttpAnswer

    Headers = list[tuple[str, str]]
    Carry = Callable[[str, Headers, bytes], Awaitable[HttpAnswer]]  # url, headers, body -> answer

LOOK_MS = 10000  # a platform that has been silent for so long is looked for, with as much again of jitter
_MSGID_BLOCK = 200  # message numbers reserved with one commit
_MSGID_DIGITS = 4
# What changes nothing and is asked while a person waits at the counter: after the short wait the doctor is told that
# there is no answer, and goes on without. Queries of catalogues (1304 to 1319) change nothing either, but their pages
# are long and nobody waits for them: they get the wait of a settlement, as do those that change something.
_LOOK_UPS = (
    ("9001", "1101", "1162", "1201", "2001", "3512", "3513")
    + ("5201", "5203", "5204", "5205", "5206", "5301", "5302", "6101")
)  # fmt: skip
# An audit changes nothing, but goes through all that a person was given in a year, so it is slower than a look-up. The
# settlement goes without it where it does not come, so it holds the counter up less long than one.
_AUDITS = ("3101", "3102")
_AUDIT_LOOK_UPS = 3
_UPLOAD_BYTES_MS = 16  # of a file, on a poor mobile line
_CLOCKS_AGREE_S = 120  # no gateway of those that are known minds so little
HUNG_UP = "insurance.hung_up"
_SIGNING = ("9001", "9002")
_BUSINESS_TYPE = "01301"  # code_biz_type: 结算
_LONGEST_TOKEN = 50  # as 1101 takes it
_REGION = 6
# What a connection fails for, as the board says it, and as the doctor and the technician are told.
_UNREACHABLE = {
    "http.certificate_expired": "insurance.certificate_expired",
    "http.certificate_not_yet": "insurance.certificate_not_yet",
    "http.certificate_untrusted": "insurance.certificate_untrusted",
    "http.certificate_other_name": "insurance.certificate_other_name",
    "http.own_certificate": "insurance.own_certificate",
}


class InsuranceClient:
    """Sends transactions. All methods raise `Unreachable`, `UnknownOutcome`, `Refused` or another `InsuranceError`."""

    def __init__(self, board: "Board", vault: "Vault") -> None:
        self.institution_code = str(board.clinic["institution"]["code"])
        self._board = board
        self._vault = vault
        self._province = board.province
        self._envelope = Envelope(board)
        self._gateway = open_gateway(board.province["gateway"], board.platform, board.national)
        self._institution = board.clinic["institution"]
        self._doctor = board.clinic["doctor"]
        self._platform = board.platform
        self._sign_no = ""
        self._signed_on = ""
        self._next = 0
        self._reserved_to = -1
        self._lock = aio.Lock()
        self._signing = aio.Lock()
        self._heard_ms = -LOOK_MS
        self.online = "unknown"
        # By how much the platform's clock is ahead of this one; 0 when they agree or none was seen.
        self.clock_off_s = 0
        self.on_online: "Callable[[str], None]" = _ignore
        self.on_clock: "Callable[[], None]" = _nothing  # `clock_off_s` is another now

    async def new_msgid(self) -> str:
        """institution code (12) + `yyyyMMddHHmmss` (14) + sequence (4): 30 characters, never used before."""
        while self._next > self._reserved_to:
            async with self._lock:
                if self._next > self._reserved_to:
                    self._next = await self._vault.reserve("msgid", _MSGID_BLOCK)
                    self._reserved_to = self._next + _MSGID_BLOCK - 1
        number = self._next % 10**_MSGID_DIGITS
        self._next += 1
        return str(self._institution["code"]) + civil.compact(self._board.clock.wall_s()) + f"{number:04d}"

    def sent_as(self, infno: str) -> str:
        """The number by which a transaction goes in this province: 2207A, or 2207 itself."""
        return str(self._province["gateway"]["numbers"].get(infno, infno))

    async def call(
        self, infno: str, payload: "dict[str, Any]", person_region: str = "", msgid: str = ""
    ) -> "dict[str, Any]":
        """The `output` of a transaction."""
        return await self._exchange(infno, payload, person_region, msgid)

    async def call_with_file(
        self, infno: str, payload: "dict[str, Any]", name: str, content: bytes
    ) -> "dict[str, Any]":
        """The `output` of a transaction that carries a file (9101)."""
        http, connect_ms = self._board.http, self._platform["connect_ms"]
        wait_ms = self._wait_ms(infno) + len(content) // _UPLOAD_BYTES_MS

        async def carry(url: str, headers: "Headers", body: bytes) -> "HttpAnswer":
            kind, body = form(body, name, content, self._board.random)
            return await http.post(url, _with_type(headers, kind), body, connect_ms, wait_ms)

        return await self._exchange(infno, payload, "", "", carry)

    async def fetch_file(
        self, infno: str, payload: "dict[str, Any]", sink: "Callable[[bytes], None]", most: int
    ) -> bytes:
        """The file of a transaction (9102) goes to `sink`, at most `most` bytes of it; the body of an answer that is
        none is given back. What `sink` raises is raised."""
        await self.sign_in()
        http, connect_ms = self._board.http, self._platform["connect_ms"]
        wait_ms = self._wait_ms(infno)

        async def carry(url: str, headers: "Headers", body: bytes) -> "HttpAnswer":
            return await http.download(url, headers, body, connect_ms, wait_ms, sink, most)

        return (await self._post(infno, payload, "", await self.new_msgid(), carry)).body

    def refuse(self, infno: str, body: bytes) -> None:
        """Raise what an answer says that should have been a file."""
        try:
            self._opened(infno, body)
        except NotSignedIn:
            self._forget(self._sign_no)
            raise
        raise UnknownOutcome("insurance.bad_answer", infno + " no file")

    async def decode_insurance_code(self, code: str) -> "dict[str, str]":
        """6101: who shows this QR code. `{"token", "name", "number", "region"}`. Its answer has no envelope."""
        await self.sign_in()
        payload = {
            "InData": {
                "orgId": self._institution["code"],
                "businessType": _BUSINESS_TYPE,
                "businessInfo": code,
                "operatorId": self._doctor["code"],
                "operatorName": self._doctor["name"],
                "officeId": self._institution["department_code"],
                "officeName": self._institution["department_name"],
                "deviceType": "",
            }
        }
        answer = await self._post("6101", payload, "", await self.new_msgid())
        message = loads(self._gateway.open(answer.body))
        if type(message) is not dict:
            raise UnknownOutcome("insurance.bad_answer", "6101")
        data = message.get("data")
        if type(data) is str:  # some platforms encode it twice
            data = loads(data)
        if text(message.get("code")) != "0" or type(data) is not dict or not data.get("ecToken"):
            sentence = sentence_of(message.get("message")) or sentence_of(message.get("err_msg"))
            raise Refused("insurance.refused", "6101", {"platform": sentence, "infno": "6101"})
        told = Row("6101", data)
        return {
            "token": told.needed("ecToken", _LONGEST_TOKEN),
            "name": told.word("userName", NAME),
            "number": told.word("idNo", ID),
            "region": told.word("insuOrg", _REGION),
        }

    async def sign_out(self) -> bool:
        """9002, when the terminal is signed in today; the next transaction signs in again, whatever became of it. False
        when there was nothing to sign out of."""
        sign_no = self._sign_no
        if not sign_no or self._signed_on != self._envelope.time()[:10]:
            return False
        try:
            await self.call("9002", {"signOut": {"sign_no": sign_no, "opter_no": self._doctor["code"]}})
        finally:
            if self._sign_no == sign_no:  # nobody has signed in anew meanwhile
                self._signed_on = ""
        return True

    async def watch(self, pulse: "Callable[[], None]") -> None:
        """Look for ever whether the platform can be reached while nothing else is said to it: the doctor sees that the
        network has gone before he needs it, and what waits leaves as soon as it is back."""
        while True:
            pulse()
            if aio.now_ms() - self._heard_ms >= LOOK_MS:
                there = await self._board.http.reachable(self._platform["url"], self._platform["connect_ms"])
                self._seen("online" if there else "offline")
            jitter = int.from_bytes(self._board.random.take(2), "big") % LOOK_MS
            await aio.sleep_ms(LOOK_MS // 2 + jitter)

    async def sign_in(self) -> None:
        """9001 once a day and after every start, before anything else."""
        today = self._envelope.time()[:10]
        if self._signed_on == today:
            return
        async with self._signing:
            today = self._envelope.time()[:10]
            if self._signed_on != today:  # nobody else did it meanwhile
                self._sign_no = await self._sign_no_of_today()
                self._signed_on = today

    async def _sign_no_of_today(self) -> str:
        device = self._board.identity()
        signing = {"opter_no": self._doctor["code"], "mac": device["mac"], "ip": device["ip"]}
        try:
            output = await self.call("9001", {"signIn": signing})
        except UnknownOutcome as error:  # whatever became of the sign-in, the transaction itself was not sent
            code = error.code if error.code in (MAINTENANCE, HUNG_UP) else "insurance.not_connected"
            unreachable = Unreachable(code, error.cause, error.params)
            unreachable.retry_after_s = error.retry_after_s
            raise unreachable
        try:
            return node("9001", output, "signinoutb").needed("sign_no", ID)
        except InsuranceError as error:
            raise TurnedAway("insurance.sign_in_refused", error.cause, {"platform": "", "infno": "9001"})

    async def _exchange(
        self, infno: str, payload: "dict[str, Any]", person_region: str, msgid: str, carry: "Carry | None" = None
    ) -> "dict[str, Any]":
        """The `output` of a transaction. What is refused for want of a sign-in is sent a second time, with a new one:
        nobody has looked at the first. When that is refused in the same words, they are about something else."""
        signs = infno in _SIGNING
        if not signs:
            await self.sign_in()
        msgid = msgid or await self.new_msgid()
        sign_no = self._sign_no
        answer = await self._post(infno, payload, person_region, msgid, carry)
        try:
            return self._opened(infno, answer.body)
        except NotSignedIn:
            self._forget(sign_no)
            if signs:
                raise
        await self.sign_in()
        answer = await self._post(infno, payload, person_region, msgid, carry)
        try:
            return self._opened(infno, answer.body)
        except NotSignedIn as refusal:
            raise Refused(refusal.code, refusal.cause, refusal.params)

    def _forget(self, sign_no: str) -> None:
        """The platform does not know a sign-in any more: the next call signs in, unless somebody has meanwhile."""
        if self._sign_no == sign_no:
            self._signed_on = ""

    def _opened(self, infno: str, body: bytes) -> "dict[str, Any]":
        try:
            output, told_s = opened(infno, self._gateway.open(body))
        except Refused:
            log.event("platform.refused", infno)
            raise
        self._told_time(told_s)
        return output

    async def _post(
        self, infno: str, payload: "dict[str, Any]", person_region: str, msgid: str, carry: "Carry | None" = None
    ) -> "HttpAnswer":
        """The answer to a request. One that the gateway turned away for its time is signed and sent a second time, when
        the gateway's own time has set the clock: nobody has looked at the first."""
        check(infno, payload)
        signed_s = self._board.clock.wall_s()
        try:
            return await self._once(infno, payload, person_region, msgid, carry or self._carry(infno))
        except TurnedAway as refusal:
            self._told_time(refusal.told_s)
            if refusal.code == CLOCK_REFUSED:
                refusal.params["time"] = civil.stamp(signed_s)[:16]
            if not refusal.told_s or abs(self._board.clock.wall_s() - signed_s) <= _CLOCKS_AGREE_S:
                raise
        return await self._once(infno, payload, person_region, msgid, carry or self._carry(infno))

    def _carry(self, infno: str) -> "Carry":
        http, connect_ms, wait_ms = self._board.http, self._platform["connect_ms"], self._wait_ms(infno)
        return lambda url, headers, body: http.post(url, headers, body, connect_ms, wait_ms)

    def _wait_ms(self, infno: str) -> int:
        settle_ms = int(self._platform["settle_ms"])
        if infno in _AUDITS:
            return min(settle_ms, _AUDIT_LOOK_UPS * int(self._platform["look_up_ms"]))
        return int(self._platform["look_up_ms"]) if infno in _LOOK_UPS else settle_ms

    async def _once(
        self, infno: str, payload: "dict[str, Any]", person_region: str, msgid: str, carry: "Carry"
    ) -> "HttpAnswer":
        gateway = self._province["gateway"]
        sent_as = self.sent_as(infno)
        header = self._envelope.header(infno, sent_as, person_region, msgid, self._sign_no)
        self._gateway.fill(header)
        header["input"] = _renamed(payload, gateway["renames"])
        nonce = binascii.hexlify(self._board.random.take(8)).decode()
        now_s = self._board.clock.wall_s()
        headers, body = self._gateway.seal(sent_as, dumps(header), now_s, nonce)
        try:
            answer = await carry(self._url(infno, sent_as), headers, body)
        except NotConnected as error:
            self._seen("offline")
            code = _UNREACHABLE.get(error.code, "insurance.not_connected")
            raise Unreachable(code, infno + " " + error.cause, {"time": civil.stamp(now_s)[:16]})
        except NoAnswer as error:
            self._seen("offline")
            code = HUNG_UP if error.code == "http.hung_up" else "insurance.no_answer"
            raise UnknownOutcome(code, infno + " " + error.cause)
        self._seen("online")
        try:
            refuse_gateway(infno, answer, self._board.from_gb18030)
        except InsuranceError as error:
            error.retry_after_s = retry_after_s(answer, now_s)
            raise
        return answer

    def _url(self, infno: str, sent_as: str) -> str:
        """Where a transaction goes: one path for all, or its own; that of its national number, where no table has the
        one by which it goes here."""
        paths = self._province["paths"]
        path = self._province["gateway"]["one_path"] or paths.get(infno) or paths.get(sent_as)
        if not path:
            try:
                path = tables.path(sent_as)
            except KeyError:
                path = tables.path(infno)
        return str(self._platform["url"]) + "/" + str(path)

    def _told_time(self, told_s: int) -> None:
        """The platform has said what time it is there."""
        if not told_s:
            return
        self._board.clock.hint(told_s)
        off_s = told_s - self._board.clock.wall_s()
        before = self.clock_off_s
        self.clock_off_s = off_s if abs(off_s) > _CLOCKS_AGREE_S else 0
        log.lasting("clock", "wrong" if self.clock_off_s else "")
        if self.clock_off_s // 60 != before // 60:  # the screen shows minutes
            self.on_clock()

    def _seen(self, state: str) -> None:
        self._heard_ms = aio.now_ms()
        log.lasting("network", "" if state == "online" else "offline")
        if self.online != state:
            self.online = state
            self.on_online(state)


def made_at(msgid: str) -> int:
    """When a message was given its number (UTC seconds)."""
    return time_of(msgid[-_MSGID_DIGITS - len("yyyyMMddHHmmss") : -_MSGID_DIGITS])


def _renamed(payload: "dict[str, Any]", names: "dict[str, str]") -> "dict[str, Any]":
    """The payload with the members that a province writes otherwise."""
    if not names:
        return payload
    out: "dict[str, Any]" = {}
    for name in payload:
        value = payload[name]
        if type(value) is dict:
            value = _renamed(value, names)
        elif type(value) is list:
            value = [_renamed(row, names) if type(row) is dict else row for row in value]
        out[names.get(name, name)] = value
    return out


def _with_type(headers: "Headers", kind: str) -> "Headers":
    return [("Content-Type", kind)] + [pair for pair in headers if pair[0].lower() != "content-type"]


def _ignore(_state: str) -> None:
    """Nobody listens yet."""


def _nothing() -> None:
    """Nobody listens yet."""

"""One connection to the national platform: envelope, sign-in, message numbers, gateway, answers."""

import binascii

from firmware import clock as civil
from firmware import log
from firmware.canonical import dumps
from firmware.insurance import tables
from firmware.insurance.envelope import Envelope, opened, sentence_of
from firmware.insurance.errors import InsuranceError, Refused, TurnedAway, UnknownOutcome, Unreachable
from firmware.insurance.gateway import open_gateway
from firmware.insurance.retry_after import retry_after_s
from firmware.insurance.schema import check
from firmware.insurance.wire import loads, text
from hal import aio
from hal.errors import NoAnswer, NotConnected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.vault import Vault
    from hal.ports import Board, HttpAnswer

LOOK_MS = 10000  # a platform that has been silent for so long is looked for, with as much again of jitter
_MSGID_BLOCK = 200  # message numbers reserved with one commit
_MSGID_DIGITS = 4
_LOOK_UPS = ("9001", "1101", "6101", "3513", "5201", "5203")  # change nothing: they get the short wait
_CLOCKS_AGREE_S = 120  # no gateway of those that are known minds so little
_REQUEST_TIMEOUT = 408
_BUSINESS_TYPE = "01301"  # code_biz_type: 结算
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
        self.clock_off_s = 0  # by how much the platform's clock is ahead of this one, as far as it was seen
        self.on_online: "Callable[[str], None]" = _ignore

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

    async def call(
        self, infno: str, payload: "dict[str, Any]", person_region: str = "", msgid: str = ""
    ) -> "dict[str, Any]":
        """The `output` of a transaction."""
        if infno != "9001":
            await self._sign_in()
        answer = await self._post(infno, payload, person_region, msgid or await self.new_msgid())
        try:
            output, told_s = opened(infno, self._gateway.open(answer.body))
        except Refused as refusal:
            log.event("platform.refused", infno)
            if isinstance(refusal, TurnedAway):
                self._signed_on = ""  # it no longer knows our sign-in; the next call signs in again
            raise
        self._told_time(told_s)
        return output

    async def decode_insurance_code(self, code: str) -> "dict[str, str]":
        """6101: who shows this QR code. `{"token", "name", "number", "region"}`. Its answer has no envelope."""
        await self._sign_in()
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
        return {
            "token": text(data.get("ecToken")),
            "name": text(data.get("userName")),
            "number": text(data.get("idNo")),
            "region": text(data.get("insuOrg")),
        }

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

    async def _sign_in(self) -> None:
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
            unreachable = Unreachable("insurance.not_connected", error.cause)
            unreachable.retry_after_s = error.retry_after_s
            raise unreachable
        node = output.get("signinoutb")
        sign_no = text(node.get("sign_no")) if type(node) is dict else ""
        if not sign_no:
            raise TurnedAway("insurance.sign_in_refused", "9001 without sign_no", {"platform": "", "infno": "9001"})
        return sign_no

    async def _post(self, infno: str, payload: "dict[str, Any]", person_region: str, msgid: str) -> "HttpAnswer":
        check(infno, payload)
        gateway = self._province["gateway"]
        sent_as = gateway["numbers"].get(infno, infno)
        header = self._envelope.header(sent_as, person_region, msgid, self._sign_no)
        self._gateway.fill(header)
        header["input"] = _renamed(payload, gateway["renames"])
        nonce = binascii.hexlify(self._board.random.take(8)).decode()
        now_s = self._board.clock.wall_s()
        headers, body = self._gateway.seal(sent_as, dumps(header), now_s, nonce)
        wait_ms = self._platform["look_up_ms" if infno in _LOOK_UPS else "settle_ms"]
        try:
            answer = await self._board.http.post(
                self._url(sent_as), headers, body, self._platform["connect_ms"], wait_ms
            )
        except NotConnected as error:
            self._seen("offline")
            raise Unreachable(_UNREACHABLE.get(error.code, "insurance.not_connected"), infno + " " + error.cause)
        except NoAnswer as error:
            self._seen("offline")
            raise UnknownOutcome("insurance.no_answer", infno + " " + error.cause)
        self._seen("online")
        try:
            _refuse_gateway(infno, answer)
        except InsuranceError as error:
            error.retry_after_s = retry_after_s(answer, now_s)
            raise
        return answer

    def _url(self, infno: str) -> str:
        """Where a transaction goes: one path for all, or its own."""
        path = self._province["gateway"]["one_path"] or self._province["paths"].get(infno) or tables.path(infno)
        return str(self._platform["url"]) + "/" + path

    def _told_time(self, told_s: int) -> None:
        """The platform has said what time it is there."""
        if told_s:
            self._board.clock.hint(told_s)
            off_s = told_s - self._board.clock.wall_s()
            self.clock_off_s = off_s if abs(off_s) > _CLOCKS_AGREE_S else 0
            log.lasting("clock", "wrong" if self.clock_off_s else "")

    def _seen(self, state: str) -> None:
        self._heard_ms = aio.now_ms()
        log.lasting("network", "" if state == "online" else "offline")
        if self.online != state:
            self.online = state
            self.on_online(state)


def _refuse_gateway(infno: str, answer: "HttpAnswer") -> None:
    """A gateway that refuses before the platform sees the message answers without an envelope. Only 4xx proves that
    nothing was done; what a 5xx did is unknown."""
    if answer.status >= 500 or answer.status == _REQUEST_TIMEOUT:
        raise UnknownOutcome("insurance.no_answer", infno + " HTTP " + str(answer.status))
    if answer.status >= 400:
        log.event("gateway.refused", infno + " HTTP " + str(answer.status))
        sentence = ""
        try:
            message = loads(answer.body)
            sentence = sentence_of(message.get("message")) if type(message) is dict else ""
        except UnknownOutcome:
            pass  # the status alone says it
        raise TurnedAway("insurance.gateway_refused", infno, {"platform": sentence, "infno": infno})


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


def _ignore(_state: str) -> None:
    """Nobody listens yet."""

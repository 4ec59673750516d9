"""One connection to the national platform: envelope, sign-in, message numbers, gateway, answers."""

import binascii

from firmware import clock as civil
from firmware import log
from firmware.canonical import dumps
from firmware.insurance.errors import InsuranceError, Refused, TurnedAway, UnknownOutcome, Unreachable
from firmware.insurance.fields import ENVELOPE, check, check_row
from firmware.insurance.gateway import SCHEMES
from firmware.insurance.retry_after import retry_after_s
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
_REQUEST_TIMEOUT = 408
_BUSINESS_TYPE = "01301"  # code_biz_type: 结算


class InsuranceClient:
    """Sends transactions. All methods raise `Unreachable`, `UnknownOutcome`, `Refused` or another `InsuranceError`."""

    def __init__(self, board: "Board", vault: "Vault") -> None:
        self._board = board
        self._vault = vault
        self._gateway = board.province["gateway"]
        self._paths = board.province["paths"]
        self._institution = board.clinic["institution"]
        self._doctor = board.clinic["doctor"]
        self._platform = board.platform
        self._sign_no = ""
        self._signed_on = ""
        self._stamp = (0, "")  # the last time that was written out, and how
        self._next = 0
        self._reserved_to = -1
        self._lock = aio.Lock()
        self._signing = aio.Lock()
        self._heard_ms = -LOOK_MS
        self.online = "unknown"
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
        message = loads(answer.body)
        if type(message) is not dict or "infcode" not in message:
            raise UnknownOutcome("insurance.bad_answer", "no envelope")
        if text(message["infcode"]) != "0":
            log.event("platform.refused", infno)
            sentence = text(message.get("err_msg"))
            if infno == "9001" or "签到" in sentence:  # it no longer knows our sign-in; the next call signs in again
                self._signed_on = ""
                raise TurnedAway("insurance.refused", infno, {"platform": sentence, "infno": infno})
            raise Refused("insurance.refused", infno, {"platform": sentence, "infno": infno})
        output = message.get("output")
        return output if type(output) is dict else {}

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
        message = loads(answer.body)
        if type(message) is not dict:
            raise UnknownOutcome("insurance.bad_answer", "6101")
        data = message.get("data")
        if type(data) is str:  # some platforms encode it twice
            data = loads(data)
        if text(message.get("code")) != "0" or type(data) is not dict or not data.get("ecToken"):
            sentence = text(message.get("message")) or text(message.get("err_msg"))
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
        today = self._time()[:10]
        if self._signed_on == today:
            return
        async with self._signing:
            today = self._time()[:10]
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
        body = dumps(self._envelope(infno, payload, person_region, msgid))
        nonce = binascii.hexlify(self._board.random.take(8)).decode()
        scheme = SCHEMES[self._gateway["scheme"]]
        now_s = self._board.clock.wall_s()
        headers = scheme(self._gateway["account"], self._platform["secret"], now_s, nonce, body)
        url = self._platform["url"] + "/" + self._paths[infno]
        wait_ms = self._platform["look_up_ms" if infno in _LOOK_UPS else "settle_ms"]
        try:
            answer = await self._board.http.post(url, headers, body, self._platform["connect_ms"], wait_ms)
        except NotConnected as error:
            self._seen("offline")
            raise Unreachable("insurance.not_connected", infno + " " + error.cause)
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

    def _envelope(self, infno: str, payload: "dict[str, Any]", person_region: str, msgid: str) -> "dict[str, Any]":
        header: "dict[str, Any]" = {
            "infno": infno,
            "msgid": msgid,
            "mdtrtarea_admvs": self._institution["region"],
            "insuplc_admdvs": person_region,
            "recer_sys_code": self._gateway["receiver"],
            "dev_no": "",
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": self._gateway["sign_type"],
            "infver": self._gateway["interface_version"],
            "opter_type": "1",
            "opter": self._doctor["code"],
            "opter_name": self._doctor["name"],
            "inf_time": self._time(),
            "fixmedins_code": self._institution["code"],
            "fixmedins_name": self._institution["name"],
            "sign_no": self._sign_no,
        }
        check_row(ENVELOPE, header)
        header["input"] = payload
        return header

    def _time(self) -> str:
        """`yyyy-MM-dd HH:mm:ss`. Many messages leave in the same second."""
        now_s = self._board.clock.wall_s()
        if self._stamp[0] != now_s:
            self._stamp = (now_s, civil.stamp(now_s))
        return self._stamp[1]

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
            sentence = text(message.get("message")) if type(message) is dict else ""
        except UnknownOutcome:
            pass  # the status alone says it
        raise TurnedAway("insurance.gateway_refused", infno, {"platform": sentence, "infno": infno})


def _ignore(_state: str) -> None:
    """Nobody listens yet."""

"""A platform in one page: enough of the national interface for one clinic, with a line that can be cut at any
message."""

import json

from hal import aio
from hal.errors import NoAnswer, NotConnected
from hal.ports import HttpAnswer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

REQUEST_LOST = "request lost"  # sent, and it never arrived
REPLY_LOST = "reply lost"  # done, and the answer never arrived
CABLE_OUT = "cable out"  # not sent
GATEWAY = "gateway"  # the gateway refuses it before the platform sees it
NOT_FOUND = "FSI-未找到原交易"


class No(Exception):
    """The platform refuses; the text is its sentence."""


class TinyPlatform:
    """`hal.ports.HttpClient`. The fund pays 85 %. `faults` are (transaction, fault), each used once by the next
    message of that transaction; a fault that is none of the above is the sentence of a refusal."""

    def __init__(self) -> None:
        self.faults: "list[tuple[str, str]]" = []
        self.down = False
        self.messages: "list[str]" = []
        self.registrations: "dict[str, str]" = {}  # the clinic's number -> registration
        self.diagnoses: "dict[str, str]" = {}
        self.fees: "dict[str, list[Json]]" = {}
        self.settlements: "dict[str, Json]" = {}
        self.sales: "dict[str, list[str]]" = {}  # row -> codes
        self.next_share_fen = 0  # the platform takes so much more from the person than it said in the preview
        self.gate: "Any" = None  # while set, answers wait for it
        self.given: "dict[str, Json]" = {}  # transaction -> the input of its last message
        self.changed: "dict[str, Any]" = {}  # transaction -> what becomes of the output of its next answer
        self._numbers = 0

    async def post(
        self, url: str, headers: "list[tuple[str, str]]", body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        message = json.loads(body.decode())
        infno = message["infno"]
        await aio.sleep_ms(0)
        fault = self._fault(infno)
        if self.down or fault == CABLE_OUT:
            raise NotConnected("net.not_connected", "cable")
        if fault == GATEWAY:
            return HttpAnswer(401, {}, '{"code":401,"message":"签名时间戳超时!"}'.encode())
        self.messages.append(infno)
        if self.gate is not None:
            await self.gate.wait()
        if fault == REQUEST_LOST:
            raise NoAnswer("net.no_answer", "reset")
        answer = self._answer(infno, message, fault if fault != REPLY_LOST else "")
        if fault == REPLY_LOST:
            raise NoAnswer("net.no_answer", "reset")
        return HttpAnswer(200, {}, json.dumps(answer).encode())

    def _fault(self, infno: str) -> str:
        for index in range(len(self.faults)):
            if self.faults[index][0] == infno:
                return self.faults.pop(index)[1]
        return ""

    def _answer(self, infno: str, message: "Json", refusal: str) -> "Json":
        try:
            if refusal:
                raise No(refusal)
            if infno == "6101":
                return {"code": 0, "data": {"ecToken": "T" * 38, "userName": "测试甲", "idNo": "11010519491231002X"}}
            self.given[infno] = message["input"]
            output = getattr(self, "_do_" + infno)(message, message["input"])
            change = self.changed.pop(infno, None)
            if change is not None:
                output = change(output)
        except No as no:
            return {"infcode": -1, "err_msg": str(no), "output": None}
        return {"infcode": 0, "err_msg": "success", "output": output}

    def _number(self) -> str:
        self._numbers += 1
        return str(self._numbers)

    def _do_9001(self, message: "Json", given: "Json") -> "Json":
        return {"signinoutb": {"sign_no": "680003"}}

    def _do_1101(self, message: "Json", given: "Json") -> "Json":
        base = {
            "psn_no": "9" * 26,
            "psn_name": "测试甲",
            "certno": given["data"]["certno"] or "11010519491231002X",
            "psn_cert_type": given["data"]["psn_cert_type"],
            "gend": "2",
            "brdy": "1980-01-01",
        }
        row = {"insutype": "390", "psn_type": "1560", "psn_insu_stas": "1", "balc": 0, "insuplc_admdvs": "999901"}
        return {"baseinfo": base, "insuinfo": [row]}

    def _do_2201(self, message: "Json", given: "Json") -> "Json":
        number = given["data"]["ipt_otp_no"]
        if number in self.registrations:
            raise No("FSI-重复登记")
        self.registrations[number] = "R" + self._number()
        return {"data": {"mdtrt_id": self.registrations[number]}}

    def _do_2202(self, message: "Json", given: "Json") -> None:
        number = given["data"]["ipt_otp_no"]
        if number not in self.registrations or self.fees.get(self.registrations[number]):
            raise No("FSI-不能撤销登记")
        del self.registrations[number]

    def _do_2203(self, message: "Json", given: "Json") -> None:
        self.diagnoses[given["mdtrtinfo"]["mdtrt_id"]] = given["mdtrtinfo"]["dise_codg"]

    def _do_2204(self, message: "Json", given: "Json") -> "Json":
        registration = given["feedetail"][0]["mdtrt_id"]
        if self.fees.get(registration):
            raise No("FSI-费用明细重复上传")
        self.fees[registration] = given["feedetail"]
        rows = [
            {"det_item_fee_sumamt": row["det_item_fee_sumamt"], "inscp_scp_amt": row["det_item_fee_sumamt"]}
            for row in given["feedetail"]
        ]
        return {"result": rows}

    def _do_2205(self, message: "Json", given: "Json") -> None:
        self.fees[given["data"]["mdtrt_id"]] = []

    def _do_2206(self, message: "Json", given: "Json") -> "Json":
        return {"setlinfo": self._split(given["data"]["medfee_sumamt"], 0)}

    def _do_2207(self, message: "Json", given: "Json") -> "Json":
        settlement = "S" + self._number()
        info = self._split(given["data"]["medfee_sumamt"], self.next_share_fen)
        info["setl_id"] = settlement
        info["setl_time"] = message["inf_time"]
        self.settlements[settlement] = {"msgid": message["msgid"], "cancelled": False}
        return {"setlinfo": info}

    def _split(self, total: str, more_fen: int) -> "Json":
        total_fen = int(total.replace(".", ""))
        own_fen = total_fen - (total_fen * 850 + 500) // 1000 + more_fen
        return {
            "medfee_sumamt": total,
            "inscp_scp_amt": total,
            "fund_pay_sumamt": _yuan(total_fen - own_fen),
            "psn_part_amt": _yuan(own_fen),
            "psn_cash_pay": _yuan(own_fen),
            "acct_pay": 0,
        }

    def _do_2208(self, message: "Json", given: "Json") -> "Json":
        settlement = self.settlements.get(given["data"]["setl_id"])
        if settlement is None or settlement["cancelled"]:
            raise No("FSI-已退费")
        settlement["cancelled"] = True
        self.fees[given["data"]["mdtrt_id"]] = []
        return {}

    def _do_2601(self, message: "Json", given: "Json") -> None:
        for number in sorted(self.settlements):
            if self.settlements[number]["msgid"] == given["data"]["omsgid"]:
                del self.settlements[number]
                return
        raise No(NOT_FOUND)

    def _do_5201(self, message: "Json", given: "Json") -> "Json":
        visits = [
            {"ipt_otp_no": number, "mdtrt_id": self.registrations[number]} for number in sorted(self.registrations)
        ]
        return {"mdtrtinfo": visits}

    def _do_5203(self, message: "Json", given: "Json") -> "Json":
        settlement = self.settlements[given["data"]["setl_id"]]
        return {"setlinfo": {"refd_setl_flag": "1" if settlement["cancelled"] else "0"}}

    def _do_3505(self, message: "Json", given: "Json") -> None:
        row = given["selinfo"]
        if row["fixmedins_bchno"] in self.sales:
            raise No("FSI-定点医药机构批次流水号已存在")
        self.sales[row["fixmedins_bchno"]] = [code["drug_trac_codg"] for code in row["drugtracinfo"]]

    def _do_3506(self, message: "Json", given: "Json") -> None:
        if self.sales.pop(given["selinfo"]["fixmedins_bchno"], None) is None:
            raise No("FSI-未找到销售记录")

    def _do_3513(self, message: "Json", given: "Json") -> "Json":
        return {"output": [{"fixmedinsBchno": row} for row in sorted(self.sales)]}


def _yuan(fen: int) -> str:
    return str(fen // 100) + "." + f"{fen % 100:02d}"

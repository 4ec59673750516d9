"""How fast one settlement (2207) is built, checked, signed and its answer read, on one core, without any network."""

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, cast

from firmware.insurance import IDENTITY_CARD, InsuranceClient, Outpatient
from hal.linux.board import LinuxBoard, open_linux
from hal.ports import HttpAnswer
from tools.bench.measurement import Measurement, rounded
from tools.bench.simulated import Simulator

_MESSAGES = 500
_AIM = 2000

_PERSON = {
    "number": "99999900000000000000000001",
    "name": "测试甲",
    "identity_number": "11010519491231002X",
    "identity_kind": "01",
    "insurance": "390",
    "group": "1560",
    "region": "999900",
}
_BILL = {
    "batch": "20260101-0001-1",
    "total_fen": 3780,
    "split": {"full_own_fen": 0, "over_limit_fen": 0, "first_share_fen": 378, "in_scope_fen": 3402, "total_fen": 3780},
}
_FUNDS = ("cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay", "hifdm_pay", "acct_mulaid_pay")


class _AtOnce:
    """`hal.ports.HttpClient` of a platform that answers before it is asked."""

    def __init__(self) -> None:
        self.answer = b""

    async def post(self, *_request: object) -> HttpAnswer:
        return HttpAnswer(200, {"content-type": "application/json"}, self.answer)


class _Numbers:
    """What the client needs of a vault: blocks of numbers."""

    def __init__(self) -> None:
        self._next = 0

    async def reserve(self, _name: str, count: int) -> int:
        self._next += count
        return self._next - count


def measure(rounds: int = 9) -> list[Measurement]:
    """Settlements a second, the median of the rounds."""
    seconds = asyncio.run(_seconds(rounds))
    rate = _MESSAGES / statistics.median(seconds)
    return [Measurement("settlement messages built, signed, read", rounded(rate), "/s", f"aim: {_AIM}")]


async def _seconds(rounds: int) -> list[float]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        simulator = Simulator(Path(folder))  # it does not run
        simulator.stand_in()
        board = open_linux(str(simulator.board()), f"{folder}/state")
        try:
            return await _taken(board, rounds)
        finally:
            await board.close()


async def _taken(board: LinuxBoard, rounds: int) -> list[float]:
    http = _AtOnce()
    board.http = cast("Any", http)
    client = InsuranceClient(board, cast("Any", _Numbers()))
    outpatient = Outpatient(client, board.clinic)
    credential = {"kind": IDENTITY_CARD, "number": _PERSON["identity_number"]}
    http.answer = _envelope({"signinoutb": {"sign_no": "680003", "sign_time": "2026-01-01 00:00:00"}})
    await client.call("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": _PERSON["identity_number"]}})
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(_MESSAGES):
            msgid = await client.new_msgid()
            http.answer = _settled(msgid)
            await outpatient.settle(_PERSON, credential, "999900170000000000", _BILL, msgid)
        taken.append(time.process_time() - began)
    return taken


def _envelope(output: dict[str, Any]) -> bytes:
    answer = {
        "infcode": 0,
        "inf_refmsgid": "999900202601010900000000000001",
        "refmsg_time": "20260101090000123",
        "respond_time": time.strftime("%Y%m%d%H%M%S456", time.gmtime(time.time() + 8 * 3600)),
        "err_msg": "success",
        "output": output,
    }
    return json.dumps(answer, ensure_ascii=False).encode()


def _answer() -> bytes:
    """A whole answer, all members of the table, amounts as numbers with decimals."""
    info: dict[str, Any] = {
        "mdtrt_id": "999900170000000000",
        "setl_id": "400125241",
        "psn_no": _PERSON["number"],
        "psn_name": _PERSON["name"],
        "psn_cert_type": "01",
        "certno": _PERSON["identity_number"],
        "gend": "1",
        "naty": "01",
        "brdy": "1949-12-31",
        "age": 76.0,
        "insutype": "390",
        "psn_type": "1560",
        "cvlserv_flag": "0",
        "setl_time": "2026-01-01 09:00:00",
        "mdtrt_cert_type": "02",
        "med_type": "11",
        "medfee_sumamt": 37.8,
        "fulamt_ownpay_amt": 0.0,
        "overlmt_selfpay": 0.0,
        "preselfpay_amt": 3.78,
        "inscp_scp_amt": 34.02,
        "act_pay_dedc": 0.0,
        "hifp_pay": 28.92,
        "pool_prop_selfpay": 0.85,
        "fund_pay_sumamt": 28.92,
        "psn_part_amt": 8.88,
        "acct_pay": 0.0,
        "psn_cash_pay": 8.88,
        "hosp_part_amt": 0.0,
        "balc": 0.0,
        "medins_setl_id": "MSGID",
        "clr_optins": "999900",
        "clr_way": "1",
        "clr_type": "11",
        "exp_content": None,
    }
    info.update(dict.fromkeys(_FUNDS, 0.0))
    fund = {"fund_pay_type": "390100", "inscp_scp_amt": 34.02, "crt_payb_lmt_amt": None, "fund_payamt": 28.92}
    fund.update({"setl_proc_info": None, "fund_pay_type_name": "城乡居民基本医疗保险基金"})
    return _envelope({"setlinfo": info, "setldetail": [fund]})


_ANSWER = _answer()


def _settled(msgid: str) -> bytes:
    return _ANSWER.replace(b"MSGID", msgid.encode())

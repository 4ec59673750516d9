"""How many whole visits the simulated platform settles in a second: the simulator as a process, over HTTP, its ledger
on the disk, and a clinic at each of a few connections."""

import hashlib
import http.client
import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

from tools.bench.measurement import Measurement, rounded
from tools.bench.processes import cpu_s
from tools.bench.simulated import Simulator

CLINICS = 4
VISITS = 250  # of each clinic
AIM = 300  # settlements a second: what 20,000 terminals ask for after an outage (board_configs/provinces)
_INSTITUTION = "H99999900001"
_PERSON, _CARD = "99999900000000000000000001", "11010519491231002X"
_STEPS = ("2201", "2203", "2204", "2206", "2207")
_PATHS = {
    "9001": "signInSignOutService/signIn",
    "2201": "outpatientDocInfoService/outpatientRregistration",
    "2203": "outpatientDocInfoService/outpatientMdtrtinfoUp",
    "2204": "outpatientDocInfoService/outpatientFeeListUp",
    "2206": "outpatientSettleService/preSettletment",
    "2207": "outpatientSettleService/saveSettletment",
}

Node = dict[str, Any]


def measure() -> list[Measurement]:
    """Play the visits; the aim is the platform's own processor time, since the clinics share the computer with it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        place = Path(folder)
        with Simulator(place, "--keep", f"{place / 'platform'}") as simulator, ThreadPoolExecutor(CLINICS) as pool:
            clinics = [Clinic(simulator, number) for number in range(CLINICS)]
            for clinic in clinics:
                clinic.sign_in()
                clinic.visit()
            busy, began = cpu_s(simulator.pid), time.perf_counter()
            list(pool.map(Clinic.visits, clinics))
            lasted, busy = time.perf_counter() - began, cpu_s(simulator.pid) - busy
            kept = sum(file.stat().st_size for file in (place / "platform").iterdir())
    visits = CLINICS * VISITS
    beside = f"{' '.join(_STEPS)} each; {visits / lasted:.0f} a second by the clock with {CLINICS} clinics beside it"
    return [
        Measurement("visits settled a second of CPU", rounded(visits / busy), "1/s", f"aim: {AIM}; {beside}"),
        Measurement("ledger of a settled visit", rounded(kept / visits / 1024), "kB", "with its messages"),
    ]


class Clinic:
    """One connection, and what a clinic says on it."""

    _numbers: Iterator[int] = count(1)

    def __init__(self, simulator: Simulator, number: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", simulator.platform_port)
        self._secret = (simulator.folder / "gateway-secret").read_text("utf-8").strip()
        self._number = number
        self._sign_no = ""

    def sign_in(self) -> None:
        """9001."""
        sign_in = {"opter_no": f"{self._number}", "mac": "02-00-00-00-00-01", "ip": "127.0.0.1"}
        self._sign_no = self._ask("9001", {"signIn": sign_in})["signinoutb"]["sign_no"]

    def visits(self) -> None:
        """All of a clinic's visits, one after the other."""
        for _ in range(VISITS):
            self.visit()

    def visit(self) -> None:
        """One visit of one drug, from the registration to the settlement."""
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        person = {"psn_no": _PERSON, "mdtrt_cert_type": "02", "mdtrt_cert_no": _CARD}
        doctor = {"dise_dor_no": "D999900000001", "dise_dor_name": "测试医生", "diag_dept": "全科医疗科"}
        registration = person | {"insutype": "390", "begntime": now, "ipt_otp_no": "V1", "atddr_no": "D999900000001"}
        registration |= {"dr_name": "测试医生", "dept_code": "A02", "dept_name": "全科医疗科", "caty": "A02"}
        visit = {"psn_no": _PERSON, "mdtrt_id": self._ask("2201", {"data": registration})["data"]["mdtrt_id"]}
        disease = {"diag_type": "1", "diag_srt_no": "1", "diag_code": "J00.x00", "diag_name": "感冒", "diag_time": now}
        kind = visit | {"med_type": "11", "begntime": now}
        self._ask("2203", {"mdtrtinfo": kind, "diseinfo": [disease | doctor | {"vali_flag": "1"}]})
        self._ask("2204", {"feedetail": [visit | _FEE | {"fee_ocur_time": now}]})
        bill = visit | person | _BILL
        self._ask("2206", {"data": bill})
        self._ask("2207", {"data": bill})

    def _ask(self, infno: str, content: Node) -> Node:
        """The `output` of a transaction. `ConnectionError` with the platform's sentence when it was refused."""
        second = time.strftime("%Y%m%d%H%M%S")
        nonce = f"{next(self._numbers):08d}"
        envelope = _ENVELOPE | {
            "infno": infno,
            "msgid": f"{_INSTITUTION}{second}{nonce[-4:]}",
            "inf_time": time.strftime("%Y-%m-%d %H:%M:%S"),
            "sign_no": self._sign_no,
            "input": content,
        }
        stamp = f"{int(time.time())}"
        signature = hashlib.sha256((stamp + self._secret + nonce + stamp).encode()).hexdigest()
        headers = {"x-tif-paasid": "TESTPAAS0001", "x-tif-timestamp": stamp, "x-tif-nonce": nonce}
        headers |= {"x-tif-signature": signature, "Content-Type": "application/json"}
        self._connection.request("POST", f"/fsi/api/{_PATHS[infno]}", json.dumps(envelope).encode(), headers)
        answer = json.loads(self._connection.getresponse().read())
        if answer.get("infcode") != 0:
            raise ConnectionError(f"{infno}: {answer.get('err_msg', answer)}")
        return answer["output"] or {}


_ENVELOPE = {
    "mdtrtarea_admvs": "999900",
    "insuplc_admdvs": "999900",
    "recer_sys_code": "99",
    "dev_no": "",
    "dev_safe_info": "",
    "cainfo": "",
    "signtype": "SM3",
    "infver": "1.0.0",
    "opter_type": "1",
    "opter": "0001",
    "opter_name": "测试员",
    "fixmedins_code": _INSTITUTION,
    "fixmedins_name": "测试村卫生室",
}
_FEE = {
    "feedetl_sn": "1",
    "chrg_bchno": "B1",
    "rx_circ_flag": "0",
    "med_list_codg": "XB01ACA056A012030101554",
    "medins_list_codg": "aspirin",
    "det_item_fee_sumamt": "25.20",
    "cnt": "2",
    "pric": "12.60",
    "bilg_dept_codg": "A02",
    "bilg_dept_name": "全科医疗科",
    "bilg_dr_codg": "D999900000001",
    "bilg_dr_name": "测试医生",
    "hosp_appr_flag": "0",
}
_BILL = {
    "med_type": "11",
    "psn_setlway": "01",
    "chrg_bchno": "B1",
    "insutype": "390",
    "acct_used_flag": "0",
    "medfee_sumamt": "25.20",
    "fulamt_ownpay_amt": "0.00",
    "overlmt_selfpay": "0.00",
    "preselfpay_amt": "0.00",
    "inscp_scp_amt": "25.20",
}

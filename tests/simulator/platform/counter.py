"""A clinic's counter for the tests: writes and signs every message by hand, from the interface specification."""

import asyncio
import hashlib
import itertools
import json
import tomllib
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from simulator.platform import Platform

DATA = Path(__file__).parents[3] / "simulator" / "data"
SECRET = "TOKENTEST0001"
INSTITUTION = "H99999900001"
BEIJING = timezone(timedelta(hours=8))
NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=BEIJING).timestamp()

_ROWS = {row["id"]: row for row in tomllib.loads((DATA / "people.toml").read_text(encoding="utf-8"))["people"]}
ZHANG_SAN, LI_FANG, ZHAO_LIU = (
    (_ROWS[name]["person"]["psn_no"], _ROWS[name]["card"]["number"], _ROWS[name]["person"]["insutype"])
    for name in ("zhang-san", "li-fang", "zhao-liu")
)
_MORE = {row["id"]: row for row in tomllib.loads((DATA / "insured.toml").read_text(encoding="utf-8"))["people"]}
ZHOU_BA, WU_JIU = (
    (_MORE[name]["person"]["psn_no"], _MORE[name]["card"]["number"], _MORE[name]["person"]["insutype"])
    for name in ("zhou-ba", "wu-jiu")
)
ZHANG_SAN_QR = str(_ROWS["zhang-san"]["qr"])

ASPIRIN = "XB01ACA056A012030101554"
SMECTITE = "XA07BCX900P001010199903"

PATHS = {
    "9001": "signInSignOutService/signIn",
    "9002": "signInSignOutService/signOut",
    "9101": "fileupload/upload",
    "9102": "fileupload/download",
    "1101": "fsiPsnInfoService/queryPsnInfo",
    "1162": "hsecfc/localQrCodeQuery",
    "1201": "fsiFixMedInsService/queryFixMedIns",
    "1301": "catalogdownservice/downCatalog1301",
    "1302": "catalogdownservice/downCatalog1302",
    "1303": "catalogdownservice/downCatalog1303",
    "1304": "catalogqueryservice/queryNatyPreparedByPage",
    "1305": "catalogdownservice/downCatalog1305",
    "1306": "catalogdownservice/downCatalog1306",
    "1307": "catalogdownservice/downCatalog1307",
    "1308": "catalogdownservice/downCatalog1308",
    "1309": "catalogdownservice/downCatalog1309",
    "1310": "catalogdownservice/downCatalog1310",
    "1311": "catalogdownservice/downCatalog1311",
    "1312": "catalogqueryservice/queryHilist",
    "1313": "catalogdownservice/downCatalog1313",
    "1314": "catalogdownservice/downCatalog1314",
    "1315": "catalogdownservice/downCatalog1315",
    "1316": "catalogqueryservice/queryMedinsHilistMapByPage",
    "1317": "catalogqueryservice/queryMedListMapByPage",
    "1318": "catalogqueryservice/queryLmtprcByPage",
    "1319": "catalogqueryservice/querySelfpayByPage",
    "2001": "fsiPsnPriorityInfoService/queryPsnPriorityInfo",
    "2201": "outpatientDocInfoService/outpatientRregistration",
    "2202": "outpatientDocInfoService/outpatientRegistrationCancel",
    "2203": "outpatientDocInfoService/outpatientMdtrtinfoUp",
    "2203A": "outpatientDocInfoService/outpatientMdtrtinfoUpA",
    "2204": "outpatientDocInfoService/outpatientFeeListUp",
    "2205": "outpatientDocInfoService/outpatientFeeListUpCancel",
    "2206": "outpatientSettleService/preSettletment",
    "2206A": "outpatientSettleService/preSettletmentA",
    "2207": "outpatientSettleService/saveSettletment",
    "2207A": "outpatientSettleService/saveSettletmentA",
    "2208": "outpatientSettleService/cancleSettletment",
    "2601": "reverseService/revsMethod",
    "3101": "riskConService/beforeAnalyze",
    "3102": "riskConService/courseAnalyze",
    "3201": "ybSettlementStmtService/stmtTotal",
    "3202": "ybSettlementStmtService/stmtDetail",
    "3301": "catalogCompService/catalogCompUp",
    "3302": "catalogCompService/catalogCompCancel",
    "3501": "goodsService/goodsUpload",
    "3501A": "goodsService/goodsUploadA",
    "3502": "goodsService/goodsUpdate",
    "3502A": "goodsService/goodsUpdateA",
    "3503": "goodsService/goodsBuy",
    "3503A": "goodsService/goodsBuyA",
    "3504": "goodsService/goodsBuyReturn",
    "3504A": "goodsService/goodsBuyReturnA",
    "3505": "goodsService/goodsSell",
    "3505A": "goodsService/goodsSellA",
    "3506": "goodsService/goodsSellReturn",
    "3506A": "goodsService/goodsSellReturnA",
    "3507": "goodsService/goodsInfoDelete",
    "3507A": "goodsService/goodsInfoDeleteA",
    "3512": "goodsService/queryGoodsInTrace",
    "3513": "goodsService/queryGoodsSellTrace",
    "3592B": "goodsService/getVirtualDrugTracCodg",
    "5201": "fsiIntegratedQueryService/queryMdtrtInfo",
    "5202": "fsiIntegratedQueryService/queryDiseInfo",
    "5203": "fsiIntegratedQueryService/querySetlInfo",
    "5204": "fsiIntegratedQueryService/queryFeeList",
    "5205": "fsiIntegratedQueryService/queryPsnMedcRecord",
    "5206": "fsiIntegratedQueryService/queryFixmedinsPracPsnSum",
    "5301": "fsiIntegratedQueryService/queryPsnOpspReg",
    "5302": "fsiIntegratedQueryService/queryPsnFixmedins",
    "6101": "hsecfc/localQrCodeQuery",
}

Person = tuple[str, str, str]


class Clock:
    """Epoch seconds that move only when a test says so."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


class Counter:
    """Talks to a platform in the same process. `say` gives the whole answer, the other verbs its `output`."""

    def __init__(
        self, keep: Path | None = None, data: Path = DATA, institution: str = INSTITUTION, full: bool = False
    ) -> None:
        self.institution = institution
        self._full = full
        self.clock = Clock()
        self.slept: list[float] = []
        self.pause: asyncio.Event | None = None  # what a slow platform waits for
        self._keep = keep
        self._data = data
        self._numbers = itertools.count(1)
        self.sign_no = ""
        self.restart()

    def restart(self) -> None:
        """Start the platform anew on what it has kept."""

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            if self.pause:
                await self.pause.wait()

        self.platform = Platform(self._data, self._keep, SECRET, clock=self.clock, sleep=sleep, full=self._full)

    def number(self) -> int:
        """A number that this counter has not used before."""
        return next(self._numbers)

    def msgid(self) -> str:
        """A new msgid: institution, time, sequence."""
        return f"{self.institution}{self.time('%Y%m%d%H%M%S')}{self.number():04d}"

    def time(self, form: str = "%Y-%m-%d %H:%M:%S") -> str:
        """The platform's time in Beijing."""
        return datetime.fromtimestamp(self.clock.now, BEIJING).strftime(form)

    def envelope(self, infno: str, content: dict[str, Any], msgid: str = "") -> dict[str, Any]:
        """The eighteen members of a request."""
        return {
            "infno": infno,
            "msgid": msgid or self.msgid(),
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
            "inf_time": self.time(),
            "fixmedins_code": self.institution,
            "fixmedins_name": "测试村卫生室",
            "sign_no": self.sign_no,
            "input": content,
        }

    def headers(self, nonce: str = "", at: float | None = None, secret: str = SECRET) -> dict[str, str]:
        """The gateway's headers."""
        nonce = nonce or f"nonce{self.number()}"
        timestamp = str(int(self.clock.now if at is None else at))
        return {
            "x-tif-paasid": "TESTPAAS0001",
            "x-tif-timestamp": timestamp,
            "x-tif-nonce": nonce,
            "x-tif-signature": hashlib.sha256((timestamp + secret + nonce + timestamp).encode()).hexdigest(),
        }

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of one POST."""
        status, _, answer = asyncio.run(
            self.platform.handle(path, self.headers() if headers is None else headers, body)
        )
        return status, answer

    def say(self, infno: str, content: dict[str, Any], msgid: str = "", /, **envelope: object) -> dict[str, Any]:
        """The answer to one transaction, with exact numbers."""
        body = json.dumps(self.envelope(infno, content, msgid) | envelope, ensure_ascii=False).encode()
        status, answer = self.post("/fsi/api/" + PATHS[infno], body)
        assert status == 200
        document: dict[str, Any] = json.loads(answer, parse_float=Decimal)
        return document

    def ask(self, infno: str, content: dict[str, Any], msgid: str = "") -> Any:
        """The `output` of a transaction that must succeed."""
        answer = self.say(infno, content, msgid)
        assert answer["infcode"] == 0, answer["err_msg"]
        return answer["output"]

    def refusal(self, infno: str, content: dict[str, Any], msgid: str = "") -> str:
        """The sentence with which a transaction that must fail is refused."""
        answer = self.say(infno, content, msgid)
        assert answer["infcode"] == -1
        return str(answer["err_msg"])

    # ---- the steps of a visit

    def sign_in(self) -> None:
        """9001, at the beginning of the day."""
        output = self.ask("9001", {"signIn": {"opter_no": "0001", "mac": "02-00-00-00-00-01", "ip": "10.0.0.2"}})
        self.sign_no = output["signinoutb"]["sign_no"]

    def registration(self, person: Person, **changed: str) -> dict[str, Any]:
        """The input of 2201."""
        fields = {
            "psn_no": person[0],
            "insutype": person[2],
            "begntime": self.time(),
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": person[1],
            "ipt_otp_no": f"V{self.number():06d}",
            "atddr_no": "D999900000001",
            "dr_name": "测试医生",
            "dept_code": "A02",
            "dept_name": "全科医疗科",
            "caty": "A02",
        }
        return {"data": fields | changed}

    def visit(self, person: Person = ZHANG_SAN) -> str:
        """2201 and 2203; the mdtrt_id."""
        mdtrt_id = str(self.ask("2201", self.registration(person))["data"]["mdtrt_id"])
        self.ask("2203", self.diagnosis(person, mdtrt_id))
        return mdtrt_id

    def diagnosis(
        self, person: Person, mdtrt_id: str, code: str = "J00.x00", vali_flag: str = "1", **changed: str
    ) -> dict[str, Any]:
        """The input of 2203; `changed` in the node of the visit."""
        disease = {
            "diag_type": "1",
            "diag_srt_no": "1",
            "diag_code": code,
            "diag_name": "急性鼻咽炎[感冒]",
            "diag_dept": "全科医疗科",
            "dise_dor_no": "D999900000001",
            "dise_dor_name": "测试医生",
            "diag_time": self.time(),
            "vali_flag": vali_flag,
        }
        kind = {"mdtrt_id": mdtrt_id, "psn_no": person[0], "med_type": "11", "begntime": self.time()}
        return {"mdtrtinfo": kind | changed, "diseinfo": [disease]}

    def fee(self, person: Person, mdtrt_id: str, drug: str, cnt: str, pric: str, /, **changed: str) -> dict[str, Any]:
        """One row of 2204; the amount is count by price, cut to two decimals where it has more."""
        fields = {
            "feedetl_sn": str(self.number()),
            "mdtrt_id": mdtrt_id,
            "psn_no": person[0],
            "chrg_bchno": "B1",
            "rx_circ_flag": "0",
            "fee_ocur_time": self.time(),
            "med_list_codg": drug,
            "medins_list_codg": "own-" + drug[-5:],
            "det_item_fee_sumamt": str((Decimal(cnt) * Decimal(pric)).quantize(Decimal("0.01"))),
            "cnt": cnt,
            "pric": pric,
            "bilg_dept_codg": "A02",
            "bilg_dept_name": "全科医疗科",
            "bilg_dr_codg": "D999900000001",
            "bilg_dr_name": "测试医生",
            "hosp_appr_flag": "0",
        }
        return fields | changed

    def charge(self, person: Person, mdtrt_id: str, *drugs: tuple[str, str, str]) -> list[dict[str, Any]]:
        """2204 with (drug, count, price) rows; the split rows."""
        rows = [self.fee(person, mdtrt_id, *drug) for drug in drugs or ((ASPIRIN, "2", "12.60"),)]
        result: list[dict[str, Any]] = self.ask("2204", {"feedetail": rows})["result"]
        return result

    def bill(
        self, person: Person, mdtrt_id: str, rows: list[dict[str, Any]], account: str = "0", **changed: str
    ) -> dict[str, Any]:
        """The input of 2206 and 2207, with the sums of the rows that 2204 answered."""
        sums = {
            "medfee_sumamt": "det_item_fee_sumamt",
            "fulamt_ownpay_amt": "fulamt_ownpay_amt",
            "overlmt_selfpay": "overlmt_amt",
            "preselfpay_amt": "preselfpay_amt",
            "inscp_scp_amt": "inscp_scp_amt",
        }
        fields = {
            "psn_no": person[0],
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": person[1],
            "med_type": "11",
            "psn_setlway": "01",
            "mdtrt_id": mdtrt_id,
            "chrg_bchno": "B1",
            "insutype": person[2],
            "acct_used_flag": account,
            **{name: str(sum(row[column] for row in rows)) for name, column in sums.items()},
        }
        return {"data": fields | changed}

    def settled(self, person: Person = ZHANG_SAN, account: str = "0", msgid: str = "") -> dict[str, Any]:
        """A whole visit, settled; the `setlinfo` of 2207."""
        mdtrt_id = self.visit(person)
        rows = self.charge(person, mdtrt_id)
        setlinfo: dict[str, Any] = self.ask("2207", self.bill(person, mdtrt_id, rows, account), msgid)["setlinfo"]
        return setlinfo

    @staticmethod
    def named(setlinfo: dict[str, Any]) -> dict[str, Any]:
        """The input that names a bill in 2208 and 5203."""
        return {"data": {name: setlinfo[name] for name in ("psn_no", "setl_id", "mdtrt_id")}}

    @staticmethod
    def lost(omsgid: str, person: Person = ZHANG_SAN) -> dict[str, Any]:
        """The input of 2601."""
        return {"data": {"psn_no": person[0], "omsgid": omsgid, "oinfno": "2207"}}

    def sale(self, setlinfo: dict[str, Any], codes: list[str], **changed: str) -> dict[str, Any]:
        """The input of 3505 and 3506 for an insured patient."""
        fields = {
            "med_list_codg": ASPIRIN,
            "fixmedins_hilist_id": "aspirin",
            "fixmedins_hilist_name": "阿司匹林肠溶片",
            "fixmedins_bchno": f"S{self.number():08d}",
            "prsc_dr_name": "测试医生",
            "phar_name": "测试药师",
            "phar_prac_cert_no": "000000000000002",
            "hi_feesetl_type": "1",
            "setl_id": setlinfo["setl_id"],
            "mdtrt_sn": setlinfo["mdtrt_id"],
            "psn_no": setlinfo["psn_no"],
            "manu_lotnum": "L439563",
            "manu_date": "2026-03-01",
            "expy_end": "2028-02-29",
            "rx_flag": "0",
            "trdn_flag": "0",
            "rxno": "R0001",
            "rtal_docno": "Z0001",
            "sel_retn_cnt": str(len(codes) or 1),
            "sel_retn_time": self.time(),
            "sel_retn_opter_name": "测试员",
            "MDTRT_SETL_TYPE": "1",
        }
        return {"selinfo": fields | changed | {"drugtracinfo": [{"drug_trac_codg": code} for code in codes]}}

"""The tiny platform with accounts: it keeps every settlement and refund, and compares them (3201, 3202, 9101, 9102)."""

from hal.ports import HttpAnswer
from tests.portable.public_files import StoredZips
from tests.portable.tiny_platform import No, TinyPlatform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Json = dict[str, Any]

PERSON = "9" * 26
_MOST = 1 << 22


class AccountsPlatform(TinyPlatform):
    """`TinyPlatform` whose `accounts` a test may change: rows with `settlement`, `registration`, `person`, `msgid`,
    `insurance`, `clearing`, `agency`, `day` (yyyy-MM-dd), `refund`, `total`, `fund`, `account` (texts in yuan).
    `spoil` is what becomes of the text of the next result; `lists` is "all" or "differing"."""

    def __init__(self) -> None:
        TinyPlatform.__init__(self)
        self.accounts: "list[Json]" = []
        self.files: "dict[str, bytes]" = {}
        self.names: "list[str]" = []
        self.lists = "all"
        self.spoil: "Callable[[bytes], bytes] | None" = None
        self.signed_out = 0
        self.reversed: "list[str]" = []
        self._file = b""

    async def post(
        self, url: str, headers: "list[tuple[str, str]]", body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        for name, value in headers:
            if name.lower() == "content-type" and value.startswith("multipart/form-data"):
                parts = body.split(b"--" + value.split("boundary=")[1].encode())
                self._file = parts[2].split(b"\r\n\r\n", 1)[1][:-2]
                body = parts[1].split(b"\r\n\r\n", 1)[1][:-2]
        return await TinyPlatform.post(self, url, headers, body, connect_ms, answer_ms)

    async def download(
        self,
        url: str,
        headers: "list[tuple[str, str]]",
        body: bytes,
        connect_ms: int,
        silence_ms: int,
        sink: "Callable[[bytes], None]",
        most: int,
    ) -> HttpAnswer:
        self._file = b""
        answer = await self.post(url, headers, body, connect_ms, silence_ms)
        if not self._file:
            return answer
        for place in range(0, len(self._file), 100):
            sink(self._file[place : place + 100])
        return HttpAnswer(200, {"content-type": "application/octet-stream"}, b"")

    def book(self, settlement: str, msgid: str, total: str, **changes: "Any") -> "Json":
        """A bill in the platform's accounts."""
        row: "Json" = {
            "settlement": settlement,
            "registration": "R" + settlement,
            "person": PERSON,
            "msgid": msgid,
            "insurance": "390",
            "clearing": "11",
            "agency": "999900",
            "day": "2026-09-21",
            "refund": "0",
            "total": total,
            "fund": "0.00",
            "account": "0.00",
        }
        row.update(changes)
        self.accounts.append(row)
        return row

    def _do_9002(self, message: "Json", given: "Json") -> "Json":
        self.signed_out += 1
        return {"signoutoutb": {"sign_time": message["inf_time"]}}

    def _do_2207(self, message: "Json", given: "Json") -> "Json":
        output = TinyPlatform._do_2207(self, message, given)
        info = output["setlinfo"]
        row = self.book(info["setl_id"], message["msgid"], info["medfee_sumamt"], day=message["inf_time"][:10])
        row.update({"registration": given["data"]["mdtrt_id"], "fund": info["fund_pay_sumamt"]})
        return output

    def _do_2208(self, message: "Json", given: "Json") -> "Json":
        output = TinyPlatform._do_2208(self, message, given)
        [before] = [row for row in self.accounts if row["settlement"] == given["data"]["setl_id"]]
        row = dict(before)
        row.update({"settlement": before["settlement"] + "R", "msgid": message["msgid"], "refund": "1"})
        for name in ("total", "fund"):
            row[name] = "-" + row[name]
        row["day"] = message["inf_time"][:10]
        self.accounts.append(row)
        info = output.setdefault("setlinfo", {})
        info.update({"setl_id": row["settlement"], "setl_time": message["inf_time"]})
        info.update({"medfee_sumamt": row["total"], "fund_pay_sumamt": row["fund"], "acct_pay": None})
        own_fen = _fen(row["total"]) - _fen(row["fund"])
        info["psn_cash_pay"] = info["psn_part_amt"] = "-" + str(-own_fen // 100) + "." + f"{-own_fen % 100:02d}"
        info["inscp_scp_amt"] = row["total"]
        return output

    def _do_2601(self, message: "Json", given: "Json") -> None:
        msgid = given["data"]["omsgid"]
        rows = [row for row in self.accounts if row["msgid"] == msgid]
        if rows:
            self.reversed.append(msgid)
            self.accounts.remove(rows[0])
            return
        TinyPlatform._do_2601(self, message, given)

    def _do_5203(self, message: "Json", given: "Json") -> "Json":
        for row in self.accounts:
            if row["settlement"] == given["data"]["setl_id"]:
                cancelled = self.settlements.get(row["settlement"], {}).get("cancelled", False)
                info = {"medfee_sumamt": row["total"], "fund_pay_sumamt": row["fund"], "acct_pay": row["account"]}
                info.update({"setl_time": row["day"] + " 12:00:00", "refd_setl_flag": "1" if cancelled else "0"})
                return {"setlinfo": info}
        raise No("FSI-未查询到结算信息")

    # ---- accounts

    def _do_3201(self, message: "Json", given: "Json") -> "Json":
        asked = given["data"]
        rows = [row for row in self._of(asked) if row["insurance"] == asked["insutype"]]
        rows = [row for row in rows if row["refund"] == asked["refd_setl_flag"]]
        sums = [sum([_fen(row[name]) for row in rows]) for name in ("total", "fund", "account")]
        told = [_fen(asked[name]) for name in ("medfee_sumamt", "fund_pay_sumamt", "acct_pay")]
        equal = sums == told and str(len(rows)) == asked["fixmedins_setl_cnt"]
        dscr = "对账平" if equal else "对账不平"
        return {"stmtinfo": {"setl_optins": "999900", "stmt_rslt": "0" if equal else "1", "stmt_rslt_dscr": dscr}}

    def _do_9101(self, message: "Json", given: "Json") -> "Json":
        query = "M00/" + self._number()
        self.files[query] = self._file
        self.names.append(given["fsUploadIn"]["filename"])
        return {"file_qury_no": query}

    def _do_3202(self, message: "Json", given: "Json") -> "Json":
        asked = given["data"]
        text = _unzipped(self.files[asked["file_qury_no"]])
        sent = [line.split("\t") for line in text.decode().split("\n") if line]
        rows = self._of(asked)
        lines = [line for cells in sent for line in [self._told(cells, rows)] if line is not None]
        known = [cells[0] for cells in sent]
        lines += [_alone(row) for row in rows if row["settlement"] not in known]
        result = "".join(["\t".join(line) + "\n" for line in lines]).encode()
        if self.spoil is not None:
            result = self.spoil(result)
            self.spoil = None
        query = "M00/" + self._number()
        self.files[query] = StoredZips().pack("result.txt", result)
        return {"fileinfo": {"file_qury_no": query, "filename": "result.zip", "dld_endtime": "2030-01-01 00:00:00"}}

    def _told(self, cells: "list[str]", rows: "list[Json]") -> "list[str] | None":
        for row in rows:
            if row["settlement"] == cells[0]:
                same = [row["total"], row["fund"], row["account"]] == cells[3:6]
                if same and self.lists == "differing":
                    return None
                return _line(cells, row["msgid"], "0" if same else "1", [row["total"], row["fund"], row["account"]])
        return _line(cells, "null", "1", ["null", "null", "null"])

    def _do_9102(self, message: "Json", given: "Json") -> "Json":
        self._file = self.files[given["fsDownloadIn"]["file_qury_no"]]
        return {}

    def _of(self, asked: "Json") -> "list[Json]":
        return [
            row
            for row in self.accounts
            if asked["stmt_begndate"] <= row["day"] <= asked["stmt_enddate"]
            and row["clearing"] == asked["clr_type"]
            and row["agency"] == asked["setl_optins"]
        ]


def _line(cells: "list[str]", msgid: str, result: str, amounts: "list[str]") -> "list[str]":
    return [cells[2], cells[1], cells[0], msgid, result, cells[6], "null"] + amounts


def _alone(row: "Json") -> "list[str]":
    amounts = [row["total"], row["fund"], row["account"]]
    return [row["person"], "null", "null", row["msgid"], "1", row["refund"], "仅中心有"] + amounts


def _unzipped(zipped: bytes) -> bytes:
    return b"".join(list(StoredZips().pieces(zipped, _MOST)))


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))

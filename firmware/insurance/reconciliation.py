"""Accounts compared with the platform: 3201 by totals, 3202 bill by bill with a file each way, 5203 for a single bill.

Sums: `insurance`, `clearing` (clr_type) and `agency` (setl_optins) that a group of bills has in common, `refund`
(whether they are refunds), `count`, `total_fen`, `fund_fen`, `account_fen`, `cash_fen`; refunds are negative. Days are
`yyyy-MM-dd`, both included.
Source: national interface specification, 3201, 3202, 5203; 9101 and 9102 carry the files.
"""

from firmware.insurance.errors import InsuranceError, Refused, TurnedAway, UnknownOutcome
from firmware.insurance.statement_file import ResultReader, statement_of
from firmware.insurance.transfer import download, upload
from firmware.insurance.wire import fen, rows, text
from firmware.money import MoneyError, to_yuan
from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.insurance.client import InsuranceClient
    from hal.ports import Zips

    Json = dict[str, Any]

RESIDENTS = "390"
EMPLOYEES = "310"
OUTPATIENT_CLEARING = "11"  # clr_type of a settlement whose answer told none

_MOST_ZIPPED = 1 << 20
_MOST_TEXT = 8 << 20
_STATEMENT = "statement.txt"


class Reconciliation:
    """Asks the platform how its accounts stand beside ours. Every method raises the errors of `InsuranceClient.call`;
    none of them changes anything there, and each may be repeated."""

    def __init__(self, client: "InsuranceClient", zips: "Zips", equal: "list[str]") -> None:
        """`equal`: what stmt_rslt says when both sides agree (the province's profile)."""
        self._client = client
        self._zips = zips
        self._equal = equal

    async def new_msgid(self) -> str:
        """A message number that was never used before."""
        return await self._client.new_msgid()

    async def totals(self, sums: "Json", begin: str, end: str, msgid: str) -> "tuple[bool, str]":
        """3201: whether the platform's sums of a group are ours, and what it remarks."""
        data = _sums(sums, begin, end)
        data["insutype"] = sums["insurance"]
        data["acct_pay"] = to_yuan(sums["account_fen"])
        flag = "1" if sums["refund"] else "0"
        data["refd_setl_flag"] = flag
        data["fixmedins_refd_setl_flag"] = flag
        output = await self._client.call("3201", {"data": data}, "", msgid)
        found = rows(output.get("stmtinfo"))
        if not found or not all([text(row.get("stmt_rslt")) for row in found]):
            raise UnknownOutcome("insurance.bad_answer", "3201 without stmt_rslt")
        for row in found:
            if text(row.get("stmt_rslt")) not in self._equal:
                return False, text(row.get("stmt_rslt_dscr"))[:200]
        return True, text(found[0].get("stmt_rslt_dscr"))[:200]

    async def send(self, bills: "list[Json]", name: str) -> str:
        """9101: the file of `bills` (`statement_of`), zipped, under `name`. Returns the number to ask for it by."""
        return await upload(self._client, name, self._zips.pack(_STATEMENT, statement_of(bills)))

    async def details(self, sums: "Json", query: str, begin: str, end: str, msgid: str) -> "Json":
        """3202: compare the bills of the file `query`. `query` and `name` of the result's file. Both kinds of bills are
        in one file, so that `sums` has them together, and the flag says whether there are refunds among them."""
        data = _sums(sums, begin, end)
        data["file_qury_no"] = query
        data["cash_payamt"] = to_yuan(sums["cash_fen"])
        data["fixmedins_refd_setl_flag"] = "1" if sums["refund"] else "0"
        output = await self._client.call("3202", {"data": data}, "", msgid)
        found = rows(output.get("fileinfo"))
        number = text(found[0].get("file_qury_no")) if found else ""
        if not number:
            raise UnknownOutcome("insurance.bad_answer", "3202 without file_qury_no")
        return {"query": number, "name": text(found[0].get("filename")) or "result.zip"}

    async def result(self, query: str, name: str) -> "list[Json]":
        """9102: the rows of the result (`ResultReader`). It names persons: it is read in memory and never written.
        `InsuranceError` `insurance.bad_result` for what is no such file."""
        zipped = bytearray()

        def take(piece: bytes) -> None:
            if len(zipped) + len(piece) > _MOST_ZIPPED:
                raise InsuranceError("insurance.bad_result", "too large", {"line": 0})
            zipped.extend(piece)

        await download(self._client, query, name, take, "", 2 * _MOST_ZIPPED)
        reader = ResultReader(self._equal)
        try:
            for piece in self._zips.pieces(bytes(zipped), _MOST_TEXT):
                reader.feed(piece)
        except DeviceError as error:
            raise InsuranceError("insurance.bad_result", error.code + " " + error.cause, {"line": 0})
        return reader.end()

    async def find(self, payer: "Json") -> "Json":
        """5203: what the platform has of one bill (`settlement`, `registration`, `person`, `region`): `total_fen`,
        `fund_fen`, `account_fen`, `time` (as the platform writes it), `words`; None in `total_fen` when it has none."""
        data = {"psn_no": payer["person"], "setl_id": payer["settlement"], "mdtrt_id": payer["registration"]}
        try:
            output = await self._client.call("5203", {"data": data}, payer["region"])
        except TurnedAway:
            raise
        except Refused as refusal:
            return {"total_fen": None, "words": str(refusal.params["platform"])[:200]}
        found = rows(output.get("setlinfo"))
        if not found:
            return {"total_fen": None, "words": ""}
        info = found[0]
        if text(info.get("setl_id")) not in ("", payer["settlement"]):
            raise InsuranceError("insurance.bad_answer", "5203 answered with another settlement")
        try:
            return {
                "total_fen": fen(info.get("medfee_sumamt")),
                "fund_fen": fen(info.get("fund_pay_sumamt")),
                "account_fen": fen(info.get("acct_pay")),
                "time": text(info.get("setl_time")),
                "words": "",
            }
        except MoneyError:
            raise InsuranceError("insurance.bad_answer", "5203 amounts")


def _sums(sums: "Json", begin: str, end: str) -> "Json":
    return {
        "clr_type": sums["clearing"],
        "setl_optins": sums["agency"],
        "stmt_begndate": begin,
        "stmt_enddate": end,
        "medfee_sumamt": to_yuan(sums["total_fen"]),
        "fund_pay_sumamt": to_yuan(sums["fund_fen"]),
        "fixmedins_setl_cnt": str(sums["count"]),
    }

"""Accounts compared with the platform: 3201 by totals, 3202 bill by bill with a file each way, 5203 for a single bill.

Sums: `insurance`, `clearing` (clr_type) and `agency` (setl_optins) that a group of bills has in common, `refund`
(whether they are refunds), `count`, `total_fen`, `fund_fen`, `account_fen`, `cash_fen`; refunds are negative. Days are
`yyyy-MM-dd`, both included.
Source: national interface specification, 3201, 3202, 5203; 9101 and 9102 carry the files.
"""

from firmware.insurance.answers import ID, NAME, node, node_rows
from firmware.insurance.errors import InsuranceError, Refused, TurnedAway, UnknownOutcome
from firmware.insurance.statement_file import ResultReader, statement_of
from firmware.insurance.transfer import download, upload
from firmware.money import to_yuan
from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.insurance.answers import Row
    from firmware.insurance.client import InsuranceClient
    from hal.ports import Zips

    Json = dict[str, Any]

RESIDENTS = "390"
EMPLOYEES = "310"
OUTPATIENT_CLEARING = "11"  # clr_type of a settlement whose answer told none

_MOST_ZIPPED = 1 << 20
_MOST_TEXT = 8 << 20
_LONGEST_QUERY = 500  # file_qury_no; some platforms give a path
_LONGEST_REMARK = 200
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
        try:
            found = [_compared(row) for row in node_rows("3201", output, "stmtinfo")]
        except InsuranceError as error:
            raise UnknownOutcome("insurance.bad_answer", error.cause)
        if not found:
            raise UnknownOutcome("insurance.bad_answer", "3201 stmtinfo")
        for result, words in found:
            if result not in self._equal:
                return False, words
        return True, found[0][1]

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
        try:
            file = node("3202", output, "fileinfo")
            return {
                "query": file.needed("file_qury_no", _LONGEST_QUERY),
                "name": file.word("filename", NAME) or "result.zip",
            }
        except InsuranceError as error:
            raise UnknownOutcome("insurance.bad_answer", error.cause)

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
        found = node_rows("5203", output, "setlinfo")
        if not found:
            return {"total_fen": None, "words": ""}
        info = found[0]
        if info.word("setl_id", ID) not in ("", payer["settlement"]):
            raise info.bad("setl_id")  # another settlement's
        return {
            "total_fen": info.amount("medfee_sumamt"),
            "fund_fen": info.amount("fund_pay_sumamt"),
            "account_fen": info.amount("acct_pay"),
            "time": info.word("setl_time", ID),
            "words": "",
        }


def _compared(row: "Row") -> "tuple[str, str]":
    """What stmt_rslt says, and the platform's remark."""
    return row.needed("stmt_rslt", NAME), row.note("stmt_rslt_dscr")[:_LONGEST_REMARK]


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

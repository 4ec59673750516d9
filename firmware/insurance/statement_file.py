"""The text files of 3202: a row for each bill, columns between tabs, UTF-8, `null` for what is empty.

Source: national interface specification, 3202 (order of the columns) and the general coding rules (empty values of TXT
files).
"""

from firmware.insurance.errors import InsuranceError
from firmware.insurance.wire import fen
from firmware.money import MoneyError, to_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

# What a result may have: a month of a busy clinic is a tenth of it.
_MOST_ROWS = 20000
_LONGEST_ROW = 4000  # bytes; the fields of the document have 800 characters together

_NULL = "null"
_COLUMNS = 10  # of a result
_EQUAL = "0"  # stmt_rslt of a row, as the document's code list has it
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def statement_of(bills: "list[Json]") -> bytes:
    """The file that goes to the platform: setl_id, mdtrt_id, psn_no, medfee_sumamt, fund_pay_sumamt, acct_pay,
    refd_setl_flag of each bill (`settlement`, `registration`, `person`, `total_fen`, `fund_fen`, `account_fen`,
    `refund`). `InsuranceError` `insurance.bad_message` for a value that would break a row."""
    lines = []
    for bill in bills:
        cells = [bill["settlement"], bill["registration"], bill["person"]]
        cells += [to_yuan(bill[name]) for name in ("total_fen", "fund_fen", "account_fen")]
        cells.append("1" if bill["refund"] else "0")
        lines.append("\t".join([_cell(cell) for cell in cells]) + "\n")
    return "".join(lines).encode()


def _cell(value: str) -> str:
    if any([char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff" for char in value]):
        raise InsuranceError("insurance.bad_message", "3202 file", {"field": "txt"})
    return value or _NULL


class ResultReader:
    """Reads the file that comes back, piece by piece. `rows` are those that are complete."""

    def __init__(self, equal: "list[str]") -> None:
        """`equal`: the results (stmt_rslt) that the province's platform means as equal."""
        self.rows: "list[Json]" = []
        self._equal = list(equal) + [_EQUAL]
        self._rest = b""
        self._line = 0
        self._seen: "set[tuple[str, bool]]" = set()

    def feed(self, piece: bytes) -> None:
        """The next bytes. `InsuranceError` `insurance.bad_result` for what is no such file."""
        lines = (self._rest + piece).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            self._take(line)
        if len(self._rest) > _LONGEST_ROW:
            raise self._wrong("a row too long")

    def end(self) -> "list[Json]":
        """Nothing more comes; all rows: `person`, `registration`, `settlement`, `msgid` ("" where there is none),
        `equal`, `refund`, `words` (what the platform remarks), `total_fen`, `fund_fen`, `account_fen` (None where it
        told none). `InsuranceError` `insurance.bad_result`."""
        if self._rest:
            self._take(self._rest)
            self._rest = b""
        return self.rows

    def _take(self, line: bytes) -> None:
        self._line += 1
        if self._line == 1 and line.startswith(_BYTE_ORDER_MARK):
            line = line[len(_BYTE_ORDER_MARK) :]
        line = line.rstrip(b"\r")
        if not line:
            return
        if len(line) > _LONGEST_ROW or len(self.rows) >= _MOST_ROWS:
            raise self._wrong("too long")
        row = self._row(line)
        if row["settlement"]:  # without one they may be two bills: a message that came twice may have been booked twice
            if (row["settlement"], row["refund"]) in self._seen:
                raise self._wrong("a bill that came before")
            self._seen.add((row["settlement"], row["refund"]))
        self.rows.append(row)

    def _row(self, line: bytes) -> "Json":
        try:
            cells = ["" if cell == _NULL else cell for cell in line.decode().split("\t")]
        except UnicodeError:
            raise self._wrong("not UTF-8")
        if len(cells) != _COLUMNS:
            raise self._wrong(str(len(cells)) + " columns")
        person, registration, settlement, msgid, result, refund, words = [cell.strip() for cell in cells[:7]]
        if result == "" or refund not in ("0", "1") or (not settlement and not msgid):
            raise self._wrong("what must be there")
        row: "Json" = {
            "person": person,
            "registration": registration,
            "settlement": settlement,
            "msgid": msgid,
            "equal": result in self._equal,
            "refund": refund == "1",
            "words": words[:200],
        }
        try:
            for name, cell in zip(("total_fen", "fund_fen", "account_fen"), cells[7:]):
                row[name] = fen(cell.strip()) if cell.strip() else None
        except MoneyError:
            raise self._wrong("an amount")
        return row

    def _wrong(self, what: str) -> InsuranceError:
        return InsuranceError("insurance.bad_result", "row " + str(self._line) + ": " + what, {"line": self._line})

"""Accounts compared with the platform: 3201, 3202 and its files. Runs on CPython and MicroPython."""

import unittest

from firmware.insurance import InsuranceClient, InsuranceError, Reconciliation, UnknownOutcome
from firmware.insurance.statement_file import ResultReader, statement_of
from tests.portable.doubles import MemoryBoard
from tests.portable.tiny_accounts import PERSON, AccountsPlatform
from tests.portable.vault_hands import opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

DAY = "2026-09-21"
SUMS = {"insurance": "390", "clearing": "11", "agency": "999900", "refund": False, "count": 1}
MONEY = {"total_fen": 2520, "fund_fen": 2142, "account_fen": 0, "cash_fen": 378}
ROW = "9999\tR1\tS1\tH1\t0\t0\tnull\t25.20\t21.42\t0.00"


def bill(number: str, **changes: "Any") -> "Json":
    made: "Json" = {"settlement": number, "registration": "R1", "person": PERSON, "refund": False}
    made.update(MONEY)
    made.update(changes)
    return made


def read(text: "str | bytes", size: int = 7) -> "list[Json]":
    """The rows of a result that comes in small pieces."""
    reader = ResultReader(["0"])
    whole = text if isinstance(text, bytes) else text.encode()
    for place in range(0, len(whole), size):
        reader.feed(whole[place : place + size])
    return reader.end()


def refused(text: "str | bytes") -> str:
    try:
        read(text)
    except InsuranceError as error:
        return error.code + " " + error.cause
    return ""


class Files(unittest.TestCase):
    def test_a_statement(self) -> None:
        refund = bill("S2", refund=True, total_fen=-2520, fund_fen=-2142)
        self.assertEqual(
            statement_of([bill("S1"), refund]).decode(),
            "S1\tR1\t" + PERSON + "\t25.20\t21.42\t0.00\t0\nS2\tR1\t" + PERSON + "\t-25.20\t-21.42\t0.00\t1\n",
        )
        self.assertEqual(statement_of([]), b"")
        self.assertTrue(statement_of([bill("S1", registration="")]).startswith(b"S1\tnull\t"))

    def test_what_would_break_a_row_is_not_sent(self) -> None:
        for value in ("S\t1", "S\n1", "S\r1", "S\x001", "S\x851"):
            with self.assertRaises(InsuranceError):
                statement_of([bill(value)])

    def test_a_result(self) -> None:
        alone = PERSON + "\tnull\t \tH2\t1\t1\t仅中心有\t-1.00\tnull\tnull"
        rows = read("\ufeff" + ROW + "\r\n\n" + alone)
        self.assertEqual((rows[0]["settlement"], rows[0]["equal"], rows[0]["total_fen"]), ("S1", True, 2520))
        self.assertEqual((rows[0]["words"], rows[0]["msgid"], rows[0]["refund"]), ("", "H1", False))
        self.assertEqual((rows[1]["settlement"], rows[1]["equal"], rows[1]["refund"]), ("", False, True))
        self.assertEqual((rows[1]["total_fen"], rows[1]["fund_fen"], rows[1]["words"]), (-100, None, "仅中心有"))
        self.assertEqual(read(""), [])

    def test_what_is_no_result(self) -> None:
        hostile: "list[tuple[str | bytes, str]]" = [
            (ROW + "\t1", "11 columns"),
            (ROW.replace("\t0.00", ""), "9 columns"),
            ("<html>502</html>", "1 columns"),
            (b"\xff\xfe" + ROW.encode(), "not UTF-8"),
            (ROW.encode("utf-8")[:20] + b"\xc3" + ROW.encode()[20:], "not UTF-8"),
            (ROW.replace("25.20", "25,20"), "an amount"),
            (ROW.replace("25.20", "1e99"), "an amount"),
            (ROW.replace("25.20", "25.201"), "an amount"),
            (ROW.replace("25.20", "9" * 30), "an amount"),
            (ROW + "\n" + ROW, "came before"),
            (ROW.replace("\t0\t0\t", "\t0\tx\t"), "must be there"),
            (ROW.replace("\t0\t0\t", "\tnull\t0\t"), "must be there"),
            (ROW.replace("S1\tH1", "null\tnull"), "must be there"),
            (ROW.replace("null", "x" * 5000), "too long"),
            (b"\x00" * 5000, "too long"),
        ]
        for text, words in hostile:
            told = refused(text)
            self.assertTrue(told.startswith("insurance.bad_result"), told)
            self.assertTrue(words in told, told + " / " + words)
            self.assertTrue(PERSON not in told)

    def test_too_many_rows(self) -> None:
        reader = ResultReader(["0"])
        with self.assertRaises(InsuranceError):
            for number in range(20002):
                reader.feed(ROW.replace("S1", "S" + str(number)).encode() + b"\n")
        self.assertEqual(len(reader.rows), 20000)


class WithPlatform(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.platform = AccountsPlatform()
        board = MemoryBoard(None, self.platform)
        client = InsuranceClient(board, await opened(board))  # type: ignore[arg-type]  # its ports are seen as they are
        self.accounts = Reconciliation(client, board.zips, ["0"])
        self.client = client

    async def totals(self, **changes: "Any") -> "tuple[bool, str]":
        sums: "Json" = dict(SUMS)
        sums.update(MONEY)
        sums.update(changes)
        return await self.accounts.totals(sums, DAY, DAY, await self.accounts.new_msgid())

    async def test_totals(self) -> None:
        self.platform.book("S1", "H1", "25.20", fund="21.42")
        self.assertEqual(await self.totals(), (True, "对账平"))
        given = self.platform.given["3201"]["data"]
        self.assertEqual((given["insutype"], given["clr_type"], given["setl_optins"]), ("390", "11", "999900"))
        self.assertEqual((given["stmt_begndate"], given["medfee_sumamt"], given["acct_pay"]), (DAY, "25.20", "0.00"))
        self.assertEqual((given["fixmedins_setl_cnt"], given["refd_setl_flag"]), ("1", "0"))
        self.assertEqual(await self.totals(total_fen=2521), (False, "对账不平"))
        self.assertEqual((await self.totals(refund=True))[0], False)
        self.assertEqual((await self.totals(insurance="310"))[0], False)

    async def test_only_the_documented_result_is_equal(self) -> None:
        for result, equal in (("0", True), ("000000", False), ("1", False), (0, True)):
            self.platform.changed["3201"] = lambda _output, said=result: {"stmtinfo": {"stmt_rslt": said}}
            self.assertEqual((await self.totals())[0], equal)
        rows = [{"stmt_rslt": "0"}, {"stmt_rslt": "1", "stmt_rslt_dscr": "差一笔"}]
        self.platform.changed["3201"] = lambda _output: {"stmtinfo": rows}
        self.assertEqual(await self.totals(), (False, "差一笔"))
        bad: "tuple[Any, ...]" = (
            ({}, [], None, "x", [{"stmt_rslt": "0"}, 3], {"stmt_rslt": ["0"]}, {"stmt_rslt": {}})
            + ({"stmt_rslt": "0", "stmt_rslt_dscr": {}}, {"stmt_rslt": "0" * 999})
        )  # fmt: skip
        for info in bad:
            self.platform.changed["3201"] = lambda _output, info=info: {"stmtinfo": info}
            with self.assertRaises(UnknownOutcome):
                await self.totals()

    async def compared(self, bills: "list[Json]") -> "list[Json]":
        query = await self.accounts.send(bills, "a-1.zip")
        sums: "Json" = dict(SUMS)
        sums.update(MONEY)
        answer = await self.accounts.details(sums, query, DAY, DAY, await self.accounts.new_msgid())
        return await self.accounts.result(answer["query"], answer["name"])

    async def test_details(self) -> None:
        self.platform.book("S1", "H1", "25.20", fund="21.42")
        self.platform.book("S2", "H2", "1.00")
        rows = await self.compared([bill("S1"), bill("S3")])
        found = [(row["settlement"], row["msgid"], row["equal"], row["total_fen"]) for row in rows]
        self.assertEqual(found, [("S1", "H1", True, 2520), ("S3", "", False, None), ("", "H2", False, 100)])
        self.assertEqual(self.platform.names, ["a-1.zip"])
        self.assertEqual(self.platform.given["3202"]["data"]["cash_payamt"], "3.78")

    async def test_a_file_that_is_no_result(self) -> None:
        self.platform.book("S1", "H1", "25.20", fund="21.42")
        big = b"x" * 2000000
        nodes: "tuple[Any, ...]" = ({}, None, [{}, {}], {"file_qury_no": {}}, {"file_qury_no": "1", "filename": ["x"]})
        for node in nodes:
            self.platform.changed["3202"] = lambda _output, node=node: {"fileinfo": node}
            with self.assertRaises(UnknownOutcome):
                await self.compared([bill("S1")])
        for spoil in (lambda text: text[:-3] + b"x\n", lambda _text: big):
            self.platform.spoil = spoil
            with self.assertRaises(InsuranceError) as caught:
                await self.compared([bill("S1")])
            self.assertEqual(caught.exception.code, "insurance.bad_result")
        self.assertEqual(len(await self.compared([bill("S1")])), 1)

    async def test_one_bill(self) -> None:
        payer = {"settlement": "S1", "registration": "R1", "person": PERSON, "region": "999901"}
        self.assertEqual(await self.accounts.find(payer), {"total_fen": None, "words": "FSI-未查询到结算信息"})
        self.platform.book("S1", "H1", "25.20", fund="21.42")
        found = await self.accounts.find(payer)
        self.assertEqual((found["total_fen"], found["fund_fen"], found["time"]), (2520, 2142, DAY + " 12:00:00"))
        wrong: "tuple[Json, ...]" = (
            ({"medfee_sumamt": "?"}, {"medfee_sumamt": "25.20", "setl_id": "S2"}, {"medfee_sumamt": ["25.20"]})
            + ({"medfee_sumamt": "25.20", "setl_time": {}}, {"medfee_sumamt": "25.20", "setl_id": ["S1"]})
        )  # fmt: skip
        for info in wrong:
            self.platform.changed["5203"] = lambda _output, info=info: {"setlinfo": info}
            with self.assertRaises(InsuranceError):
                await self.accounts.find(payer)

    async def test_signing_out(self) -> None:
        self.assertEqual(await self.client.sign_out(), False)
        await self.totals()
        self.assertEqual(await self.client.sign_out(), True)
        self.assertEqual(self.platform.given["9002"], {"signOut": {"sign_no": "680003", "opter_no": "D999900000001"}})
        self.assertEqual(await self.client.sign_out(), False)
        await self.totals()
        self.assertEqual(self.platform.messages, ["9001", "3201", "9002", "9001", "3201"])

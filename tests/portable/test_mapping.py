"""Mappings, and catalogues page by page. Runs on CPython and MicroPython."""

from firmware.insurance.mapping import OPEN_END, QUERIES, Mapping, page_of, page_question
from firmware.insurance.schema import check
from tests.portable.insurance_line import DONE, Line, answer, trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

RECORD = {"insu_admdvs": "999900", "begndate": "2026-01-01", "enddate": None, "vali_flag": "1", "rid": "1"}
RECORD["updt_time"] = "2026-02-01 00:00:00"
GOOD = {
    "own_code": "aspirin",
    "name": "阿司匹林肠溶片",
    "list": "101",
    "national_code": "X1",
    "begins": "2026-01-01",
    "ends": "",
}


class Mappings(Line):
    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()
        self.mapping = Mapping(self.client, "H99999900001")

    def last(self) -> "Json":
        return self.sent(-1)

    async def test_upload_and_withdraw(self) -> None:
        self.script(DONE, DONE)
        await self.mapping.upload([GOOD, dict(GOOD, ends="2026-12-31", specification="30片")])
        rows = self.last()["input"]["data"]
        self.assertEqual([row["enddate"] for row in rows], [OPEN_END, "2026-12-31"])
        self.assertEqual((rows[1]["spec"], rows[0]["fixmedins_hilist_id"]), ("30片", "aspirin"))
        await self.mapping.withdraw(GOOD)
        self.assertEqual((self.last()["infno"], self.last()["input"]["data"]["med_list_codg"]), ("3302", "X1"))

    async def test_pages_until_the_last(self) -> None:
        row = dict(
            RECORD, fixmedins_code="H99999900001", medins_list_codg="aspirin", med_list_codg="X1", list_type="101"
        )
        output = {"data": [row], "pageNum": 1, "pageSize": 1000, "pages": 2, "recordCounts": 1001}
        self.script(answer(output), answer(dict(output, pages=1)))
        page = await self.mapping.page("1317", "2026-01-01", 1, {"own_code": "aspirin"})
        self.assertEqual((page["number"], page["pages"], page["more"]), (1, 2, True))
        found = page["rows"][0]
        self.assertEqual((found["own_code"], found["national_code"], found["valid"]), ("aspirin", "X1", "yes"))
        self.assertEqual((found["changed"], found["ends"]), ("2026-02-01", ""))
        data = self.last()["input"]["data"]
        self.assertEqual((data["medins_list_codg"], data["page_num"], data["page_size"]), ("aspirin", "1", "1000"))
        self.assertFalse((await self.mapping.page("1317", "2026-01-01", 1))["more"])

    async def test_every_query(self) -> None:
        self.assertEqual(QUERIES, ("1304", "1312", "1316", "1317", "1318", "1319"))
        for infno in QUERIES:
            wanted = {"valid": "1"} if infno == "1304" else {"on": "2026-09-21"}
            check(infno, page_question(infno, "2026-01-01", 1, wanted))
            self.script(answer({"data": [RECORD]}))
            rows = (await self.mapping.page(infno, "2026-01-01", 1))["rows"]
            self.assertEqual((rows[0]["region"], rows[0]["record"]), ("999900", "1"))

    async def test_medicines_of_minorities(self) -> None:
        self.assertEqual(
            page_question("1304", "2026-01-01", 2, {"generic_name": "测试丸"})["data"],
            {"drug_genname": "测试丸", "updt_time": "2026-01-01", "page_num": "2", "page_size": "1000"},
        )
        drug = dict(RECORD, med_list_codg="Z1", drug_prodname="测试牌测试丸", drug_genname="测试丸", ethdrug_type="1")
        drug["drug_spec"] = "每丸重3g" * 50
        row = page_of("1304", {"data": [dict(drug, pinyin="CSW", otc_flag="0", ver="7")]}, 1)["rows"][0]
        self.assertEqual((row["national_code"], row["name"], row["generic_name"]), ("Z1", "测试牌测试丸", "测试丸"))
        self.assertEqual((row["initials"], row["people"], row["version"]), ("CSW", "1", "7"))
        self.assertEqual((row["specification"], row["changed"]), (drug["drug_spec"], "2026-02-01"))
        with self.assertRaises(KeyError):
            page_question("1304", "2026-01-01", 1, {"on": "2026-09-21"})

    async def test_numbers_of_rows(self) -> None:
        limit = {"hilist_code": "X1", "hilist_pric_uplmt_amt": "12.345678"}
        self.assertEqual(page_of("1318", {"data": limit}, 1)["rows"][0]["limit"], 12345678)
        share = {"hilist_code": "X1", "selfpay_prop": "0.05", "selfpay_prop_psn_type": "390"}
        self.assertEqual(page_of("1319", {"data": [share]}, 1)["rows"][0]["ratio"], 500)

    async def test_a_list_without_a_frame(self) -> None:
        self.script(answer([RECORD]))
        page = await self.mapping.page("1312", "2026-01-01", 1)
        self.assertEqual((len(page["rows"]), page["pages"], page["more"]), (1, 0, False))
        self.assertTrue(page_of("1312", {"data": [RECORD] * 1000}, 7)["more"])
        self.assertEqual(page_of("1312", {}, 1), {"rows": [], "number": 1, "pages": 0, "more": False})

    async def test_pages_that_are_none(self) -> None:
        outputs: "tuple[Json, ...]" = (
            {"data": ["x"]},
            {"data": [RECORD], "pages": "-1"},
            {"data": [RECORD], "pages": 10**9},
            {"data": [RECORD] * 1001},
            {"data": [dict(RECORD, vali_flag="7")]},
        )
        for output in outputs:
            self.script(answer(output))
            got = await trouble(self.mapping.page("1312", "2026-01-01", 1))
            self.assertEqual(got, ("InsuranceError", "insurance.bad_answer", None))

"""The lines of the platform's catalogue files, and what the platform answers when it is asked for one."""

import unittest

from firmware.insurance import CATALOGUE_KINDS, CatalogueLayout, CatalogueSource, Refused, UnknownOutcome, newer, tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def line(columns: int, filled: "dict[int, str]") -> bytes:
    """A row with these columns, counted from 1; the others are null."""
    return "\t".join([filled.get(place, "null") for place in range(1, columns + 1)]).encode()


DRUG = {
    1: "XB01ACA056A012020279489",
    2: "拜阿司匹灵",
    4: "阿司匹林",
    8: "阿司匹林肠溶片",
    11: "片剂",
    14: "0.1g",
    17: "100mg",
    28: "0",
    32: "每盒30片",
    33: "30",
    45: "盒",
    51: "ASPLCRP",
    54: "拜耳医药",
    57: "限二级以上医疗机构",
    62: "HJ20160685",
    71: "1",
    79: "1",
    83: "1",
    84: "F001_20211013000000_C",
    92: "01",
}


# Kind, columns of its file, and where ours stand when all of theirs say something.
OTHERS = (
    (
        "preparations 83 code 1 name 53 other_name 2 form 6 specification 13 pack 25 pack_count 27 unit 52 maker 41"
        " approval 44 over_counter 21 limits 51 notes 59 begins 66 ends 67 valid 65 version 71 stamp 72"
    ),
    (
        "consumables 71 code 1 name 2 other_name 5 specification 10 pack 13 pack_count 14 unit 16 maker 60"
        " approval 51 limits 35 begins 47 ends 48 valid 68 version 70 stamp 71"
    ),
    "operations 24 code 11 name 12 other_name 17 notes 18 valid 19 version 23 stamp 24",
    "case_payments 15 code 2 name 3 operation 5 content 11 notes 12 valid 6 version 10 stamp 13",
    "day_surgery 15 code 2 name 3 operation 14 valid 4 version 8 stamp 11",
    "tumours 11 code 4 name 5 other_name 3 valid 6 version 10 stamp 11",
)


class TestLines(unittest.TestCase):
    def test_a_diagnosis(self) -> None:
        row = CatalogueLayout("diagnoses").row(
            line(24, {11: "A01.000x005+J17.0*", 12: "伤寒并发肺炎", 19: "1", 23: "1", 24: "F001_20211013000000_C"})
        )
        assert row is not None
        self.assertEqual(row.values, ["A01.000x005+J17.0*", "伤寒并发肺炎"])
        self.assertEqual((row.valid, row.version), (True, "F001_20211013000000_C"))

    def test_a_drug_of_either_edition(self) -> None:
        layout = CatalogueLayout("drugs")
        for columns in (97, 92, 84):
            row = layout.row(line(columns, DRUG))
            assert row is not None
            named = {name: row.values[layout.columns.index(name)] for name in layout.columns}
            self.assertEqual(
                [named[name] for name in ("code", "name", "other_name", "typed", "specification", "maker", "limits")],
                [DRUG[1], DRUG[8], DRUG[2], DRUG[51], DRUG[17], DRUG[54], DRUG[57]],
            )
            self.assertEqual(named["grade"], "01" if columns >= 92 else "")
            self.assertEqual(row.version, DRUG[84])

    def test_a_row_that_has_left(self) -> None:
        row = CatalogueLayout("services").row(line(20, {1: "003107010210000", 7: "0", 10: "动态血压监测", 15: "3"}))
        assert row is not None
        self.assertEqual((row.valid, row.version), (False, "3"))

    def test_names_in_the_other_column(self) -> None:
        row = CatalogueLayout("herbs").row(line(33, {1: "T000100001", 14: "1", 18: "1", 20: "甘草"}))
        assert row is not None
        self.assertEqual(row.values[1], "甘草")
        row = CatalogueLayout("chronic").row(line(16, {1: "M03900", 3: "高血压", 6: "1", 10: "1"}))
        assert row is not None
        self.assertEqual(row.values[1], "高血压")

    def test_every_column_of_the_other_catalogues(self) -> None:
        for text in OTHERS:
            words = text.split()
            columns = int(words[1])
            wanted = {words[place]: int(words[place + 1]) for place in range(2, len(words), 2)}
            layout = CatalogueLayout(words[0])
            filled = {place: "c" + str(place) for place in range(1, columns + 1)}
            filled[wanted["valid"]] = "1"
            row = layout.row(line(columns, filled))
            assert row is not None
            self.assertEqual(row.values, ["c" + str(wanted[name]) for name in layout.columns])
            self.assertEqual((row.valid, row.version), (True, "c" + str(wanted["version"])))
            filled[wanted["valid"]] = "0"
            filled[wanted["stamp"]] = "F001_20211013000000_C"
            row = layout.row(line(columns, filled))
            assert row is not None
            self.assertEqual((row.valid, row.version), (False, "F001_20211013000000_C"))

    def test_day_surgery_of_either_order(self) -> None:
        for place in (9, 11):
            row = CatalogueLayout("day_surgery").row(
                line(15, {2: "RJ01", 3: "白内障", 4: "1", 8: "3", place: "F001_20211013000000_C"})
            )
            assert row is not None
            self.assertEqual((row.values[0], row.version), ("RJ01", "F001_20211013000000_C"))

    def test_what_is_no_row(self) -> None:
        layout = CatalogueLayout("diagnoses")
        for wrong in (
            b"",
            b"\xff\xfe" + line(24, {11: "A", 12: "a", 19: "1"}),
            line(18, {11: "A", 12: "a"}),
            line(201, {11: "A", 12: "a", 19: "1"}),
            line(24, {12: "a", 19: "1"}),
            line(24, {11: "A", 19: "1"}),
            line(24, {11: "A B", 12: "a", 19: "1"}),
            line(24, {11: "甲", 12: "a", 19: "1"}),
            line(24, {11: "A" * 51, 12: "a", 19: "1"}),
            line(24, {11: "A", 12: "a" * 201, 19: "1"}),
            line(24, {11: "A", 12: "a", 19: "x"}),
        ):
            self.assertEqual(layout.row(wrong), None)

    def test_every_kind_has_a_transaction(self) -> None:
        for kind in CATALOGUE_KINDS:
            layout = CatalogueLayout(kind)
            self.assertTrue(tables.path(layout.infno) != "")
            self.assertEqual(layout.columns[:2], ["code", "name"])

    def test_the_name_of_a_version_counts_where_it_is_a_stamp(self) -> None:
        for name, version in (
            ("F001_20211013000000_C", "F001_20211013000000_C"),
            ("first", "20260101000000"),
            ("_x", "20260101000000"),
            ("null", "20260101000000"),
        ):
            row = CatalogueLayout("diagnoses").row(
                line(24, {11: "A", 12: "甲", 19: "1", 23: "20260101000000", 24: name})
            )
            assert row is not None
            self.assertEqual(row.version, version)

    def test_which_version_is_newer(self) -> None:
        for version, than, later in (
            ("10", "9", True),
            ("9", "10", False),
            ("1", "1", False),
            ("F001_20211013000000_C", "F001_20201013000000_C", True),
            ("F001_20211013000000_C", "", True),
            ("", "1", False),
            ("F001_20211013000000_C", "0", True),
        ):
            self.assertEqual(newer(version, than), later)


class Answers:
    """`InsuranceClient.call` that answers, or raises."""

    def __init__(self, answer: "Any") -> None:
        self.answer = answer
        self.asked: "list[Any]" = []

    async def call(self, infno: str, payload: "dict[str, Any]") -> "Any":
        self.asked.append((infno, payload))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class TestAsking(unittest.TestCase):
    async def ask(self, answer: "Any", version: str = "") -> "Any":
        self.client = Answers(answer)
        client: "Any" = self.client
        return await CatalogueSource(client).ask("diagnoses", version)

    async def test_a_file(self) -> None:
        file = await self.ask({"file_qury_no": "M00/00/00/x", "filename": "f.zip", "data_cnt": 12})
        self.assertEqual((file.number, file.name, file.rows), ("M00/00/00/x", "f.zip", 12))
        self.assertEqual(self.client.asked, [("1307", {"data": {"ver": "0"}})])
        await self.ask({"file_qury_no": "M", "filename": "f", "data_cnt": None}, "F001_20211013000000_C")
        self.assertEqual(self.client.asked, [("1307", {"data": {"ver": "F001_20211013000000_C"}})])

    async def test_nothing_newer(self) -> None:
        self.assertEqual(await self.ask({"file_qury_no": None, "filename": None, "data_cnt": "0"}), None)
        newest = Refused("insurance.refused", "1307", {"platform": "FSI-已经是最新数据", "infno": "1307"})
        self.assertEqual(await self.ask(newest), None)

    async def test_other_refusals_and_answers_without_a_file(self) -> None:
        await self.raises(Refused, Refused("insurance.refused", "1307", {"platform": "版本号不正确", "infno": "1307"}))
        await self.raises(UnknownOutcome, {"file_qury_no": "", "filename": "f"})
        await self.raises(UnknownOutcome, {})

    async def raises(self, kind: "type[Exception]", answer: "Any") -> None:
        with self.assertRaises(kind):
            await self.ask(answer)

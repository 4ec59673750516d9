"""What is uploaded about every box, and how its courier ends. Runs on CPython and MicroPython."""

from firmware.insurance import (
    SALE,
    SALE_RETURN,
    SALE_RETURNS,
    SALES,
    UploadCourier,
    rows_key,
    sale,
    sale_return,
    sale_returns,
    sale_rows,
)
from firmware.insurance.schema import check
from firmware.vault import ABSENT, DELIVERED, HELD_KIND, REFUSED, UNKNOWN, Batch, Outbox, open_vault
from hal.ports import HttpAnswer
from tests.portable.doubles import cable_pulled, pulse, reply_lost
from tests.portable.insurance_line import DONE, SIGNED_IN, Line, answer
from tests.portable.outbox_counter import UPLOADS
from tests.portable.sample_profiles import clinic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

CODES = ["81000171234567890123", "81000171234567890124"]
BILL = {
    "visit_number": "20260921a1b2000012",
    "registration": "300178725",
    "settlement": "400125241",
    "at_s": 1638180592,
    "person": {
        "number": "99999900000000000000000001",
        "name": "测试甲",
        "identity_number": "11010519491231002X",
        "identity_kind": "01",
        "region": "999901",
    },
}


def line(number: int = 0) -> "Json":
    drug = clinic()["drug"][number]
    return {
        "row_number": "20260921a1b2000012-1-1",
        "drug": drug["id"],
        "name": drug["name"],
        "national_code": drug["national_code"],
        "prescription_only": drug["prescription_only"],
        "price_fen": drug["price_fen"],
        "batch": {"lot": "L1", "made": "2026-03-01", "expires": "2027-03-31"},
        "quantity": 2,
        "codes": CODES,
    }


class Payloads(Line):
    def test_a_sale(self) -> None:
        payload = sale(clinic(), BILL, line())
        self.assertEqual(payload["region"], "999901")
        check(SALE, payload["input"])
        record = payload["input"]["selinfo"]
        want = {
            "med_list_codg": "XASPIRIN",
            "fixmedins_hilist_id": "aspirin",
            "fixmedins_bchno": "20260921a1b2000012-1-1",
            "mdtrt_sn": "300178725",
            "setl_id": "400125241",
            "manu_lotnum": "L1",
            "manu_date": "2026-03-01",
            "expy_end": "2027-03-31",
            "rx_flag": "0",
            "trdn_flag": "0",
            "finl_trns_pric": "12.60",
            "sel_retn_cnt": "2",
            "sel_retn_time": "2021-11-29 18:09:52",
            "rtal_docno": "20260921a1b2000012",
            "phar_name": "测试药师",
            "MDTRT_SETL_TYPE": "1",
            "drugtracinfo": [{"drug_trac_codg": code} for code in CODES],
        }
        for name in sorted(want):
            self.assertEqual(record[name], want[name])

    def test_a_return(self) -> None:
        payload = sale_return(clinic(), BILL, line())
        check(SALE_RETURN, payload["input"])
        record = payload["input"]["selinfo"]
        self.assertEqual((record["setl_id"], record["fixmedins_bchno"]), ("400125241", "20260921a1b2000012-1-1"))
        self.assertEqual(len(record["drugtracinfo"]), 2)
        self.assertFalse("phar_name" in record)

    def test_a_prescription_drug(self) -> None:
        self.assertEqual(sale(clinic(), BILL, line(1))["input"]["selinfo"]["rx_flag"], "1")

    def test_many_sales(self) -> None:
        payload = sale_rows(clinic(), BILL, [line(), dict(line(1), row_number="r2", product_code="6901234567892")])
        check(SALES, payload["input"])
        rows = payload["input"]["selinfoDetail"]
        self.assertEqual([row["fixmedins_bchno"] for row in rows], ["20260921a1b2000012-1-1", "r2"])
        self.assertEqual([row["drug_prod_barc"] for row in rows], ["NDPB999", "6901234567892"])
        self.assertEqual((rows[0]["prsc_dr_no"], rows[0]["phar_no"]), ("D999900000001", "HY999900000001"))
        back = sale_returns(clinic(), BILL, [line(), line(1)])
        check(SALE_RETURNS, back["input"])
        self.assertEqual(len(back["input"]["selinfoDetail"]), 2)

    def test_a_split_pack_without_a_national_code(self) -> None:
        record = sale(clinic(), BILL, dict(line(), split=True, national_code=""))["input"]["selinfo"]
        self.assertEqual((record["trdn_flag"], record["med_list_codg"]), ("1", "NMLC999"))

    def test_a_patient_of_another_city(self) -> None:
        for region, kind in (("999988", "1"), ("", "1"), ("999801", "2"), ("450100", "2")):
            person: "Any" = BILL["person"]
            bill = dict(BILL, person=dict(person, region=region))
            record = sale(clinic(), bill, line())["input"]["selinfo"]
            self.assertEqual((record["hi_feesetl_type"], record["MDTRT_SETL_TYPE"]), (kind, "1"))

    def test_a_patient_who_paid_alone(self) -> None:
        payload = sale(clinic(), dict(BILL, person=None, registration="", settlement=""), line())
        check(SALE, payload["input"])
        record = payload["input"]["selinfo"]
        self.assertEqual((payload["region"], record["MDTRT_SETL_TYPE"], record["hi_feesetl_type"]), ("", "2", "0"))
        self.assertEqual((record["mdtrt_sn"], "psn_no" in record), ("20260921a1b2000012", False))


class Courier(Line):
    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()
        self.courier = UploadCourier(self.client, "H99999900001")

    def message(self, infno: str = SALE) -> "Json":
        build = sale if infno == SALE else sale_return
        row = line()
        message = {"infno": infno, "row": row["row_number"], "payload": build(clinic(), BILL, row), "msgid": "M" * 30}
        message.update({"state": "sent", "ask": False})
        return message

    async def outcome(self, *answers: "Any") -> "tuple[str, str]":
        self.script(*answers)
        outcome, sentence, wait_s = await self.courier.send(self.message())
        self.assertEqual(wait_s, 0)
        return outcome, sentence

    async def test_delivered(self) -> None:
        self.assertEqual(await self.outcome(DONE), (DELIVERED, ""))
        sent = self.sent(-1)
        self.assertEqual((sent["infno"], sent["msgid"], sent["insuplc_admdvs"]), (SALE, "M" * 30, "999901"))

    async def test_what_the_platform_will_not_have(self) -> None:
        refusal = '{"infcode":-1,"err_msg":"批次流水号已存在"}'.encode()
        self.assertEqual(await self.outcome(refusal), (REFUSED, "批次流水号已存在"))

    async def test_what_certainly_did_not_arrive(self) -> None:
        self.assertEqual(await self.outcome(cable_pulled()), (ABSENT, ""))
        self.assertEqual(await self.outcome(HttpAnswer(401, {}, b"{}")), (ABSENT, ""))

    async def test_what_nobody_knows(self) -> None:
        for reply in (reply_lost(), HttpAnswer(502, {}, b""), b"<html>", b"{}"):
            self.assertEqual(await self.outcome(reply), (UNKNOWN, ""))

    async def test_trouble_with_the_sign_in_is_none_of_the_message(self) -> None:
        forgotten = '{"infcode":-1,"err_msg":"请先签到"}'.encode()
        self.assertEqual(await self.outcome(forgotten, b'{"infcode":-1,"err_msg":"no such operator"}'), (ABSENT, ""))
        self.assertEqual(await self.outcome(answer({"signinoutb": {}})), (ABSENT, ""))
        self.assertEqual(await self.outcome(reply_lost()), (ABSENT, ""))
        self.assertEqual(await self.outcome(SIGNED_IN, DONE), (DELIVERED, ""))
        self.assertEqual(await self.outcome(forgotten, SIGNED_IN, DONE), (DELIVERED, ""))
        self.assertEqual(await self.outcome(forgotten, SIGNED_IN, forgotten), (REFUSED, "请先签到"))  # a person looks

    async def test_a_message_that_fits_no_table_is_for_a_person(self) -> None:
        message = self.message()
        message["payload"]["input"]["selinfo"]["manu_lotnum"] = ""
        self.script(DONE)
        self.assertEqual(await self.courier.send(message), (REFUSED, "insurance.bad_message", 0))
        self.assertEqual(len(self.board.http.script), 1)

    async def asked(self, infno: str, reply: "Any") -> str:
        self.script(reply)
        outcome, sentence, wait_s = await self.courier.ask(self.message(infno))
        self.assertEqual((sentence, wait_s), ("", 0))
        return outcome

    async def test_asking(self) -> None:
        listed = answer({"output": [{"fixmedinsBchno": "other"}, {"fixmedinsBchno": "20260921a1b2000012-1-1"}]})
        gone = answer({"output": [{"fixmedinsBchno": "other"}]})
        self.assertEqual(await self.asked(SALE, listed), DELIVERED)
        self.assertEqual(await self.asked(SALE, gone), ABSENT)
        self.assertEqual(await self.asked(SALE_RETURN, listed), ABSENT)
        self.assertEqual(await self.asked(SALE_RETURN, gone), DELIVERED)
        self.assertEqual(await self.asked(SALE, answer({"output": None})), ABSENT)
        question = self.sent(-1)["input"]["data"]
        self.assertEqual(question, {"fixmedins_code": "H99999900001", "fixmedins_bchno": "20260921a1b2000012-1-1"})

    async def test_a_question_without_an_answer(self) -> None:
        for reply in (cable_pulled(), reply_lost(), b"x", HttpAnswer(401, {}, b"")):
            self.assertEqual(await self.asked(SALE, reply), UNKNOWN)

    async def test_a_platform_that_will_not_tell(self) -> None:
        self.assertEqual(await self.asked(SALE, b'{"infcode":-1}'), REFUSED)

    async def test_a_gateway_that_wants_silence(self) -> None:
        for status, outcome in ((429, ABSENT), (503, UNKNOWN)):
            self.script(HttpAnswer(status, {"retry-after": "120"}, b""))
            self.assertEqual(await self.courier.send(self.message()), (outcome, "", 120))
            self.script(HttpAnswer(status, {"retry-after": "120"}, b""))
            self.assertEqual(await self.courier.ask(self.message()), (UNKNOWN, "", 120))

    async def test_a_gateway_that_wants_silence_before_the_sign_in(self) -> None:
        await self.begin()
        self.courier = UploadCourier(self.client, "H99999900001")
        self.script(HttpAnswer(503, {"retry-after": "7"}, b""))
        self.assertEqual(await self.courier.send(self.message()), (ABSENT, "", 7))

    async def test_message_numbers_are_those_of_the_client(self) -> None:
        first = await self.courier.new_msgid()
        self.assertNotEqual(await self.client.new_msgid(), first)

    async def test_what_cannot_be_asked_is_for_a_person_and_then_sent(self) -> None:
        message = dict(self.message(), infno="3503")
        self.script()
        self.assertEqual(await self.courier.ask(message), (REFUSED, "insurance.cannot_ask", 0))
        self.assertEqual(await self.courier.ask(dict(message, state="new")), (ABSENT, "", 0))
        self.assertEqual(self.numbers()[-1], "2601")

    async def test_an_answer_to_a_question_that_cannot_be_read(self) -> None:
        self.script(answer({"output": ["x"]}))
        self.assertEqual(await self.courier.ask(self.message()), (REFUSED, "insurance.bad_answer", 0))


def taken(*flags: str) -> bytes:
    """The answer to rows r1, r2 ..., each taken ("1") or not, or not named ("")."""
    rows = []
    for index in [index for index in range(len(flags)) if flags[index]]:
        words = "受理成功" if flags[index] == "1" else "医保药师不存在"
        rows.append({"fixmedins_bchno": "r" + str(index + 1), "retRslt": flags[index], "msgRslt": words})
    return answer({"selinfoDetail": rows})


def taken_back(row_number: str) -> bytes:
    return answer({"selinfoErrDetail": [{"fixmedins_bchno": row_number, "retRslt": "1"}]})


def listed(row_number: str = "") -> bytes:
    return answer({"output": [{"fixmedinsBchno": row_number}] if row_number else []})


class ManyRows(Line):
    LINES = [dict(line(), row_number="r1"), dict(line(1), row_number="r2")]

    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()
        self.courier = UploadCourier(self.client, "H99999900001")

    def message(self, infno: str = SALES, state: str = "sent", ask: bool = False) -> "Json":
        build = sale_rows if infno == SALES else sale_returns
        payload = build(clinic(), BILL, self.LINES)
        message: "Json" = {"infno": infno, "row": rows_key(self.LINES), "payload": payload, "msgid": "M" * 30}
        message.update({"state": state, "ask": ask})
        return message

    async def test_each_row_counts(self) -> None:
        for reply, want in (
            (taken("1", "1"), (DELIVERED, "", 0)),
            (taken("1", "1", "1"), (DELIVERED, "", 0)),
            (taken("1", "0"), (REFUSED, "小儿止咳糖浆: 医保药师不存在", 0)),
            (taken("0", "0"), (REFUSED, "阿司匹林肠溶片: 医保药师不存在; 小儿止咳糖浆: 医保药师不存在", 0)),
            (taken("1", "1", "0"), (UNKNOWN, "", 0)),
            (answer({"selinfoDetail": [3]}), (UNKNOWN, "", 0)),
            (answer({"selinfoDetail": [{"fixmedins_bchno": "r1", "retRslt": [], "msgRslt": ""}]}), (UNKNOWN, "", 0)),
        ):
            self.script(reply)
            self.assertEqual(await self.courier.send(self.message()), want)
        self.assertEqual(len(self.sent(-1)["input"]["selinfoDetail"]), 2)

    async def test_a_row_that_is_not_named_is_asked_for(self) -> None:
        other = answer({"selinfoDetail": [{"fixmedins_bchno": "r9", "retRslt": "1"}] * 2})
        for reply, questions, want in (
            (taken("1"), [listed("r2")], DELIVERED),
            (taken("1"), [listed()], UNKNOWN),
            (DONE, [listed("r1"), listed("r2")], DELIVERED),
            (other, [listed("r1"), listed()], UNKNOWN),
            (taken("1"), [reply_lost()], UNKNOWN),
            (taken("1"), [cable_pulled()], UNKNOWN),
            (taken("1"), [HttpAnswer(401, {}, b"{}")], UNKNOWN),
            (taken("1"), [b'{"infcode":-1}'], UNKNOWN),
            (taken("1"), [answer({"output": ["x"]})], UNKNOWN),
        ):
            await self.begin_signed_in()
            self.courier = UploadCourier(self.client, "H99999900001")
            self.script(reply, *questions)
            self.assertEqual(await self.courier.send(self.message()), (want, "", 0))
            self.assertEqual(self.numbers()[2:], ["3505A"] + ["3513"] * len(questions))
        await self.begin_signed_in()
        self.courier = UploadCourier(self.client, "H99999900001")
        self.script(taken("1"), HttpAnswer(503, {"retry-after": "9"}, b""))
        self.assertEqual(await self.courier.send(self.message()), (UNKNOWN, "", 9))
        self.script(taken("1", "0"))  # what was refused is asked for by the outbox
        self.assertEqual((await self.courier.send(self.message()))[0], REFUSED)

    async def test_of_returns_what_is_not_listed_has_come_back(self) -> None:
        self.script(DONE, listed(), listed())
        self.assertEqual(await self.courier.send(self.message(SALE_RETURNS)), (DELIVERED, "", 0))
        self.script(DONE, listed("r1"), listed())
        self.assertEqual(await self.courier.send(self.message(SALE_RETURNS)), (UNKNOWN, "", 0))

    async def test_what_is_accepted_and_never_listed_comes_before_a_person(self) -> None:
        """It is sent once more, and not for ever."""
        outbox = await self.outbox()
        self.script(DONE, listed(), listed())
        self.assertFalse(await outbox.deliver(pulse))
        missing = [listed(), listed()]
        self.script(*(missing + missing + [DONE] + missing + missing))
        self.assertTrue(await outbox.deliver(pulse))
        self.assertEqual(len(self.board.http.script), 0)
        _, held = (await self.vault.list(HELD_KIND))[0]
        self.assertEqual((held["refusal"], held["ask"]), ("insurance.taken_in_part", True))

    async def outbox(self) -> Outbox:
        """An outbox with the message."""
        board = self.board
        self.vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        outbox = Outbox(self.vault, self.courier, board.clock, board.random, UPLOADS, 100)
        await outbox.load()
        batch = Batch("test")
        outbox.enqueue(batch, "V1", rows_key(self.LINES), SALES, self.message()["payload"], 100)
        await self.vault.commit(batch)
        return outbox

    async def test_what_was_sent_before_leaves_with_the_missing_rows_only(self) -> None:
        self.script(listed("r1"), listed(), taken("", "1"))
        self.assertEqual(await self.courier.send(self.message(ask=True)), (DELIVERED, "", 0))
        self.assertEqual([row["fixmedins_bchno"] for row in self.sent(-1)["input"]["selinfoDetail"]], ["r2"])
        self.script(listed("r1"), listed("r2"))
        self.assertEqual(await self.courier.send(self.message(ask=True)), (DELIVERED, "", 0))
        self.assertEqual(self.numbers()[-3:], ["3505A", "3513", "3513"])
        self.script(listed("r1"), listed(), taken_back("r1"))  # of returns, what is not listed has come back
        self.assertEqual(await self.courier.send(self.message(SALE_RETURNS, ask=True)), (DELIVERED, "", 0))
        self.assertEqual([row["fixmedins_bchno"] for row in self.sent(-1)["input"]["selinfoDetail"]], ["r1"])

    async def test_while_nobody_says_what_is_there_nothing_is_sent(self) -> None:
        for reply in (cable_pulled(), reply_lost(), HttpAnswer(401, {}, b"")):
            self.script(listed("r1"), reply)
            self.assertEqual(await self.courier.send(self.message(ask=True)), (ABSENT, "", 0))
            self.assertEqual(self.numbers()[-1], "3513")
        self.script(HttpAnswer(503, {"retry-after": "9"}, b""))
        self.assertEqual(await self.courier.send(self.message(ask=True)), (ABSENT, "", 9))

    async def test_asking(self) -> None:
        for first, second, state, want in (
            ("r1", "r2", "sent", (DELIVERED, "", 0)),
            ("", "", "sent", (ABSENT, "", 0)),
            ("r1", "", "sent", (REFUSED, "insurance.taken_in_part", 0)),
            ("r1", "", "new", (ABSENT, "", 0)),
        ):
            self.script(listed(first), listed(second))
            self.assertEqual(await self.courier.ask(self.message(state=state)), want)

    async def test_from_a_refused_row_to_the_end(self) -> None:
        outbox = await self.outbox()
        self.script(taken("1", "0"), listed("r1"), listed())
        await outbox.deliver(pulse)
        message_id, held = (await self.vault.list(HELD_KIND))[0]
        self.assertEqual((held["refusal"], held["ask"]), ("小儿止咳糖浆: 医保药师不存在", True))
        batch = Batch("test")
        self.assertEqual(await outbox.withdraw(batch, "V1"), [])  # a row of it is sold there
        await self.vault.commit(batch)
        await outbox.retry(message_id, "op")
        self.script(listed("r1"), listed(), listed("r1"), listed(), taken("", "1"))
        await outbox.deliver(pulse)
        self.assertEqual([row["fixmedins_bchno"] for row in self.sent(-1)["input"]["selinfoDetail"]], ["r2"])
        self.assertEqual((outbox.summary()["waiting"], outbox.summary()["quarantined"]), (0, 0))

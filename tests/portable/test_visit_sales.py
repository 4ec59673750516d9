"""How the boxes of a visit are told: trace codes in the settlement, and all rows in one message. Runs on CPython and
MicroPython."""

from tests.portable.goods_counter import SYRUP, Goods
from tests.portable.tiny_counter import box
from tests.portable.tiny_platform import REPLY_LOST, REQUEST_LOST


class ManyRows(Goods):
    async def test_one_message_with_all_rows(self) -> None:
        await self.settled()
        waiting = await self.terminal.outbox.of_visit(self.visit()["id"])
        self.assertEqual([(row["infno"], row["amount_fen"]) for row in waiting], [("3505A", 3950)])
        self.assertEqual(waiting[0]["row"], " ".join(self.row_numbers()))
        self.assertTrue(await self.upload())
        self.assertEqual((self.count("3505"), self.count("3505A")), (0, 1))
        self.assertEqual(sorted(self.platform.sales), self.row_numbers())
        self.assertEqual(len(self.platform.sales[self.row_numbers()[0]]), 2)
        await self.cancel()
        self.assertTrue(await self.upload())
        self.assertEqual((self.count("3506"), self.count("3506A")), (0, 1))
        await self.expect_undone("")

    async def test_what_never_left_is_withdrawn(self) -> None:
        await self.settled()
        await self.cancel()
        self.assertTrue(await self.upload())
        self.assertEqual((self.count("3505A"), self.count("3506A")), (0, 0))
        await self.expect_undone("")

    async def test_the_return_follows_what_was_sold(self) -> None:
        for many_rows in (True, False):
            for sent in (True, False):
                await self.again(many_rows)
                await self.settled()
                if sent:
                    await self.upload()
                await self.changed_to(not many_rows)
                await self.cancel()
                self.assertTrue(await self.upload())
                returns = (self.count("3506A"), self.count("3506"))
                self.assertEqual(returns, ((1, 0) if many_rows else (0, 2)) if sent else (0, 0))
                await self.expect_undone("")

    async def test_a_visit_of_an_older_program(self) -> None:
        await self.again(False)
        await self.settled()
        await self.upload()
        del self.visit()["sold_together"]
        await self.terminal.book.keep(self.visit(), "test")
        await self.changed_to(True)
        await self.cancel()
        self.assertTrue(await self.upload())
        self.assertEqual((self.count("3506"), self.count("3506A")), (2, 0))
        await self.expect_undone("")

    async def test_answers_that_never_came(self) -> None:
        for infno in ("3505A", "3506A"):
            for fault in (REQUEST_LOST, REPLY_LOST):
                await self.again()
                self.platform.faults = [(infno, fault)]
                await self.settled()
                self.assertEqual(await self.upload(), infno != "3505A")
                if infno == "3505A":
                    await self.power_cut()
                await self.cancel()
                while not await self.upload():
                    await self.power_cut()
                self.assertEqual(self.count(infno), 2 if fault == REQUEST_LOST else 1)
                await self.expect_undone(infno + " " + fault)

    async def test_a_row_that_is_refused_is_named_and_comes_back_with_the_others(self) -> None:
        self.platform.picky = "cough-syrup"
        await self.settled()
        await self.upload()
        held = (await self.terminal.outbox.held())[0]
        self.assertEqual(held["refusal"], "小儿止咳糖浆: 医保药师不存在")
        self.assertEqual(list(self.platform.sales), self.row_numbers()[:1])
        await self.cancel()  # a part of it is sold there: a return is written, behind the sale
        await self.upload()
        self.assertEqual(self.count("3506A"), 0)
        self.platform.picky = ""
        await self.terminal.outbox.retry(held["id"], "1")
        self.assertTrue(await self.upload())
        await self.expect_undone("")

    async def test_all_rows_refused_leave_with_their_return(self) -> None:
        self.platform.faults = [("3505A", "FSI-系统维护")]
        await self.settled()
        await self.upload()
        self.assertEqual(self.terminal.outbox.summary()["quarantined"], 1)
        await self.cancel()
        self.assertTrue(await self.upload())
        self.assertEqual(self.count("3506A"), 0)
        await self.expect_undone("")


class CodesInSettlement(Goods):
    async def setUp(self) -> None:  # type: ignore[override]
        self.sales = {"many_rows": True, "codes_in_settlement": True}
        await self.begin()

    def codes(self) -> "list[tuple[str, str, str]]":
        rows = self.platform.given["2207"].get("drug_trac_info", [])
        return [(row["feedetl_sn"], row["drug_trac_codg"], row["trdn_flag"]) for row in rows]

    async def test_the_codes_of_every_box_by_fee_row(self) -> None:
        await self.settled()
        scanned = (("1", box(1)), ("1", box(2)), ("2", box(3, SYRUP)))
        self.assertEqual(self.codes(), [(row, code.decode(), "0") for row, code in scanned])
        fees = [(row["feedetl_sn"], row["medins_list_codg"]) for row in self.platform.given["2204"]["feedetail"]]
        self.assertEqual(fees, [("1", "aspirin"), ("2", "cough-syrup")])

    async def test_what_is_settled_again_has_the_same_codes(self) -> None:
        for fault in (REQUEST_LOST, REPLY_LOST):
            await self.again()
            self.platform.faults = [("2207", fault)]
            await self.priced()
            await self.settle()
            self.platform.given.pop("2207", None)
            await self.power_cut()
            await self.take_up()
            self.assertEqual((self.step(), len(self.codes()), self.count("2207")), ("done", 3, 2))

    async def test_nobody_else_gets_them(self) -> None:
        self.sales["codes_in_settlement"] = False
        await self.power_cut()
        await self.settled()
        self.assertEqual((self.step(), self.codes()), ("done", []))

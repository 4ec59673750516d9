"""A visit from the card to the receipt, and back. Runs on CPython and MicroPython."""

from firmware.visit import visit_view
from hal import aio
from tests.portable.cards import CITIZEN
from tests.portable.doubles import pulse
from tests.portable.tiny_counter import PATIENT, Counter, box
from tests.portable.tiny_platform import CABLE_OUT, GATEWAY


class Serving(Counter):
    async def test_step_by_step(self) -> None:
        await self.arrive()
        self.assertEqual((self.step(), self.visit()["person"]["name"]), ("diagnose", "测试甲"))
        self.assertEqual(self.visit()["registration"], self.platform.registrations[self.visit()["number"]])
        await self.diagnose()
        self.assertEqual(self.step(), "prescribe")
        await self.prescribe(("aspirin", 2))
        self.assertEqual(self.step(), "dispense")
        await self.scan(box(1))
        self.assertEqual(self.step(), "dispense")
        await self.scan(box(2))
        self.assertEqual((self.step(), self.visit()["preview"]["own_fen"]), ("confirm", 378))
        self.assertEqual(self.platform.diagnoses[self.visit()["registration"]], "J00.x00")
        await self.settle()
        receipt = self.visit()["receipt"]
        self.assertEqual((self.step(), receipt["state"], receipt["copies"]), ("done", "printed", 1))
        self.assertEqual(self.visit()["settlement"]["fund_fen"], 2142)
        self.assertEqual(self.platform.messages[-1], "2207")
        self.assertEqual(self.on_shelf(), 41)
        self.assertEqual((await self.holder(box(1)) or {})["state"], "sold")
        await self.desk.finish()
        self.assertEqual((self.desk.record(), self.desk.kept()), (None, []))

    async def test_the_sale_is_uploaded(self) -> None:
        await self.settled()
        self.assertEqual(len(await self.terminal.outbox.of_visit(self.visit()["id"])), 1)
        self.assertTrue(await self.upload())
        self.assertEqual(self.platform.sales, {self.visit()["number"] + "-1-1": [box(1).decode(), box(2).decode()]})

    async def test_boxes_of_two_batches_are_two_rows(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 2))
        gs1 = b"]d20102000000000015" + b"17280229" + b"10L2" + b"\x1d" + b"21A1"
        await self.scan(box(1), gs1)
        await self.settle()
        await self.upload()
        number = self.visit()["number"]
        self.assertEqual(sorted(self.platform.sales), [number + "-1-1", number + "-1-2"])
        batches = self.terminal.shelf._left["aspirin"]
        self.assertEqual([batch["quantity"] for batch in batches], [2, 39])

    async def test_every_step_is_on_the_disk(self) -> None:
        await self.priced()
        before = dict(self.visit())
        await self.power_cut()
        self.assertEqual(self.told(), "terminal.restarted")
        after = self.visit()
        for name in ("id", "step", "lines", "preview", "bill", "registration", "person", "sent"):
            self.assertEqual(after[name], before[name])
        await self.settle()
        self.assertEqual(self.step(), "done")

    async def test_the_card_is_laid_down_before_anybody_signed_in(self) -> None:
        self.desk.signed_out(None)
        self.assertEqual(await self.refusal(self.desk.card(CITIZEN)), "operator.sign_in_first")
        await self.desk.signed_in({"id": "1", "name": "韦医生"})
        await self.quiet()
        self.assertEqual(self.step(), "diagnose")

    async def test_a_card_that_was_taken_away_is_forgotten(self) -> None:
        self.desk.signed_out(None)
        await self.refusal(self.desk.card(CITIZEN))
        await self.desk.card_taken("identity_card")
        await self.desk.signed_in({"id": "1", "name": "韦医生"})
        await self.quiet()
        self.assertEqual(self.desk.record(), None)

    async def test_another_patient_waits_for_the_screen(self) -> None:
        await self.arrive()
        self.assertEqual(await self.refusal(self.desk.identity_number(PATIENT)), "")  # the same card still lies there
        self.assertEqual(await self.refusal(self.desk.identity_number("440308199901101512")), "visit.another_open")
        await self.desk.set_aside()
        await self.desk.identity_number("440308199901101512")
        await self.quiet()
        self.assertEqual(len(self.desk.kept()), 1)
        await self.desk.resume("000001")
        self.assertEqual((self.visit()["id"], self.desk.kept()[0]["id"]), ("000001", "000002"))
        self.assertEqual(await self.refusal(self.desk.resume("000009")), "visit.unknown")

    async def test_an_insurance_code_opens_a_visit(self) -> None:
        await self.desk.scanned(b"4241234567890123456789990000")
        await self.quiet()
        self.assertEqual((self.visit()["credential"]["number"], self.visit()["person"]["number"]), ("T" * 38, "9" * 26))
        self.assertEqual(
            await self.refusal(self.desk.scanned(b"4241234567890123456789990000")), "trace.insurance_code_not_now"
        )

    async def test_nobody_is_at_the_counter(self) -> None:
        self.assertEqual(await self.refusal(self.desk.scanned(box(1))), "trace.not_now")
        self.assertEqual(await self.refusal(self.desk.finish()), "visit.not_now")
        self.assertEqual(await self.refusal(self.desk.price(1)), "visit.unknown")
        self.assertEqual(await self.refusal(self.desk.set_aside()), "")

    async def test_who_is_not_insured_here_gets_no_visit(self) -> None:
        self.platform.faults = [("1101", "该参保人的基本信息为空")]
        await self.arrive()
        self.assertEqual((self.desk.record(), self.told()), (None, "insurance.refused"))

    async def test_without_a_network_the_visit_opens_and_is_priced_later(self) -> None:
        self.platform.down = True
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 2))
        await self.scan(box(1), box(2))
        self.assertEqual((self.step(), self.told(), self.visit()["person"]), ("price", "insurance.not_connected", None))
        self.platform.down = False
        await self.desk.price(self.version())
        await self.quiet()
        self.assertEqual((self.step(), self.visit()["person"]["name"]), ("confirm", "测试甲"))

    async def test_a_gateway_that_refuses_is_as_good_as_no_network(self) -> None:
        self.platform.faults = [("9001", GATEWAY)]
        await self.arrive()
        self.assertEqual((self.step(), self.told()), ("diagnose", "insurance.clock_refused"))
        self.assertTrue(self.visit()["person"] is None)


class Pressing(Counter):
    async def test_a_press_on_an_outdated_screen_does_nothing(self) -> None:
        await self.priced()
        seen = self.version()
        presses = [
            self.desk.choose_diagnosis(seen - 1, "I10.x00"),
            self.desk.set_lines(seen - 1, [("aspirin", 1)]),
            self.desk.price(seen - 1),
            self.desk.settle(seen - 1, 378),
            self.desk.receipt(seen - 1, "print"),
            self.desk.cancel(seen + 1),
        ]
        for press in presses:
            self.assertEqual(await self.refusal(press), "visit.moved_on")
        self.assertEqual((self.version(), self.step()), (seen, "confirm"))

    async def test_a_double_press_settles_once(self) -> None:
        await self.priced()
        seen = self.version()
        self.platform.gate = aio.Event()
        await self.desk.settle(seen, 378)
        self.assertEqual(await self.refusal(self.desk.settle(seen, 378)), "visit.busy")
        while "2207" not in self.platform.messages:
            await aio.sleep_ms(0)
        self.assertTrue(await self.refusal(self.desk.settle(seen, 378)) in ("visit.busy", "visit.moved_on"))
        self.assertTrue(await self.refusal(self.desk.cancel(self.version())) in ("visit.busy", "visit.not_now"))
        self.platform.gate.set()
        await self.quiet()
        self.assertEqual(await self.refusal(self.desk.settle(seen, 378)), "visit.moved_on")
        self.assertEqual(len(self.platform.settlements), 1)
        self.assertEqual(len(self.board.printer.jobs), 1)

    async def test_another_share_than_the_patient_agreed_to(self) -> None:
        await self.priced()
        self.assertEqual(await self.refusal(self.desk.settle(self.version(), 377)), "visit.own_share_changed")
        self.platform.next_share_fen = 100
        await self.settle()
        self.assertEqual((self.step(), self.told()), ("done", "visit.amount_changed"))
        self.assertEqual((self.visit()["agreed_fen"], self.visit()["settlement"]["own_fen"]), (378, 478))

    async def test_what_does_not_fit_the_step(self) -> None:
        await self.arrive()
        self.assertEqual(await self.refusal(self.desk.settle(self.version(), 0)), "visit.not_now")
        self.assertEqual(await self.refusal(self.desk.price(self.version())), "visit.not_now")
        self.assertEqual(await self.refusal(self.desk.receipt(self.version(), "print")), "visit.not_now")
        self.assertEqual(await self.refusal(self.desk.finish()), "visit.not_now")
        self.assertEqual(await self.refusal(self.desk.choose_diagnosis(self.version(), "Z99")), "visit.unknown")

    async def test_lines_changed_after_the_price_are_priced_anew(self) -> None:
        await self.priced()
        await self.prescribe(("aspirin", 1))
        self.assertEqual((self.step(), self.visit()["preview"]["total_fen"]), ("confirm", 1260))
        self.assertEqual(self.platform.messages.count("2205"), 1)
        self.assertEqual(len(self.platform.fees[self.visit()["registration"]]), 1)
        self.assertEqual(await self.holder(box(2)), None)
        await self.settle()
        self.assertEqual((self.visit()["settlement"]["own_fen"], self.on_shelf()), (189, 42))

    async def test_another_diagnosis_after_the_price_is_sent_and_priced_anew(self) -> None:
        await self.priced()
        await self.diagnose("I10.x00")
        self.assertEqual(self.platform.diagnoses[self.visit()["registration"]], "I10.x00")
        self.assertEqual(self.platform.fees[self.visit()["registration"]][0]["dise_codg"], "I10.x00")
        self.assertEqual(self.step(), "confirm")

    async def test_asking_for_the_price_again(self) -> None:
        await self.priced()
        await self.desk.price(self.version())
        await self.quiet()
        self.assertEqual((self.step(), self.platform.messages.count("2206")), ("confirm", 2))

    async def test_a_refused_settlement_can_be_tried_again(self) -> None:
        await self.priced()
        for trouble, told in (("FSI-待遇冻结", "insurance.refused"), (CABLE_OUT, "insurance.not_connected")):
            self.platform.faults = [("2207", trouble)]
            await self.settle()
            self.assertEqual((self.step(), self.told(), self.visit()["sent"]), ("confirm", told, None))
        await self.settle()
        self.assertEqual((self.step(), len(self.platform.settlements)), ("done", 1))


class Cancelling(Counter):
    async def cancelled(self) -> None:
        self.assertEqual(self.step(), "cancelled")
        self.assertEqual(self.platform.registrations, {})
        self.assertEqual((await self.holder(box(1)), await self.holder(box(2)), self.on_shelf()), (None, None, 43))
        await self.desk.finish()
        self.assertEqual(self.desk.record(), None)

    async def test_before_the_price(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 2))
        await self.scan(box(1))
        await self.cancel()
        await self.cancelled()
        self.assertFalse("2205" in self.platform.messages)

    async def test_after_the_price(self) -> None:
        await self.priced()
        await self.cancel()
        await self.cancelled()
        self.assertTrue("2205" in self.platform.messages)

    async def test_after_the_settlement_before_the_upload(self) -> None:
        await self.settled()
        visit_id = self.visit()["id"]
        await self.cancel()
        await self.cancelled()
        self.assertEqual(await self.terminal.outbox.of_visit(visit_id), [])
        await self.upload()
        self.assertFalse("3505" in self.platform.messages)

    async def test_after_the_upload(self) -> None:
        await self.settled()
        await self.upload()
        self.assertEqual(len(self.platform.sales), 1)
        await self.cancel()
        await self.cancelled()
        await self.upload()
        self.assertEqual(self.platform.sales, {})

    async def test_a_visit_that_the_platform_never_saw(self) -> None:
        self.platform.down = True
        await self.arrive()
        await self.cancel()
        self.assertEqual(self.step(), "cancelled")

    async def test_without_a_network_it_is_finished_later(self) -> None:
        await self.settled()
        self.platform.down = True
        await self.cancel()
        self.assertEqual((self.step(), self.told()), ("cancelling", "insurance.not_connected"))
        await self.power_cut()
        self.assertEqual(self.step(), "cancelling")
        self.platform.down = False
        await self.take_up()
        await self.cancelled()

    async def test_a_settlement_that_the_platform_will_not_cancel_stays(self) -> None:
        await self.settled()
        self.platform.faults = [("2208", "FSI-已清算")]
        await self.cancel()
        self.assertEqual((self.step(), self.told(), self.on_shelf()), ("done", "insurance.refused", 41))
        await self.cancel()
        await self.cancelled()

    async def test_a_registration_that_the_platform_will_not_withdraw_waits_for_a_person(self) -> None:
        await self.priced()
        self.platform.faults = [("2202", "FSI-不能撤销")]
        await self.cancel()
        self.assertEqual((self.step(), self.visit()["stuck"]), ("cancelling", True))
        tries = len(self.platform.messages)
        await self.take_up()
        self.assertEqual(len(self.platform.messages), tries)
        await self.cancel()
        await self.cancelled()

    async def test_a_gateway_that_refuses_the_withdrawal_is_asked_again(self) -> None:
        await self.priced()
        self.platform.faults = [("2202", GATEWAY)]
        await self.cancel()
        self.assertEqual((self.step(), self.visit()["stuck"]), ("cancelling", False))
        await self.take_up()
        await self.cancelled()

    async def test_the_screen_of_a_cancelled_visit(self) -> None:
        await self.settled()
        await self.cancel()
        view = visit_view(self.visit(), None, {"waiting": 0, "quarantined": 0}, self.board.clock.now_s)
        self.assertEqual(view["actions"], ["reprint", "finish"])
        self.assertEqual(view["patient"]["identity_number"].replace("*", ""), "110105002X")
        self.assertTrue(await self.terminal.outbox.deliver(pulse))

"""The local checks at the counter, and amounts that are compared. Runs on CPython and MicroPython."""

from firmware.vault import Batch
from tests.portable.audited_counter import Audited, rule
from tests.portable.tiny_counter import PATIENT, box

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

SYRUP = "cough-syrup"
SYRUP_PREFIX = "8100055"


class Local(Audited):
    limits = [
        rule("level", ["小儿止咳糖浆"], 1, least_level=2),
        rule("supply", ["阿司匹林"], 2, box_days=30, most_days=60),
    ]

    async def test_it_is_said_while_prescribing_without_a_network(self) -> None:
        self.platform.down = True
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 3))
        self.assertEqual((self.step(), self.due()), ("dispense", ["supply"]))
        await self.answer("known")
        self.assertEqual(self.due(), [])
        await self.prescribe(("aspirin", 4))
        self.assertEqual(self.due(), ["supply"])  # even more than that is another finding

    async def test_answers_to_what_is_not_said_any_more_do_not_pile_up(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 3))
        await self.answer("known")
        given = list(self.visit()["answers"])
        record = self.visit()
        for number in range(110):
            record["answers"][f"{number:016d}"] = {"reason": "known", "text": "", "operator": "1", "at": number}
        await self.prescribe(("aspirin", 4))
        await self.answer("known")
        self.assertEqual(len(record["answers"]), 111)
        for quantity in range(5, 9):
            await self.prescribe(("aspirin", quantity))
            await self.answer("known")
        self.assertEqual((len(record["answers"]), given[0] in record["answers"], self.due()), (111, True, []))

    async def test_a_drug_that_is_not_paid_here_is_taken_off(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1), (SYRUP, 1))
        for reason in ("known", "needed", "other"):
            self.assertEqual(await self.answer(reason, "words"), "audit.blocked")
        await self.scan(box(1), box(1, SYRUP_PREFIX))
        self.assertEqual((self.step(), await self.settling()), ("confirm", "audit.open"))
        await self.prescribe(("aspirin", 1))
        self.assertEqual((self.step(), self.due()), ("confirm", []))
        self.assertEqual(await self.settling(), "")

    async def test_or_the_patient_pays_for_it(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1), (SYRUP, 1))
        await self.scan(box(1), box(1, SYRUP_PREFIX))
        await self.desk.pay_oneself(self.version(), SYRUP, True)
        await self.quiet()
        self.assertEqual((self.step(), self.due()), ("confirm", []))
        sent = self.platform.given["2204"]["feedetail"]
        self.assertEqual([row["hosp_appr_flag"] for row in sent], ["1", "2"])
        orders = self.platform.given["3102"]["data"]["patient_dtos"][0]["fsi_encounter_dtos"][0]["fsi_order_dtos"]
        self.assertEqual([row["ownpay_amt"] for row in orders], ["0.00", "14.30"])
        self.assertEqual([line["self_paid"] for line in self.view()["lines"]], [False, True])
        await self.desk.pay_oneself(self.version(), SYRUP, False)
        await self.quiet()
        self.assertEqual((self.due(), await self.settling()), (["level"], "audit.open"))
        self.assertEqual(await self.refusal(self.desk.pay_oneself(self.version(), "none", True)), "visit.unknown")

    async def test_the_same_drug_again_before_it_is_used_up(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 2))
        await self.scan(box(1), box(2))
        await self.settle()
        await self.desk.finish()
        self.board.clock.now_s += 59 * 86400
        await self.power_cut()
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        self.assertEqual(self.due(), ["repeat"])
        self.assertEqual(self.visit()["findings"][0]["params"], {"days": 1})
        await self.cancel()
        await self.desk.finish()
        self.board.clock.now_s += 86400
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        self.assertEqual(self.due(), [])

    async def test_a_long_supply_is_remembered_as_long_as_it_lasts(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 4))
        await self.answer("known")
        await self.scan(box(1), box(2), box(3), box(4))
        await self.settle()
        await self.desk.finish()
        self.board.clock.now_s += 119 * 86400
        await self.power_cut()
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        self.assertEqual((self.due(), self.visit()["findings"][0]["params"]), (["repeat"], {"days": 1}))

    async def test_what_was_cancelled_was_not_handed_over(self) -> None:
        await self.settled()
        await self.cancel()
        await self.desk.finish()
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        self.assertEqual(self.due(), [])

    async def test_another_patient_has_nothing_to_do_with_it(self) -> None:
        await self.settled()
        await self.desk.finish()
        await self.desk.identity_number("440524188001010014")
        await self.quiet()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        self.assertEqual(self.due(), [])

    async def test_earlier_visits_that_were_erased_are_unknown(self) -> None:
        await self.settled()
        visit = self.visit()["id"]
        await self.desk.finish()
        batch = Batch("visit.erased", visit)
        batch.erase(visit)
        await self.terminal.vault.commit(batch)
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        self.assertEqual((self.step(), self.due()), ("dispense", []))

    async def test_the_store_shows_nobody(self) -> None:
        await self.settled()
        for key in self.board.store.rows:
            self.assertFalse(PATIENT.encode() in key)


class Compared(Audited):
    async def test_amounts_as_expected(self) -> None:
        await self.priced()
        comparison = self.view()["comparison"]
        self.assertEqual((comparison["fields"], comparison["causes"]), ([], []))
        self.assertEqual(self.visit()["expected"]["own_fen"], 378)

    async def test_others_are_explained_and_win(self) -> None:
        def with_deductible(output: "Json") -> "Json":
            info = output["setlinfo"]
            info.update({"act_pay_dedc": "10.00", "fund_pay_sumamt": "12.92", "psn_part_amt": "12.28"})
            info["psn_cash_pay"] = "12.28"
            return output

        self.platform.changed = {"2206": with_deductible}
        await self.priced()
        comparison = self.view()["comparison"]
        self.assertEqual(comparison["causes"], [{"cause": "deductible", "params": {"fen": 1000}}])
        self.assertFalse(comparison["verified"])
        self.assertEqual(self.view()["preview"]["own_fen"], 1228)
        await self.power_cut()
        self.assertEqual(self.view()["comparison"], comparison)
        await self.prescribe(("aspirin", 1))
        self.assertEqual(self.view()["comparison"]["fields"], [])  # another bill

    async def test_an_insurance_without_rules_is_not_compared(self) -> None:
        def other(output: "Json") -> "Json":
            output["insuinfo"][0]["insutype"] = "340"
            return output

        self.platform.changed = {"1101": other}
        await self.priced()
        self.assertEqual((self.step(), self.view()["comparison"]), ("confirm", None))

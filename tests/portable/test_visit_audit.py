"""The platform's audit at the counter. Runs on CPython and MicroPython."""

from tests.portable.audited_counter import Audited, said
from tests.portable.tiny_counter import box
from tests.portable.tiny_platform import REPLY_LOST


class Platform(Audited):
    async def test_it_is_asked_when_the_drugs_are_chosen_and_before_the_settlement(self) -> None:
        await self.priced()
        told = [infno for infno in self.platform.messages if infno in ("2201", "3101", "2204", "2206", "3102")]
        self.assertEqual(told, ["2201", "3101", "2204", "2206", "3102"])
        encounter = self.platform.given["3102"]["data"]["patient_dtos"][0]["fsi_encounter_dtos"][0]
        self.assertEqual(encounter["medfee_sumamt"], "25.20")
        self.assertEqual(self.view()["review"], {"findings": [], "due": [], "not_audited": ""})
        await self.settle()
        self.assertEqual(self.step(), "done")

    async def test_once_for_each_prescription(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 2))
        await self.prescribe(("aspirin", 2))
        self.assertEqual(self.platform.messages.count("3101"), 1)
        await self.prescribe(("aspirin", 1))
        await self.diagnose("I10.x00")
        self.assertEqual(self.platform.messages.count("3101"), 3)

    async def test_the_same_prescription_once_more_keeps_what_was_found(self) -> None:
        """A platform that is not asked again says nothing again."""
        self.platform.before = [said("1")]
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        await self.prescribe(("aspirin", 1))
        self.assertEqual((len(self.visit()["findings"]), self.platform.messages.count("3101")), (1, 1))
        await self.scan(box(1))
        self.assertEqual((self.step(), self.due()), ("confirm", ["platform"]))
        self.assertEqual(await self.settling(), "audit.open")

    async def test_so_does_one_that_was_changed_and_changed_back(self) -> None:
        self.platform.before = [said("1")]
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        version = self.version()
        await self.desk.set_lines(version, [("aspirin", 2)])  # faster than the platform is asked
        self.assertEqual(self.visit()["findings"], [])
        await self.desk.set_lines(self.version(), [("aspirin", 1)])
        await self.quiet()
        await self.scan(box(1))
        self.assertEqual((self.step(), self.due()), ("confirm", ["platform"]))

    async def test_another_diagnosis_drops_what_was_found(self) -> None:
        self.platform.before = [said("1")]
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        self.assertEqual(len(self.visit()["findings"]), 1)
        await self.desk.choose_diagnosis(self.version(), "I10.x00")
        self.assertEqual(self.visit()["findings"], [])

    async def test_a_doubt_takes_one_key(self) -> None:
        for degree in ("2", "3"):
            await self.stop()
            await self.begin()
            self.platform.during = [said(degree)]
            await self.priced()
            self.assertEqual(self.due(), ["platform"])
            self.assertFalse("settle" in self.view()["actions"])
            self.assertEqual(await self.settling(), "audit.open")
            self.assertEqual(await self.answer("known"), "")
            self.assertTrue("settle" in self.view()["actions"])
            self.assertEqual(await self.settling(), "")
            self.assertEqual(self.step(), "done")

    async def test_what_is_certain_takes_a_reason(self) -> None:
        self.platform.during = [said("1")]
        await self.priced()
        self.assertEqual(await self.answer("known"), "audit.needs_reason")
        self.assertEqual(await self.answer("because"), "audit.needs_reason")
        self.assertEqual(await self.answer("other", "  "), "audit.needs_words")
        self.assertEqual(await self.answer("other", "长" * 65), "audit.needs_words")
        self.assertEqual(await self.settling(), "audit.open")
        self.assertEqual(await self.answer("other", "病人住得远"), "")
        given = list(self.visit()["answers"].values())
        self.assertEqual(
            [(each["reason"], each["text"], each["operator"]) for each in given], [("other", "病人住得远", "1")]
        )
        self.assertEqual(await self.settling(), "")
        self.assertEqual(self.step(), "done")

    async def test_which_drug_it_is_about(self) -> None:
        await self.arrive()
        await self.diagnose()
        self.platform.before = [said("2", self.visit()["number"] + "-2")]
        await self.prescribe(("aspirin", 1), ("cough-syrup", 1))
        shown = self.view()["review"]
        self.assertEqual(
            [each["drugs"] for each in shown["findings"]], [[{"drug": "cough-syrup", "name": "小儿止咳糖浆"}]]
        )
        self.assertEqual(shown["findings"][0]["fen"], 1260)
        self.assertEqual(shown["due"], [])  # the doctor scans boxes now; it is asked before he settles

    async def test_what_both_audits_say_is_said_once_and_stays_answered(self) -> None:
        self.platform.before = [said("3")]
        self.platform.during = [said("3")]
        await self.priced()
        self.assertEqual(self.due(), ["platform"])
        await self.answer("known")
        await self.desk.price(self.version())
        await self.quiet()
        self.assertEqual((self.due(), len(self.visit()["findings"])), ([], 1))
        self.platform.during = [said("1")]  # worse than it was
        await self.desk.price(self.version())
        await self.quiet()
        self.assertEqual(self.due(), ["platform"])

    async def test_what_both_said_stands_when_the_second_is_silent_later(self) -> None:
        self.platform.before = [said("1")]
        self.platform.during = [said("1")]
        await self.priced()
        self.assertEqual(len(self.visit()["findings"]), 1)
        self.platform.faults = [("3102", REPLY_LOST)]
        await self.desk.price(self.version())
        await self.quiet()
        self.assertEqual((self.step(), self.due()), ("confirm", ["platform"]))
        self.assertEqual(await self.settling(), "audit.open")

    async def test_an_answer_for_one_box_is_none_for_twenty(self) -> None:
        """The platform's words need not say how many there are, nor for what."""
        for order in ("", "-1"):
            await self.stop()
            await self.begin()
            await self.arrive()
            await self.diagnose()
            finding = said("1", self.visit()["number"] + order if order else "")
            self.platform.during = [finding]
            await self.prescribe(("aspirin", 1))
            await self.scan(box(1))
            await self.desk.price(self.version())
            await self.quiet()
            await self.answer("needed")
            self.assertEqual(self.due(), [])
            await self.prescribe(("aspirin", 2))
            await self.scan(box(2))
            await self.desk.price(self.version())
            await self.quiet()
            self.assertEqual((self.step(), self.due()), ("confirm", ["platform"]))
            self.assertEqual(await self.settling(), "audit.open")

    async def test_findings_and_answers_survive_a_restart(self) -> None:
        self.platform.during = [said("1"), said("3")]
        await self.priced()
        await self.answer("checked")
        await self.power_cut()
        self.assertEqual((self.step(), len(self.due()), len(self.visit()["findings"])), ("confirm", 1, 2))
        self.assertEqual(await self.settling(), "audit.open")
        await self.answer("known")
        await self.power_cut()
        self.assertEqual(await self.settling(), "")
        self.assertEqual(self.step(), "done")

    async def test_no_order_of_keys_settles_what_is_open(self) -> None:
        self.platform.during = [said("1")]
        await self.priced()
        record = self.visit()
        self.terminal.work.add("settle", record)  # whatever else may ask for it
        await self.quiet()
        self.assertEqual((self.step(), self.told()), ("confirm", "audit.open"))
        await self.desk.price(self.version())
        self.assertEqual(await self.refusal(self.desk.settle(self.version(), 378)), "visit.busy")
        await self.quiet()
        await self.desk.set_aside()
        await self.desk.resume(record["id"])
        self.assertEqual(await self.settling(), "audit.open")
        key = self.view()["review"]["due"][0]
        seen = self.version()
        await self.desk.answer(seen, key, "needed", "")
        self.assertEqual(await self.refusal(self.desk.settle(seen, 378)), "visit.moved_on")
        self.assertFalse("2207" in self.platform.messages)

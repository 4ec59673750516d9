"""The platform's audit when line, platform and power do what they like. Runs on CPython and MicroPython."""

from hal import aio
from tests.portable.audited_counter import Audited, said
from tests.portable.tiny_counter import box
from tests.portable.tiny_platform import CABLE_OUT, REPLY_LOST


class Trouble(Audited):
    async def test_a_platform_that_does_not_answer_holds_nobody_up(self) -> None:
        faults = (REPLY_LOST, CABLE_OUT, "FSI-未开通该服务")
        for fault in faults:
            await self.stop()
            await self.begin()
            self.platform.faults = [("3101", fault), ("3102", fault)]
            await self.priced()
            self.assertTrue(self.view()["review"]["not_audited"].startswith("insurance."), fault)
            self.assertEqual(await self.settling(), "")
            self.assertEqual(self.step(), "done")

    async def test_an_answer_that_nobody_can_read_holds_nobody_up(self) -> None:
        broken = said("1")
        broken["judge_result_detail_dtos"] = "x"
        for nonsense in ("x", 7, ["x"], [broken], [said("1")] * 51, [{"vola_cont": {"a": 1}}], True):
            await self.stop()
            await self.begin()
            self.platform.before = nonsense
            self.platform.during = nonsense
            await self.priced()
            self.assertEqual(self.view()["review"]["not_audited"], "insurance.bad_answer")
            self.assertEqual(await self.settling(), "")
            self.assertEqual(self.step(), "done")

    async def test_an_answer_to_another_prescription_is_dropped(self) -> None:
        await self.arrive()
        await self.diagnose()
        self.platform.before = [said("1")]
        self.platform.gate = aio.Event()
        await self.desk.set_lines(self.version(), [("aspirin", 2)])
        await self.until(lambda: "3101" in self.platform.messages)
        self.platform.before = []
        await self.desk.set_lines(self.version(), [("aspirin", 1)])  # the network does not hold the counter
        self.platform.gate.set()
        await self.quiet()
        self.assertEqual((self.visit()["findings"], self.platform.messages.count("3101")), ([], 2))

    async def test_boxes_are_scanned_while_it_is_asked(self) -> None:
        await self.arrive()
        await self.diagnose()
        self.platform.gate = aio.Event()
        await self.desk.set_lines(self.version(), [("aspirin", 2)])
        await self.desk.scanned(box(1))
        self.assertEqual(len(self.visit()["lines"][0]["boxes"]), 1)
        self.platform.gate.set()
        await self.quiet()

    async def test_drugs_chosen_without_a_network_are_audited_when_they_are_priced(self) -> None:
        self.platform.down = True
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 2))
        await self.scan(box(1), box(2))
        self.platform.down = False
        self.platform.before = [said("2")]
        await self.desk.price(self.version())
        await self.quiet()
        self.assertEqual((self.step(), self.due()), ("confirm", ["platform"]))

    async def test_the_power_goes_at_every_message(self) -> None:
        self.platform.before = [said("3")]
        self.platform.during = [said("1")]
        await self.priced()
        count = len(self.platform.messages)
        for cut in range(count):
            await self.stop()
            await self.begin()
            self.platform.before = [said("3")]
            self.platform.during = [said("1")]
            await self.up_to_message(cut)
            self.assertEqual(await self.settling() != "", True)
            await self.finish_all()
            self.assertEqual((self.step(), len(self.platform.settlements)), ("done", 1))

    async def up_to_message(self, cut: int) -> None:
        """A visit as far as the platform has heard so many messages; then the power goes and comes back."""
        hands = aio.spawn("hands", self.priced())
        await self.until(lambda: len(self.platform.messages) > cut or hands.done())
        hands.cancel()
        await aio.sleep_ms(0)
        await self.power_cut()

    async def finish_all(self) -> None:
        """Press on from wherever it was left."""
        if self.desk.record() is None:
            await self.arrive()
        for _ in range(12):
            record = self.visit()
            step = record["step"]
            if step == "diagnose":
                await self.diagnose()
            elif step == "prescribe":
                await self.prescribe(("aspirin", 2))
            elif step == "dispense":
                await self.scan(box(1 + len(record["lines"][0]["boxes"])))
            elif step == "price":
                await self.desk.price(record["version"])
                await self.quiet()
            elif self.view()["review"]["due"]:
                await self.answer("needed")
            elif step == "confirm":
                await self.settle()

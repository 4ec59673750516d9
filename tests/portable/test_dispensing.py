"""Lines and boxes. Runs on CPython and MicroPython."""

from firmware.clock import utc
from firmware.visit.dispensing import MOST_BOXES, MOST_LINES
from tests.portable.tiny_counter import Counter, box

SYRUP = "8100055"


class Dispensing(Counter):
    async def at_lines(self) -> None:
        await self.arrive()
        await self.diagnose()

    async def lines(self, *lines: "tuple[str, int]") -> str:
        return await self.refusal(self.desk.set_lines(self.version(), list(lines)))

    async def scanned(self, data: bytes) -> str:
        code = await self.refusal(self.desk.scanned(data))
        await self.quiet()
        return code

    def boxes(self) -> "list[int]":
        return [len(line["boxes"]) for line in self.visit()["lines"]]

    async def test_lines_that_are_none(self) -> None:
        await self.at_lines()
        for wanted in ([], [("aspirin", 0)], [("aspirin", MOST_BOXES + 1)], [("aspirin", 1), ("aspirin", 1)]):
            self.assertEqual(await self.lines(*wanted), "visit.no_lines")
        many = [("drug" + str(index), 1) for index in range(MOST_LINES + 1)]
        self.assertEqual(await self.lines(*many), "visit.no_lines")
        self.assertEqual(await self.lines(("cocaine", 1)), "trace.unknown_drug")
        self.assertEqual((self.visit()["lines"], self.step()), ([], "prescribe"))
        self.assertEqual(await self.lines(("aspirin", MOST_BOXES)), "")

    async def test_each_box_to_its_line(self) -> None:
        await self.at_lines()
        await self.prescribe(("aspirin", 1), ("cough-syrup", 2))
        self.assertEqual(await self.scanned(box(1, SYRUP)), "")
        self.assertEqual(self.boxes(), [0, 1])
        self.assertEqual(await self.scanned(box(1)), "")
        self.assertEqual((self.boxes(), self.step()), ([1, 1], "dispense"))
        self.assertEqual((await self.holder(box(1)) or {})["state"], "reserved")

    async def test_boxes_that_do_not_belong_here(self) -> None:
        await self.at_lines()
        await self.prescribe(("aspirin", 2))
        self.assertEqual(await self.scanned(box(1, SYRUP)), "trace.other_drug")
        self.assertEqual(await self.scanned(box(1, "8199999")), "trace.unknown_drug")
        self.assertEqual(await self.scanned(b"6901234567892"), "trace.product_code")
        self.assertEqual(await self.scanned(b"rubbish"), "trace.not_a_code")
        self.assertEqual(await self.scanned(box(1)), "")
        self.assertEqual(await self.scanned(box(1)), "trace.already_scanned")
        self.assertEqual(self.boxes(), [1])

    async def test_a_box_of_a_complete_line(self) -> None:
        await self.at_lines()
        await self.prescribe(("aspirin", 1), ("cough-syrup", 1))
        await self.scanned(box(1))
        self.assertEqual(await self.scanned(box(2)), "trace.line_complete")
        self.assertEqual(await self.holder(box(2)), None)

    async def test_a_box_that_stays_in_front_of_the_window(self) -> None:
        await self.at_lines()
        await self.prescribe(("aspirin", 2))
        await self.scan(box(1))
        for _ in range(3):
            self.assertEqual(await self.refusal(self.desk.scanned(box(1), True)), "")
            self.assertEqual((self.boxes(), self.told()), ([1], "trace.repeat"))
            self.assertEqual((self.desk.notice or {})["kind"], "info")
        await self.scan(box(2))
        self.assertEqual((self.step(), self.told()), ("confirm", ""))
        self.assertEqual(await self.refusal(self.desk.scanned(box(2), True)), "")
        self.assertEqual((self.boxes(), self.step(), self.told()), ([2], "confirm", "trace.repeat"))

    async def test_a_repeat_after_the_visit_and_after_a_release(self) -> None:
        await self.at_lines()
        await self.prescribe(("aspirin", 1), ("cough-syrup", 1))
        await self.scan(box(1))
        await self.prescribe(("cough-syrup", 1))
        await self.prescribe(("aspirin", 1))
        self.assertEqual(self.boxes(), [0])
        self.assertEqual(await self.refusal(self.desk.scanned(box(1), True)), "")
        await self.quiet()
        self.assertEqual((self.boxes(), self.told()), ([1], ""))
        await self.desk.set_aside()
        self.assertEqual(await self.refusal(self.desk.scanned(box(1), True)), "")
        self.assertEqual(self.told(), "trace.repeat")
        self.assertEqual(await self.refusal(self.desk.scanned(box(2), True)), "trace.not_now")

    async def test_a_repeat_hides_no_error_and_excuses_none(self) -> None:
        await self.at_lines()
        await self.prescribe(("aspirin", 1))
        self.assertEqual(await self.refusal(self.desk.scanned(box(1, SYRUP), True)), "trace.other_drug")
        self.platform.down = True
        await self.scan(box(1))
        self.assertEqual(self.told(), "insurance.not_connected")
        self.assertEqual(await self.refusal(self.desk.scanned(box(1), True)), "")
        self.assertEqual((self.boxes(), self.told()), ([1], "insurance.not_connected"))
        self.assertEqual(await self.refusal(self.desk.scanned(box(1))), "trace.not_now")

    async def test_a_device_goes_by_its_identifier(self) -> None:
        await self.at_lines()
        await self.prescribe(("aspirin", 3), ("cough-syrup", 1))
        one = b"MA.156.M0.100761.21234561.S1.E300131"
        self.assertEqual(await self.scanned(one), "")
        self.assertEqual(await self.scanned(b"]Q1" + one), "trace.already_scanned")
        self.assertEqual(await self.scanned(b"MA.156.M0.100761.21234561.S2.E260131"), "trace.expired")
        self.assertEqual(await self.scanned(b"MF6901234SN1*ED300131"), "")
        self.assertEqual(await self.scanned(b"MF6901235SN1*ED300131"), "trace.unknown_drug")
        self.assertEqual(self.boxes(), [2, 0])
        self.assertEqual(self.visit()["lines"][0]["boxes"][0]["code"], one.decode())

    async def test_an_expired_box(self) -> None:
        await self.at_lines()
        await self.prescribe(("aspirin", 1), ("cough-syrup", 1))
        self.assertEqual(await self.scanned(b"]d20102000000000015" + b"17260131" + b"21A1"), "trace.expired")
        noon_s = self.board.clock.now_s
        self.board.clock.now_s = utc("2026-01-31 23:59:59")  # its last day is a good day
        self.assertEqual(await self.scanned(b"]d20102000000000015" + b"17260131" + b"21A1"), "")
        self.board.clock.now_s = noon_s + 2 * 365 * 86400  # the batches of the shelf have expired by now
        self.assertEqual(await self.scanned(box(1)), "trace.expired")
        self.assertEqual(self.boxes(), [1, 0])

    async def test_a_box_that_left_with_another_visit(self) -> None:
        await self.settled()
        await self.desk.finish()
        await self.at_lines()
        await self.prescribe(("aspirin", 2))
        self.assertEqual(await self.scanned(box(1)), "trace.already_dispensed")
        await self.power_cut()
        self.assertEqual(await self.scanned(box(2)), "trace.already_dispensed")
        self.assertEqual(await self.scanned(box(3)), "")

    async def test_boxes_stay_with_their_drug_and_the_rest_is_released(self) -> None:
        await self.at_lines()
        await self.prescribe(("aspirin", 3), ("cough-syrup", 1))
        for code in (box(1), box(2), box(1, SYRUP)):
            await self.scanned(code)
        await self.prescribe(("cough-syrup", 2), ("aspirin", 1))
        self.assertEqual(self.boxes(), [1, 1])
        self.assertEqual(await self.holder(box(2)), None)
        await self.prescribe(("cough-syrup", 2))
        self.assertEqual(await self.holder(box(1)), None)
        self.assertEqual((await self.holder(box(1, SYRUP)) or {})["state"], "reserved")
        await self.prescribe(("cough-syrup", 2), ("aspirin", 1))
        self.assertEqual(await self.scanned(box(2)), "")

    async def test_a_visit_without_a_diagnosis_asks_for_it_first(self) -> None:
        await self.arrive()
        await self.prescribe(("aspirin", 1))
        self.assertEqual(self.step(), "diagnose")
        self.assertEqual(await self.scanned(box(1)), "trace.not_now")
        await self.diagnose()
        self.assertEqual(self.step(), "dispense")

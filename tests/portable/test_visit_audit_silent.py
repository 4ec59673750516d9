"""An audit (3101) that does not answer: nobody waits for it. Runs on CPython and MicroPython."""

from hal import aio
from hal.errors import NoAnswer
from hal.ports import HttpAnswer
from tests.portable.audited_counter import Audited, AuditingPlatform, said
from tests.portable.doubles import MemoryBoard
from tests.portable.tiny_counter import box

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

OTHER_PATIENT = "440524188001010014"


class SilentPlatform(AuditingPlatform):
    """Keeps the answers of 3101 back until `speak` is set; then they come, or with `lost` they never do."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = False
        self.lost = True
        self.speak = aio.Event()

    async def post(
        self, url: str, headers: "list[tuple[str, str]]", body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        answer = await super().post(url, headers, body, connect_ms, answer_ms)
        if self.silent and self.messages[-1] == "3101":
            await self.speak.wait()
            if self.lost:
                raise NoAnswer("net.no_answer", "time-out")
        return answer


class Silent(Audited):
    async def begin(self) -> None:
        self.platform: "SilentPlatform" = SilentPlatform()
        self.lives = 1
        await self.start(MemoryBoard(None, self.platform))

    async def asked_in_silence(self) -> str:
        """A visit whose drugs are chosen, and the platform says nothing to them; its id."""
        self.platform.silent = True
        await self.arrive()
        await self.diagnose()
        await self.desk.set_lines(self.version(), [("aspirin", 2)])
        await self.until(lambda: self.platform.messages[-1] == "3101")
        return str(self.visit()["id"])

    async def priced_and_set_aside(self) -> str:
        """Another patient's visit, of which the price is known; its id."""
        await self.desk.identity_number(OTHER_PATIENT)
        await self.quiet()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        await self.scan(box(1))
        priced = str(self.visit()["id"])
        await self.desk.set_aside()
        return priced

    async def settled_now(self) -> None:
        """Settle what is on the screen, while the platform goes on saying nothing to the other visit."""
        record = self.visit()
        await self.desk.settle(record["version"], record["preview"]["own_fen"])
        await self.until(lambda: self.step() == "done")

    async def speaks(self) -> None:
        self.platform.speak.set()
        await self.quiet()

    async def test_another_visit_is_settled_meanwhile(self) -> None:
        priced = await self.priced_and_set_aside()
        asked = await self.asked_in_silence()
        await self.desk.resume(priced)
        await self.settled_now()
        await self.desk.finish()
        await self.speaks()
        record = self.terminal.book.get(asked)
        assert record is not None
        self.assertEqual(record["audited"]["before"]["code"], "insurance.no_answer")

    async def test_another_visit_is_settled_while_a_price_waits_for_its_audit(self) -> None:
        priced = await self.priced_and_set_aside()
        asked = await self.asked_in_silence()
        await self.desk.scanned(box(2))
        await self.desk.scanned(box(3))
        self.assertTrue(self.terminal.work.working_on(asked))
        await self.until(lambda: self.terminal.work.busy == "audit")
        self.assertEqual(await self.refusal(self.desk.price(self.version())), "visit.busy")
        await self.desk.resume(priced)
        await self.settled_now()
        await self.speaks()
        await self.desk.resume(asked)
        self.assertEqual((self.step(), self.view()["review"]["not_audited"]), ("confirm", ""))  # 3102 has answered
        self.assertEqual(self.platform.messages.count("3101"), 2)

    async def test_the_silence_is_said_and_not_waited_for_again(self) -> None:
        self.during(False)
        await self.asked_in_silence()
        await self.desk.scanned(box(1))
        await self.desk.scanned(box(2))
        await self.speaks()
        self.assertEqual((self.step(), self.view()["review"]["not_audited"]), ("confirm", "insurance.no_answer"))
        self.assertEqual(self.platform.messages.count("3101"), 1)

    async def test_an_answer_that_comes_at_last_counts_for_the_price_that_waited(self) -> None:
        self.platform.lost = False
        self.platform.before = [said("1")]
        await self.asked_in_silence()
        await self.desk.scanned(box(1))
        await self.desk.scanned(box(2))
        await self.speaks()
        self.assertEqual((self.step(), self.due(), self.platform.messages.count("3101")), ("confirm", ["platform"], 1))

    async def test_a_visit_is_cancelled_meanwhile_and_a_late_answer_changes_nothing(self) -> None:
        self.platform.lost = False
        self.platform.before = [said("1")]
        asked = await self.asked_in_silence()
        await self.desk.cancel(self.version())
        await self.until(lambda: self.step() == "cancelled")
        kept = dict(self.visit())
        await self.speaks()
        self.assertEqual((self.visit()["id"], dict(self.visit())), (asked, kept))
        self.assertEqual((kept["findings"], kept["audited"]), ([], {}))

    async def test_a_patient_who_comes_meanwhile_is_looked_up(self) -> None:
        await self.asked_in_silence()
        await self.desk.set_aside()
        await self.desk.identity_number(OTHER_PATIENT)
        await self.until(lambda: self.desk.record() is not None and self.visit()["registration"] != "")
        await self.speaks()

    async def test_the_power_goes_in_the_silence(self) -> None:
        asked = await self.asked_in_silence()
        await self.power_cut()
        self.platform.silent = False
        await self.scan(box(1), box(2))
        self.assertEqual((self.visit()["id"], self.step()), (asked, "confirm"))
        self.assertEqual(self.view()["review"]["not_audited"], "")

    def during(self, wanted: bool) -> None:
        """Whether the province audits once more before settling."""
        self.board.province["audit"]["during"] = wanted

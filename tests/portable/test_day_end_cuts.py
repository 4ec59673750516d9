"""A day end that is cut at any point comes to the same end. Runs on CPython and MicroPython."""

from tests.portable.day_end_hands import DAY, FOREIGN, DayEnds
from tests.portable.doubles import MemoryBoard, MemoryStore
from tests.portable.tiny_accounts import AccountsPlatform
from tests.portable.tiny_platform import CABLE_OUT, GATEWAY, REPLY_LOST, REQUEST_LOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


class Cuts(DayEnds):
    disk: "dict[bytes, bytes] | None" = None
    accounts: "list[Json]" = []

    async def prepared(self) -> None:
        """A day with two differences, as it was when its last patient had gone."""
        if self.disk is None:
            await self.bill(1)
            await self.refund(2)
            self.platform.accounts[0]["fund"] = "1.00"
            self.platform.book("X1", FOREIGN, "9.90")
            self.disk, self.accounts = dict(self.board.store.rows), self.platform.accounts
            await self.stop()
            self.tasks = []
        self.platform = AccountsPlatform()
        self.platform.accounts = [dict(row) for row in self.accounts]
        await self.start(MemoryBoard(MemoryStore(dict(self.disk)), self.platform))

    async def cut(self) -> None:
        """The power goes; nobody but the day end goes on."""
        self.lives += 1
        await self.start(self.board.restarted(self.lives))

    async def expect_the_end(self) -> None:
        view = await self.look()
        kinds = sorted([difference["kind"] for difference in view["differences"]])
        self.assertEqual((view["state"], view["verdict"], kinds), ("done", "unequal", ["amounts", "there"]))

    async def test_after_every_step(self) -> None:
        steps = 0
        done = False
        while not done:
            await self.prepared()
            await self.terminal.day_end.start(DAY, "", False, "1")
            for _ in range(steps):
                await self.terminal.day_end.step()
            done = not self.terminal.day_end.summary()["running"]
            await self.cut()
            self.assertEqual(await self.work(), "")
            await self.expect_the_end()
            steps += 1
        self.assertTrue(steps > 8)

    async def test_at_every_commit(self) -> None:
        commit = 1
        failed = True
        while failed:
            await self.prepared()
            await self.terminal.day_end.start(DAY, "", False, "1")
            self.board.store.failing = [self.board.store.commits + commit]
            code = await self.work()
            failed = code != ""
            if failed:
                self.assertEqual(code, "vault.full")
            if commit % 2:
                await self.cut()
            self.assertEqual(await self.work(), "")
            await self.expect_the_end()
            commit += 1
        self.assertTrue(commit > 10)

    async def test_at_every_question(self) -> None:
        for infno in ("3201", "9101", "3202", "9102"):
            for fault in (REQUEST_LOST, REPLY_LOST, CABLE_OUT, GATEWAY):
                await self.prepared()
                self.platform.faults = [(infno, fault)]
                await self.terminal.day_end.start(DAY, "", False, "1")
                self.assertTrue(await self.work() != "")
                self.assertEqual((await self.look())["state"], "running")
                self.assertEqual(await self.work(), "")
                await self.expect_the_end()

    async def test_signing_out_is_not_worth_a_day_end(self) -> None:
        for fault in (REQUEST_LOST, CABLE_OUT, "FSI-未签到"):
            await self.prepared()
            self.platform.faults = [("9002", fault)]
            await self.terminal.day_end.start(DAY, "", False, "1")
            self.assertEqual(await self.work(), "")
            await self.expect_the_end()
            self.assertTrue((await self.look())["signed_out"].startswith("insurance."))

    async def test_stopping_and_going_on(self) -> None:
        await self.prepared()
        day_end = self.terminal.day_end
        await day_end.start(DAY, "", False, "1")
        await day_end.step()
        await day_end.step()
        await day_end.cancel()
        self.assertEqual(await self.work(), "")
        view = await self.look()
        self.assertEqual((view["state"], view["progress"]["done"]), ("stopped", 1))
        await self.cut()
        self.assertEqual(self.terminal.day_end.summary()["running"], False)
        await self.run_day()
        await self.expect_the_end()
        self.assertEqual(self.asked("3201"), 4)

    async def test_a_reversal_at_every_commit(self) -> None:
        for failing in (1, 2, 3):
            await self.prepared()
            await self.run_day()
            [there] = [one for one in (await self.look())["differences"] if one["kind"] == "there"]
            self.board.store.failing = [self.board.store.commits + failing]
            pressed = await self.refusal(self.terminal.day_end.reverse(there["id"], "1"))
            if not pressed:
                await self.work()
            await self.cut()
            self.assertEqual(await self.work(), "")
            self.assertTrue(len(self.platform.reversed) <= 1)
            [now] = [one for one in (await self.look())["differences"] if one["id"] == there["id"]]
            self.assertTrue(now["state"] in (("",) if pressed else ("reversed", "gone")))

"""What the day end waits for is not erased, and what is erased is said in words. Runs on CPython and MicroPython."""

import json

from firmware.day_end import Sheets
from firmware.vault import Batch, VaultError
from hal.ports import YES
from tests.portable.day_end_hands import DAY, FOREIGN, DayEnds
from tests.portable.doubles import HandClock, MemoryBoard
from tests.portable.tiny_accounts import PERSON, AccountsPlatform
from tests.portable.tiny_counter import PATIENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

DAY_S = 86400
LINK = 32  # in front of an entry of the journal
WORDS = "张三的金额不对"


class TrustedClock(HandClock):
    """A clock that somebody has set."""

    def trusted(self) -> str:
        return YES


class Erasing(DayEnds):
    async def begin(self) -> None:
        self.platform = AccountsPlatform()
        self.lives = 1
        board = MemoryBoard(None, self.platform)
        board.province["retention"] = {"erase": True, "reprint_days": 1}
        board.clock = TrustedClock()
        await self.start(board)

    async def days(self, count: int) -> None:
        """Days pass, each with all the upkeep that is due."""
        await self.terminal.outbox.deliver(nothing)
        for _ in range(count):
            self.board.clock.now_s += DAY_S
            while await self.terminal.care.turn(quiet=True):
                pass

    async def left(self) -> "list[str]":
        """The visits that are not erased."""
        return await self.terminal.vault.ids("visit.closed")

    def differ(self, place: int, total: str = "1.00") -> None:
        """The platform has other amounts of a bill."""
        self.platform.accounts[place]["total"] = total

    async def test_a_bill_that_was_not_compared_stays_until_it_is(self) -> None:
        await self.bill(1)
        await self.days(5)
        self.assertEqual(await self.left(), ["000001"])
        self.assertEqual((await self.run_day(True))["verdict"], "equal")
        await self.days(1)
        self.assertEqual(await self.left(), [])

    async def test_so_does_its_refund(self) -> None:
        await self.refund(1)
        await self.days(5)
        self.assertEqual(await self.left(), ["000001"])
        await self.run_day()
        await self.days(1)
        self.assertEqual(await self.left(), [])

    async def test_a_visit_without_a_bill_waits_for_nothing(self) -> None:
        await self.arrive()
        await self.cancel()
        await self.desk.finish()
        await self.days(3)
        self.assertEqual(await self.left(), [])

    async def test_where_the_province_compares_nothing_nothing_waits(self) -> None:
        self.board.province["day_end"].update({"totals": False, "details": False})
        await self.bill(1)
        await self.days(3)
        self.assertEqual(await self.left(), [])

    async def test_a_sheet_under_way_holds_its_days(self) -> None:
        await self.bill(1)
        self.assertEqual((await self.run_day())["verdict"], "equal")
        await self.terminal.day_end.start("2026-09-20", DAY, True, "1")
        await self.days(5)
        self.assertEqual(await self.left(), ["000001"])
        self.assertEqual(await self.work(), "")
        await self.days(1)
        self.assertEqual(await self.left(), [])

    async def test_a_bill_made_after_the_accounts_holds_the_day(self) -> None:
        await self.bill(1)
        await self.run_day()
        await self.bill(2)
        await self.days(5)
        self.assertEqual(await self.left(), ["000001", "000002"])

    async def test_a_difference_holds_the_visit_until_it_is_dealt_with(self) -> None:
        await self.bill(1)
        self.differ(0)
        self.assertEqual((await self.run_day())["verdict"], "unequal")
        await self.days(5)
        self.assertEqual(await self.left(), ["000001"])
        await self.terminal.day_end.note((await self.only())["id"], WORDS, "1")
        self.assertEqual((await self.only())["reason"], WORDS)
        await self.days(1)
        self.assertEqual(await self.left(), [])

    async def test_what_was_said_of_a_person_goes_with_the_visit(self) -> None:
        await self.bill(1)
        self.differ(0)
        await self.run_day()
        await self.terminal.day_end.note((await self.only())["id"], WORDS, "1")
        await self.days(3)
        shown = await self.only()
        told = (shown["erased"], shown["reason"], shown["settlement"], shown["state"], shown["here"]["total_fen"])
        self.assertEqual(told, (True, "", "", "noted", 1260))
        self.assertEqual((await self.look())["verdict"], "explained")
        self.assertEqual(await self.code_of("day_end.whose", shown["id"]), "vault.erased")
        self.assertFalse(PERSON in str(await self.terminal.vault.list("day_end.difference")))

    async def code_of(self, kind: str, record_id: str) -> str:
        try:
            await self.terminal.vault.get(kind, record_id)
        except VaultError as error:
            return error.code
        return ""

    async def test_nothing_is_sealed_for_a_visit_that_was_erased(self) -> None:
        await self.bill(1)
        await self.run_day()
        await self.days(3)
        self.assertEqual(await self.left(), [])
        self.differ(0)
        await self.run_day(True)
        shown = await self.only()
        self.assertEqual((shown["erased"], shown["settlement"]), (True, ""))
        await self.terminal.day_end.note(shown["id"], WORDS, "1")
        self.assertEqual((await self.only())["reason"], WORDS)
        self.assertFalse(b"own/000001" in self.board.store.rows)

    async def test_an_erased_bill_that_the_platform_does_not_name_is_not_said_to_be_missing(self) -> None:
        await self.bill(1)
        await self.bill(2)
        await self.run_day()
        await self.days(3)
        await self.bill(3)
        self.platform.accounts[2]["day"] = DAY  # all that it lists
        del self.platform.accounts[0]
        view = await self.run_day(True)
        self.assertFalse("here" in [difference["kind"] for difference in view["differences"]])

    async def test_a_stranger_is_named_until_it_is_dealt_with_and_then_does_not_open(self) -> None:
        await self.bill(7)
        self.platform.book("X1", FOREIGN, "9.90")
        await self.run_day()
        difference = (await self.only())["id"]
        kept = await Sheets(self.terminal.vault).difference(difference) or {}
        self.assertEqual((kept["person"], kept["erased"]), (PERSON, False))
        name = b"r/day_end.whose/" + difference.encode()
        before = self.board.store.rows[name]
        await self.terminal.day_end.note(difference, "卫生院收的", "1")
        self.assertEqual((await self.only())["reason"], "卫生院收的")
        self.board.store.rows[name] = before  # an old page of the medium
        self.assertEqual(await self.code_of("day_end.whose", difference), "vault.unreadable")

    async def test_a_record_of_an_older_program_is_read(self) -> None:
        await self.bill(7)
        self.platform.book("X1", FOREIGN, "9.90")
        await self.run_day()
        difference = (await self.only())["id"]
        whole = await Sheets(self.terminal.vault).difference(difference) or {}
        del whole["erased"]
        batch = Batch("older")
        batch.put("day_end.difference", difference, whole)
        batch.delete("day_end.whose", difference)
        await self.terminal.vault.commit(batch)
        again = await Sheets(self.terminal.vault).difference(difference) or {}
        self.assertEqual((again["person"], again["erased"]), (PERSON, False))

    async def test_not_even_a_keyed_hash_of_the_person_stays(self) -> None:
        await self.bill(1)
        await self.run_day()
        self.assertEqual(len(await self.terminal.vault.ids("supplied")), 1)
        await self.days(3)
        self.assertEqual(await self.terminal.vault.ids("supplied"), [])

    async def test_nothing_that_still_opens_tells_of_the_person(self) -> None:
        """Records, the journal, and the names of all rows."""
        self.platform._numbers = 680_000_000  # none of them is like anything else
        await self.bill(1)
        self.differ(0)
        await self.run_day()
        await self.terminal.day_end.note((await self.only())["id"], WORDS, "1")
        record = await self.terminal.vault.get("visit.closed", "000001") or {}
        told = [PATIENT, WORDS, record["person"]["name"], record["person"]["number"], record["registration"]]
        told += [record["settlement"]["settlement"], record["diagnosis"]["name"]]
        told.append(record["lines"][0]["boxes"][0]["code"])
        before = await self.opened()
        self.assertEqual([text for text in told if _quoted(text) not in before], [])  # else nothing is shown below
        await self.days(3)
        self.assertEqual(await self.left(), [])
        after = await self.opened()
        self.assertEqual([text for text in told if _quoted(text) in after], [])

    async def opened(self) -> str:
        """The names of all rows, and everything that opens."""
        keyring = self.terminal.vault.keyring
        found = []
        for name, sealed in self.board.store.rows.items():
            found.append(name.decode())
            try:
                if name.startswith(b"r/"):
                    found.append((await keyring.open(name, sealed)).decode())
                elif name.startswith(b"j/"):
                    found.append(keyring.open_journal(name, sealed[LINK:]).decode())
            except VaultError as error:
                self.assertEqual(error.code, "vault.erased")
        return "\n".join(found)


def _quoted(text: str) -> str:
    """As it stands in JSON."""
    return json.dumps(text)[1:-1]


def nothing() -> None:
    """No watchdog."""

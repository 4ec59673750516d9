"""What the line cannot carry goes on a stick, and the answers come back. Runs on CPython and MicroPython."""

from firmware.vault import (
    ABSENT,
    DELIVERED,
    QUARANTINED,
    REFUSED,
    UNKNOWN,
    Batch,
    Carry,
)
from firmware.vault.outbox.message import NEW
from firmware.vault.outbox.parcel import number_of
from hal import aio
from tests.portable.doubles import pulse
from tests.portable.stick_counter import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


class Out(Counter):
    async def test_everything_unsent_is_in_a_parcel(self) -> None:
        for visit, row in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("c", "c1")):
            await self.put(visit, row)
        self.courier.answers = [REFUSED, UNKNOWN, DELIVERED]
        await self.outbox.deliver(pulse)
        head = self.vault.journal_head()[0]
        self.assertEqual(await self.carry().export("1"), {"parcels": 2, "messages": 3})
        first, second = self.parcel(1), self.parcel(2)
        self.assertEqual((first["device"], first["parcel"], first["head"][0]), ("ab" * 32, 1, head + 1))
        rows = [message["row"] for message in first["messages"] + second["messages"]]
        self.assertEqual(rows, ["a1", "a2", "b1"])
        message = first["messages"][0]
        want = {"visit": "a", "infno": "3505", "payload": {"row": "a1"}, "amount_fen": 100}
        self.assertEqual({name: message[name] for name in want}, want)
        self.assertEqual(self.outbox.summary()["waiting"] + self.outbox.summary()["quarantined"], 3)

    async def test_keys_never_change(self) -> None:
        await self.put("a", "a1")
        await self.carry().export("1")
        await self.restart(self.board.restarted(2))
        await self.carry().export("1")
        self.assertEqual(self.keys(1), self.keys(2))
        self.assertEqual(self.keys(1)[0].partition("-")[2], "1")

    async def test_no_parcel_takes_the_place_of_another_terminals(self) -> None:
        """One stick goes round the villages; or this one was restored from a backup, and the parcels that its dead
        predecessor wrote since are all that there is of their messages."""
        there = {"cyt-00000001.cyp": b"1", "CYT-00000002.CYP": b"2", "cyt-00000004.cyp": b"4"}
        self.stick.files = dict(there)
        for visit in ("a", "b", "c"):
            await self.put(visit, visit + "1")
        carry = Carry(self.vault, self.outbox, self.seal, self.stick, self.board.clock, 2)
        self.assertEqual(await carry.export("1"), {"parcels": 2, "messages": 3})
        self.assertEqual({name: self.stick.files[name] for name in there}, there)
        self.assertEqual(
            [(len(self.keys(number)), self.parcel(number)["parcel"]) for number in (3, 5)], [(2, 3), (1, 5)]
        )
        self.answer(5, (self.keys(5)[0], "acknowledged", ""))
        self.assertEqual(await self.learnt(), [1, 1, 0])

    async def test_at_most_so_many_in_one(self) -> None:
        for number in range(7):
            await self.put(f"{number:02d}", "row" + str(number))
        carry = Carry(self.vault, self.outbox, self.seal, self.stick, self.board.clock, 3)
        self.assertEqual(await carry.export("1"), {"parcels": 3, "messages": 7})
        self.assertEqual([len(self.keys(number)) for number in (1, 2, 3)], [3, 3, 1])

    async def test_no_stick_nothing_to_say_and_a_stick_that_fails(self) -> None:
        self.assertEqual(await self.trouble(self.carry().export("1")), "parcel.nothing")
        await self.put("a", "a1")
        self.stick.gone = True
        self.assertFalse(await self.carry().ready())
        self.assertEqual(await self.trouble(self.carry().export("1")), "stick.missing")
        self.stick.gone = False
        self.assertTrue(await self.carry().ready())
        self.stick.broken = True
        self.assertEqual(await self.trouble(self.carry().export("1")), "stick.failed")
        self.stick.broken = False
        self.assertEqual(await self.carry().export("1"), {"parcels": 1, "messages": 1})

    async def test_nothing_is_on_the_stick_that_is_not_noted(self) -> None:
        await self.put("a", "a1")
        self.board.store.fail_next()
        self.assertEqual(await self.trouble(self.carry().export("1")), "vault.full")
        self.assertEqual(self.stick.files, {})

    async def test_what_waits_for_a_delivery_holds_nobody_up(self) -> None:
        """A delivery may take a minute; a doctor who cancels another visit meanwhile goes on."""
        await self.put("a", "a1")
        await self.put("b", "b1")
        self.outbox = await self.reopened(self.board.restarted(2))
        tasks: "list[Any]" = []

        async def withdrawn() -> "list[str]":
            batch = Batch("cancel")
            rows = await self.outbox.withdraw(batch, "0")
            await self.vault.commit(batch)
            return rows

        async def cancel(message: "dict[str, Any]") -> None:
            if not tasks:  # b is under way as well as a
                await self.put("0", "01")  # sorts before both
                tasks.append(aio.spawn("export", self.carry().export("1")))
                for _ in range(40):
                    await aio.sleep_ms(0)
                self.assertEqual(await aio.within(withdrawn(), 1000), ["01"])

        self.courier.before_send = cancel
        self.courier.answers = [UNKNOWN, UNKNOWN]
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual(await tasks[0], {"parcels": 1, "messages": 2})

    async def test_a_sale_that_is_refused_meanwhile_is_before_its_return(self) -> None:
        """It is neither among what was held when the export began, nor among what waits when its turn comes."""
        for visit, row in (("a", "a1"), ("a", "a2"), ("b", "b1")):
            await self.put(visit, row)
        self.outbox = await self.reopened(self.board.restarted(2))
        tasks: "list[Any]" = []

        async def export(message: "dict[str, Any]") -> None:
            if not tasks:
                tasks.append(aio.spawn("export", self.carry().export("1")))
                for _ in range(40):
                    await aio.sleep_ms(0)

        self.courier.before_send = export
        self.courier.answers = [REFUSED]
        self.courier.questions = [REFUSED]  # nobody knows whether it is there: it is not withdrawn
        await self.outbox.deliver(pulse)
        await tasks[0]
        rows = [entry["row"] for number in (1, 2) for entry in self.parcel(number)["messages"]]
        self.assertEqual(rows[:2], ["a1", "a2"])
        parcels = [message["parcel"] for message in await self.outbox.of_visit("a")]
        self.assertEqual(parcels, [1, 2])

    async def test_what_follows_a_message_that_does_not_open_stays_here(self) -> None:
        for visit, row in (("a", "a1"), ("a", "a2"), ("b", "b1")):
            await self.put(visit, row)
        rows = self.board.store.rows
        for kind in (b"r/outbox/a.", b"r/outbox.body/a."):
            for name in sorted(rows):
                if name.startswith(kind):
                    whole = rows[name]
                    rows[name] = whole[:-1] + bytes([whole[-1] ^ 1])
                    self.stick.files = {}
                    await self.carry().export("1")
                    (parcel,) = [self.seal.read(self.stick.files[name]) for name in sorted(self.stick.files)]
                    self.assertEqual([message["row"] for message in parcel["messages"]], ["b1"])
                    rows[name] = whole
                    break
        self.stick.files = {}
        await self.carry().export("1")
        self.assertEqual(len(self.seal.read(self.stick.files[min(self.stick.files)])["messages"]), 3)

    async def test_by_line_it_is_asked_for_first(self) -> None:
        await self.put("a", "a1")
        await self.put("b", "b1")
        await self.carry().export("1")
        self.courier.questions = [DELIVERED, ABSENT]
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked, ["a1", "b1"])
        self.assertEqual([row for row, _ in self.courier.sent], ["b1"])

    async def test_refused_because_the_office_was_faster(self) -> None:
        await self.put("a", "a1")
        await self.carry().export("1")
        self.courier.questions = [ABSENT, DELIVERED]
        self.courier.answers = [REFUSED]
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.archived(), [("a1", "acknowledged")])

    async def test_what_is_in_a_parcel_is_not_taken_back(self) -> None:
        await self.put("a", "a1")
        await self.carry().export("1")
        batch = Batch("cancel")
        self.assertEqual(await self.outbox.withdraw(batch, "a"), [])
        self.outbox.enqueue(batch, "a", "a1", "3506", {}, 100)
        await self.vault.commit(batch)
        self.courier.questions = [ABSENT]
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.archived(), [("a1", "acknowledged"), ("a1", "acknowledged")])


class In(Counter):
    async def exported(self) -> None:
        for visit, row in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("c", "c1")):
            await self.put(visit, row)
        await self.carry().export("1")

    async def test_what_the_office_says(self) -> None:
        await self.exported()
        a1, a2, b1, _ = self.keys()
        self.answer(1, (a1, "acknowledged", ""), (a2, "acknowledged", ""), (b1, "refused", "目录不符"))
        self.assertEqual(await self.learnt(), [1, 2, 1])
        self.assertEqual(await self.archived(), [("a1", "acknowledged"), ("a2", "acknowledged")])
        self.assertEqual(await self.states("b"), [("b1", QUARANTINED)])
        self.assertEqual((await self.outbox.held())[0]["refusal"], "目录不符")
        self.assertEqual(await self.states("c"), [("c1", NEW)])
        self.assertEqual(await self.learnt(), [0, 0, 0])

    async def test_a_second_answer_tells_only_what_is_new(self) -> None:
        await self.exported()
        a1, _, _, c1 = self.keys()
        self.answer(1, (a1, "refused", "目录不符"))
        self.assertEqual(await self.learnt(), [1, 0, 1])
        await self.outbox.retry((await self.outbox.held())[0]["id"], "1")
        self.answer(1, (a1, "refused", "目录不符"), (c1, "acknowledged", ""), ("ffff-9", "acknowledged", ""))
        self.assertEqual(await self.learnt(), [1, 1, 0])
        self.assertEqual((await self.states("a"))[0], ("a1", NEW))

    async def test_what_the_line_has_delivered_since(self) -> None:
        await self.exported()
        await self.outbox.deliver(pulse)
        key = self.keys()[0]
        self.answer(1, (key, "refused", "重复"))
        await self.learnt()
        self.assertEqual(self.outbox.summary()["quarantined"], 0)
        self.assertEqual(len(await self.archived()), 4)

    async def test_who_has_a_return_has_had_the_sale(self) -> None:
        """The sale went by line, and nobody heard of it; so the office cannot enter it a second time."""
        for first in (True, False):
            visit = "xy"[first]
            await self.put(visit, visit + "1")
            self.courier.answers = [UNKNOWN]
            await self.outbox.deliver(pulse)
            await self.put(visit, visit + "1")
            await self.put(visit, visit + "2")
            number = 1 + len(self.stick.files) // 2
            await self.carry().export("1")
            keys = self.keys(number)
            sale, taken_back = (keys[0], "refused", "已有"), (keys[1], "acknowledged", "")
            self.answer(number, *((sale, taken_back) if first else (taken_back, sale)))
            self.assertEqual((await self.learnt())[0], 1)
            self.assertEqual(await self.states(visit), [(visit + "2", NEW)])
            self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.shown(), [0, 0, 0, 0])

    async def test_a_sale_that_is_held_when_its_return_has_arrived(self) -> None:
        await self.put("a", "a1")
        self.courier.answers = [UNKNOWN]
        await self.outbox.deliver(pulse)
        await self.put("a", "a1")
        await self.carry().export("1")
        sale, taken_back = self.keys()
        self.answer(1, (sale, "refused", "已有"))
        await self.learnt()
        self.assertEqual(self.shown()[:2], [1, 1])
        self.answer(1, (sale, "refused", "已有"), (taken_back, "acknowledged", ""))
        await self.learnt()
        self.assertEqual(self.shown(), [0, 0, 0, 0])
        self.assertEqual(await self.archived(), [("a1", "acknowledged"), ("a1", "acknowledged")])

    async def test_what_is_held_is_said_again_or_done(self) -> None:
        await self.exported()
        a1, _, b1, _ = self.keys()
        self.courier.questions = [REFUSED, REFUSED]
        await self.outbox.deliver(pulse)
        self.answer(1, (a1, "acknowledged", ""), (b1, "refused", "目录不符"))
        self.assertEqual(await self.learnt(), [1, 1, 1])
        held = await self.outbox.held()
        self.assertEqual([(one["row"], one["refusal"]) for one in held], [("b1", "目录不符")])

    async def test_a_commit_that_failed_can_be_done_again(self) -> None:
        await self.exported()
        self.answer(1, (self.keys()[0], "acknowledged", ""))
        self.board.store.fail_next()
        self.assertEqual(await self.trouble(self.carry().take_in("1")), "vault.full")
        self.assertEqual(await self.archived(), [])
        await self.restart(self.board.restarted(2))
        self.assertEqual(await self.learnt(), [1, 1, 0])

    async def test_a_parcel_of_which_the_note_does_not_open(self) -> None:
        await self.exported()
        await self.carry().export("1")
        for number in (1, 2):
            self.answer(number, (self.keys(number)[0], "acknowledged", ""))
        self.board.store.rows[b"r/parcel/00000001"] = b"torn"
        self.assertEqual(await self.trouble(self.carry().take_in("1")), "parcel.foreign")
        self.assertEqual(await self.archived(), [("a1", "acknowledged")])

    async def test_what_is_foreign_is_left_and_the_others_are_read(self) -> None:
        await self.exported()
        key = self.keys()[0]
        self.answer(1, (key, "acknowledged", ""))
        good = self.stick.files.pop("cyt-00000001.cya")
        self.assertEqual(await self.trouble(self.carry().take_in("1")), "parcel.nothing")
        wrong: "list[Any]" = [
            [],
            {"parcel": 2, "results": []},
            {"parcel": 1, "results": {}},
            {"parcel": 1, "results": [7]},
            {"parcel": 1, "results": [{"key": key, "outcome": "lost"}]},
            {"parcel": 1, "results": [{"key": key, "outcome": "refused", "sentence": 7}]},
            {"parcel": 1, "results": [{"key": key, "outcome": "refused"}] * 501},
        ]
        for data in [self.seal.answer(content) for content in wrong] + [b"", good[:-1], good + bytes(600000)]:
            self.stick.files["cyt-00000001.cya"] = data
            self.assertEqual(await self.trouble(self.carry().take_in("1")), "parcel.foreign")
        self.stick.files["cyt-00000001.cya"] = good
        self.stick.files["cyt-00000009.cya"] = good  # of a parcel that was never made
        self.assertEqual(await self.trouble(self.carry().take_in("1")), "parcel.foreign")
        self.assertEqual(await self.archived(), [("a1", "acknowledged")])
        self.assertEqual(len(self.stick.files), 3)

    def test_names_of_answers(self) -> None:
        for name, number in (("cyt-00000012.cya", 12), ("CYT-00000013.CYA", 13), ("cyt-00000014.cyp", 14)):
            self.assertEqual(number_of(name), number)
        for name in ("cyt-12.cya", "x.cya", "cyt-00000012.cyp.part", "cyt-0000001x.cya", "cyt-00000000.cya", ".cya"):
            self.assertEqual(number_of(name), 0)

    async def test_an_answer_in_capitals(self) -> None:
        """As a program that knows FAT only writes it."""
        await self.exported()
        self.answer(1, (self.keys()[0], "acknowledged", ""))
        self.stick.files["CYT-00000001.CYA"] = self.stick.files.pop("cyt-00000001.cya")
        self.assertEqual(await self.learnt(), [1, 1, 0])

    async def test_an_answer_on_a_bad_sector_does_not_keep_the_others_out(self) -> None:
        await self.exported()
        await self.carry().export("1")
        for number in (1, 2):
            self.answer(number, (self.keys(number)[number - 1], "acknowledged", ""))
        self.stick.unreadable = ["cyt-00000001.cya"]
        self.assertEqual(await self.trouble(self.carry().take_in("1")), "stick.failed")
        self.assertEqual(await self.archived(), [("a2", "acknowledged")])
        self.stick.unreadable = []
        self.assertEqual(await self.learnt(), [1, 1, 0])


class FullDisk(Counter):
    """The disk is full at the n-th commit of a day on which everything happens, for every n."""

    async def day(self, number: int) -> "list[str]":
        """What was refused on it for want of room."""
        refused: "list[str]" = []
        for visit in ("a", "b", "c", "d"):
            refused.append(await self.trouble(self.put(visit + str(number), visit + str(number))))
        self.courier.answers = [REFUSED, UNKNOWN]
        refused.append(await self.trouble(self.outbox.deliver(pulse)))
        refused.append(await self.trouble(self.put("e" + str(number), "e" + str(number))))
        for visit in ("b", "e"):
            refused.append(await self.trouble(self.cancelled(visit + str(number), visit + str(number))))
        refused.append(await self.trouble(self.carry().export("1")))
        held = await self.outbox.held()
        if held:
            refused.append(await self.trouble(self.outbox.retry(held[0]["id"], "1")))
        for name in [name for name in sorted(self.stick.files) if name.endswith(".cyp")]:
            parcel = self.parcel(int(name[4:12]))
            self.answer(parcel["parcel"], *[(message["key"], "refused", "目录不符") for message in parcel["messages"]])
        refused.append(await self.trouble(self.carry().take_in("1")))
        refused.append(await self.trouble(self.outbox.deliver(pulse)))
        return [code for code in refused if code == "vault.full"]

    async def cancelled(self, visit: str, row: str) -> None:
        batch = Batch("cancel")
        if row not in await self.outbox.withdraw(batch, visit):
            self.outbox.enqueue(batch, visit, row, "3506", {"row": row}, 100)
        await self.vault.commit(batch)

    async def test_at_every_commit(self) -> None:
        for number in range(1, 100):
            self.board.store.failing = [self.board.store.commits + number]
            failed = await self.day(number)
            self.assertEqual((self.outbox.claims._taken, self.outbox.claims._sending), ({}, {}))
            self.board.store.failing = []
            await self.trouble(self.carry().take_in("1"))
            for held in await self.outbox.held():
                await self.outbox.retry(held["id"], "1")
            for _ in range(3):
                await self.outbox.deliver(pulse)
            self.assertEqual(self.shown(), [0, 0, 0, 0])
            self.assertEqual(await self.vault.list("outbox") + await self.vault.list("outbox.held"), [])
            if not failed:
                self.assertTrue(number > 10)  # the day had no such commit any more
                return
        self.fail("a day without an end")

"""A row of the outbox that does not open holds up its own visit and nobody else. Runs on CPython and MicroPython."""

from firmware import log
from firmware.vault import QUARANTINED, Batch, Carry, OutboxError, VaultError
from firmware.vault.outbox.message import NEW
from tests.portable.doubles import pulse
from tests.portable.outbox_counter import Counter
from tests.portable.stick_counter import MemoryStick, OneKeySeal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Unreadable(Counter):
    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin()
        self.logged: "list[str]" = []
        self._event = log.event
        log.event = lambda name, detail="": self.logged.append(name + " " + detail)

    def tearDown(self) -> None:
        log.event = self._event

    def damage(self, kind: str, start: str) -> "tuple[bytes, bytes]":
        """Turn one bit of the first row of a kind whose id begins so: its name, and what it was."""
        rows = self.board.store.rows
        name = min([key for key in rows if key.startswith(("r/" + kind + "/" + start).encode())])
        sealed = rows[name]
        rows[name] = sealed[:-1] + bytes([sealed[-1] ^ 1])
        return name, sealed

    async def waiting(self) -> None:
        for visit in ("a", "b", "c"):
            for row in ("1", "2"):
                await self.put(visit, visit + row)
        self.outbox = await self.reopened(self.board.restarted(2))

    async def test_the_others_go_on_and_it_is_named_once(self) -> None:
        await self.waiting()
        name, sealed = self.damage("outbox", "b")
        for _ in range(3):
            self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(sorted([row for row, _ in self.courier.sent]), ["a1", "a2", "c1", "c2"])
        message_id = name.decode().split("/")[-1]
        told = [line for line in self.logged if "unreadable" in line]
        self.assertEqual(told, ["outbox.unreadable " + message_id + " vault.unreadable"])
        self.assertEqual(self.shown()[:2], [1, 1])
        held = await self.outbox.held()
        self.assertEqual([(one["id"], one["refusal"]) for one in held], [(message_id, "vault.unreadable")])
        self.assertEqual(await self.outbox.held(message_id), [])
        self.board.store.rows[name] = sealed  # from a backup
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent][-2:], ["b1", "b2"])
        self.assertEqual((self.shown(), await self.outbox.held()), ([0, 0, 0, 0], []))

    async def test_one_page_for_each_message_and_the_first_of_all(self) -> None:
        await self.waiting()
        self.damage("outbox", "a")
        for batch in (1, 2, 3):
            self.outbox = await self.reopened(self.board.restarted(2 + batch), batch)
            self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(sorted([row for row, _ in self.courier.sent]), ["b1", "b2", "c1", "c2"])
        self.assertEqual(self.shown()[:2], [1, 1])

    async def test_what_is_fresh_waits_for_it(self) -> None:
        await self.waiting()
        self.damage("outbox", "b")
        await self.put("b", "b3")
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(sorted([row for row, _ in self.courier.sent]), ["a1", "a2", "c1", "c2"])

    async def test_a_held_one_still_holds_its_visit(self) -> None:
        await self.waiting()
        self.courier.answers = ["refused"]
        await self.outbox.deliver(pulse)
        self.damage("outbox.held", "a")
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(sorted([row for row, _ in self.courier.sent]), ["a1", "b1", "b2", "c1", "c2"])
        held = await self.outbox.held()
        self.assertEqual(([one["visit"] for one in held], self.shown()[:2]), (["a"], [1, 1]))

    async def test_nobody_can_decide_about_it(self) -> None:
        await self.waiting()
        self.damage("outbox", "a")
        await self.outbox.deliver(pulse)
        message_id = (await self.outbox.held())[0]["id"]
        for call in (self.outbox.retry(message_id, "1"), self.outbox.release(message_id, "1", "补传")):
            try:
                await call
                self.fail("decided")
            except (OutboxError, VaultError) as error:
                self.assertEqual(error.code, "vault.unreadable")

    async def test_its_payload(self) -> None:
        """Held, and not tried for ever: four in a row would look like a line that is dead."""
        await self.waiting()
        for visit in ("a", "b"):
            self.damage("outbox.body", visit)
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.states("a"), [("a1", QUARANTINED), ("a2", NEW)])
        self.assertEqual((await self.outbox.held())[0]["refusal"], "vault.unreadable")
        self.assertEqual(sorted([row for row, _ in self.courier.sent]), ["c1", "c2"])

    async def test_the_others_go_into_the_parcel_and_its_answers_are_read(self) -> None:
        await self.waiting()
        name, sealed = self.damage("outbox", "a")
        self.damage("outbox.body", "b")
        stick, seal = MemoryStick(), OneKeySeal()
        carry = Carry(self.vault, self.outbox, seal, stick, self.board.clock)
        self.assertEqual(await carry.export("1"), {"parcels": 1, "messages": 2})
        messages = seal.read(stick.files["cyt-00000001.cyp"])["messages"]
        self.assertEqual([message["row"] for message in messages], ["c1", "c2"])  # a2 and b2 wait for theirs
        c1 = self.damage("outbox", "c")
        results: "list[Any]" = [{"key": message["key"], "outcome": "acknowledged"} for message in messages]
        stick.files["cyt-00000001.cya"] = seal.answer({"parcel": 1, "results": results})
        self.assertEqual((await carry.take_in("1"))["acknowledged"], 2)
        self.assertEqual(await self.archived(), [("c2", "acknowledged")])
        self.board.store.rows[c1[0]] = c1[1]  # it opens again: the office has it
        self.board.store.rows[name] = sealed
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked[-1:] + [row for row, _ in self.courier.sent], ["c1", "a1", "a2"])

    async def test_a_visit_with_one_can_be_cancelled(self) -> None:
        await self.waiting()
        self.damage("outbox", "a")
        self.assertEqual(await self.states("a"), [("a2", NEW)])
        batch = Batch("cancel")
        self.assertEqual(await self.outbox.withdraw(batch, "a"), ["a2"])  # for the other a return is written
        await self.vault.commit(batch)
        self.assertEqual(await self.archived(), [("a2", "withdrawn")])

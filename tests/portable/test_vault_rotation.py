"""New keys without a pause. Runs on CPython and MicroPython."""

import unittest

from firmware.vault import Batch, Rotation
from firmware.vault.sealing import label_of
from hal import aio
from tests.portable.doubles import MemoryBoard
from tests.portable.vault_hands import code_of, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Vault

RECORDS = 25  # more than one step of a rotation


async def put(vault: "Vault", kind: str, record_id: str, value: "dict[str, Any]", owner: str = "") -> None:
    batch = Batch("test")
    batch.put(kind, record_id, value, owner)
    await vault.commit(batch)


async def filled(board: MemoryBoard) -> "Vault":
    """A vault with `RECORDS` records of its own and as many of visits, and with a counter."""
    vault = await opened(board)
    batch = Batch("fill")
    for number in range(RECORDS):
        batch.put("box", f"{number:03d}", {"n": number})
        batch.put("visit", f"{number:03d}", {"n": number}, f"{number:03d}")
    batch.count("things", RECORDS)
    await vault.commit(batch)
    return vault


async def to_the_end(rotation: Rotation) -> int:
    """Rotate; the number of steps."""
    steps = 1
    while await rotation.step():
        steps += 1
    return steps


class Rotating(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.vault = await filled(self.board)
        self.rotation = Rotation(self.vault)

    async def everything_is_there(self, vault: "Vault") -> None:
        self.assertEqual(len(await vault.list("box")), RECORDS)
        for number in range(RECORDS):
            for kind in ("box", "visit"):
                self.assertEqual(await vault.get(kind, f"{number:03d}"), {"n": number})
        self.assertEqual(vault.counter("things"), RECORDS)
        await vault.verify_journal()

    def keys(self) -> "list[bytes]":
        """The names of the data and journal keys."""
        return sorted([key for key in self.board.store.rows if key.startswith((b"key/data/", b"key/journal/"))])

    async def test_nothing_to_do_without_a_new_key(self) -> None:
        before = dict(self.board.store.rows)
        self.assertFalse(self.rotation.under_way())
        self.assertFalse(await self.rotation.step())
        self.assertEqual(self.board.store.rows, before)

    async def test_everything_can_be_read_at_every_step_and_after_a_restart_there(self) -> None:
        self.assertEqual(await self.rotation.begin("3"), 2)
        steps = 0
        while True:
            await self.everything_is_there(self.vault)
            await self.everything_is_there(await opened(self.board.restarted(2 + steps)))
            steps += 1
            if not await self.rotation.step():
                break
        self.assertTrue(steps > 2 * RECORDS // 20)
        await self.everything_is_there(self.vault)
        self.assertEqual(self.keys(), [b"key/data/2", b"key/journal/1", b"key/journal/2"])
        self.assertFalse(self.rotation.under_way())

    async def test_nothing_is_left_under_the_old_key(self) -> None:
        before = dict(self.board.store.rows)
        await self.rotation.begin()
        await to_the_end(self.rotation)
        for name, sealed in self.board.store.rows.items():
            if name.startswith((b"own/", b"r/box/")) or name == b"head":
                self.assertEqual(label_of(sealed).key_version, 2)
            if name.startswith(b"r/visit/"):  # the visits keep their keys: only the wraps are new
                self.assertEqual(sealed, before[name])

    async def test_a_rotation_goes_on_after_a_restart(self) -> None:
        await self.rotation.begin()
        for _ in range(3):
            await self.rotation.step()
        again = await opened(self.board.restarted(2))
        rotation = Rotation(again)
        self.assertTrue(rotation.under_way())
        await to_the_end(rotation)
        self.assertFalse(rotation.under_way())
        await self.everything_is_there(again)

    async def test_commits_between_the_steps_are_kept(self) -> None:
        await self.rotation.begin()
        more = True
        number = RECORDS
        while more:
            await put(self.vault, "box", f"{number:03d}", {"n": number})
            await put(self.vault, "visit", f"{number:03d}", {"n": number}, f"{number:03d}")
            await put(self.vault, "box", "000", {"n": -number})
            more = await self.rotation.step()
            number += 1
        again = await opened(self.board.restarted(2))
        self.assertEqual(len(await again.list("box")), number)
        self.assertEqual(len(await again.list("visit")), number)
        self.assertEqual(await again.get("box", "000"), {"n": 1 - number})

    async def test_a_second_one_begins_only_after_the_first(self) -> None:
        tasks = [aio.spawn("rotate", self.rotation.begin()) for _ in range(3)]
        for task in tasks:
            self.assertEqual(await task, 2)
        self.assertEqual(await self.rotation.begin(), 2)
        await to_the_end(self.rotation)
        self.assertEqual(await self.rotation.begin(), 3)
        await to_the_end(self.rotation)
        await self.everything_is_there(self.vault)
        self.assertEqual(self.keys(), [b"key/data/3", b"key/journal/1", b"key/journal/2", b"key/journal/3"])

    async def test_a_full_disk_at_any_step_loses_nothing(self) -> None:
        self.board.store.fail_next()
        self.assertEqual(await code_of(self.rotation.begin()), "vault.full")
        self.assertFalse(self.rotation.under_way())
        await put(self.vault, "box", "000", {"n": 0})
        await self.everything_is_there(await opened(self.board.restarted(2)))
        await self.rotation.begin()
        more = True
        while more:
            self.board.store.fail_next()
            await code_of(self.rotation.step())  # a step that finds nothing to write does not fail
            self.board.store.failing = []
            more = await self.rotation.step()
        self.assertFalse(self.rotation.under_way())
        await self.everything_is_there(await opened(self.board.restarted(3)))

    async def test_the_key_of_a_record_that_does_not_open_stays(self) -> None:
        sealed = self.board.store.rows[b"r/box/007"]
        self.board.store.rows[b"r/box/007"] = sealed[:-1] + bytes([sealed[-1] ^ 1])
        await self.rotation.begin()
        await to_the_end(self.rotation)
        self.assertTrue(self.rotation.under_way())
        self.assertFalse(await self.rotation.step())
        self.board.store.rows[b"r/box/007"] = sealed  # from a backup
        again = await opened(self.board.restarted(2))
        self.assertEqual(await again.get("box", "007"), {"n": 7})
        await to_the_end(Rotation(again))
        await self.everything_is_there(again)

    async def test_a_record_that_does_not_open_keeps_no_new_key_from_coming(self) -> None:
        sealed = self.board.store.rows[b"r/box/007"]
        self.board.store.rows[b"r/box/007"] = sealed[:-1] + bytes([sealed[-1] ^ 1])
        await self.rotation.begin()
        await to_the_end(self.rotation)
        self.assertEqual(await self.rotation.begin(), 3)
        await to_the_end(self.rotation)
        self.board.store.rows[b"r/box/007"] = sealed
        again = await opened(self.board.restarted(2))
        self.assertEqual(again.keyring.versions("data"), [1, 2, 3])
        await to_the_end(Rotation(again))
        self.assertEqual(again.keyring.versions("data"), [3])
        await self.everything_is_there(again)

    async def test_steps_during_a_begin_that_fails_are_no_part_of_the_next_walk(self) -> None:
        for failures in range(8):  # as many as a whole walk has steps, and more
            rotation = Rotation(self.vault)
            for _ in range(failures):
                self.board.store.fail_next()
                begin = aio.spawn("begin", self.failing(rotation))
                await self.seems_under_way(rotation)
                await rotation.step()
                await begin
                self.board.store.failing = []
            begin = aio.spawn("begin", rotation.begin())
            await self.seems_under_way(rotation)
            await to_the_end(rotation)
            await begin
            await to_the_end(rotation)
            self.assertFalse(rotation.under_way())
            await self.everything_is_there(await opened(self.board.restarted(2 + failures)))

    async def seems_under_way(self, rotation: Rotation) -> None:
        """Until the new keys are in memory, and not yet on the disk."""
        while not rotation.under_way():
            await aio.sleep_ms(0)

    async def failing(self, rotation: Rotation) -> None:
        self.assertEqual(await code_of(rotation.begin()), "vault.full")

    async def test_an_erasure_between_any_two_moments_of_a_step_is_not_undone(self) -> None:
        for moment in range(12):
            board = MemoryBoard()
            vault = await filled(board)
            rotation = Rotation(vault)
            await rotation.begin()
            step = aio.spawn("step", rotation.step())  # seals own/... anew
            for _ in range(moment):
                await aio.sleep_ms(0)
            batch = Batch("erase", "003")
            batch.erase("003")
            await vault.commit(batch)
            await step
            await to_the_end(rotation)
            self.assertFalse(b"own/003" in board.store.rows)
            for reader in (vault, await opened(board.restarted(2))):
                self.assertEqual(await code_of(reader.get("visit", "003")), "vault.erased")

    async def test_what_is_blinded_stays_the_same(self) -> None:
        before = self.vault.blind("box", "x"), self.vault.pin_secret()
        await self.rotation.begin()
        await to_the_end(self.rotation)
        again = await opened(self.board.restarted(2))
        self.assertEqual((again.blind("box", "x"), again.pin_secret()), before)

    async def test_an_old_journal_key_goes_with_its_last_entry(self) -> None:
        await self.rotation.begin()
        await to_the_end(self.rotation)
        await self.vault.trim_journal(2)
        self.assertEqual(self.keys(), [b"key/data/2", b"key/journal/2"])
        self.assertEqual(await self.vault.verify_journal(), 2)
        self.assertEqual(await (await opened(self.board.restarted(2))).verify_journal(), 2)

    async def test_a_newest_key_that_is_gone_is_noticed(self) -> None:
        await self.rotation.begin()
        for name in (b"key/data/2", b"key/journal/2"):
            board = self.board.restarted(2)
            board.store.rows = dict(self.board.store.rows)
            del board.store.rows[name]
            self.assertEqual(await code_of(opened(board)), "vault.unreadable")

    async def test_a_page_that_was_read_before_its_key_went_still_opens(self) -> None:
        await self.rotation.begin()
        before = await self.vault.store.get(b"r/box/007")
        assert before is not None
        await to_the_end(self.rotation)
        self.assertEqual(await self.vault._opened(b"r/box/007", before), {"n": 7})

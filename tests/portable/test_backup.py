"""The keys of a vault on their way to another device. Runs on CPython and MicroPython."""

import unittest

from firmware.vault import (
    RESTORING,
    RETIRED,
    Batch,
    Keyring,
    Passage,
    Sealer,
    Secrets,
    VaultError,
    open_vault,
    reading_keys,
    travels,
    vault_id,
)
from tests.portable.doubles import FixedKeys, HashCipher, MemoryBoard, MemoryStore, SeededRandom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.vault import Vault

HEADER = b'{"vault": "1"}'


async def opened(board: MemoryBoard) -> "Vault":
    return await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)


class Moving(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.vault = await opened(self.board)
        batch = Batch("test")
        batch.put("visit", "000001", {"n": 1}, "000001")
        batch.put("stock", "aspirin", {"n": 2})
        await self.vault.commit(batch)
        self.sealer = Sealer([HashCipher()], SeededRandom(5))
        self.secrets = Secrets(self.vault.keyring.secrets(), {"gateway-secret": b"TOKEN"})

    async def moved(self) -> "tuple[Vault, MemoryBoard]":
        """The vault on a device with another key."""
        board = MemoryBoard(MemoryStore(), None, 2)
        board.keys = FixedKeys(b"\x09" * 32)
        rows = board.store.rows
        for name, value in self.board.store.rows.items():
            if travels(name):
                rows[name] = value
        keyring = Keyring(board.store, self.sealer, board.keys.device_key())
        for name, value in self.secrets.wrapped(keyring):
            rows[name] = value
        return await opened(board), board

    async def test_another_device_opens_everything(self) -> None:
        other, board = await self.moved()
        self.assertEqual(await other.get("visit", "000001"), {"n": 1})
        self.assertEqual(await other.get("stock", "aspirin"), {"n": 2})
        self.assertEqual(other.journal_head(), self.vault.journal_head())
        self.assertEqual(await other.verify_journal(), 1)
        self.assertEqual(other.pin_secret(), self.vault.pin_secret())
        self.assertEqual(vault_id(other.keyring), vault_id(self.vault.keyring))
        self.assertNotEqual(board.store.rows[b"key/data/1"], self.board.store.rows[b"key/data/1"])

    async def test_the_old_device_key_opens_nothing_there(self) -> None:
        _, board = await self.moved()
        board.keys = FixedKeys()
        with self.assertRaises(VaultError):
            await opened(board)

    async def test_secrets_open_with_their_code_and_header_only(self) -> None:
        passage = Passage(self.sealer, b"\x01" * 32)
        sealed = passage.seal(HEADER, self.secrets)
        back = passage.open(HEADER, sealed)
        self.assertEqual(back.keys, self.secrets.keys)
        self.assertEqual(back.files, {"gateway-secret": b"TOKEN"})
        self.assertEqual(back.versions(), [("blind", 1), ("data", 1), ("journal", 1), ("pin", 1)])
        self.assertFalse(b"TOKEN" in sealed)
        for other, header in ((b"\x02", HEADER), (b"\x01", HEADER + b" ")):
            with self.assertRaises(VaultError) as refused:
                Passage(self.sealer, other * 32).open(header, sealed)
            self.assertEqual(refused.exception.code, "backup.wrong_code")

    async def test_a_backup_is_looked_into_without_a_device(self) -> None:
        keyring = reading_keys(self.sealer, self.board.store, self.secrets)
        name = b"r/visit/000001"
        self.assertEqual(await keyring.open(name, self.board.store.rows[name]), b'{"n":1}')

    async def test_marks_and_wrapped_keys_stay_with_their_device(self) -> None:
        for name in (b"key/data/1", b"key/blind/1", RETIRED, RESTORING):
            self.assertFalse(travels(name))
        for name in (b"head", b"j/0000000000000001", b"own/000001", b"r/visit/000001"):
            self.assertTrue(travels(name))

    async def test_a_marked_vault_is_not_opened(self) -> None:
        for mark, code in ((RETIRED, "vault.retired"), (RESTORING, "vault.restoring")):
            self.board.store.rows[mark] = b"1"
            with self.assertRaises(VaultError) as refused:
                await opened(self.board)
            self.assertEqual(refused.exception.code, code)
            del self.board.store.rows[mark]
        await opened(self.board)

"""Somebody has the medium, or two images of it from different days, and no key: what rows can be made to say."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pytest

from firmware.vault import Batch, OperatorError, Operators, Rotation, Sealer, Secrets, VaultError, open_vault
from firmware.vault.backup import Passage
from firmware.vault.sealing import label_of
from hal.linux.cipher import ciphers
from hal.linux.keys import FileKeyStore
from hal.linux.parcels import OfficeParcels, SecretParty
from hal.linux.system_random import SystemRandom
from tests.portable.doubles import FixedKeys, MemoryBoard

if TYPE_CHECKING:
    from pathlib import Path

    from firmware.vault import Vault

PIN, WRONG = "283746", "111112"
NONCE = 12
SUITES = ("aes-gcm", "sm4-gcm", "aes-ctr-hmac")


def board_of(suite: str = "aes-gcm", rows: dict[bytes, bytes] | None = None, key: bytes = b"\x07" * 32) -> MemoryBoard:
    """A board whose seals and randomness are those of Linux."""
    board = MemoryBoard()
    board.store.rows = {} if rows is None else rows
    board.keys = FixedKeys(key)
    board.ciphers = ciphers(suite)
    board.random = SystemRandom()  # type: ignore[assignment]
    return board


async def opened(board: MemoryBoard) -> Vault:
    return await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)


async def put(vault: Vault, kind: str, record_id: str, value: dict[str, Any], owner: str = "") -> None:
    batch = Batch("test")
    batch.put(kind, record_id, value, owner)
    await vault.commit(batch)


async def some_rows(suite: str) -> MemoryBoard:
    """A vault with records of its own, of two visits, and under two versions of the data key."""
    board = board_of(suite)
    vault = await opened(board)
    for number in ("1", "2"):
        await put(vault, "visit", number, {"n": number}, number)
        await put(vault, "visit.closed", number, {"n": number}, number)
        await put(vault, "box", number, {"n": number})
    await Rotation(vault).begin()
    await put(vault, "box", "3", {"n": "3"})
    return board


async def read(vault: Vault, name: bytes) -> Any:
    """What the record under this name says, or the code of why it does not open."""
    _, kind, record_id = name.decode().split("/")
    try:
        return await vault.get(kind, record_id)
    except VaultError as error:
        return error.code


@pytest.mark.parametrize("suite", SUITES)
async def test_no_row_can_stand_for_another(suite: str) -> None:
    """Moved to each other name: of another visit, of another kind, under another version of the key."""
    board = await some_rows(suite)
    rows = board.store.rows
    records = [name for name in rows if name.startswith(b"r/")]
    for name in records:
        for other in rows:
            if other != name:
                moved = {**rows, name: rows[other]}
                assert await read(await opened(board_of(suite, moved)), name) == "vault.unreadable"
    for one, other in ((b"own/1", b"own/2"), (b"own/2", b"own/1")):
        vault = await opened(board_of(suite, {**rows, one: rows[other]}))
        assert await read(vault, b"r/visit/" + one[-1:]) == "vault.unreadable"
    for one, other in ((b"key/data/1", b"key/data/2"), (b"key/blind/1", b"key/pin/1")):
        with pytest.raises(VaultError, match=r"vault\.unreadable"):
            await opened(board_of(suite, {**rows, one: rows[other]}))


@pytest.mark.parametrize("suite", SUITES)
async def test_a_row_with_another_label_does_not_open(suite: str) -> None:
    board = await some_rows(suite)
    rows = board.store.rows
    for name in (b"r/box/1", b"r/visit/1"):
        sealed = rows[name]
        for at in range(5 + sealed[4]):
            for bit in range(8):
                altered = sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :]
                vault = await opened(board_of(suite, {**rows, name: altered}))
                assert await read(vault, name) in {"vault.unreadable", "vault.erased"}


async def test_a_row_of_another_terminal_does_not_open() -> None:
    here, there = await some_rows("aes-gcm"), await some_rows("aes-gcm")  # the same device key, other keys below it
    for name in (b"r/box/1", b"r/visit/1", b"own/1"):
        vault = await opened(board_of(rows={**here.store.rows, name: there.store.rows[name]}))
        assert await read(vault, name if name[:1] == b"r" else b"r/visit/1") == "vault.unreadable"
    with pytest.raises(VaultError, match=r"vault\.unreadable"):
        await opened(board_of(rows=here.store.rows, key=b"\x08" * 32))


async def test_a_vault_that_goes_on_from_an_old_image_uses_no_nonce_twice() -> None:
    """The same steps from the same image, as after a restore: what was sealed then and now must not share a nonce."""
    image = (await some_rows("aes-gcm")).store.rows
    nonces: set[bytes] = set()
    sealed = 0
    for _ in range(3):
        board = board_of(rows=dict(image))
        vault = await opened(board)
        await put(vault, "box", "4", {"n": "4"})
        await put(vault, "visit", "1", {"n": "new"}, "1")
        for name, value in board.store.rows.items():
            if image.get(name) != value:
                record = value[32:] if name.startswith(b"j/") else value
                start = 5 + len(label_of(record).owner)
                nonces.add(record[start : start + NONCE])
                sealed += 1
    assert len(nonces) == sealed == 3 * 5


async def test_a_row_that_is_put_back_is_taken_for_the_present_one() -> None:
    """What sealing does not see (docs/vault.md): with the medium in his hands somebody uncounts wrong PINs."""
    board = board_of()
    operators = Operators(await opened(board), board.pin_hash, board.random, board.clock)
    await operators.set_up("韦医生", PIN)
    before = board.store.rows[b"r/operator/1"]
    for _ in range(5):
        with pytest.raises(OperatorError):
            await operators.sign_in("1", WRONG)
    with pytest.raises(OperatorError, match=r"operator\.locked"):
        await operators.sign_in("1", PIN)
    board.store.rows[b"r/operator/1"] = before
    vault = await opened(board)
    await Operators(vault, board.pin_hash, board.random, board.clock).sign_in("1", PIN)
    await vault.verify_journal()


async def test_no_key_is_in_what_an_object_or_an_error_says_of_itself(tmp_path: Path) -> None:
    keys = FileKeyStore(tmp_path / "device.key")
    board = board_of(key=keys.device_key())
    vault = await opened(board)
    await put(vault, "visit", "1", {"name": "张三"}, "1")
    sealer = Sealer(board.ciphers, board.random)
    root = b"\x55" * 32
    secrets = Secrets(vault.keyring.secrets(), {"gateway-secret": b"TOKENTEST0001"})
    operators = Operators(vault, board.pin_hash, board.random, board.clock)
    party = SecretParty(b"\x66" * 32, b"\x77" * 32)
    said = [repr(one) + str(one) for one in (keys, vault, vault.keyring, sealer, secrets, operators, party)]
    said += [repr(Passage(sealer, root)), repr(OfficeParcels(keys.device_key(), party.public))]
    board.store.rows[b"r/visit/1"] = board.store.rows[b"r/visit/1"][:-1] + b"\0"
    for call in (vault.get("visit", "1"), operators.create("张三", "123456", "doctor", "1")):
        with pytest.raises((VaultError, OperatorError)) as failed:
            await call
        said.append("".join(traceback.format_exception(failed.value)) + repr(failed.value))
    known = [key for _, _, key in vault.keyring.secrets()] + [keys.device_key(), root, b"\x66" * 32, b"\x77" * 32]
    for secret in known:
        for form in (secret.hex(), repr(secret)[2:-1]):
            assert not any(form in text for text in said)
    assert not any(text in one for one in said for text in ("张三", "TOKENTEST0001"))

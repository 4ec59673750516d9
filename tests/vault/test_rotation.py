"""Rotation and erasing on the real store and cipher of a Linux board, while others read and commit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from firmware.vault import Batch, Rotation, Vault, VaultError, open_vault
from firmware.vault.keyring import key_name, owner_name
from hal.linux.cipher import AesGcmCipher
from hal.linux.store import SqliteStore
from hal.linux.system_random import SystemRandom
from tests.portable.doubles import FixedKeys, HandClock

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = 300


async def filled(store: SqliteStore) -> Vault:
    vault = await open_vault(store, [AesGcmCipher()], FixedKeys(), SystemRandom(), HandClock())
    batch = Batch("fill")
    for number in range(RECORDS):
        batch.put("box", f"{number:06}", {"n": number})
        batch.put("visit", f"{number:06}", {"n": number}, f"{number:06}")
    await vault.commit(batch)
    return vault


async def test_others_read_and_commit_while_the_keys_change(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "records.db")
    vault = await filled(store)
    rotation = Rotation(vault)
    rotated, reads = asyncio.Event(), 0

    async def read() -> None:
        nonlocal reads
        while not rotated.is_set():
            for kind in ("box", "visit"):
                found = await vault.list(kind)
                assert [record["n"] for _, record in found[:RECORDS]] == list(range(RECORDS))
                reads += 1

    async def write() -> None:
        for number in range(RECORDS, 10**6):
            if rotated.is_set():
                break
            batch = Batch("more")
            batch.put("box", f"{number:06}", {"n": number})
            batch.put("visit", f"{number:06}", {"n": number}, f"{number:06}")
            await vault.commit(batch)

    async def rotate() -> None:
        for version in (2, 3):
            assert await rotation.begin() == version
            while await rotation.step():
                pass
        rotated.set()

    await asyncio.gather(read(), write(), rotate(), vault.verify_journal())
    assert reads > 2
    assert not rotation.under_way()
    before = await vault.list("visit")
    await store.close()
    store = SqliteStore(tmp_path / "records.db")
    again = await open_vault(store, [AesGcmCipher()], FixedKeys(), SystemRandom(), HandClock())
    assert await again.list("visit") == before
    await again.verify_journal()
    await store.close()


async def test_nothing_of_an_erased_key_is_left_in_the_files_after_a_scrub(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "records.db")
    vault = await filled(store)
    owned, wrapped = await store.get(owner_name("000007")), await store.get(key_name("data", 1))
    assert owned is not None
    assert wrapped is not None
    rotation = Rotation(vault)
    await rotation.begin()
    while await rotation.step():
        pass
    rewrapped = await store.get(owner_name("000007"))
    assert rewrapped is not None
    batch = Batch("erase")
    batch.erase("000007")
    await vault.commit(batch)
    keys = (owned, wrapped, rewrapped)  # the log may have been folded meanwhile: what came last is in it all the same
    assert any(key in _content(tmp_path) for key in keys), "the scrub below would show nothing"
    await store.scrub()
    assert [key for key in keys if key in _content(tmp_path)] == []
    with pytest.raises(VaultError, match=r"vault\.erased"):
        await vault.get("visit", "000007")
    await store.close()


def _content(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())

"""The vault on the real cipher and the real store of a Linux board."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.vault import Batch, Operators, VaultError, open_vault
from firmware.vault.sealing import Sealer, derive
from hal.linux.cipher import AesGcmCipher
from hal.linux.store import SqliteStore
from tests.portable.doubles import FixedKeys, HandClock, HashCipher, SeededRandom

if TYPE_CHECKING:
    from pathlib import Path

    from hal.ports import Cipher

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.binary(min_size=1, max_size=40)
CIPHERS: tuple[Cipher, ...] = (AesGcmCipher(), HashCipher())


class SystemRandom:
    def take(self, size: int) -> bytes:
        return os.urandom(size)


@given(cipher=st.sampled_from(CIPHERS), name=NAMES, value=JSON)
def test_what_was_sealed_opens(cipher: Cipher, name: bytes, value: Any) -> None:
    sealer = Sealer(cipher, SeededRandom(), derive(b"k" * 32, "test"), 1)
    assert sealer.open(name, sealer.seal(name, value)) == value


@given(
    cipher=st.sampled_from(CIPHERS),
    name=NAMES,
    other=NAMES,
    plain=st.binary(max_size=60),
    where=st.integers(0, 10**6),
    bit=st.integers(0, 7),
)
def test_one_bit_breaks_the_seal(cipher: Cipher, name: bytes, other: bytes, plain: bytes, where: int, bit: int) -> None:
    sealer = Sealer(cipher, SeededRandom(), derive(b"k" * 32, "test"), 1)
    sealed = bytearray(sealer.seal_bytes(name, plain))
    assert sealer.open_bytes(name, bytes(sealed)) == plain
    if other != name:
        with pytest.raises(VaultError):
            sealer.open_bytes(other, bytes(sealed))
    sealed[where % len(sealed)] ^= 1 << bit
    with pytest.raises(VaultError):
        sealer.open_bytes(name, bytes(sealed))


@given(st.binary(max_size=80))
def test_no_bytes_of_a_stranger_open(junk: bytes) -> None:
    sealer = Sealer(AesGcmCipher(), SeededRandom(), derive(b"k" * 32, "test"), 1)
    with pytest.raises(VaultError):
        sealer.open_bytes(b"name", junk)


async def test_a_visit_day_on_sqlite(tmp_path: Path) -> None:
    path, keys, clock = tmp_path / "records.db", FixedKeys(), HandClock()
    for life in range(3):
        store = SqliteStore(path)
        vault = await open_vault(store, AesGcmCipher(), keys, SystemRandom(), clock)
        assert vault.take_number("visit") == life + 1
        batch = Batch("visit.opened", str(life))
        batch.put("visit", f"{life:06}", {"name": "韦测试甲", "fen": 1260})
        await vault.commit(batch)
        assert await vault.verify_journal() == life + 1
        await store.close()
    assert "韦测试甲".encode() not in path.read_bytes()
    stolen = SqliteStore(path)
    with pytest.raises(VaultError):
        await open_vault(stolen, AesGcmCipher(), FixedKeys(b"\x01" * 32), SystemRandom(), clock)
    await stolen.close()


async def test_a_pin_through_the_real_stretching(tmp_path: Path) -> None:
    store, keys, clock = SqliteStore(tmp_path / "records.db"), FixedKeys(), HandClock()
    vault = await open_vault(store, AesGcmCipher(), keys, SystemRandom(), clock)
    operators = Operators(vault, AesGcmCipher(), keys, SystemRandom(), clock)
    operator = await operators.create("韦医生", "283746")
    assert await operators.sign_in("1", "283746") == operator
    other_device = Operators(vault, AesGcmCipher(), FixedKeys(b"\x01" * 32), SystemRandom(), clock)
    with pytest.raises(Exception, match="wrong_pin"):
        await other_device.sign_in("1", "283746")
    await store.close()

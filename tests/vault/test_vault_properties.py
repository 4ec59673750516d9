"""The vault on the real cipher and the real store of a Linux board."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.vault import Batch, OperatorError, Operators, Rotation, VaultError, open_vault
from firmware.vault.sealing import Sealer, derive, to_json
from hal.linux.cipher import AesGcmCipher
from hal.linux.pin_hash import Argon2idPinHash
from hal.linux.store import SqliteStore
from tests.portable.doubles import FixedKeys, HandClock, HashCipher, MemoryBoard, MemoryStore, SeededRandom

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
    sealer, key = Sealer([cipher], SeededRandom()), derive(b"k" * 32, "test")
    assert json.loads(sealer.open(key, name, sealer.seal(key, 1, "visit", name, to_json(value)))) == value


@given(
    cipher=st.sampled_from(CIPHERS),
    name=NAMES,
    other=NAMES,
    plain=st.binary(max_size=60),
    where=st.integers(0, 10**6),
    bit=st.integers(0, 7),
)
def test_one_bit_breaks_the_seal(cipher: Cipher, name: bytes, other: bytes, plain: bytes, where: int, bit: int) -> None:
    sealer, key = Sealer([cipher], SeededRandom()), derive(b"k" * 32, "test")
    sealed = bytearray(sealer.seal(key, 1, "000012", name, plain))
    assert sealer.open(key, name, bytes(sealed)) == plain
    if other != name:
        with pytest.raises(VaultError):
            sealer.open(key, other, bytes(sealed))
    sealed[where % len(sealed)] ^= 1 << bit
    with pytest.raises(VaultError):
        sealer.open(key, name, bytes(sealed))


@given(st.binary(max_size=80))
def test_no_bytes_of_a_stranger_open(junk: bytes) -> None:
    with pytest.raises(VaultError):
        Sealer([AesGcmCipher()], SeededRandom()).open(b"k" * 32, b"name", junk)


async def test_a_visit_day_on_sqlite(tmp_path: Path) -> None:
    path, keys, clock = tmp_path / "records.db", FixedKeys(), HandClock()
    for life in range(3):
        store = SqliteStore(path)
        vault = await open_vault(store, [AesGcmCipher()], keys, SystemRandom(), clock)
        assert vault.take_number("visit") == life + 1
        batch = Batch("visit.opened", str(life))
        batch.put("visit", f"{life:06}", {"name": "韦测试甲", "fen": 1260})
        await vault.commit(batch)
        assert await vault.verify_journal() == life + 1
        await store.close()
    assert "韦测试甲".encode() not in path.read_bytes()
    stolen = SqliteStore(path)
    with pytest.raises(VaultError):
        await open_vault(stolen, [AesGcmCipher()], FixedKeys(b"\x01" * 32), SystemRandom(), clock)
    await stolen.close()


async def test_a_pin_through_the_real_stretching(tmp_path: Path) -> None:
    store, keys, clock = SqliteStore(tmp_path / "records.db"), FixedKeys(), HandClock()
    vault = await open_vault(store, [AesGcmCipher()], keys, SystemRandom(), clock)
    operators = Operators(vault, Argon2idPinHash(), SystemRandom(), clock)
    operator = await operators.set_up("韦医生", "283746")
    assert await operators.sign_in("1", "283746") == operator
    with pytest.raises(OperatorError, match="wrong_pin"):
        await operators.sign_in("1", "283747")
    await store.close()


async def _spoilt(rows: dict[bytes, bytes], name: bytes, place: int) -> MemoryBoard:
    board = MemoryBoard(MemoryStore(dict(rows)))
    board.ciphers = [AesGcmCipher()]
    value = bytearray(rows[name])
    value[place] ^= 1 << place % 8
    board.store.rows[name] = bytes(value)
    return board


async def test_one_flipped_bit_in_any_byte_of_the_store_never_gives_a_wrong_value() -> None:
    board = MemoryBoard()
    board.ciphers = [AesGcmCipher()]
    vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
    batch = Batch("test", "000001")
    batch.put("visit", "000001", {"name": "韦测试甲"}, "000001")
    batch.put("box", "1", {"n": 1})
    batch.count("fen", 1260)
    await vault.commit(batch)
    await Rotation(vault).begin()  # nothing is sealed anew yet: two versions of the keys are in use
    rows, blinded, seen = board.store.rows, vault.blind("box", "1"), 0
    for name in sorted(rows):
        for place in range(len(rows[name])):
            spoilt = await _spoilt(rows, name, place)
            seen += await _notices(spoilt, blinded)
    assert seen == sum(len(value) for value in rows.values())


async def _notices(board: MemoryBoard, blinded: str) -> bool:
    """Whether a vault says that something is wrong with it; what it does say must be right."""
    faults = 0
    try:
        vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
    except VaultError:
        return True
    assert vault.counter("fen") == 1260
    assert vault.journal_head()[0] == 2
    assert vault.blind("box", "1") == blinded
    for kind, record_id, value in (("visit", "000001", {"name": "韦测试甲"}), ("box", "1", {"n": 1})):
        try:
            assert await vault.get(kind, record_id) == value
        except VaultError:
            faults += 1
    try:
        assert await vault.verify_journal() == 2
    except VaultError:
        faults += 1
    return faults > 0

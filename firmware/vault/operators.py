"""Operators and their PINs. The PIN unlocks the screen; the disk is protected by the device key.

A PIN is mixed with a secret of the device before it is stretched, so the records alone do not let it be guessed. The
count of wrong tries is on the disk before the PIN is compared: pulling the plug wins nothing.
"""

import binascii
import hashlib
import hmac

from firmware.vault.batch import Batch
from firmware.vault.errors import OperatorError
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.records import Vault
    from hal.ports import Clock, PinHash, Random

PIN_DIGITS = 6
TRIES = 5
LOCKED_S = 60
_KIND = "operator"


class Operators:
    """Who may use the terminal."""

    def __init__(self, vault: "Vault", pin_hash: "PinHash", random: "Random", clock: "Clock") -> None:
        self._vault = vault
        self._pin_hash = pin_hash
        self._pepper = vault.pin_secret()
        self._random = random
        self._clock = clock
        self._lock = aio.Lock()  # tries that come at once are counted one by one

    async def names(self) -> "list[dict[str, str]]":
        """`{"id", "name"}` of each operator, in the order of their ids."""
        return [{"id": rid, "name": record["name"]} for rid, record in await self._vault.list(_KIND)]

    async def create(self, name: str, pin: str) -> "dict[str, str]":
        """Add an operator. `OperatorError` `operator.weak_pin` or `operator.unknown` (no name)."""
        name = name.strip()
        if not 1 <= len(name) <= 20:
            raise OperatorError("operator.unknown", "name missing or too long")
        if not strong(pin):
            raise OperatorError("operator.weak_pin")
        salt = self._random.take(16)
        number = str(self._vault.take_number(_KIND))
        record = {"name": name, "salt": _hex(salt), "pin": _hex(self._hash(pin, salt)), "wrong": 0, "locked_at": 0}
        batch = Batch("operator.created", number)
        batch.put(_KIND, number, record)
        await self._vault.commit(batch)
        return {"id": number, "name": name}

    async def sign_in(self, operator_id: str, pin: str) -> "dict[str, str]":
        """The operator, when the PIN is right. `OperatorError` `operator.wrong_pin`, `operator.locked`,
        `operator.unknown`."""
        async with self._lock:
            return await self._try(operator_id, pin)

    async def _try(self, operator_id: str, pin: str) -> "dict[str, str]":
        record = await self._vault.get(_KIND, operator_id)
        if record is None:
            raise OperatorError("operator.unknown")
        await self._refuse_locked(operator_id, record)
        record["wrong"] += 1
        if record["wrong"] >= TRIES:
            record["locked_at"] = self._clock.wall_s()
        await self._keep("operator.try", operator_id, record)
        if not same(self._hash(pin, binascii.unhexlify(record["salt"])), binascii.unhexlify(record["pin"])):
            raise self._wrong(record)
        record["wrong"] = 0
        record["locked_at"] = 0
        await self._keep("operator.signed_in", operator_id, record)
        return {"id": operator_id, "name": record["name"]}

    async def _refuse_locked(self, operator_id: str, record: "dict[str, Any]") -> None:
        if record["wrong"] < TRIES:
            return
        now = self._clock.wall_s()
        if now < record["locked_at"]:  # set back, as by a power cut without a battery: the wait begins anew
            record["locked_at"] = now
            await self._keep("operator.clock_back", operator_id, record)
        left = LOCKED_S - (now - record["locked_at"])
        if left > 0:  # a clock that was set forward ends the wait: the price of having no other
            raise OperatorError("operator.locked", "", {"seconds": left})
        record["wrong"] = 0

    def _wrong(self, record: "dict[str, Any]") -> OperatorError:
        if record["wrong"] >= TRIES:
            return OperatorError("operator.locked", "", {"seconds": LOCKED_S})
        return OperatorError("operator.wrong_pin", "", {"left": TRIES - record["wrong"]})

    async def _keep(self, what: str, operator_id: str, record: "dict[str, Any]") -> None:
        batch = Batch(what, operator_id)
        batch.put(_KIND, operator_id, record)
        await self._vault.commit(batch)

    def _hash(self, pin: str, salt: bytes) -> bytes:
        return self._pin_hash.stretch(hmac.new(self._pepper, pin.encode(), hashlib.sha256).digest(), salt)


def strong(pin: str) -> bool:
    """Six digits, not all the same and not consecutive."""
    if len(pin) != PIN_DIGITS or not all([char in "0123456789" for char in pin]):
        return False
    steps = [ord(pin[i + 1]) - ord(pin[i]) for i in range(PIN_DIGITS - 1)]
    return not all([step == steps[0] for step in steps]) or steps[0] not in (-1, 0, 1)


def same(one: bytes, other: bytes) -> bool:
    """Compare two secrets of equal length in constant time."""
    difference = len(one) ^ len(other)
    for left, right in zip(one, other):
        difference |= left ^ right
    return difference == 0


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()

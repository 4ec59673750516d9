"""Operators and their PINs. The PIN unlocks the screen; the disk is protected by the device key.

A PIN is mixed with a secret of the device before it is stretched, so the records alone do not let it be guessed. The
count of wrong tries is on the disk before the PIN is compared: pulling the plug wins nothing.
"""

import binascii
import hashlib
import hmac

from firmware.vault import lockout
from firmware.vault.batch import Batch
from firmware.vault.errors import OperatorError
from firmware.vault.journal import hex_of
from firmware.vault.roles import RESET_PIN, ROLES, SUPERVISOR, may
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.records import Vault
    from hal.ports import Clock, PinHash, Random

    Json = dict[str, Any]

PIN_DIGITS = 6
_LONGEST_NAME = 20
_KIND = "operator"
_COUNT = "operators"  # how many there are: none is ever deleted


class Operators:
    """Who may use the terminal. `stretch` of the PIN hash holds the program up while it works: some 100 ms on a Pi, and
    one sign-in at a time."""

    def __init__(self, vault: "Vault", pin_hash: "PinHash", random: "Random", clock: "Clock") -> None:
        self._vault = vault
        self._pin_hash = pin_hash
        self._pepper = vault.pin_secret()
        self._random = random
        self._clock = clock
        self._lock = aio.Lock()  # tries that come at once are counted one by one

    async def names(self) -> "list[Json]":
        """`{"id", "name", "role", "locked_s", "new_pin"}` of each operator, in the order of their ids. `locked_s`: how
        long wrong PINs lock the operator out; `new_pin`: the PIN was set on another board."""
        return [
            {
                "id": rid,
                "name": record["name"],
                "role": record["role"],
                "locked_s": lockout.rest_s(record["tries"], self._clock),
                "new_pin": record["hash"] != self._pin_hash.name,
            }
            for rid, record in await self._vault.list(_KIND)
        ]

    def needs_setup(self, operators: "list[Json]") -> bool:
        """Whether none of these (`names`) has a PIN that can be tried here and may give PINs: there is nobody yet, or
        the terminal was restored onto another board. Waits after wrong PINs do not count. False when operators were
        taken off the medium: whoever did that would open the terminal to himself."""
        if len(operators) < self._vault.counter(_COUNT):
            return False
        return not any([may(operator["role"], RESET_PIN) and not operator["new_pin"] for operator in operators])

    async def set_up(self, name: str, pin: str) -> "dict[str, str]":
        """Make the first supervisor, or one more where `needs_setup` says so. `OperatorError` `operator.sign_in_first`
        where it does not; else as `create`."""
        async with self._lock:  # two screens may ask at once; only one operator is the first
            if not self.needs_setup(await self.names()):
                raise OperatorError("operator.sign_in_first")
            return await self.create(name, pin, SUPERVISOR, "")

    async def create(self, name: str, pin: str, role: str, by: str) -> "dict[str, str]":
        """Add an operator; `by` is the id of who does it. `OperatorError` `operator.weak_pin` or `operator.unknown` (no
        name, or no such role)."""
        name = name.strip()
        if not 1 <= len(name) <= _LONGEST_NAME or role not in ROLES:
            raise OperatorError("operator.unknown", "name missing or too long, or no role")
        record = {"name": name, "role": role}
        self._set_pin(record, pin)
        number = str(self._vault.take_number(_KIND))
        await self._keep("operator.created", number, record, by, 1)
        return _public(number, record)

    async def reset_pin(self, operator_id: str, pin: str, by: str) -> None:
        """Give an operator a new PIN, and end the wait for the old one; `by` is the id of who does it. `OperatorError`
        `operator.weak_pin` or `operator.unknown`."""
        async with self._lock:
            record = await self._record(operator_id)
            self._set_pin(record, pin)
            await self._keep("operator.pin_reset", operator_id, record, by)

    async def sign_in(self, operator_id: str, pin: str) -> "dict[str, str]":
        """`{"id", "name", "role"}` when the PIN is right. `OperatorError` `operator.wrong_pin`, `operator.locked`,
        `operator.unknown`, `operator.new_pin_needed` (the PIN was set on another board)."""
        async with self._lock:
            record = await self._record(operator_id)
            if record["hash"] != self._pin_hash.name:
                raise OperatorError("operator.new_pin_needed")
            tries = record["tries"]
            rest = lockout.rest_s(tries, self._clock)
            if rest:
                raise OperatorError("operator.locked", "", {"seconds": rest})
            lockout.count(tries, self._clock)
            await self._keep("operator.try", operator_id, record)
            if not same(self._hash(pin, binascii.unhexlify(record["salt"])), binascii.unhexlify(record["pin"])):
                raise _wrong(tries)
            record["tries"] = lockout.no_tries()
            await self._keep("operator.signed_in", operator_id, record)
            return _public(operator_id, record)

    async def _record(self, operator_id: str) -> "Json":
        record = await self._vault.get(_KIND, operator_id)
        if record is None:
            raise OperatorError("operator.unknown")
        return record

    async def _keep(self, what: str, operator_id: str, record: "Json", by: str = "", more: int = 0) -> None:
        batch = Batch(what, operator_id + (" by " + by if by else ""))
        if more:
            batch.count(_COUNT, more)
        batch.put(_KIND, operator_id, record)
        await self._vault.commit(batch)

    def _set_pin(self, record: "Json", pin: str) -> None:
        if not strong(pin):
            raise OperatorError("operator.weak_pin")
        salt = self._random.take(16)
        record["salt"] = hex_of(salt)
        record["pin"] = hex_of(self._hash(pin, salt))
        record["hash"] = self._pin_hash.name
        record["tries"] = lockout.no_tries()

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


def _wrong(tries: "Json") -> OperatorError:
    if tries["wait_s"]:
        return OperatorError("operator.locked", "", {"seconds": tries["wait_s"]})
    return OperatorError("operator.wrong_pin", "", {"left": lockout.left(tries)})


def _public(operator_id: str, record: "Json") -> "dict[str, str]":
    return {"id": operator_id, "name": record["name"], "role": record["role"]}

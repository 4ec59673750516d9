"""PINs: guessing them is slow, whatever plug is pulled and whatever clock is set. Runs on CPython and MicroPython."""

import unittest

from firmware.vault import OperatorError, Operators, VaultError, open_vault
from firmware.vault.operators import LOCKED_S, TRIES, strong
from hal import aio
from tests.portable.doubles import MemoryBoard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

PIN = "283746"
WRONG = "111112"


async def operators_of(board: MemoryBoard) -> Operators:
    vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
    return Operators(vault, board.pin_hash, board.random, board.clock)


async def refusal(call: "Coroutine[Any, Any, Any]") -> "tuple[str, dict[str, Any]]":
    """Code and params of the `OperatorError` of `call`, or ("", {})."""
    try:
        await call
    except OperatorError as error:
        return error.code, error.params
    return "", {}


class Pins(unittest.TestCase):
    def test_weak_pins(self) -> None:
        for pin in ("000000", "999999", "123456", "654321", "012345", "987654", "456789"):
            self.assertFalse(strong(pin))
        for pin in ("", "28374", "2837461", "28374a", " 28374", "28374\n", "２８３７４６", "-28374"):
            self.assertFalse(strong(pin))
        for pin in ("283746", "123457", "135791", "112233", "024680", "900000"):
            self.assertTrue(strong(pin))


class Creating(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.operators = await operators_of(self.board)

    async def test_names(self) -> None:
        self.assertEqual(await self.operators.names(), [])
        self.assertEqual(await self.operators.create("  韦医生 ", PIN), {"id": "1", "name": "韦医生"})
        self.assertEqual(await self.operators.create("李护士", PIN), {"id": "2", "name": "李护士"})
        want = [{"id": "1", "name": "韦医生"}, {"id": "2", "name": "李护士"}]
        self.assertEqual(await self.operators.names(), want)
        self.assertEqual(await (await operators_of(self.board.restarted(2))).names(), want)

    async def test_refusals(self) -> None:
        self.assertEqual(await refusal(self.operators.create("韦医生", "123456")), ("operator.weak_pin", {}))
        for name in ("", "   ", "长" * 21):
            self.assertEqual((await refusal(self.operators.create(name, PIN)))[0], "operator.unknown")
        self.assertEqual(await self.operators.names(), [])

    async def test_the_same_pin_is_kept_differently(self) -> None:
        for name in ("甲", "乙"):
            await self.operators.create(name, PIN)
        records = [record for _, record in await self.operators._vault.list("operator")]
        self.assertNotEqual(records[0]["pin"], records[1]["pin"])
        self.assertFalse(PIN in str(records))


class SigningIn(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.operators = await operators_of(self.board)
        await self.operators.create("韦医生", PIN)

    async def wrong(self, times: int) -> "list[str]":
        codes = []
        for _ in range(times):
            codes.append((await refusal(self.operators.sign_in("1", WRONG)))[0])  # noqa: PERF401 - MicroPython has no await in a comprehension
        return codes

    async def test_the_right_pin(self) -> None:
        self.assertEqual(await self.operators.sign_in("1", PIN), {"id": "1", "name": "韦医生"})
        again = await operators_of(self.board.restarted(2))
        self.assertEqual(await again.sign_in("1", PIN), {"id": "1", "name": "韦医生"})

    async def test_nobody(self) -> None:
        for operator in ("2", "", "1/", "../1"):
            self.assertEqual(await refusal(self.operators.sign_in(operator, PIN)), ("operator.unknown", {}))

    async def test_tries_are_counted_and_the_last_locks(self) -> None:
        left = []
        for _ in range(TRIES - 1):
            code, params = await refusal(self.operators.sign_in("1", WRONG))
            self.assertEqual(code, "operator.wrong_pin")
            left.append(params["left"])
        self.assertEqual(left, [4, 3, 2, 1])
        locked = ("operator.locked", {"seconds": LOCKED_S})
        self.assertEqual(await refusal(self.operators.sign_in("1", WRONG)), locked)
        self.assertEqual(await refusal(self.operators.sign_in("1", PIN)), locked)  # even the right one waits

    async def test_the_wait_ends(self) -> None:
        await self.wrong(TRIES)
        self.board.clock.now_s += LOCKED_S - 1
        self.assertEqual(await refusal(self.operators.sign_in("1", PIN)), ("operator.locked", {"seconds": 1}))
        self.board.clock.now_s += 1
        self.assertEqual((await self.operators.sign_in("1", PIN))["id"], "1")
        self.assertEqual(await self.wrong(TRIES - 1), ["operator.wrong_pin"] * (TRIES - 1))

    async def test_after_the_wait_there_are_as_many_tries_again(self) -> None:
        await self.wrong(TRIES)
        self.board.clock.now_s += LOCKED_S
        self.assertEqual(await self.wrong(TRIES), ["operator.wrong_pin"] * (TRIES - 1) + ["operator.locked"])

    async def test_the_right_pin_forgets_the_wrong_ones(self) -> None:
        await self.wrong(TRIES - 1)
        await self.operators.sign_in("1", PIN)
        self.assertEqual(await self.wrong(TRIES - 1), ["operator.wrong_pin"] * (TRIES - 1))

    async def test_a_restart_does_not_unlock(self) -> None:
        await self.wrong(TRIES)
        board = self.board.restarted(2)
        board.clock.now_s = self.board.clock.now_s + 10
        again = await operators_of(board)
        self.assertEqual(await refusal(again.sign_in("1", PIN)), ("operator.locked", {"seconds": LOCKED_S - 10}))

    async def test_a_clock_that_was_set_back_does_not_unlock_and_does_not_lock_for_ever(self) -> None:
        await self.wrong(TRIES)
        board = self.board.restarted(2)
        board.clock.now_s = 0  # no battery: the year 1970 after every power cut
        again = await operators_of(board)
        self.assertEqual(await refusal(again.sign_in("1", PIN)), ("operator.locked", {"seconds": LOCKED_S}))
        board.clock.now_s = LOCKED_S - 1
        self.assertEqual(await refusal(again.sign_in("1", PIN)), ("operator.locked", {"seconds": 1}))
        board.clock.now_s = LOCKED_S
        self.assertEqual((await again.sign_in("1", PIN))["id"], "1")

    async def test_the_try_is_on_the_disk_before_the_pin_is_compared(self) -> None:
        self.board.store.failing = [self.board.store.commits + 2]  # the try is kept, what follows it is not
        try:
            await self.operators.sign_in("1", PIN)
            self.fail("signed in")
        except VaultError:
            pass
        again = await operators_of(self.board.restarted(2))
        self.assertEqual(await refusal(again.sign_in("1", WRONG)), ("operator.wrong_pin", {"left": TRIES - 2}))

    async def test_a_try_that_cannot_be_kept_is_not_compared(self) -> None:
        compared: "list[bytes]" = []
        stretch = self.board.pin_hash.stretch

        def watched(secret: bytes, salt: bytes) -> bytes:
            compared.append(secret)
            return stretch(secret, salt)

        self.board.pin_hash.stretch = watched  # type: ignore[method-assign]
        self.board.store.fail_next()
        try:
            await self.operators.sign_in("1", PIN)
            self.fail("signed in")
        except VaultError:
            self.assertEqual(compared, [])

    async def test_tries_at_once_are_counted_one_by_one(self) -> None:
        tries = [aio.spawn("try", refusal(self.operators.sign_in("1", WRONG))) for _ in range(12)]
        codes = []
        for task in tries:
            codes.append((await task)[0])  # noqa: PERF401 - MicroPython has no await in a comprehension
        self.assertEqual(codes.count("operator.wrong_pin"), TRIES - 1)
        self.assertEqual(codes.count("operator.locked"), 12 - (TRIES - 1))

"""PINs: guessing them is slow, whatever plug is pulled and whatever clock is set. Runs on CPython and MicroPython."""

import unittest

from firmware.vault import SUPERVISOR, OperatorError, Operators, VaultError, open_vault
from firmware.vault.lockout import TRIES, WAITS_S
from firmware.vault.operators import strong
from firmware.vault.roles import DOCTOR, ROLES, TECHNICIAN, VISIT, may, rights
from hal import aio
from tests.portable.doubles import MemoryBoard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

PIN = "283746"
WRONG = "111112"
LOCKED_S = WAITS_S[0]
FIRST = {"id": "1", "name": "韦医生", "role": SUPERVISOR}


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


class OtherPinHash:
    """`hal.ports.PinHash` of another kind of board."""

    name = "other"

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        raise AssertionError("a PIN of another board was tried")


class Roles(unittest.TestCase):
    def test_who_may_do_what(self) -> None:
        self.assertEqual([role for role in ROLES if may(role, VISIT)], [DOCTOR, SUPERVISOR])
        self.assertEqual([role for role in ROLES if may(role, "release")], [SUPERVISOR])
        self.assertEqual([role for role in ROLES if may(role, "create")], [SUPERVISOR])
        self.assertEqual([role for role in ROLES if may(role, "reset_pin")], [SUPERVISOR, TECHNICIAN])
        self.assertEqual([role for role in ROLES if may(role, "report")], list(ROLES))
        self.assertEqual([role for role in ROLES if may(role, "unknown")], [])
        self.assertEqual(rights("patient"), ())


class Creating(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.operators = await operators_of(self.board)

    async def test_the_first_one_is_a_supervisor_and_there_is_one_first(self) -> None:
        self.assertTrue(self.operators.needs_setup(await self.operators.names()))
        self.assertEqual(await self.operators.set_up("  韦医生 ", PIN), FIRST)
        self.assertFalse(self.operators.needs_setup(await self.operators.names()))
        self.assertEqual(await refusal(self.operators.set_up("另一个", PIN)), ("operator.sign_in_first", {}))

    async def test_of_two_that_set_up_at_once_one_is_the_first(self) -> None:
        asking = [aio.spawn("set-up", refusal(self.operators.set_up(name, PIN))) for name in ("甲", "乙")]
        codes = []
        for task in asking:
            codes.append((await task)[0])  # noqa: PERF401 - MicroPython has no await in a comprehension
        self.assertEqual(sorted(codes), ["", "operator.sign_in_first"])

    async def test_names(self) -> None:
        self.assertEqual(await self.operators.names(), [])
        await self.operators.create("韦医生", PIN, SUPERVISOR, "")
        second = {"id": "2", "name": "李护士", "role": DOCTOR}
        self.assertEqual(await self.operators.create("李护士", PIN, DOCTOR, "1"), second)
        want = [dict(FIRST, locked_s=0, new_pin=False), dict(second, locked_s=0, new_pin=False)]
        self.assertEqual(await self.operators.names(), want)
        self.assertEqual(await (await operators_of(self.board.restarted(2))).names(), want)

    async def test_refusals(self) -> None:
        create = self.operators.create
        self.assertEqual(await refusal(create("韦医生", "123456", DOCTOR, "1")), ("operator.weak_pin", {}))
        for name in ("", "   ", "长" * 21):
            self.assertEqual((await refusal(create(name, PIN, DOCTOR, "1")))[0], "operator.unknown")
        self.assertEqual((await refusal(create("韦医生", PIN, "owner", "1")))[0], "operator.unknown")
        self.assertEqual(await self.operators.names(), [])

    async def test_the_same_pin_is_kept_differently(self) -> None:
        for name in ("甲", "乙"):
            await self.operators.create(name, PIN, DOCTOR, "1")
        records = [record for _, record in await self.operators._vault.list("operator")]
        self.assertNotEqual(records[0]["pin"], records[1]["pin"])
        self.assertFalse(PIN in str(records))


class GivingPins(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.operators = await operators_of(self.board)
        await self.operators.set_up("韦医生", PIN)
        await self.operators.create("李护士", PIN, DOCTOR, "1")

    async def test_a_new_pin_ends_the_wait_and_the_old_pin(self) -> None:
        for _ in range(TRIES):
            await refusal(self.operators.sign_in("2", WRONG))
        await self.operators.reset_pin("2", "847362", "1")
        self.assertEqual((await self.operators.sign_in("2", "847362"))["name"], "李护士")
        self.assertEqual((await refusal(self.operators.sign_in("2", PIN)))[0], "operator.wrong_pin")

    async def test_refusals(self) -> None:
        self.assertEqual((await refusal(self.operators.reset_pin("2", "111111", "1")))[0], "operator.weak_pin")
        self.assertEqual((await refusal(self.operators.reset_pin("3", PIN, "1")))[0], "operator.unknown")
        self.assertEqual((await self.operators.sign_in("2", PIN))["id"], "2")

    async def test_another_kind_of_board_asks_for_new_pins(self) -> None:
        board = self.board.restarted(2)
        board.pin_hash = OtherPinHash()  # type: ignore[assignment]
        moved = await operators_of(board)
        self.assertEqual(await refusal(moved.sign_in("1", PIN)), ("operator.new_pin_needed", {}))
        self.assertEqual([operator["new_pin"] for operator in await moved.names()], [True, True])
        self.assertTrue(moved.needs_setup(await moved.names()))
        board.pin_hash = self.board.pin_hash  # the same board again: nothing was lost, nothing was counted
        moved = await operators_of(board)
        self.assertFalse(moved.needs_setup(await moved.names()))
        self.assertEqual((await refusal(moved.sign_in("1", WRONG)))[1], {"left": TRIES - 1})

    async def test_a_technician_who_can_sign_in_is_enough(self) -> None:
        await self.operators.create("维修", PIN, TECHNICIAN, "1")
        names = await self.operators.names()
        names[0]["new_pin"] = True
        self.assertFalse(self.operators.needs_setup(names))
        names[2]["new_pin"] = True
        self.assertTrue(self.operators.needs_setup(names))  # the doctor signs in, but cannot give anybody a PIN

    async def test_locking_everybody_out_opens_no_other_door(self) -> None:
        for operator in ("1", "2"):
            for _ in range(TRIES):
                await refusal(self.operators.sign_in(operator, WRONG))
        self.assertFalse(self.operators.needs_setup(await self.operators.names()))
        self.assertEqual(await refusal(self.operators.set_up("贼", PIN)), ("operator.sign_in_first", {}))

    async def test_operators_that_were_taken_off_the_medium_open_no_other_door(self) -> None:
        for gone in ((b"r/operator/1",), (b"r/operator/1", b"r/operator/2")):
            board = self.board.restarted(2)
            board.store.rows = dict(self.board.store.rows)
            for name in gone:
                del board.store.rows[name]
            operators = await operators_of(board)
            self.assertFalse(operators.needs_setup(await operators.names()))
            self.assertEqual(await refusal(operators.set_up("贼", PIN)), ("operator.sign_in_first", {}))

    async def test_an_operator_who_could_not_be_kept_is_not_missed(self) -> None:
        board = MemoryBoard()
        operators = await operators_of(board)
        board.store.fail_next()
        try:
            await operators.set_up("韦医生", PIN)
            self.fail("it was kept")
        except VaultError:
            pass
        self.assertTrue(operators.needs_setup(await operators.names()))
        self.assertEqual((await operators.set_up("韦医生", PIN))["name"], "韦医生")


class SigningIn(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.operators = await operators_of(self.board)
        await self.operators.set_up("韦医生", PIN)

    async def wrong(self, times: int) -> "list[str]":
        codes = []
        for _ in range(times):
            codes.append((await refusal(self.operators.sign_in("1", WRONG)))[0])  # noqa: PERF401 - MicroPython has no await in a comprehension
        return codes

    def wait(self, seconds: int) -> None:
        self.board.clock.since_boot_ms += seconds * 1000

    async def test_the_right_pin(self) -> None:
        self.assertEqual(await self.operators.sign_in("1", PIN), FIRST)
        again = await operators_of(self.board.restarted(2))
        self.assertEqual(await again.sign_in("1", PIN), FIRST)

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
        self.wait(LOCKED_S - 1)
        self.assertEqual(await refusal(self.operators.sign_in("1", PIN)), ("operator.locked", {"seconds": 1}))
        self.assertEqual((await self.operators.names())[0]["locked_s"], 1)
        self.wait(1)
        self.assertEqual((await self.operators.sign_in("1", PIN))["id"], "1")
        self.assertEqual(await self.wrong(TRIES - 1), ["operator.wrong_pin"] * (TRIES - 1))

    async def test_each_wait_is_longer_until_a_right_pin(self) -> None:
        for wait_s in WAITS_S + WAITS_S[-1:]:
            self.assertEqual(await self.wrong(TRIES), ["operator.wrong_pin"] * (TRIES - 1) + ["operator.locked"])
            self.assertEqual((await self.operators.names())[0]["locked_s"], wait_s)
            self.wait(wait_s)
        await self.operators.sign_in("1", PIN)
        await self.wrong(TRIES)
        self.assertEqual((await self.operators.names())[0]["locked_s"], WAITS_S[0])

    async def test_the_right_pin_forgets_the_wrong_ones(self) -> None:
        await self.wrong(TRIES - 1)
        await self.operators.sign_in("1", PIN)
        self.assertEqual(await self.wrong(TRIES - 1), ["operator.wrong_pin"] * (TRIES - 1))

    async def test_wrong_pins_lock_nobody_else(self) -> None:
        await self.operators.create("李护士", PIN, DOCTOR, "1")
        await self.wrong(TRIES)
        self.assertEqual((await self.operators.sign_in("2", PIN))["name"], "李护士")

    async def test_a_restart_begins_the_wait_anew_and_keeps_the_count(self) -> None:
        await self.wrong(TRIES)
        self.wait(LOCKED_S - 10)
        board = self.board.restarted(2)
        again = await operators_of(board)
        self.assertEqual(await refusal(again.sign_in("1", PIN)), ("operator.locked", {"seconds": LOCKED_S}))
        board.clock.since_boot_ms = LOCKED_S * 1000
        self.operators = again
        self.board = board
        await self.wrong(TRIES)
        self.assertEqual((await again.names())[0]["locked_s"], WAITS_S[1])

    async def test_setting_the_clock_changes_nothing(self) -> None:
        await self.wrong(TRIES)
        for now_s in (0, 1 << 31, self.board.clock.now_s):
            self.board.clock.now_s = now_s
            locked = ("operator.locked", {"seconds": LOCKED_S})
            self.assertEqual(await refusal(self.operators.sign_in("1", PIN)), locked)

    async def test_a_board_that_forgets_which_boot_it_is(self) -> None:
        self.board.clock.boot_id = ""
        self.wait(LOCKED_S * 2)
        await self.wrong(TRIES)
        board = self.board.restarted(2)
        board.clock.boot_id = ""
        again = await operators_of(board)
        self.assertEqual(await refusal(again.sign_in("1", PIN)), ("operator.locked", {"seconds": LOCKED_S}))

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

"""A new PIN from the technician's side: for the clinic whose only supervisor has forgotten his."""

import asyncio
from pathlib import Path

import pytest

from firmware.vault import OperatorError
from firmware.vault.lockout import TRIES
from hal.linux.state import open_state
from tests.tools_vault.conftest import DOCTOR, PIN, DiskCounter, Screen, run

NEW = "847362"


async def tried(state: Path, pin: str, times: int = 1) -> str:
    """The code of the last refusal of that PIN, or "" when it is the right one."""
    counter, code = DiskCounter(), ""
    await counter.open(state)
    for _ in range(times):
        try:
            await counter.operators.sign_in("1", pin)
            code = ""
        except OperatorError as error:
            code = error.code
    await counter.close()
    return code


def test_a_new_pin_ends_the_old_one_and_the_wait(old: Path) -> None:
    assert asyncio.run(tried(old, "950318", TRIES)) == "operator.locked"
    assert run("new-pin", "--state", old, "1", entered=f"{NEW}\n{NEW}\n") == (0, "新密码已设好。 The new PIN is set.\n")
    assert asyncio.run(tried(old, PIN)) == "operator.wrong_pin"
    assert asyncio.run(tried(old, NEW)) == ""
    result, said = run("verify", "--list", old)
    assert result == 0
    assert "operator.pin_reset" in said


def test_without_an_operator_it_tells_who_there_is(old: Path) -> None:
    result, said = run("new-pin", "--state", old)
    assert (result, said.split()) == (0, ["1", "supervisor", DOCTOR])


def test_nobody_sees_the_pin_being_typed(old: Path) -> None:
    screen = Screen("new-pin", "--state", old, "1")
    screen.read_until("New PIN: ")
    screen.enter(NEW)
    screen.read_until("Once more: ")
    screen.enter(NEW)
    result, said = screen.end()
    assert result == 0
    assert NEW not in said


@pytest.mark.parametrize(
    ("operator", "entered", "code"),
    [
        ("1", f"{NEW}\n847363\n", "pin.differs"),
        ("1", "123456\n123456\n", "operator.weak_pin"),
        ("1", "", "operator.weak_pin"),
        ("9", f"{NEW}\n{NEW}\n", "operator.unknown"),
    ],
)
def test_what_is_refused_changes_nothing(old: Path, operator: str, entered: str, code: str) -> None:
    result, said = run("new-pin", "--state", old, operator, entered=entered)
    assert result != 0
    assert code in said
    assert asyncio.run(tried(old, PIN)) == ""


def test_the_terminal_must_be_stopped(old: Path, new: Path) -> None:
    open_state(old)  # as a terminal that runs has it
    result, said = run("new-pin", "--state", old, "1", entered=f"{NEW}\n{NEW}\n")
    assert (result, "state.in_use" in said) == (2, True)
    result, said = run("new-pin", "--state", new)
    assert (result, "vault.missing" in said) == (2, True)
    assert not new.exists()

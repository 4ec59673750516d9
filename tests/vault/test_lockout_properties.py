"""Guessing PINs with the plug and the clock in hand: whatever is done in whatever order, the waits hold."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firmware.vault import OperatorError, Operators, VaultError, open_vault
from firmware.vault.lockout import TRIES, WAITS_S
from tests.portable.doubles import MemoryBoard, QuickPinHash

if TYPE_CHECKING:
    from collections.abc import Coroutine

PIN = "283746"
WRONG = "283747"
# Whole seconds, while each look at the clock takes a millisecond: no sum of them stops just short of a wait's end.
PAUSES_S = (1, 59, 60, 299, 300, 899, 900, 3599, 3600)


class CountingPinHash(QuickPinHash):
    """Counts what is compared: nothing can be compared without it."""

    def __init__(self) -> None:
        self.stretched = 0

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        self.stretched += 1
        return super().stretch(secret, salt)


class Guessing(RuleBasedStateMachine):
    """Somebody alone with the terminal. `compared` counts the wrong PINs since the last right one; `since_ms` is when
    the last of them was compared, or 0 when the plug was pulled since."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.board = MemoryBoard()
        self.hashing = CountingPinHash()
        self.boots = 1
        self.compared = 0
        self.since_ms = 0

    def teardown(self) -> None:
        self.loop.close()

    def _run(self, call: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(call)

    @initialize()
    def set_up(self) -> None:
        self._open()
        self._run(self.operators.set_up("韦医生", PIN))

    def _open(self) -> None:
        board = self.board
        board.pin_hash = self.hashing
        vault = self._run(open_vault(board.store, board.ciphers, board.keys, board.random, board.clock))
        self.operators = Operators(vault, board.pin_hash, board.random, board.clock)

    def _try(self, pin: str) -> str:
        """The code of the refusal, or ""."""
        before, may = self.hashing.stretched, self._waited()
        code = ""
        try:
            self._run(self.operators.sign_in("1", pin))
        except (OperatorError, VaultError) as error:
            code = error.code
        compared = self.hashing.stretched - before
        assert compared <= (1 if may else 0)
        if compared:
            self.compared += 1
            self.since_ms = self.board.clock.since_boot_ms
        return code

    def _waited(self) -> bool:
        """Whether the next PIN may be compared: after each five, the terminal ran for the whole wait in one piece."""
        return self.board.clock.since_boot_ms - self.since_ms >= self._owed_ms()

    def _owed_ms(self) -> int:
        """How long the terminal must have been running before the next PIN is compared."""
        if self.compared == 0 or self.compared % TRIES:
            return 0
        return WAITS_S[min(self.compared // TRIES, len(WAITS_S)) - 1] * 1000

    @rule()
    def wrong(self) -> None:
        assert self._try(WRONG) in {"operator.wrong_pin", "operator.locked"}

    @rule(times=st.integers(2, TRIES))
    def hurry(self, times: int) -> None:
        for _ in range(times):
            self.wrong()

    @rule()
    def right(self) -> None:
        """Whoever knows the PIN waits no longer than the wait, counted from the last start."""
        may = self._waited()
        assert self._try(PIN) == ("" if may else "operator.locked")
        if may:
            self.compared = 0

    @rule(pause_s=st.sampled_from(PAUSES_S))
    def wait(self, pause_s: int) -> None:
        self.board.clock.since_boot_ms += pause_s * 1000
        self.board.clock.now_s += pause_s

    @rule(now_s=st.integers(0, 1 << 33))
    def set_the_clock(self, now_s: int) -> None:
        self.board.clock.now_s = now_s

    @rule()
    def pull_the_plug(self) -> None:
        self.boots += 1
        self.board = self.board.restarted(self.boots)
        self.since_ms = 0
        self._open()

    @rule(commit=st.integers(1, 2))
    def pull_the_plug_while_it_writes(self, commit: int) -> None:
        """The try itself cannot be kept, so nothing is compared; or only what was found by it is lost."""
        store, before, may = self.board.store, self.hashing.stretched, self._waited()
        store.failing = [store.commits + commit]
        assert self._try(PIN) == ("vault.full" if may else "operator.locked")
        assert self.hashing.stretched - before == (commit - 1 if may else 0)
        self.pull_the_plug()

    @invariant()
    def the_screen_tells_the_rest_of_the_wait(self) -> None:
        if hasattr(self, "operators"):
            shown = self._run(self.operators.names())[0]["locked_s"]
            left_ms = self._owed_ms() - (self.board.clock.since_boot_ms - self.since_ms)
            assert shown == max(0, -(-left_ms // 1000))


TestGuessing = Guessing.TestCase
TestGuessing.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
